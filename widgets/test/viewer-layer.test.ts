import { beforeEach, describe, expect, test, vi } from "vitest";
import { deedOf } from "../src/viewer/keys";
import { Layer, type Hand } from "../src/viewer/layer";

HTMLElement.prototype.setPointerCapture = () => undefined;

const hand = {
  step: vi.fn(),
  zoom: vi.fn(),
  pan: vi.fn(),
  window: vi.fn(),
  reset: vi.fn(),
  point: vi.fn(),
  drawing: vi.fn(() => false),
  line: vi.fn(),
} satisfies Hand;

let layer: HTMLElement;

beforeEach(() => {
  vi.clearAllMocks();
  hand.drawing.mockReturnValue(false);
  layer = new Layer(hand).element;
  document.body.replaceChildren(layer);
});

function pointer(type: string, x: number, y: number, more: PointerEventInit = {}): void {
  const event = new MouseEvent(`pointer${type}`, { clientX: x, clientY: y, bubbles: true, ...more });
  Object.assign(event, { pointerId: more.pointerId ?? 1, pointerType: more.pointerType ?? "mouse" });
  layer.dispatchEvent(event);
}

function drag(from: [number, number], to: [number, number], more: PointerEventInit = {}): void {
  pointer("down", ...from, more);
  pointer("move", ...to, more);
  pointer("up", ...to, more);
}

describe("the mouse", () => {
  test("a drag sets the window, with Shift or the middle button it moves the picture", () => {
    drag([10, 10], [40, 5]);
    expect(hand.window).toHaveBeenCalledWith([30, -5]);
    drag([10, 10], [40, 5], { shiftKey: true });
    drag([10, 10], [40, 5], { button: 1 });
    expect(hand.pan.mock.calls).toEqual([[[30, -5]], [[30, -5]]]);
    expect(hand.point).not.toHaveBeenCalled();
  });

  test("a click sets the cursor, and a hand that trembles is still a click", () => {
    drag([10, 10], [11, 11]);
    expect(hand.point).toHaveBeenCalledWith([11, 11]);
    expect(hand.window).not.toHaveBeenCalled();
  });

  test("the right button is left to the browser", () => {
    drag([10, 10], [40, 40], { button: 2 });
    expect(hand.window).not.toHaveBeenCalled();
  });

  test("a double click resets, but not while lines are drawn", () => {
    layer.dispatchEvent(new MouseEvent("dblclick"));
    hand.drawing.mockReturnValue(true);
    layer.dispatchEvent(new MouseEvent("dblclick"));
    expect(hand.reset).toHaveBeenCalledTimes(1);
  });

  test("a drag with the ruler draws", () => {
    hand.drawing.mockReturnValue(true);
    drag([10, 10], [40, 5]);
    expect(hand.line.mock.calls).toEqual([
      ["start", [10, 10]],
      ["move", [40, 5]],
      ["end", [40, 5]],
    ]);
  });
});

describe("the wheel", () => {
  const wheel = (deltaY: number, more: WheelEventInit = {}): WheelEvent => {
    const event = new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true, ...more });
    layer.dispatchEvent(event);
    return event;
  };

  test("is one slice for each notch, of a touchpad too, and never scrolls the page", () => {
    expect(wheel(100).defaultPrevented).toBe(true);
    wheel(-120);
    wheel(3, { deltaMode: 1 });
    expect(hand.step.mock.calls).toEqual([[1], [-1], [1]]);
    hand.step.mockClear();
    for (let i = 0; i < 8; i++) wheel(10);
    expect(hand.step.mock.calls).toEqual([[1], [1]]);
  });

  test("zooms with Ctrl", () => {
    wheel(-100, { ctrlKey: true, clientX: 7, clientY: 9 });
    const [at, factor] = hand.zoom.mock.calls[0] as [unknown, number];
    expect(at).toEqual([7, 9]);
    expect(factor).toBeGreaterThan(1);
    expect(hand.step).not.toHaveBeenCalled();
  });
});

describe("fingers", () => {
  const touch = (id: number): PointerEventInit => ({ pointerType: "touch", pointerId: id });

  test("one finger goes through slices", () => {
    drag([50, 50], [50, 80], touch(1));
    expect(hand.step.mock.calls).toEqual([[1], [1]]);
    expect(hand.point).not.toHaveBeenCalled();
  });

  test("two fingers zoom and move", () => {
    pointer("down", 100, 100, touch(1));
    pointer("down", 200, 100, touch(2));
    pointer("move", 300, 100, touch(2));
    expect(hand.zoom).toHaveBeenCalledWith([200, 100], 2);
    pointer("up", 300, 100, touch(2));
    pointer("move", 100, 300, touch(1));
    pointer("up", 100, 300, touch(1));
    expect(hand.step).not.toHaveBeenCalled();
    expect(hand.point).not.toHaveBeenCalled();
  });
});

describe("keys", () => {
  function pressed(target: HTMLElement, key: string, more: KeyboardEventInit = {}): unknown {
    document.body.append(target);
    let deed: unknown;
    target.addEventListener("keydown", (event) => (deed = deedOf(event)), { once: true });
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    return deed;
  }

  test.each([
    ["ArrowDown", { do: "step", by: 1 }],
    ["PageUp", { do: "step", by: -10 }],
    ["End", { do: "end", last: true }],
    ["2", { do: "plane", plane: "coronal" }],
    ["W", { do: "preset" }],
    ["+", { do: "zoom", nearer: true }],
    ["Delete", { do: "delete" }],
    ["x", undefined],
  ])("%s on the picture", (key, deed) => {
    expect(pressed(layer, key)).toEqual(deed);
  });

  test("Ctrl, Alt and the command key are for others", () => {
    expect(pressed(layer, "0", { ctrlKey: true })).toBeUndefined();
    expect(pressed(layer, "-", { metaKey: true })).toBeUndefined();
    expect(pressed(layer, "f", { altKey: true })).toBeUndefined();
  });

  test("what is typed is typed", () => {
    const field = Object.assign(document.createElement("input"), { type: "number" });
    expect(pressed(field, "0")).toBeUndefined();
    expect(pressed(field, "-")).toBeUndefined();
    expect(pressed(document.createElement("select"), "w")).toBeUndefined();
  });

  test("a button keeps its own keys", () => {
    expect(pressed(document.createElement("button"), " ")).toBeUndefined();
    expect(pressed(document.createElement("button"), "ArrowDown")).toBeUndefined();
    expect(pressed(document.createElement("button"), "w")).toEqual({ do: "preset" });
  });

  test("the slice slider does with up and down what the picture does", () => {
    const slider = Object.assign(document.createElement("input"), { type: "range" });
    slider.dataset.slices = "";
    expect(pressed(slider, "ArrowDown")).toEqual({ do: "step", by: 1 });
    expect(pressed(slider, "ArrowRight")).toBeUndefined();
  });
});
