/** Filters: arranged and kept, spellings under normalised values, cautions, texts that are tried, long lists by key. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { arranged } from "../src/left/arrange.ts";
import { badgeOf, cautionInWords, type Caution } from "../src/left/cautions.ts";
import { readKept } from "../src/left/kept.ts";
import { linesOf, spellingsOf } from "../src/left/lines.ts";
import { mergeRows } from "../src/left/rows.ts";
import type { Facet, Wire } from "../src/left/wire.ts";
import { button, data, frame, key, row, SHAPES, show, showAll } from "./fake.ts";

// jsdom has none; names of facets are plain words.
vi.stubGlobal("CSS", { escape: (name: string) => name });

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
  document.body.replaceChildren();
});

function one(el: HTMLElement, selector: string): HTMLElement {
  const found = el.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
}

function facetOf(wire: Wire, wanted: string): Facet {
  const found = wire.facets.find(({ name }) => name === wanted);
  if (!found) throw new Error(`no facet ${wanted}`);
  return found;
}

const titles = (el: HTMLElement) => [...el.querySelectorAll(".facet h3")].map((h) => h.textContent);

/** Choose from the menu of a facet. */
async function choose(el: HTMLElement, facet: string, item: string): Promise<void> {
  button(el, `Menu of ${facet}`).click();
  await frame();
  button(el, item).click();
  await frame();
}

/** A vendor that brings together what Manufacturer records. */
function withVendor(): Wire {
  const wire = data();
  const recorded = facetOf(wire, "Manufacturer");
  wire.facets.push({ ...recorded, name: "vendor", title: "Vendor", recorded: false, recorded_in: "Manufacturer" });
  wire.all.Manufacturer = {
    values: [
      ["GE MEDICAL", 20, 40],
      ["Siemens", 9, 9],
      ["ge", 5, 6],
      ["QIICR", 3, 3],
    ],
  };
  wire.all.vendor = {
    values: [
      ["GE", 24, 46],
      ["Siemens", 9, 9],
      ["QIICR", 3, 3],
    ],
    spellings: [["GE", ["GE MEDICAL", "ge"]]],
  };
  const { by, ...rest } = wire.now;
  const now = {
    values: [
      ["ge", 4, 4],
      ["Siemens", 1, 1],
    ] as [string, number, number][],
  };
  wire.now = {
    ...rest,
    by: {
      ...by,
      Manufacturer: now,
      vendor: {
        values: [
          ["GE", 4, 4],
          ["Siemens", 1, 1],
        ],
      },
    },
  };
  return wire;
}

describe("pinned and hidden", () => {
  test("a pinned filter comes first, also when the page is opened again", async () => {
    const { el } = await show();
    await choose(el, "Sex", "Pin to the top");
    await choose(el, "Cancer type", "Pin to the top");
    expect(titles(el).slice(0, 3)).toEqual(["Sex", "Cancer type", "Modality"]);
    const again = await show();
    expect(titles(again.el).slice(0, 3)).toEqual(["Sex", "Cancer type", "Modality"]);
    await choose(again.el, "Sex", "Unpin");
    expect(titles(again.el)[0]).toBe("Cancer type");
  });

  test("a hidden filter has a way back, and is found by the search", async () => {
    const { el } = await show();
    await choose(el, "Manufacturer", "Hide this filter");
    expect(titles(el)).not.toContain("Manufacturer");
    const search = el.querySelector<HTMLInputElement>(".find input");
    if (!search) throw new Error("no search");
    search.value = "siemens";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    expect(titles(el)).toContain("Manufacturer");
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    expect(titles(el)).not.toContain("Manufacturer");
    const { el: again } = await show();
    expect(button(again, "Hidden filters").textContent).toBe("1 hidden");
    button(again, "Hidden filters").click();
    await frame();
    button(again, "Show Manufacturer").click();
    await frame();
    expect(titles(again)).toContain("Manufacturer");
    expect(again.textContent).not.toContain("1 hidden");
  });

  test("what the rule names is never hidden", async () => {
    const { el } = await show();
    button(el, "Menu of Modality").click();
    await frame();
    expect(button(el, "Hide this filter").hasAttribute("disabled")).toBe(true);
    const kept = { pinned: [], hidden: ["Modality", "age"], folded: [], byName: [] };
    const cards = [{ where: [{ facet: "Modality" }] }] as never;
    expect(arranged(data().facets, kept, cards).map(({ name }) => name)).toEqual(
      data()
        .facets.map(({ name }) => name)
        .filter((name) => name !== "age"),
    );
  });

  test("a broken memory is an empty one", () => {
    for (const text of ["{", "[]", '{"pinned": 3, "hidden": [1, "sex"]}']) {
      localStorage.setItem("cohort-explorer:filters", text);
      expect(readKept()).toMatchObject({ pinned: [], folded: [] });
    }
    expect(readKept().hidden).toEqual(["sex"]);
  });

  test("how a list is sorted and folded is kept", async () => {
    const { el } = await show();
    await choose(el, "Sex", "Sort by name");
    button(el, "Age").click();
    await frame();
    const { el: again } = await show();
    const sex = [...again.querySelectorAll('[data-facet="sex"] .lab')].map((label) => label.textContent);
    expect(sex).toEqual(["conflicting", "F", "M", "O", "missing"]);
    expect(button(again, "Age").getAttribute("aria-expanded")).toBe("false");
  });
});

describe.each(SHAPES)("spellings as %s", (shape) => {
  test("stand under the value that holds them, and are chosen as recorded", async () => {
    const { model, el } = await showAll(shape, withVendor());
    const ge = () => one(el, '[data-facet="vendor"] .fr[data-key=\'"GE"\']');
    expect(ge().getAttribute("aria-expanded")).toBe("false");
    expect(ge().querySelector(".spell")?.textContent).toBe("2");
    expect(el.querySelectorAll('[data-facet="vendor"] [aria-expanded="false"][role=checkbox]')).toHaveLength(1);
    key(ge(), "ArrowRight");
    await frame();
    const sub = () => [...el.querySelectorAll<HTMLElement>('[data-facet="vendor"] .fr.sub')];
    expect(sub().map((each) => each.querySelector(".lab")?.textContent)).toEqual(["ge", "GE MEDICAL"]);
    expect(sub()[0]?.getAttribute("aria-label")).toBe("As recorded: ge: 4 of 5 patients, 4 of 6 series");
    sub()[0]?.click();
    await frame();
    expect(model.last).toMatchObject({ kind: "toggle", facet: "Manufacturer", value: "ge", on: true, exclude: false });
    expect(sub()[0]?.getAttribute("aria-checked")).toBe("true");
    expect(ge().getAttribute("aria-checked")).toBe("false");
    ge().querySelector<HTMLElement>(".spell")?.click();
    await frame();
    expect(sub()).toHaveLength(0);
    expect(model.sent).toHaveLength(1);
  });
});

test("a spelling that only its value's name has is found, and lines keep their order", () => {
  const { all } = withVendor();
  const [recorded, vendor] = [all.Manufacturer, all.vendor] as never[];
  const rows = mergeRows(vendor as never, undefined, [], "patients", "count");
  const lines = linesOf(
    rows,
    new Set(['"GE"']),
    spellingsOf(vendor as never),
    mergeRows(recorded as never, undefined, [], "patients", "count"),
  );
  expect(lines.map((line) => [line.kind, "row" in line && line.row.label])).toEqual([
    ["value", "GE"],
    ["spelling", "GE MEDICAL"],
    ["spelling", "ge"],
    ["value", "Siemens"],
    ["value", "QIICR"],
  ]);
  expect(new Set(lines.map((line) => line.key)).size).toBe(5);
});

test("clicks exclude while one says so", async () => {
  const { model, el } = await show();
  await choose(el, "Modality", "Exclude values");
  row(el, "Modality", "MG").click();
  await frame();
  expect(model.last).toMatchObject({ kind: "toggle", facet: "Modality", value: "MG", on: true, exclude: true });
  button(el, "Done").click();
  await frame();
  row(el, "Modality", "MG").click();
  await frame();
  expect(model.last).toMatchObject({ exclude: false, group: "include:0" });
});

test("a facet says what it is, from the schema's own words", async () => {
  const wire = data();
  const sex = facetOf(wire, "sex");
  Object.assign(sex, { missing: "no series records <b>it</b>", code: "(0010,0040)" });
  const { el } = await show(wire);
  await choose(el, "Sex", "About this filter");
  const about = el.querySelector('[role=dialog][aria-label="About Sex"]');
  for (const text of [sex.description, "no series records <b>it</b>", "(0010,0040)", "4 different values", "patient"])
    expect(about?.textContent).toContain(text);
});

describe("cautions", () => {
  const SAID: [Caution, string][] = [
    [
      { kind: "early", modality: "MR", year: 1977, patients: 1706 },
      "Patients with MR dated before 1977, when there was none: 1,706.",
    ],
    [
      { kind: "one-day", datasets: 13, dataset: "dbt", day: "2000-01-01", patients: 5060 },
      "13 datasets have one date for all their studies, as have all 5,060 patients of dbt: 1 January 2000.",
    ],
    [
      { kind: "few-days", days: ["1999-01-02", "2000-01-02"], patients: 33128, whole: 85960 },
      "33,128 of 85,960 patients have a study on one of 2 days: 2 January 1999, 2 January 2000.",
    ],
    [
      { kind: "several-names", patients: 46165, dataset: "nlst", names: ["Lung", "None"], number: 4, within: 26410 },
      "Patients in datasets with several values: 46,165. All 26,410 of nlst count under Lung, None and 2 more.",
    ],
    [
      { kind: "many-ids", dataset: "cbis", patients: 6671, people: 1566 },
      "cbis has 6,671 patient identifiers for 1,566 people, so its people count several times.",
    ],
  ];

  test.each(SAID)("%o", (caution, sentence) => {
    expect(cautionInWords(caution, undefined)).toBe(sentence);
  });

  test("are told as small counts are", () => {
    const caution: Caution = { kind: "shared-ids", identifiers: 90, patients: 180 };
    expect(cautionInWords(caution, { threshold: 10, rounding: 10 })).toContain("more than one dataset: ≈ 90.");
  });

  test("have a badge of words, whose sentences are text", async () => {
    const wire = data();
    const name = "<img src=x onerror=1>";
    const caution: Caution = {
      kind: "several-names",
      patients: 9,
      dataset: name,
      names: ["a", "b"],
      number: 2,
      within: 9,
    };
    Object.assign(wire.all.cancer_type ?? {}, { cautions: [caution] });
    const { el } = await show(wire);
    expect(badgeOf([caution])).toBe("of datasets");
    button(el, "Caution on Cancer type").click();
    await frame();
    const said = el.querySelector('[role=dialog][aria-label="Caution on Cancer type"]');
    expect(said?.textContent).toContain(name);
    expect(said?.textContent).toContain("not each patient");
    expect(said?.querySelector("img")).toBeNull();
  });
});

describe("a text is tried before it is added", () => {
  const input = (el: HTMLElement) => one(el, '[data-facet="SeriesDescription"] input') as HTMLInputElement;
  const type = (el: HTMLElement, text: string) => {
    input(el).value = text;
    input(el).dispatchEvent(new Event("input", { bubbles: true }));
  };

  test("when the fingers rest; the answer names patients and texts", async () => {
    const { model, el } = await show();
    type(el, "t");
    await frame();
    type(el, "t1");
    await frame();
    expect(model.sent).toHaveLength(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(model.sent).toHaveLength(1);
    expect(model.last).toEqual({
      kind: "try-text",
      facet: "SeriesDescription",
      texts: [],
      text: "t1",
      group: "include:0",
    });
    expect(el.querySelector(".cx")?.className).not.toContain("waiting");
    const tried = {
      id: "",
      facet: "SeriesDescription",
      text: "t1",
      patients: 4145,
      texts: 1689,
      most: [["ax T1 <b>", 713]],
    };
    model.set({ tried } as never);
    await frame();
    expect(el.querySelector(".trial p")?.textContent.trim()).toBe("would give 4,145 patients; 1,689 texts hold it");
    expect(el.querySelector(".trial .held")?.textContent).toBe("ax T1 <b>713");
    el.querySelector<HTMLElement>(".trial .held")?.click();
    await frame();
    expect(input(el).value).toBe("ax T1 <b>");
    expect(el.querySelector(".trial p")?.textContent.trim()).toBe("");
    key(input(el), "Enter");
    await frame();
    expect(model.last).toMatchObject({ kind: "contains", texts: ["ax T1 <b>"] });
    expect(el.querySelector(".trial")).toBeNull();
  });

  test("not in the side panel, whose host answers changes only", async () => {
    const { model, el } = await showAll("panel");
    type(el, "t1");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(model.sent).toHaveLength(0);
    expect(el.querySelector(".trial")).toBeNull();
  });
});

test("a list of fifty thousand is walked by key, and what has the focus stays in the page", async () => {
  const wire = data();
  wire.all.Modality = { values: Array.from({ length: 50_000 }, (_, i) => [`m${i}`, 50_000 - i, 1]) };
  wire.now = {};
  wire.definition = {};
  const { el } = await show(wire);
  button(el, "49,996 more values").click();
  await frame();
  const box = one(el, '[data-facet="Modality"] .rows');
  const focused = () => (document.activeElement as HTMLElement).dataset.key;
  box.querySelector<HTMLElement>(".fr")?.focus();
  for (const [name, wanted] of [
    ["End", "m49999"],
    ["ArrowUp", "m49998"],
    ["PageUp", "m49987"],
    ["Home", "m0"],
    ["PageDown", "m11"],
    ["ArrowDown", "m12"],
  ] as const) {
    key(document.activeElement ?? box, name);
    await frame();
    expect(focused()).toBe(JSON.stringify(wanted));
  }
  box.scrollTop = 600_000;
  box.dispatchEvent(new Event("scroll"));
  await frame();
  expect(focused()).toBe('"m12"');
  expect(box.querySelectorAll(".fr").length).toBeLessThan(60);
  expect(box.textContent).toContain("m25000");
  expect(box.querySelectorAll('.fr[tabindex="0"]')).toHaveLength(1);
});
