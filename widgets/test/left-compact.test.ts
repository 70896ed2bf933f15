/** What only the side panel and the notebook do: first filters first, head lines, levels without the rule. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { firstFacets } from "../src/left/first.ts";
import { cardsOf } from "../src/left/groups.ts";
import { shortened } from "../src/left/numbers.ts";
import { partsOf } from "../src/left/sentence.ts";
import type { Total, Wire } from "../src/left/wire.ts";
import { button, data, frame, key, row, show, showAll } from "./fake.ts";

const SENTENCE = "Patients with MR of the BREAST in the same series, whose sex is F.";
const TOTALS: Total[] = [
  { label: "Datasets", value: "11", unit: "", of: "of 179", share: 0.06 },
  { label: "Patients", value: "3,296", unit: "", of: "of 86,451", share: 0.04 },
  { label: "Images", value: "5,935,433", unit: "", of: "of 58,784,975", share: 0.1 },
  { label: "Size", value: "2.17", unit: "TB", of: "of 99.9 TB", share: 0.02 },
];

function wire(shape: Wire["shape"]): Wire {
  return { ...data(), shape, sentence: SENTENCE, totals: TOTALS, problem: "" };
}

const titles = (el: HTMLElement) => [...el.querySelectorAll(".facet h3")].map((h) => h.textContent);

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe.each(["panel", "grid"] as const)("as %s", (shape) => {
  test("shows the first filters, with missing, and the chosen", async () => {
    const { el } = await show(wire(shape));
    expect(titles(el).length).toBeLessThan(data().facets.length);
    expect(titles(el)).toEqual(expect.arrayContaining(["Modality", "Sex", "Body part"]));
    expect(row(el, "BodyPartExamined", "missing").className).toContain("miss");
    expect(el.querySelector(".rule")).toBeNull();
    expect(el.querySelector(".find")).toBeNull();
  });

  test("opens all filters in place and goes on in their search; closing gives the focus back", async () => {
    const { el } = await show(wire(shape));
    button(el, "All 8 filters").click();
    await frame();
    expect(titles(el)).toHaveLength(8);
    expect(el.querySelector(".rule")).not.toBeNull();
    expect(document.activeElement).toBe(el.querySelector(".find input"));
    button(el, "Fewer filters").click();
    await frame();
    expect(document.activeElement?.textContent).toBe("All 8 filters");
  });

  test("/ opens all filters where the search is", async () => {
    const { el } = await show(wire(shape));
    key(row(el, "sex", "F"), "/");
    await frame();
    expect(document.activeElement).toBe(el.querySelector(".find input"));
  });

  test("a chosen value opens its filter, and says so without the rule", async () => {
    const { model, el } = await show(wire(shape));
    const marks = [...el.querySelectorAll<HTMLElement>(".mark")];
    expect(marks.map((mark) => mark.textContent)).toEqual(["MR", "BREAST", "F"]);
    expect(el.querySelector(".sentence")?.textContent).toBe(SENTENCE);
    marks[2]?.click();
    expect(model.last).toEqual({ kind: "activate", group: "include:1" });
    await frame();
    expect((document.activeElement as HTMLElement).closest<HTMLElement>(".facet")?.dataset.facet).toBe("sex");
    if (marks[1]) key(marks[1], "Enter");
    await frame();
    expect((document.activeElement as HTMLElement).closest<HTMLElement>(".facet")?.dataset.facet).toBe(
      "BodyPartExamined",
    );
  });

  test("switches the level where it makes a difference", async () => {
    const { model, el } = await show(wire(shape));
    const switches = [...el.querySelectorAll(".levels .seg")];
    expect(switches.map((one) => one.textContent)).toEqual(["series3,296study4,079patient4,080"]);
    button(el, "patient4,080").click();
    expect(model.last).toEqual({ kind: "level", group: "include:0", same: "patient" });
  });

  test("says what went wrong", async () => {
    const { model, el } = await show(wire(shape));
    expect(el.querySelector("[role=alert]")).toBeNull();
    model.set({ problem: "<b>The snapshot is gone.</b>" });
    await frame();
    expect(el.querySelector("[role=alert]")?.textContent).toBe("<b>The snapshot is gone.</b>");
  });

  test("draws without counts, and without head lines", async () => {
    const { el } = await show({ shape });
    expect(el.querySelector(".compact")).not.toBeNull();
    expect(el.querySelector(".sentence, .tline, .ttable")).toBeNull();
  });
});

test("the side panel shortens millions, the notebook does not", async () => {
  const { el: panel } = await show(wire("panel"));
  const table = [...panel.querySelectorAll(".ttable .tone")].map((one) => one.textContent);
  expect(table).toEqual(["Patients3,296", "Datasets11", "Images5.94 M", "Size2.17 TB"]);
  expect(panel.querySelector<HTMLElement>('[data-total="Images"]')?.title).toBe("Images: 5,935,433 of 58,784,975");
  const { el: grid } = await show(wire("grid"));
  const line = [...grid.querySelectorAll(".tline .tone")].map((one) => one.textContent.trim());
  expect(line).toEqual(["11 datasets", "3,296 patients", "5,935,433 images", "2.17 TB"]);
});

test.each([
  ["999,999", "999,999"],
  ["1,000,000", "1.00 M"],
  ["58,784,975", "58.8 M"],
  ["999,500,000", "1.00 G"],
])("%s in the side panel is %s", (written, short) => expect(shortened(written)).toBe(short));

test("what stood on screen before a click stands in the same order after it", () => {
  const { facets, definition } = data();
  const names = (cards: Parameters<typeof firstFacets>[1]) => firstFacets(facets, cards, "panel").map((f) => f.name);
  const before = names([]);
  const more = { ...definition, include: [{ same: "patient" as const, where: [{ facet: "age", between: [1, 2] }] }] };
  const after = names(cardsOf(more, {}));
  expect(after.filter((name) => before.includes(name))).toEqual(before);
  expect(after).toContain("age");
});

test("where the usual filters are missing, the first ones come in their place", () => {
  const facets = data().facets.filter(({ name }) => name !== "BodyPartExamined");
  expect(firstFacets(facets, [], "panel")).toHaveLength(3);
});

test("marks each chosen word once, the longest first, whole words only", () => {
  const cards = cardsOf(
    {
      version: 1,
      include: [
        { same: "patient", where: [{ facet: "a", is_in: ["Breast", "Breast Cancer", null] }] },
        { same: "patient", where: [{ facet: "b", is_in: ["of", "gone"] }] },
      ],
    },
    {},
  );
  const parts = partsOf("Soft Breast Cancer or Breast or missing, of MR.", cards, []);
  expect(parts.filter(({ about }) => about).map(({ text, about }) => [text, about])).toEqual([
    ["Breast Cancer", { facet: "a", group: "include:0" }],
    ["Breast", { facet: "a", group: "include:0" }],
    ["missing", { facet: "a", group: "include:0" }],
    ["of", { facet: "b", group: "include:1" }],
  ]);
  expect(parts.map((part) => part.text).join("")).toBe("Soft Breast Cancer or Breast or missing, of MR.");
});

test("keys of JupyterLab work in its side panel; over a notebook's cells only saving does", async () => {
  const suppressed = async (shape: Wire["shape"], key: KeyboardEventInit) => {
    const { el } = await showAll(shape);
    const button = el.querySelector<HTMLButtonElement>(".cx button");
    button?.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...key }));
    return button?.dataset.lmSuppressShortcuts;
  };
  expect(await suppressed("panel", { key: "d" })).toBeUndefined();
  expect(await suppressed("grid", { key: "d" })).toBe("true");
  expect(await suppressed("grid", { key: "s", ctrlKey: true })).toBeUndefined();
});
