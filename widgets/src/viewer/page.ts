/** The page in the iframe: itk-vtk-viewer over a store whose keys the host answers. It only draws. */

import { Scene } from "./page_scene";
import { Store } from "./page_store";
import type { FromPage, Series, Stand, ToPage } from "./page_wire";
import type { View } from "./stage";

function tell(message: FromPage): void {
  parent.postMessage(message, "*");
}

// The viewer reads its colour maps back from canvases, for which browsers have a better kind.
const canvases = HTMLCanvasElement.prototype as unknown as {
  getContext: (this: unknown, kind: string, options?: object) => unknown;
};
const { getContext } = canvases;
canvases.getContext = function (kind, options) {
  return getContext.call(this, kind, kind === "2d" ? { willReadFrequently: true, ...options } : options);
};

const store = new Store(tell);
let opening: Promise<Scene> | undefined;
let scene: Scene | undefined;
let stand: Stand | undefined;

async function open(series: Series, first: Stand): Promise<Scene> {
  stand = first;
  const made = await Scene.make(store, series, first);
  made.onlevel = (level) => tell({ cx: "level", level });
  await made.first();
  scene = made;
  return made;
}

/** The newest view and slice count, also while the viewer starts. */
async function show(view: View, index: number): Promise<void> {
  if (!scene && stand) Object.assign(stand, { view, index });
  await (await opening)?.show(view, index);
}

/** Does what was asked, and says that it is painted. */
function answer(id: number, done: Promise<unknown> | undefined): void {
  done?.then(
    () => tell({ cx: "painted", id }),
    (error: unknown) => tell({ cx: "failed", id, because: error instanceof Error ? error.message : String(error) }),
  );
}

addEventListener("message", (event: MessageEvent<ToPage>) => {
  if (event.source !== parent) return;
  const message = event.data;
  switch (message.cx) {
    case "got":
      store.got(message.id, message.data);
      break;
    case "open":
      opening = open(message.series, message.stand);
      answer(message.id, opening);
      opening.then(
        (made) => made.refine(),
        () => undefined,
      );
      break;
    case "show":
      answer(message.id, show(message.view, message.index));
      break;
    case "full":
      answer(
        message.id,
        opening?.then((made) => made.full()),
      );
      break;
    case "window":
      if (scene) scene.window(message.window);
      else if (stand) stand.window = message.window;
      break;
    case "camera":
      if (scene) scene.camera(message.camera);
      else if (stand) stand.camera = message.camera;
      break;
  }
});

addEventListener("resize", () => scene?.resized());

/** On another screen the same page may have more or fewer pixels. */
function watchSharpness(): void {
  const changed = (): void => {
    scene?.resized();
    watchSharpness();
  };
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", changed, { once: true });
}
watchSharpness();

/** Nothing can be drawn where it happens at first; later it may be one part of the image that is missing. */
function failed(because: string): void {
  if (scene) scene.failed(because);
  else tell({ cx: "failed", id: 0, because });
}
addEventListener("error", (event) => failed(event.message));
addEventListener("unhandledrejection", (event) => failed(String(event.reason)));

addEventListener(
  "webglcontextlost",
  () => tell({ cx: "failed", id: 0, because: "the browser took its graphics memory away" }),
  { capture: true },
);

// The host knows what keys mean; the viewer has meanings of its own for some.
addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    event.stopPropagation();
    tell({ cx: "key", key: event.key, shiftKey: event.shiftKey });
  },
  { capture: true },
);

// The browser has few WebGL contexts, and would keep this one until it collects its garbage.
addEventListener("pagehide", (event) => {
  if (event.persisted) return;
  for (const canvas of document.querySelectorAll("canvas")) {
    canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  }
});

tell({ cx: "hello" });
