/** What a reader does in the viewer, and two series. */

import { describe, expect, test, vi } from "vitest";
import front from "../src/viewer/host";
import { FakeModel, picture, segment, series } from "./viewer-fake";
import { key, named, open, opened, scrolled, settle } from "./viewer-opened";

describe("what a reader does", () => {
  test("no control leaves its keys to JupyterLab, where d d deletes a cell", async () => {
    const { root } = opened(picture([series({ warnings: "abcd".split("").map((text) => ({ name: text, text })) })]));
    await settle();
    named(root, "Three planes").click();
    await settle();
    const controls = [...root.querySelectorAll<HTMLElement>("button, input, select, summary, [tabindex]")];
    expect(controls.length).toBeGreaterThan(15);
    const kept = (init: KeyboardEventInit): HTMLElement[] => {
      for (const each of controls) each.dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true }));
      return controls.filter((each) => each.dataset.lmSuppressShortcuts === "true");
    };
    expect(kept({ key: "d" })).toEqual(controls);
    expect(kept({ key: "s", ctrlKey: true })).toEqual([]);
    const ended = vi.spyOn(window, "removeEventListener");
    open.close?.();
    open.close = undefined;
    expect(ended).toHaveBeenCalledWith("keydown", expect.anything(), { capture: true });
  });

  test("keys move, turn and choose, and do not reach the notebook", async () => {
    const { root } = opened(picture());
    const outside = vi.fn();
    document.addEventListener("keydown", outside);
    await settle();
    key(root, "PageDown");
    await settle();
    expect(root.dataset.slice).toBe("axial 7");
    key(root, "Home");
    key(root, "2");
    await settle();
    expect(root.dataset.slice).toBe("coronal 5");
    expect(root.querySelector(".cx-img-layer")?.getAttribute("aria-label")).toBe("Chest, Coronal, Slice 6 of 10");
    expect(named(root, "Coronal").getAttribute("aria-pressed")).toBe("true");
    key(root, "w");
    await settle();
    expect(root.textContent).toContain("W 1,500 · L −600 HU");
    key(root, "?");
    expect(root.querySelector<HTMLElement>("[role=dialog]")?.hidden).toBe(false);
    expect(key(root, "Escape").defaultPrevented).toBe(true);
    expect(outside).not.toHaveBeenCalled();
    expect(key(root, "s", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(key(root, "x").defaultPrevented).toBe(false);
    expect(key(root, "Escape").defaultPrevented).toBe(false);
    expect(outside).toHaveBeenCalledTimes(3);
    document.removeEventListener("keydown", outside);
  });

  test("the slider says which slice it is, and where some are missing", async () => {
    const { root } = opened(picture([series({ missing: [2, 3, 6] })]));
    await settle();
    const slider = root.querySelector<HTMLInputElement>("input[data-slices]");
    expect(slider?.getAttribute("aria-valuetext")).toBe("Slice 5 of 8");
    expect(root.querySelectorAll(".cx-img-gaps i")).toHaveLength(2);
    await vi.waitFor(() => expect(root.querySelector("[role=status]")?.textContent).toBe("Slice 5 of 8"));
    key(root, "ArrowUp");
    await settle();
    expect(root.textContent).toContain("This slice is missing");
    key(root, "2");
    await settle();
    expect(root.querySelectorAll(".cx-img-gaps i")).toHaveLength(0);
  });

  test("segments are listed with their maker, switched and gone to", async () => {
    const overlays = [{ name: "Lungs", kind: "SEG", made_by: "AUTOMATIC: nnU-Net", warnings: [] }];
    const hostile = segment({ name: "<img src=x onerror=alert(1)>", cm3: 1234.5 });
    const { root, model } = opened(picture([series({ overlays, segments: [hostile] })]));
    await settle();
    expect(root.textContent).toContain("Lungs SEG, AUTOMATIC: nnU-Net");
    expect(root.textContent).toContain("1,235 cm³");
    expect(root.querySelector("li img")).toBeNull();
    named(root, hostile.name).click();
    await settle();
    expect(root.dataset.slice).toBe("axial 3");
    expect(scrolled).toHaveBeenCalledWith({ block: "nearest" });
    expect(model.of("mask").map(({ index }) => index)).toEqual([4, 3]);
    const check = root.querySelector<HTMLInputElement>("li input");
    expect(check?.checked).toBe(true);
    expect(check?.getAttribute("aria-label")).toBe(`Show ${hostile.name}`);
  });

  test("all segments of one overlay are switched together, and those that cannot be read are missed", async () => {
    const overlays = [{ name: "Lungs", kind: "SEG", made_by: "", warnings: [] }];
    const segments = [segment(), segment({ bit: 1, name: "Vessel" })];
    const model = new FakeModel(picture([series({ overlays, segments })]), () => new ArrayBuffer(40));
    const el = document.createElement("div");
    document.body.append(el);
    open.close = front.render({ model, el });
    await settle();
    const [all, one, two] = el.querySelectorAll<HTMLInputElement>(".cx-img-legend input");
    one?.click();
    await settle();
    expect([all?.checked, all?.indeterminate, one?.checked, two?.checked]).toEqual([false, true, false, true]);
    all?.click();
    await settle();
    expect([all?.checked, one?.checked, two?.checked]).toEqual([true, true, true]);
    expect(el.textContent).toContain("Segments could not be read");
  });

  test("typed centre and width are taken, nonsense is not", async () => {
    const { root, model } = opened(picture());
    await settle();
    const [width, centre] = root.querySelectorAll<HTMLInputElement>("input[type=number]");
    if (!width || !centre) throw new Error("no fields");
    width.value = "80";
    width.dispatchEvent(new Event("change"));
    await settle(200);
    expect(model.of("png").at(-1)?.window).toEqual([40, 80]);
    width.value = "-5";
    width.dispatchEvent(new Event("change"));
    await settle(200);
    expect(model.of("png").at(-1)?.window).toEqual([40, 80]);
    expect(width.value).toBe("80");
    width.focus();
    for (const nonsense of ["0", "", "1e9"]) {
      width.value = nonsense;
      width.dispatchEvent(new Event("change"));
      expect(width.value).toBe("80");
    }
    centre.value = "41.6";
    centre.dispatchEvent(new Event("change"));
    expect(centre.value).toBe("42");
    await settle(200);
    expect(model.of("png").at(-1)?.window).toEqual([41.6, 80]);
  });

  test("help gives the focus back to where it came from", async () => {
    const { root } = opened(picture());
    await settle();
    const layer = root.querySelector<HTMLElement>(".cx-img-layer");
    layer?.focus();
    key(root, "?");
    expect(document.activeElement).toBe(named(root, "Close"));
    key(root, "Escape");
    expect(document.activeElement).toBe(layer);
  });

  test("of a plane that was turned it is said that it is near the one acquired", () => {
    const { root } = opened(picture([series({ oblique: 12 })]));
    expect(named(root, "Near axial, as acquired")).toBeTruthy();
    expect(named(root, "Coronal")).toBeTruthy();
  });

  test("a segment does not repeat what is said of all of them", () => {
    const overlays = [{ name: "Lungs", kind: "SEG", made_by: "AUTOMATIC, nnU-Net", warnings: [] }];
    const segments = [segment({ detail: "AUTOMATIC, nnU-Net" }), segment({ bit: 1, detail: "MANUAL" })];
    const { root } = opened(picture([series({ overlays, segments })]));
    const details = [...root.querySelectorAll(".cx-img-size")].map(({ textContent }) => textContent);
    expect(details).toEqual(["1.25 cm³", "1.25 cm³, MANUAL"]);
  });
});

describe("two series", () => {
  const follow = series({ title: "Follow-up", origin: [42, 20, 10] });

  test("linked, a step in one is a step in the other, and what lies outside is said", async () => {
    const { root } = opened(picture([series(), follow]));
    await settle();
    expect(root.dataset.slice).toBe("axial 4;axial 0");
    key(root, "ArrowDown");
    await settle();
    expect(root.dataset.slice).toBe("axial 5;axial 1");
    expect(root.dataset.cursor).toBe("16.0,30.0,45.0;16.0,30.0,45.0");
    expect(root.textContent).not.toContain("The point lies outside this series");
    key(root, "Home");
    await settle();
    expect(root.textContent).toContain("The point lies outside this series");
  });

  test("not linked, it is said why, and a place can be taken as the same", async () => {
    const because = "The frames of reference differ.";
    const { root } = opened(picture([series(), follow], { unlinked_because: because }));
    await settle();
    const said = root.querySelector<HTMLElement>(".cx-img-apart");
    expect(said?.hidden).toBe(false);
    expect(said?.textContent).toBe(`${because}Link here`);
    const after = said?.compareDocumentPosition(root.querySelector(".cx-img-body") ?? root);
    expect(after).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    const crosses = (): number[] =>
      [...root.querySelectorAll(".cx-img-pane")].map((pane) => pane.querySelectorAll(".cx-img-cross").length);
    expect(crosses()[0]).toBeGreaterThan(0);
    expect(crosses()[1]).toBe(0);
    key(root, "ArrowDown");
    await settle();
    expect(root.dataset.slice).toBe("axial 5;axial 4");
    named(root, "Link here").click();
    await settle();
    expect(crosses()[1]).toBe(crosses()[0]);
    expect(said?.hidden).toBe(true);
    key(root, "ArrowDown");
    await settle();
    expect(root.dataset.slice).toBe("axial 6;axial 5");
    named(root, "Unlink").click();
    key(root, "ArrowDown");
    await settle();
    expect(root.dataset.slice).toBe("axial 7;axial 5");
  });
});
