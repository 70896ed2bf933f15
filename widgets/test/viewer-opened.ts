/** The whole viewer on a model that answers at once; stages that a test steers take the place of the real ones. */

import { afterEach, beforeEach, vi } from "vitest";
import { MAKERS } from "../src/viewer/chain";
import front from "../src/viewer/host";
import type { Camera, Stage, View } from "../src/viewer/stage";
import type { Picture } from "../src/viewer/wire";
import { FakeModel, stored } from "./viewer-fake";

// jsdom draws and measures nothing.
globalThis.ResizeObserver = class {
  observe = vi.fn();
  unobserve = vi.fn();
  disconnect = vi.fn();
};
HTMLElement.prototype.setPointerCapture = () => undefined;
export const scrolled = vi.fn();
HTMLElement.prototype.scrollIntoView = scrolled;
HTMLCanvasElement.prototype.getContext = () => null;
URL.createObjectURL = () => "blob:picture";
URL.revokeObjectURL = () => undefined;
Object.defineProperty(HTMLImageElement.prototype, "decode", { value: () => Promise.resolve() });

export class FakeStage implements Stage {
  static all: FakeStage[] = [];
  readonly kind: Stage["kind"] = "viewer";
  readonly element = document.createElement("div");
  oncoarse: (coarseness: number) => void = () => undefined;
  onlost?: (because: string) => void;
  readonly shown: string[] = [];
  looks: Camera | undefined;
  levels: [number, number] | undefined;
  removed = false;
  succeed: () => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  constructor() {
    FakeStage.all.push(this);
  }

  open(view: View, index: number): Promise<void> {
    this.shown.push(`${view} ${index}`);
    return new Promise((resolve, reject) => {
      this.succeed = resolve;
      this.fail = reject;
    });
  }
  show(view: View, index: number): Promise<void> {
    this.shown.push(`${view} ${index}`);
    return Promise.resolve();
  }
  window(window: [number, number]): void {
    this.levels = window;
  }
  camera(camera: Camera): void {
    this.looks = camera;
  }
  full = vi.fn(() => Promise.resolve());
  remove(): void {
    this.removed = true;
    this.element.remove();
  }
}

class FakeSlices extends FakeStage {
  override readonly kind = "slices";
}

const real = { ...MAKERS };
/** Closes what a test opened. */
export const open: { close?: (() => void) | undefined } = {};

beforeEach(() => {
  FakeStage.all = [];
  Object.assign(MAKERS, { viewer: FakeStage, slices: FakeSlices });
});

afterEach(() => {
  open.close?.();
  vi.useRealTimers();
  Object.assign(MAKERS, real);
  document.body.replaceChildren();
});

export function opened(shown: Picture): { root: HTMLElement; model: FakeModel } {
  const model = new FakeModel(shown, (ask) => {
    if (ask.kind === "mask") return stored(new Uint32Array(120));
    return new ArrayBuffer(8);
  });
  const el = document.createElement("div");
  document.body.append(el);
  open.close = front.render({ model, el });
  return { root: el.querySelector<HTMLElement>(".cx-img") ?? el, model };
}

export async function settle(ms = 60): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

export function stage(at = 0): FakeStage {
  const found = FakeStage.all[at];
  if (!found) throw new Error("no such stage");
  return found;
}

export function named(root: HTMLElement, name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find(
    (each) => each.textContent === name || each.getAttribute("aria-label") === name,
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
}

export function key(root: HTMLElement, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  root.querySelector(".cx-img-layer")?.dispatchEvent(event);
  return event;
}
