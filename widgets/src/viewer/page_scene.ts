/** itk-vtk-viewer with one image: a plane under a camera that it is told, or the volume under its own. */

import { Eye } from "./page_eye";
import { Levels } from "./page_levels";
import { greys, lookOf } from "./page_look";
import { type Series, type Stand } from "./page_wire";
import type { Store } from "./page_store";
import type { View } from "./stage";

const MODES = { sagittal: "XPlane", coronal: "YPlane", axial: "ZPlane", volume: "Volume" } as const;

/** Device pixels of a volume that are drawn without a graphics card, a second each time on two busy cores. */
const PIXELS_IN_SOFTWARE = 40_000;

/** By how much fewer pixels are drawn of a volume in software while it turns, before its speed is known. */
const FEWER_WHILE_TURNING = 20;

/** Why frames are drawn all the time: what the viewer draws on its own account meanwhile is left out, or small. */
const BUSY = "busy";

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

interface Arrival {
  level: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class Scene {
  /** Called with each level that is drawn. */
  onlevel: (level: number) => void = () => undefined;

  private readonly levels: Levels;
  private readonly view3d: itkVtkViewer.ViewProxy;
  private readonly eye: Eye;
  private readonly software = drawnInSoftware();
  /** Levels that were drawn. */
  private readonly seen = new Set<number>();
  private readonly arrivals = new Set<Arrival>();
  private loading = -1;
  private began = false;
  private turned = false;

  static async make(store: Store, series: Series, stand: Stand): Promise<Scene> {
    const image = await store.image();
    const viewer = await itkVtkViewer.createViewer(document.getElementById("viewer") ?? document.body, {
      image,
      imageName: "Image",
      rotate: false,
      use2D: false,
      gradientOpacity: 0,
      config: {
        viewerConfigVersion: "0.3", // without it the whole config is ignored
        uiCollapsed: true,
        main: { units: "mm", backgroundColor: [0, 0, 0] },
        renderingViewContainerStyle: { position: "absolute", inset: "0", height: "100%", minWidth: "0", minHeight: "0" },
      },
    });
    return new Scene(viewer, image, series, stand);
  }

  /** `stand` is shared with the page: what was asked while the viewer started is drawn first. */
  private constructor(
    private readonly viewer: itkVtkViewer.Viewer,
    image: itkVtkViewer.MultiscaleImage,
    private readonly series: Series,
    private readonly stand: Stand,
  ) {
    const voxels = image.scaleInfo.map(({ arrayShape }) => [...arrayShape.values()].reduce((a, b) => a * b, 1));
    this.levels = new Levels(voxels, series, this.software);
    this.view3d = viewer.getViewProxy();
    this.eye = new Eye(this.view3d, series);
    this.view3d.onResize(({ width, height }) => this.sized(width, height));
    // Not the plane that is wanted: a plane's own camera comes only with a change of mode.
    viewer.setViewMode("XPlane");
    // A level that is set is not chosen by the frame rate, for which every frame would be drawn for a second.
    this.load(this.levels.coarsest);
    // While it gets its image the viewer draws the volume once, ten seconds without a graphics card; but not while
    // frames are drawn anyway.
    this.view3d.getInteractor().requestAnimation(BUSY);
    viewer.on("renderedImageAssigned", () => this.assigned());
  }

  /** Resolves when the first picture is painted. */
  async first(): Promise<void> {
    await this.arrival(this.levels.coarsest);
    this.began = true;
    this.viewer.setAnnotationsEnabled(false);
    if (this.software) {
      this.viewer.setImageShadowEnabled(false);
      this.viewer.setImageVolumeSampleDistance(0.6);
      this.view3d.getRepresentations()[0]?.getMapper().setInitialInteractionScale(FEWER_WHILE_TURNING);
    }
    this.viewer.setImageColorRangeBounds(this.series.range, 0);
    this.turn();
    this.view3d.getInteractor().cancelAnimation(BUSY);
    await this.painted();
    this.onlevel(this.levels.coarsest);
  }

  /** Goes on to the level that the view wants. */
  refine(): void {
    this.load(this.levels.of(this.stand.view));
  }

  async show(view: View, index: number): Promise<void> {
    const turns = view !== this.stand.view;
    this.stand.view = view;
    this.stand.index = index;
    if (turns && view === "volume") return this.enterVolume();
    if (turns) this.turn();
    else this.cut();
    if (turns) await this.bring();
    await this.painted();
  }

  window(window: [number, number]): void {
    this.stand.window = window;
    this.colour();
    this.viewer.render();
  }

  camera(camera: Stand["camera"]): void {
    this.stand.camera = camera;
    this.eye.aim(this.stand);
    this.viewer.render();
  }

  /** Resolves when every voxel is drawn. */
  async full(): Promise<void> {
    if (this.levels.finest > 0) throw new Error("the image is too large for the viewer");
    this.levels.all(this.stand.view);
    const there = this.arrival(0);
    this.refine();
    await there;
    await this.painted();
  }

  /** What is waited for will not come. */
  failed(because: string): void {
    for (const arrival of this.arrivals) arrival.reject(new Error(because));
    this.arrivals.clear();
  }

  resized(): void {
    this.view3d.resize();
    this.eye.aim(this.stand);
    this.viewer.render();
  }

  /** Goes on to the level that the view wants, and waits for it where the viewer has kept it. */
  private async bring(): Promise<void> {
    const level = this.levels.of(this.stand.view);
    const there = this.seen.has(level) ? this.arrival(level) : undefined;
    this.refine();
    await there;
  }

  /** With few enough voxels, and without drawing it for each step on the way. */
  private async enterVolume(): Promise<void> {
    await this.bring();
    this.view3d.getInteractor().requestAnimation(BUSY);
    this.turn();
    await drawn();
    this.view3d.getInteractor().cancelAnimation(BUSY); // draws it
    await drawn();
  }

  private load(level: number): void {
    if (level === this.loading) return;
    this.loading = level;
    this.viewer.setImageScale(level);
  }

  private assigned(): void {
    const level = this.viewer.getLoadedScale() ?? this.levels.coarsest;
    this.seen.add(level);
    if (this.began) {
      // A new level comes with new bounds for the slices.
      this.cut();
      this.onlevel(level);
    }
    for (const arrival of this.arrivals) {
      if (arrival.level !== level) continue;
      this.arrivals.delete(arrival);
      arrival.resolve();
    }
  }

  private arrival(level: number): Promise<void> {
    if (this.viewer.getLoadedScale() === level) return Promise.resolve();
    return new Promise((resolve, reject) => this.arrivals.add({ level, resolve, reject }));
  }

  private turn(): void {
    const { view } = this.stand;
    document.body.classList.toggle("turns", view === "volume");
    if (view !== "volume" && !this.turned) this.viewer.setViewMode(view === "sagittal" ? "YPlane" : "XPlane");
    this.turned = true;
    this.colour();
    if (this.software) this.view3d.resize();
    this.viewer.setViewMode(MODES[view]);
    if (view === "volume") this.eye.surround();
    else this.cut();
  }

  /** Draws the slice; the camera goes with it. */
  private cut(): void {
    const { view, index } = this.stand;
    if (view === "volume") return;
    const mm = this.eye.depth(view, index);
    if (view === "axial") this.viewer.setZSlice(mm);
    else if (view === "coronal") this.viewer.setYSlice(mm);
    else this.viewer.setXSlice(mm);
    this.eye.aim(this.stand);
  }

  /** A volume in software has fewer pixels than the canvas would have, and the browser enlarges them. */
  private sized(width: number, height: number): void {
    if (!this.software || this.stand.view !== "volume") return;
    const coarser = Math.max(1, Math.sqrt((width * height) / PIXELS_IN_SOFTWARE));
    this.view3d.getOpenGLRenderWindow().setSize(Math.round(width / coarser), Math.round(height / coarser));
  }

  /** Greys by the window; a volume by its modality. */
  private colour(): void {
    const { view, window } = this.stand;
    const { colours, range, blend, opacity } = view === "volume" ? lookOf(this.series.modality, window) : greys(window);
    this.viewer.setImageColorMap(colours, 0);
    this.viewer.setImageColorRange(range, 0);
    if (!opacity) return;
    const [low, high] = this.series.range;
    const points = opacity.map(([value, share]): [number, number] => [(value - low) / (high - low || 1), share]);
    this.viewer.setImageBlendMode(blend);
    this.viewer.setImagePiecewiseFunctionPoints(points, 0);
  }

  private async painted(): Promise<void> {
    this.viewer.render();
    await drawn();
  }
}

/** Resolves when what was to be drawn is on the screen. */
async function drawn(): Promise<void> {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}

function drawnInSoftware(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return true;
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name);
}
