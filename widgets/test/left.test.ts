/** What holds in every host: the app, JupyterLab's side panel and a notebook, all filters open. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { button, data, frame, key, row, SHAPES, showAll } from "./fake.ts";
import type { Wire } from "../src/left/wire.ts";

afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe.each(SHAPES)("as %s", (shape) => {
  test("draws the rule and the filters", async () => {
    const { el } = await showAll(shape);
    expect([...el.querySelectorAll(".facet h3")].map((h) => h.textContent)).toEqual(data().facets.map((f) => f.title));
    expect(row(el, "Modality", "MR").getAttribute("aria-checked")).toBe("true");
    expect(row(el, "Modality", "MG").getAttribute("aria-label")).toBe(
      "MG: 9,855 of 17,026 patients, 128,115 of 204,312 series",
    );
    expect(row(el, "sex", "missing").className).toContain("miss");
    expect(row(el, "cancer_type", "Lung").className).toContain("zero");
    const levels = [...el.querySelectorAll(".group .seg button")].map((b) => b.textContent);
    expect(levels).toEqual(["series3,296", "study4,079", "patient4,080"]);
    expect(el.querySelectorAll(".group")[1]?.textContent).toContain("level makes no difference");
    expect(el.textContent).toContain({ column: "21 more values", panel: "all 25", grid: "21 more values" }[shape]);
    if (shape === "column") expect(el.textContent).toContain("28.6 % missing");
    else expect(row(el, "BodyPartExamined", "missing").className).toContain("miss");
  });

  test("draws a click at once, sends it, and yields to the answer", async () => {
    const { model, el } = await showAll(shape);
    row(el, "sex", "O").click();
    await frame();
    expect(model.last).toEqual({
      kind: "toggle",
      facet: "sex",
      value: "O",
      group: "include:1",
      on: true,
      exclude: false,
    });
    expect(model.sent[0]?.revision).toBe(7);
    expect(row(el, "sex", "O").getAttribute("aria-checked")).toBe("true");
    expect(el.querySelector(".cx")?.className).toContain("waiting");
    const { client, n } = model.sent[0] ?? { client: "", n: 0 };
    model.set({ seen: `${client}:${n}` }); // refused: nothing changed
    await frame();
    expect(row(el, "sex", "O").getAttribute("aria-checked")).toBe("false");
    expect(el.querySelector(".cx")?.className).not.toContain("waiting");
  });

  test("no row moves while the mouse is down", async () => {
    const { model, el } = await showAll(shape);
    const names = () => [...el.querySelectorAll('[data-facet="sex"] .fr')].map((each) => each.getAttribute("data-key"));
    const before = names();
    const press = (kind: string) => row(el, "sex", "O").dispatchEvent(new Event(kind, { bubbles: true }));
    const { by, ...rest } = data().now;
    const sex = { ...by?.sex, values: [["O", 9999, 9999]] };
    press("pointerdown");
    model.set({ now: { ...rest, by: { ...by, sex } } as never });
    await frame();
    expect(names()).toEqual(before);
    press("pointerup");
    row(el, "sex", "O").click();
    expect(model.last).toMatchObject({ value: "O" });
    await frame();
    expect(names().at(0)).toBe('"O"');
  });

  test("a second click is not undone by the answer to the first", async () => {
    const { model, el } = await showAll(shape);
    row(el, "sex", "O").click();
    row(el, "sex", "missing").click();
    await frame();
    const first = structuredClone(data().definition);
    first.include?.[1]?.where.splice(0, 1, { facet: "sex", is_in: ["F", "O"] });
    model.set({ definition: first, revision: 8 });
    await frame();
    expect(["O", "missing"].map((label) => row(el, "sex", label).getAttribute("aria-checked"))).toEqual([
      "true",
      "true",
    ]);
  });

  test("keeps rows that did not change, and the scroll position", async () => {
    const { model, el } = await showAll(shape);
    const kept = row(el, "Manufacturer", "SIEMENS");
    const now = structuredClone(data().now);
    model.set({ now: { ...now, id: "8" } });
    await frame();
    expect(row(el, "Manufacturer", "SIEMENS")).toBe(kept);
  });

  test("numbers of another definition are never drawn, in whatever order they come", async () => {
    const { model, el } = await showAll(shape);
    const by = (patients: number) => ({ Manufacturer: { values: [["SIEMENS", patients, patients]] } }) as never;
    const number = () => row(el, "Manufacturer", "SIEMENS").querySelector(".c1")?.textContent;
    const tell = async (traits: Partial<Wire>) => {
      model.set(traits);
      await frame();
      return number();
    };
    expect(await tell({ definition_id: "a", now: { id: "a", by: by(11) } })).toBe("11");
    // The next click: until its numbers are there, those of before stay.
    expect(await tell({ definition_id: "b", pending: true })).toBe("11");
    expect(await tell({ now: { id: "older", by: by(22) } })).toBe("11");
    expect(await tell({ now: { id: "b", by: by(33) }, pending: false })).toBe("33");
    expect(await tell({ now: { id: "a", by: by(11) }, levels: {}, totals: [] })).toBe("33");
    expect(el.querySelector(".cx")?.getAttribute("data-counted")).toBe("b");
    // Together with its definition it is news.
    expect(await tell({ definition_id: "a", now: { id: "a", by: by(44) } })).toBe("44");
  });

  test("hostile values are text", async () => {
    const wire = data();
    const hostile = '<img src=x onerror="window.hacked=1">';
    wire.definition = {
      version: 1,
      name: hostile,
      include: [{ same: "series", where: [{ facet: hostile, is_in: [hostile] }] }],
    };
    for (const facet of wire.facets) facet.title = facet.description = facet.caution = hostile;
    wire.now.by = { Manufacturer: { values: [[hostile, 9, 9]] } };
    const { el } = await showAll(shape, wire);
    for (const opener of el.querySelectorAll<HTMLElement>("[aria-haspopup]")) opener.click();
    await frame();
    expect(el.querySelector("img")).toBeNull();
    expect(row(el, "Manufacturer", hostile).title).toContain(hostile);
    expect(el.querySelector(".chip")?.textContent).toBe(`${hostile} ${hostile}`);
  });

  test("Alt-click and Alt+Space exclude; Space chooses; arrows move", async () => {
    const { model, el } = await showAll(shape);
    const mg = row(el, "Modality", "MG");
    mg.dispatchEvent(new MouseEvent("click", { bubbles: true, altKey: true }));
    expect(model.last).toEqual({
      kind: "toggle",
      facet: "Modality",
      value: "MG",
      group: null,
      on: true,
      exclude: true,
    });
    mg.focus();
    key(mg, "ArrowDown");
    expect(document.activeElement).toBe(row(el, "Modality", "MR"));
    key(row(el, "Modality", "MR"), " ");
    expect(model.last).toMatchObject({ kind: "toggle", value: "MR", on: false, exclude: false });
    key(row(el, "Modality", "SEG"), " ", { altKey: true });
    expect(model.last).toMatchObject({ value: "SEG", exclude: true });
  });

  test("/ searches filters and values, Escape clears, letters do nothing while typing", async () => {
    const { model, el } = await showAll(shape);
    const input = el.querySelector<HTMLInputElement>(".find input");
    if (!input) throw new Error("no search");
    key(row(el, "sex", "F"), "/");
    expect(document.activeElement).toBe(input);
    input.value = "confirma";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    key(input, "l");
    key(input, "z", { ctrlKey: true });
    await frame();
    expect(model.sent).toEqual([]);
    expect([...el.querySelectorAll(".fr .lab")].map((label) => label.textContent)).toEqual(["Confirma Inc."]);
    key(input, "Escape");
    await frame();
    expect(el.querySelectorAll(".facet")).toHaveLength(data().facets.length);
  });

  test("l takes the next level, Ctrl+Z undoes, Ctrl+Shift+Z redoes", async () => {
    const { model, el } = await showAll(shape);
    key(row(el, "sex", "F"), "l");
    expect(model.last).toEqual({ kind: "level", group: "include:0", same: "study" });
    key(row(el, "sex", "F"), "z", { ctrlKey: true });
    expect(model.last).toEqual({ kind: "undo" });
    key(row(el, "sex", "F"), "Z", { ctrlKey: true, shiftKey: true });
    expect(model.last).toEqual({ kind: "redo" });
  });

  test("chips: × and Delete remove, the chip itself picks its group", async () => {
    const { model, el } = await showAll(shape);
    button(el, "Remove Body part: BREAST").click();
    expect(model.last).toEqual({ kind: "remove", group: "include:0", criterion: 1 });
    key(button(el, "Sex F"), "Delete");
    expect(model.last).toEqual({ kind: "remove", group: "include:1", criterion: 0 });
    button(el, "Sex F").click();
    await frame();
    expect(model.last).toEqual({ kind: "activate", group: "include:1" });
  });

  test("groups: add, level, menu", async () => {
    const { model, el } = await showAll(shape);
    button(el, "Exclude").click();
    expect(model.last).toEqual({ kind: "group-add", exclude: true });
    button(el, "study4,079").click();
    expect(model.last).toEqual({ kind: "level", group: "include:0", same: "study" });
    for (const [name, request] of [
      ["Duplicate", { kind: "group-duplicate", group: "include:0" }],
      ["Make it exclude", { kind: "group-flip", group: "include:0" }],
      ["Move down", { kind: "group-move", group: "include:0", by: 1 }],
      ["Delete group", { kind: "group-delete", group: "include:0" }],
    ] as const) {
      button(el, "Group menu").click();
      await frame();
      button(el, name).click();
      await frame();
      expect(model.last).toEqual(request);
    }
  });

  test("a typed range leaves missing out until it is ticked; all of it again is no criterion", async () => {
    const { model, el } = await showAll(shape);
    const low = el.querySelector<HTMLInputElement>('[aria-label="Age from"].inp');
    const missing = el.querySelector<HTMLElement>('[data-facet="age"] .miss[role=checkbox]');
    if (!low || !missing) throw new Error("no range");
    expect(missing.getAttribute("aria-checked")).toBe("true");
    low.value = "50";
    key(low, "Enter");
    await frame();
    expect(model.last).toEqual({
      kind: "range",
      facet: "age",
      low: 50,
      high: null,
      missing: false,
      group: "include:0",
    });
    expect(missing.getAttribute("aria-checked")).toBe("false");
    missing.click();
    await frame();
    expect(model.last).toMatchObject({ low: 50, high: null, missing: true });
    expect(model.sent).toHaveLength(2);
    low.value = "";
    key(low, "Enter");
    expect(model.last).toEqual({ kind: "clear", facet: "age", group: "include:0" });
  });

  test("the brush moves by keys, one message when they rest", async () => {
    const { model, el } = await showAll(shape);
    const handle = el.querySelector('[data-facet="age"] .brush.low');
    if (!handle) throw new Error("no brush");
    vi.useFakeTimers();
    key(handle, "ArrowRight");
    await vi.advanceTimersByTimeAsync(50);
    key(handle, "ArrowRight");
    await vi.advanceTimersByTimeAsync(400);
    expect(model.sent).toHaveLength(1);
    expect(model.last).toEqual({
      kind: "range",
      facet: "age",
      low: 10,
      high: null,
      missing: false,
      group: "include:0",
    });
  });

  test("texts are added and taken away", async () => {
    const { model, el } = await showAll(shape);
    const input = el.querySelector<HTMLInputElement>('[aria-label="Series description contains"]');
    if (!input) throw new Error("no input");
    input.value = "t2 tse";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    key(input, "Enter");
    await frame();
    expect(model.last).toEqual({ kind: "contains", facet: "SeriesDescription", texts: ["t2 tse"], group: "include:0" });
    button(el, "Remove “t2 tse”").click();
    expect(model.last).toMatchObject({ texts: [] });
  });

  test("switches between patients and series", async () => {
    const { model, el } = await showAll(shape);
    button(el, "Series").click();
    await frame();
    expect(model.last).toEqual({ kind: "measure", value: "series" });
    expect(row(el, "sex", "F").querySelector(".c1")?.textContent).toBe("42,848");
  });

  test("a very long list holds only the rows in sight", async () => {
    const wire = data();
    wire.all.Modality = { values: Array.from({ length: 20_000 }, (_, i) => [`m${i}`, 20_000 - i, 1]) };
    wire.now = {};
    const { el } = await showAll(shape, wire);
    const more = { column: "19,996 more values", panel: "All 20,000 values of Modality", grid: "19,996 more values" };
    button(el, more[shape]).click();
    await frame();
    expect(el.querySelectorAll('[data-facet="Modality"] .fr').length).toBeLessThan(60);
  });

  test("leaves nothing behind", async () => {
    const { el, stop, model } = await showAll(shape);
    stop();
    expect(el.childElementCount).toBe(0);
    model.set({ revision: 9 });
    await frame();
    expect(el.childElementCount).toBe(0);
  });
});
