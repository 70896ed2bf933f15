/** The page in the iframe: itk-vtk-viewer over a store whose keys the host answers. */

import { decodeBlosc } from "./blosc";
import { AXIS, type FromPage, type Picture, type Plane, type ToPage } from "./wire";

const MODES = { sagittal: "XPlane", coronal: "YPlane", axial: "ZPlane" } as const;
const IN_FLIGHT = 8;

interface Settle {
  resolve: (data: ArrayBuffer) => void;
  reject: (error: Error) => void;
}
const waiting = new Map<number, Settle>();
let lastId = 0;

function tell(message: FromPage): void {
  parent.postMessage(message, "*");
}

function getItem(key: string): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const id = ++lastId;
    waiting.set(id, { resolve, reject });
    tell({ cx: "get", id, key });
  });
}

/** Runs the tasks in order, a few at a time, so that other requests get through between them. */
async function inTurn<T>(tasks: (() => Promise<T>)[]): Promise<T[]> {
  const results = new Array<T>(tasks.length);
  const queue = tasks.entries();
  const worker = async (): Promise<void> => {
    for (const [index, task] of queue) results[index] = await task();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return results;
}

class Scene {
  private plane: Plane;
  private indices: Record<Plane, number>;
  private drawn = false;

  constructor(
    private readonly viewer: itkVtkViewer.Viewer,
    private readonly picture: Picture,
  ) {
    this.plane = picture.plane;
    const [z, y, x] = picture.shape;
    this.indices = { axial: Math.floor(z / 2), coronal: Math.floor(y / 2), sagittal: Math.floor(x / 2) };
    // The camera turns only on a change of mode, and stays oblique without one.
    viewer.setViewMode(this.plane === "sagittal" ? "YPlane" : "XPlane");
    viewer.on("renderedImageAssigned", () => this.assigned());
  }

  show(plane: Plane): void {
    this.plane = plane;
    this.viewer.setViewMode(MODES[plane]);
    this.cut(plane, this.indices[plane]);
    this.viewer.getViewProxy().resetCamera();
    this.fit();
  }

  /** Fills the page with the plane, exactly as the still picture beneath does, so that nothing jumps. */
  fit(): void {
    const [z, y, x] = this.picture.shape;
    const [dz, dy, dx] = this.picture.spacing;
    const high = this.plane === "axial" ? y * dy : z * dz;
    const wide = this.plane === "sagittal" ? y * dy : x * dx;
    const half = Math.max(high, (wide * innerHeight) / innerWidth) / 2;
    this.viewer.getViewProxy().getCamera().setParallelScale(half);
    this.viewer.render();
  }

  cut(plane: Plane, index: number): void {
    const axis = AXIS[plane];
    this.indices[plane] = Math.max(0, Math.min(this.picture.shape[axis] - 1, index));
    const mm = this.picture.origin[axis] + this.indices[plane] * this.picture.spacing[axis];
    if (plane === "axial") this.viewer.setZSlice(mm);
    else if (plane === "coronal") this.viewer.setYSlice(mm);
    else this.viewer.setXSlice(mm);
  }

  /** One slice on; false at the end of the stack. */
  step(by: 1 | -1): boolean {
    const before = this.indices[this.plane];
    this.cut(this.plane, before + by);
    const now = this.indices[this.plane];
    tell({ cx: "sliced", plane: this.plane, index: now });
    return now !== before;
  }

  full(): void {
    this.viewer.setImageScale(0);
  }

  private assigned(): void {
    if (this.drawn) {
      // A new level comes with new slicing bounds.
      this.cut(this.plane, this.indices[this.plane]);
      tell({ cx: "level", level: this.viewer.getLoadedScale() });
      return;
    }
    this.drawn = true;
    const [centre, width] = this.picture.window;
    this.viewer.setImageColorMap("Grayscale", 0);
    this.viewer.setImageColorRangeBounds(this.picture.range, 0);
    this.viewer.setImageColorRange([centre - width / 2, centre + width / 2], 0);
    this.viewer.setAnnotationsEnabled(false);
    setTimeout(() => {
      this.show(this.plane);
      if (this.picture.full) this.full();
      requestAnimationFrame(() =>
        requestAnimationFrame(() => tell({ cx: "rendered", level: this.viewer.getLoadedScale() })),
      );
    }, 100);
  }
}

async function open(picture: Picture): Promise<Scene> {
  const image = await itkVtkViewer.utils.toMultiscaleSpatialImage({ getItem });
  image.getChunksImpl = (scale, places) => {
    const path = image.scaleInfo[scale]?.pixelArrayPath ?? "";
    return inTurn(
      places.map(
        ([, x = 0, y = 0, z = 0]) =>
          async () =>
            decodeBlosc(await getItem(`${path}/${z}/${y}/${x}`)),
      ),
    );
  };
  const viewer = await itkVtkViewer.createViewer(document.getElementById("viewer") ?? document.body, {
    image,
    imageName: "Image",
    rotate: false,
    use2D: false,
    config: {
      viewerConfigVersion: "0.3", // without it the whole config is ignored
      uiCollapsed: true,
      main: { units: "mm", backgroundColor: [0, 0, 0] },
      renderingViewContainerStyle: { position: "absolute", inset: "0", height: "100%", minWidth: "0", minHeight: "0" },
    },
  });
  return new Scene(viewer, picture);
}

let scene: Scene | undefined;

addEventListener("message", (event: MessageEvent<ToPage>) => {
  if (event.source !== parent) return;
  const message = event.data;
  if (message.cx === "got") {
    const settle = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.data) settle?.resolve(message.data);
    else settle?.reject(new Error("a part of the image is missing"));
  } else if (message.cx === "open") {
    open(message.picture).then(
      (made) => (scene = made),
      (error: unknown) => tell({ cx: "failed", because: String(error) }),
    );
  } else if (message.cx === "plane") scene?.show(message.plane);
  else if (message.cx === "slice") scene?.cut(message.plane, message.index);
  else scene?.full();
});

addEventListener("resize", () => scene?.fit());

addEventListener("error", (event) => tell({ cx: "failed", because: event.message }));

addEventListener(
  "wheel",
  (event) => {
    if (event.ctrlKey || !scene) return;
    event.stopPropagation();
    if (scene.step(event.deltaY > 0 ? 1 : -1)) event.preventDefault();
  },
  { capture: true, passive: false },
);

tell({ cx: "hello" });
