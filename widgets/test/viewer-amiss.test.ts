/** What is said and seen where pictures do not come, or not in time. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MAKERS } from "../src/viewer/chain";
import { Channel } from "../src/viewer/channel";
import front from "../src/viewer/host";
import { MaskCanvas } from "../src/viewer/masks";
import type { Stage, View } from "../src/viewer/stage";
import type { Ask, Picture } from "../src/viewer/wire";
import { FakeModel, picture, segment, series, stored } from "./viewer-fake";

globalThis.ResizeObserver = class {
  observe = vi.fn();
  unobserve = vi.fn();
  disconnect = vi.fn();
};
HTMLCanvasElement.prototype.getContext = () => null;
let pictures = 0;
URL.createObjectURL = () => `blob:${++pictures}`;
URL.revokeObjectURL = () => undefined;
Object.defineProperty(HTMLImageElement.prototype, "decode", { value: () => Promise.resolve() });

const SORRY = "This slice could not be drawn.";

/** Draws what a test lets it draw. */
class Steered implements Stage {
  static all: Steered[] = [];
  readonly kind: Stage["kind"] = "viewer";
  readonly element = document.createElement("div");
  oncoarse: (coarseness: number) => void = () => undefined;
  onlost?: (because: string) => void;
  readonly shown: string[] = [];
  answers: (() => Promise<void>)[] = [];

  constructor() {
    Steered.all.push(this);
  }
  open(view: View, index: number): Promise<void> {
    return this.show(view, index);
  }
  show(view: View, index: number): Promise<void> {
    this.shown.push(`${view} ${index}`);
    return (this.answers.shift() ?? (() => Promise.resolve()))();
  }
  window = vi.fn();
  camera = vi.fn();
  full = (): Promise<void> => Promise.resolve();
  remove(): void {
    this.element.remove();
  }
}

class SteeredSlices extends Steered {
  override readonly kind = "slices";
}

const real = { ...MAKERS };
let close: (() => void) | undefined;

beforeEach(() => {
  Steered.all = [];
  Object.assign(MAKERS, { viewer: Steered, slices: SteeredSlices });
});

afterEach(() => {
  close?.();
  close = undefined;
  vi.useRealTimers();
  vi.restoreAllMocks();
  Object.assign(MAKERS, real);
  document.body.replaceChildren();
});

type Answer = (ask: Ask) => ArrayBuffer | null;

function opened(shown: Picture, answer?: Answer): { root: HTMLElement; model: FakeModel } {
  const model = new FakeModel(shown, answer);
  const el = document.createElement("div");
  document.body.append(el);
  close = front.render({ model, el });
  return { root: el.querySelector<HTMLElement>(".cx-img") ?? el, model };
}

async function settle(ms = 60): Promise<void> {
  if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(ms);
  else await new Promise((resolve) => setTimeout(resolve, ms));
}

function key(root: HTMLElement, name: string): void {
  root.querySelector(".cx-img-layer")?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
}

/** What covers the picture; null where nothing does. */
function cover(root: HTMLElement): string | null {
  const found = root.querySelector<HTMLElement>(".cx-img-cover");
  return found && !found.hidden ? found.textContent : null;
}

function viewer(): Steered {
  const [found] = Steered.all;
  if (!found) throw new Error("no stage");
  return found;
}

describe("a slice that does not come", () => {
  const segments = [
    segment({
      slices: [
        [0, 7],
        [0, 9],
        [0, 11],
      ],
    }),
  ];
  const overlays = [{ name: "Lungs", kind: "SEG", made_by: "", warnings: [] }];
  const live = picture([series()], { stages: ["viewer", "still"] });

  test("is not shown as the one before, without a mask, until one comes again", async () => {
    const { root, model } = opened(picture([series({ overlays, segments })]), (ask) => {
      if (ask.kind === "mask") return stored(new Uint32Array(120).fill(1));
      return ask.kind === "png" && ask.index === 5 ? null : new ArrayBuffer(8);
    });
    const taken = vi.spyOn(MaskCanvas.prototype, "take");
    await settle();
    expect([cover(root), root.dataset.painted]).toEqual([null, "axial 4"]);
    key(root, "ArrowDown");
    await settle();
    expect(taken).toHaveBeenLastCalledWith("axial", undefined);
    expect([cover(root), root.dataset.painted, root.dataset.slice]).toEqual([SORRY, "axial 4", "axial 5"]);
    expect(model.of("mask").map(({ index }) => index)).toEqual([4, 5]);
    key(root, "ArrowDown");
    await settle();
    expect([cover(root), root.dataset.painted]).toEqual([null, "axial 6"]);
  });

  test("of a viewer that rejects, or says nothing, or speaks late", async () => {
    vi.useFakeTimers();
    const { root } = opened(live);
    await settle();
    let speak = (): void => undefined;
    const slow = (): Promise<void> => new Promise((resolve) => (speak = resolve));
    viewer().answers = [() => Promise.reject(new Error("lost")), slow];
    key(root, "ArrowDown");
    await settle();
    expect([cover(root), root.dataset.painted]).toEqual([SORRY, "axial 4"]);
    key(root, "ArrowDown");
    await settle(9000);
    expect(root.dataset.painted).toBe("axial 4");
    await settle(2000);
    expect([cover(root), root.dataset.painted]).toEqual([SORRY, "axial 4"]);
    speak();
    await settle();
    expect([cover(root), root.dataset.painted]).toEqual([null, "axial 6"]);
  });

  test("at another window is not shown at the window before", async () => {
    const { root } = opened(picture(), (ask) =>
      ask.kind === "png" && ask.window[1] !== 400 ? null : new ArrayBuffer(8),
    );
    await settle();
    key(root, "w");
    await settle(200);
    expect(cover(root)).toBe(SORRY);
    key(root, "w");
    await settle(200);
    expect(cover(root)).toBeNull();
  });

  test("at first is said, once no stage draws it", async () => {
    const { root } = opened(picture(), () => null);
    await settle();
    expect(cover(root)).toBe(SORRY);
    expect(root.dataset.painted).toBe("");
  });
});

describe("a viewer that draws", () => {
  test("is not blamed for a still picture that does not come", async () => {
    const shown = picture([series()], { stages: ["viewer", "still"] });
    const { root, model } = opened(shown, () => null);
    await settle(400);
    expect(root.dataset.shown).toBe("viewer");
    expect(root.textContent).not.toContain("There is no picture of this slice.");
    expect(cover(root)).toBeNull();
    expect(model.states.at(-1)).toMatchObject({ shown: "viewer", because: "" });
  });

  test("leaves no listener for each slice", async () => {
    const { root } = opened(picture([series()], { stages: ["viewer", "still"] }));
    await settle();
    const added = vi.spyOn(AbortSignal.prototype, "addEventListener");
    const removed = vi.spyOn(AbortSignal.prototype, "removeEventListener");
    for (const name of ["ArrowDown", "ArrowDown", "ArrowUp"]) {
      key(root, name);
      await settle();
    }
    expect(viewer().shown).toHaveLength(4);
    expect(added).toHaveBeenCalledTimes(3);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });

  test("is brought to where the reader went while it loaded, however often", async () => {
    const waits: (() => void)[] = [];
    const wait = (): Promise<void> => new Promise((resolve) => waits.push(resolve));
    vi.spyOn(Steered.prototype, "open").mockImplementation(wait);
    const { root } = opened(picture([series()], { stages: ["viewer", "still"] }));
    await settle();
    viewer().answers = [wait];
    key(root, "ArrowDown");
    await settle();
    waits.shift()?.();
    await settle();
    key(root, "ArrowDown");
    await settle();
    waits.shift()?.();
    await settle();
    expect(viewer().shown.at(-1)).toBe("axial 6");
    expect(root.dataset.painted).toBe("axial 6");
  });

  test("a volume that does not open is a plane for the next stage", async () => {
    const { root } = opened(picture([series()], { stages: ["viewer", "slices", "still"] }));
    await settle();
    const named = (name: string): HTMLButtonElement | undefined =>
      [...root.querySelectorAll("button")].find(({ textContent }) => textContent === name);
    named("Three planes")?.click();
    await settle();
    vi.spyOn(Steered.prototype, "open").mockRejectedValueOnce(new Error("This browser has no WebGL."));
    named("Volume")?.click();
    await settle();
    expect(root.dataset.shown).toBe("slices");
    expect(root.dataset.painted).toBe("axial 4");
    expect(Steered.all.at(-1)?.shown).toEqual(["axial 4"]);
    expect(named("Volume")?.disabled).toBe(true);
    named("Three planes")?.click();
    await settle();
    expect(named("Volume")?.disabled).toBe(true);
  });
});

describe("Python that does not answer", () => {
  test("is said once, and no more when it answers", async () => {
    vi.useFakeTimers();
    const { root, model } = opened(picture());
    await settle();
    const said = (): number => root.textContent.split("Python does not answer.").length - 1;
    expect(said()).toBe(0);
    const held: object[] = [];
    const send = vi.spyOn(model, "send").mockImplementation((message) => void held.push(message));
    key(root, "ArrowDown");
    await settle(9000);
    expect(said()).toBe(0);
    await settle(12000);
    key(root, "ArrowDown");
    await settle(12000);
    expect(said()).toBe(1);
    expect(cover(root)).toBe(SORRY);
    send.mockRestore();
    for (const message of held) model.send(message as Ask);
    await settle(100);
    expect(said()).toBe(0);
    expect([cover(root), root.dataset.painted]).toEqual([null, "axial 6"]);
  });

  test("and a kernel that is gone, at once", async () => {
    const model = new FakeModel(picture());
    model.send = () => {
      throw new Error("Cannot send");
    };
    const channel = new Channel(model);
    const told = vi.fn();
    channel.onsilent = told;
    void channel.ask({ kind: "asset", name: "bokeh.js" });
    channel.report({ kind: "state", state: {} as never });
    await settle(0);
    expect(told.mock.calls).toEqual([[true]]);
  });

  test("while a viewer opens, is waited for", async () => {
    vi.useFakeTimers();
    vi.spyOn(Steered.prototype, "open").mockImplementation(() => new Promise(() => undefined));
    const silent = new FakeModel(picture([series()], { stages: ["viewer", "still"], time_limit_s: 20 }));
    silent.send = () => undefined;
    const el = document.createElement("div");
    close = front.render({ model: silent, el });
    await settle(60_000);
    expect(viewer().element.parentElement).not.toBeNull();
    expect(el.textContent).toContain("Python does not answer.");
  });
});
