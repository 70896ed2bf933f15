/** The transparent layer over a stage: what wheel, mouse and fingers mean. */

import { make } from "./make";
import type { Pair } from "./geometry";

/** Places are CSS pixels from the top left of the layer. */
export interface Hand {
  step(by: 1 | -1): void;
  zoom(at: Pair, factor: number): void;
  pan(by: Pair): void;
  window(by: Pair): void;
  reset(): void;
  point(at: Pair): void;
  /** Whether a drag with the main button draws a line. */
  drawing(): boolean;
  line(phase: "start" | "move" | "end", at: Pair): void;
}

/** A drag begins after so many pixels; less is a click. */
const STILL_PX = 3;
/** Pixels of a touchpad or a finger for one slice. */
const STEP_PX = 40;
const FINGER_PX = 12;

type Drag = "window" | "pan" | "line" | "finger";

export class Layer {
  readonly element = make("div", "cx-img-layer");
  private drag: Drag | undefined;
  private start: Pair = [0, 0];
  private last: Pair = [0, 0];
  private moved = false;
  private rolled = 0;
  private readonly fingers = new Map<number, Pair>();

  constructor(private readonly hand: Hand) {
    const { element } = this;
    element.tabIndex = 0;
    element.dataset.picture = "";
    element.addEventListener("wheel", this.wheel, { passive: false });
    element.addEventListener("pointerdown", this.down);
    element.addEventListener("pointermove", this.move);
    element.addEventListener("pointerup", this.up);
    element.addEventListener("pointercancel", this.up);
    element.addEventListener("dblclick", () => {
      if (!hand.drawing()) hand.reset();
    });
    // The middle button would scroll the page.
    element.addEventListener("mousedown", (event) => {
      if (event.button === 1) event.preventDefault();
    });
  }

  private at(event: MouseEvent): Pair {
    const { left, top } = this.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1);
    if (event.ctrlKey || event.metaKey) {
      this.hand.zoom(this.at(event), Math.exp(-0.01 * Math.min(Math.max(pixels, -20), 20)));
      return;
    }
    // A wheel gives a notch at once, a touchpad a stream of small ones.
    this.rolled = Math.abs(pixels) >= STEP_PX ? pixels : this.rolled + pixels;
    if (Math.abs(this.rolled) < STEP_PX) return;
    this.hand.step(this.rolled > 0 ? 1 : -1);
    this.rolled = 0;
  };

  private readonly down = (event: PointerEvent): void => {
    if (event.button > 1) return;
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.start = this.last = this.at(event);
    this.moved = false;
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, this.last);
    if (event.button === 1 || event.shiftKey) this.drag = "pan";
    else if (this.hand.drawing()) this.drag = "line";
    else this.drag = event.pointerType === "touch" ? "finger" : "window";
    if (this.drag === "line") this.hand.line("start", this.start);
  };

  private readonly move = (event: PointerEvent): void => {
    if (!this.drag) return;
    const at = this.at(event);
    if (this.fingers.size === 2 && this.fingers.has(event.pointerId)) {
      this.pinch(event.pointerId, at);
      return;
    }
    const by: Pair = [at[0] - this.last[0], at[1] - this.last[1]];
    const away = Math.hypot(at[0] - this.start[0], at[1] - this.start[1]);
    if (!this.moved && away < STILL_PX) return;
    this.moved = true;
    if (this.drag === "finger") {
      const steps = Math.trunc(by[1] / FINGER_PX);
      for (let i = 0; i < Math.abs(steps); i++) this.hand.step(steps > 0 ? 1 : -1);
      this.last = [at[0], this.last[1] + steps * FINGER_PX];
      return;
    }
    this.last = at;
    if (this.drag === "window") this.hand.window(by);
    else if (this.drag === "pan") this.hand.pan(by);
    else this.hand.line("move", at);
  };

  private readonly up = (event: PointerEvent): void => {
    const { drag } = this;
    const pinched = this.fingers.size > 1;
    this.fingers.delete(event.pointerId);
    this.drag = undefined;
    if (this.fingers.size) return;
    if (drag === "line") this.hand.line("end", this.at(event));
    else if (drag && !this.moved && !pinched && event.type === "pointerup") this.hand.point(this.at(event));
  };

  /** Two fingers: what is between them stays between them. */
  private pinch(id: number, at: Pair): void {
    const [other] = [...this.fingers].filter(([finger]) => finger !== id).map(([, place]) => place);
    const before = this.fingers.get(id);
    this.fingers.set(id, at);
    if (!other || !before) return;
    this.moved = true;
    const apart = (place: Pair): number => Math.hypot(place[0] - other[0], place[1] - other[1]);
    this.hand.pan([(at[0] - before[0]) / 2, (at[1] - before[1]) / 2]);
    this.hand.zoom([(at[0] + other[0]) / 2, (at[1] + other[1]) / 2], apart(at) / Math.max(apart(before), 1));
  }
}
