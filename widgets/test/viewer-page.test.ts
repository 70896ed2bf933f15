import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Channel } from "../src/viewer/channel";
import { ItkStage } from "../src/viewer/itk_stage";
import { Ahead, places } from "../src/viewer/page_ahead";
import { Levels } from "../src/viewer/page_levels";
import { lookOf } from "../src/viewer/page_look";
import { jupyterBase } from "../src/viewer/page_place";
import type { FromPage, ToPage } from "../src/viewer/page_wire";
import type { Ask } from "../src/viewer/wire";
import { picture, series } from "./viewer-fake";

const CAMERA = { centre: [3, -4] as [number, number], scale: 0.5 };
const WINDOW: [number, number] = [40, 400];
const CT = [200 * 512 * 512, 200 * 256 * 256, 100 * 128 * 128];

const bytes = (value: object): ArrayBuffer => new TextEncoder().encode(JSON.stringify(value)).buffer;

/** A channel that answers from `store`, and the keys it was asked for. */
function channel(store: Record<string, ArrayBuffer> = {}): { channel: Channel; keys: string[] } {
  const keys: string[] = [];
  const fake = new Channel({ get: () => undefined, on: () => undefined, off: () => undefined, send: () => undefined });
  fake.ask = (question) => {
    const { key } = question as Extract<Ask, { kind: "get" }>;
    keys.push(key);
    return Promise.resolve(store[key] ?? null);
  };
  return { channel: fake, keys };
}

test("planes of a CT are drawn from what is cheap, and from every voxel on demand", () => {
  const levels = new Levels(CT, { dtype: "int16", full: false }, false);
  expect([levels.coarsest, levels.finest]).toEqual([2, 0]);
  expect(levels.of("axial")).toBe(1);
  levels.all("axial");
  expect([levels.of("axial"), levels.of("volume")]).toEqual([0, 0]);
});

test("without a graphics card the volume stays coarse, unless every voxel is asked for in it", () => {
  const levels = new Levels(CT, { dtype: "int16", full: false }, true);
  levels.all("coronal");
  expect([levels.of("coronal"), levels.of("volume")]).toEqual([0, 2]);
  levels.all("volume");
  expect(levels.of("volume")).toBe(0);
});

test("what the viewer refuses is not wanted", () => {
  const levels = new Levels([2 ** 29, 2 ** 26, 2 ** 20], { dtype: "float32", full: true }, false);
  expect([levels.finest, levels.of("axial")]).toEqual([1, 1]);
});

test("a volume looks by its modality", () => {
  expect(lookOf("CT", WINDOW).opacity).toEqual(lookOf("CT", [0, 1]).opacity);
  expect(lookOf("PT", [5, 10])).toMatchObject({ blend: "Maximum", range: [0, 10], opacity: [[0, 0], [1, 1]] }); // prettier-ignore
  expect(lookOf("MR", WINDOW).blend).toBe("Composite");
});

test("the coarsest chunks are asked for ahead, each once", async () => {
  const meta = bytes({ shape: [3, 4, 5], chunks: [3, 2, 4] });
  const { channel: fake, keys } = channel({ "scale1/image/.zarray": meta, "scale1/image/0/1/1": bytes([7]) });
  const ahead = new Ahead(fake, 0, 2);
  await vi.waitFor(() => expect(keys).toContain("scale1/image/0/1/1"));
  expect(keys).toHaveLength(7);
  expect(await ahead.get("scale1/image/0/1/1")).toEqual(bytes([7]));
  expect(await ahead.get(".zattrs")).toBeNull();
  expect(keys).toHaveLength(7);
  await ahead.get("scale0/image/0/0/0");
  expect(keys.at(-1)).toBe("scale0/image/0/0/0");
});

test("an array's chunks", () => {
  expect(places(bytes({ shape: [65, 64, 1], chunks: [64, 64, 64] }))).toEqual(["0/0/0", "1/0/0"]);
});

test.each([
  ['{"baseUrl": "/user/al%40ice/"}', "http://localhost:3000/user/al%40ice/"],
  ['{"baseUrl": "/"}', "http://localhost:3000/"],
  ['{"baseUrl": 3}', undefined],
  ["{}", undefined],
  ["not JSON", undefined],
])("Jupyter's own address in %s", (config, address) => {
  const script = document.createElement("script");
  script.id = "jupyter-config-data";
  script.type = "application/json";
  script.textContent = config;
  document.body.append(script);
  expect(jupyterBase()?.href).toBe(address);
  script.remove();
});

test("a page of the older Jupyter pages says it on its body, and others not at all", () => {
  expect(jupyterBase()).toBeUndefined();
  document.body.dataset.baseUrl = "/lab";
  expect(jupyterBase()?.href).toBe("http://localhost:3000/lab/");
  delete document.body.dataset.baseUrl;
});

/** A stage whose page is this test. */
function staged(): { stage: ItkStage; told: ToPage[]; say: (message: FromPage) => void; opened: Promise<void> } {
  const shown = series({ coarseness: [1, 2] });
  const stage = new ItkStage(channel().channel, picture([shown], { page_url: "about:blank" }), 0);
  document.body.append(stage.element);
  const page = stage.element.contentWindow;
  if (!page) throw new Error("no frame");
  Object.defineProperty(stage.element, "contentWindow", { value: page });
  const told: ToPage[] = [];
  page.postMessage = (message: ToPage) => told.push(message);
  const say = (data: FromPage): void => void dispatchEvent(new MessageEvent("message", { data, source: page }));
  return { stage, told, say, opened: stage.open("axial", 4, WINDOW, CAMERA) };
}

beforeEach(() => {
  const context = { getExtension: () => null };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
});
afterEach(() => vi.restoreAllMocks());

test("the page is told what is wanted when it greets, not what was wanted at first", async () => {
  const { stage, told, say, opened } = staged();
  stage.camera({ centre: [0, 0], scale: 2 });
  stage.window([1, 2]);
  say({ cx: "hello" });
  const opening = told.at(-1);
  expect(opening).toMatchObject({
    cx: "open",
    stand: { view: "axial", index: 4, window: [1, 2], camera: { scale: 2 } },
  });
  let done = false;
  void opened.then(() => (done = true));
  await Promise.resolve();
  expect(done).toBe(false);
  say({ cx: "painted", id: (opening as { id: number }).id });
  await opened;
  stage.remove();
});

test("what the page says counts only from this page", async () => {
  const { stage, say, opened } = staged();
  const levels: number[] = [];
  stage.oncoarse = (coarseness) => levels.push(coarseness);
  say({ cx: "level", level: 1 });
  dispatchEvent(new MessageEvent("message", { data: { cx: "level", level: 0 }, source: window }));
  expect(levels).toEqual([2]);
  say({ cx: "failed", id: 0, because: "out of memory" });
  await expect(opened).rejects.toThrow("The viewer could not draw this image (out of memory).");
  stage.remove();
});

test("a viewer that is lost later says so", async () => {
  const { stage, told, say, opened } = staged();
  const lost: string[] = [];
  stage.onlost = (because) => lost.push(because);
  say({ cx: "hello" });
  say({ cx: "painted", id: (told.at(-1) as { id: number }).id });
  await opened;
  const full = stage.full();
  say({ cx: "failed", id: (told.at(-1) as { id: number }).id, because: "too large" });
  await expect(full).rejects.toThrow("too large");
  expect(lost).toEqual([]);
  const slice = stage.show("axial", 5);
  say({ cx: "failed", id: 0, because: "gone" });
  await expect(slice).rejects.toThrow("gone");
  expect(lost).toHaveLength(1);
  stage.remove();
  say({ cx: "failed", id: 0, because: "gone" });
  expect(lost).toHaveLength(1);
});
