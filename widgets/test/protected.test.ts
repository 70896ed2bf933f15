/** Where small counts are protected: what is written, and what nobody can read off the page. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { bytes } from "../src/app/format.ts";
import { briefFigure } from "../src/left/figures.ts";
import { lostPeople, people, shareOf, signed, size, sum, tally, weight, type Policy } from "../src/left/protected.ts";
import { alignedBins } from "../src/left/ranges.ts";
import { headOf, mergeRows, missingShare, scaleOf, wholeOf } from "../src/left/rows.ts";
import type { Facet, RangeCounts, Shape, Total, ValueCounts, Wire } from "../src/left/wire.ts";
import { button, data, frame, row, show, SHAPES } from "./fake.ts";
import { column, openPanel, saved, settle, snapshot } from "./panel-fake.ts";

vi.mock("@jupyterlab/services", () => ({ ServerConnection: {} }));

const TEN: Policy = { threshold: 10, rounding: 10 };

afterEach(() => document.body.replaceChildren());

describe("numbers", () => {
  test("patients, sizes and losses under a policy", () => {
    expect([0, null, 10, 3300].map((n) => people(n, TEN))).toEqual(["0", "under 10", "≈ 10", "≈ 3,300"]);
    expect([0, null, 44_300].map((n) => size(n, TEN))).toEqual(["0", "not shown", "≈ 44,300"]);
    expect(size(2_170_000_000_000, TEN, bytes)).toBe("≈ 2.17 TB");
    expect([0, null, 310].map((n) => lostPeople(n, TEN))).toEqual(["0", "under 10", "≈ −310"]);
    expect([0, null, 310].map((n) => signed(n, "+", TEN))).toEqual(["0", "under 10", "≈ +310"]);
    expect([tally(null, "patients", TEN), tally(null, "series", TEN)]).toEqual(["under 10", "not shown"]);
  });

  test("a loss of numbers told alike may be as large as the rounding leaves room", () => {
    expect(lostPeople(null, { threshold: 2, rounding: 10 })).toBe("under 13");
    expect(lostPeople(null, { threshold: 5, rounding: 5 })).toBe("under 5");
    expect(people(null, { threshold: 2, rounding: 10 })).toBe("under 2");
  });

  test("without a policy all is as it was; what is not known is no number", () => {
    expect([people(3296), size(0), signed(5, "+"), lostPeople(312)]).toEqual(["3,296", "0", "+5", "−312"]);
    expect([people(null), size(null), lostPeople(null)]).toEqual(Array(3).fill("not shown"));
  });

  test("no share, no sum of what is not told; in order it is between none and the least", () => {
    expect([shareOf(null, 40), shareOf(10, null), shareOf(10, 40), shareOf(0, 0)]).toEqual([null, null, 0.25, 0]);
    expect([sum([10, null, 20]), sum([10, 20]), sum([])]).toEqual([null, 30, 0]);
    expect([10, null, 0].map(weight)).toEqual([10, 0.5, 0]);
  });

  test("totals that Python wrote stay as they are, and are shortened where room is scarce", () => {
    const written = ["5,935,433", "≈ 5,935,430", "≈ 3,300", "under 10", "not shown"];
    expect(written.map(briefFigure)).toEqual(["5.94 M", "≈ 5.94 M", "≈ 3,300", "under 10", "not shown"]);
  });
});

const ALL: ValueCounts = {
  values: [
    ["CT", 100, 1000],
    ["MR", 80, 900],
    ["PT", null, null],
    ["XA", 10, 70],
  ],
  whole: [190, 1980],
};
const NOW: ValueCounts = {
  values: [
    ["XA", null, null],
    ["PT", null, null],
    ["CT", 10, 40],
  ],
  whole: [20, 60],
};

describe("rows", () => {
  test("absent is none, protected stays so, and stands between none and what is told", () => {
    const rows = mergeRows(ALL, NOW, [], "patients", "count");
    expect(rows.map(({ label, now }) => [label, now?.[0]])).toEqual([
      ["CT", 10],
      ["XA", null],
      ["PT", null],
      ["MR", 0],
    ]);
    expect(scaleOf(rows, "patients", 20, 190)).toBeCloseTo(100 / 190);
    expect(scaleOf(rows, "patients", null, null)).toBe(1);
    expect(wholeOf({ values: ALL.values }, "patients")).toBeNull();
  });

  test("a protected row of missing is never hidden", () => {
    const values: ValueCounts["values"] = ["a", "b", "c", "d", "e", "f", "g"].map((value) => [value, 20, 20]);
    const rows = mergeRows({ values: [...values, [null, null, null]] }, undefined, [], "patients", "count");
    expect(headOf(rows).at(-1)?.label).toBe("missing");
  });

  test("missing that is protected has no share", () => {
    const counts = (missing: RangeCounts["missing"]): RangeCounts => ({ bins: [], missing, whole: [40, 90] });
    const few = { missing: null, whole: 40, unit: "patients" };
    expect(missingShare(counts([null, null]), "patients", false)).toEqual(few);
    expect(missingShare(counts([null, null]), "series", false)).toEqual(few);
    expect(missingShare({ values: [[null, null, null]], whole: [40, 90] }, "patients", true)).toEqual(few);
    expect(missingShare(counts([0, 0]), "patients", false)).toBeNull();
  });

  test("bins: absent is none, protected stays so", () => {
    const bin = (low: number, n: number | null): RangeCounts["bins"][number] => [low, low + 4, n, n];
    const all = { bins: [bin(0, 10), bin(5, 10), bin(10, 10)], missing: [0, 0] } satisfies RangeCounts;
    expect(alignedBins(all, { bins: [bin(5, null), bin(10, 10)], missing: [0, 0] }, 2)).toEqual([0, null, 10]);
  });
});

/** Two facets under a policy. */
function wire(shape: Shape = "column", change: Partial<Wire> = {}): Wire {
  const known = data();
  const [of] = known.facets;
  if (!of) throw new Error("the fixture has no facet");
  const age: Facet = { ...of, name: "age", title: "Age", kind: "number", level: "study", apart: [] };
  const bins = (now: number | null): RangeCounts => ({
    bins: [
      [40, 44, 30, 50],
      [90, 94, now, now],
    ],
    missing: [null, null],
    whole: [40, 60],
  });
  return {
    ...known,
    facets: [{ ...of, name: "Modality", title: "Modality" }, age],
    all: { Modality: ALL, age: bins(10) },
    now: { ...known.now, by: { Modality: NOW, age: bins(null) }, groups: {}, protected: TEN },
    levels: { include: [{ series: null, study: 20, patient: 20 }], exclude: [] },
    shape,
    ...change,
  };
}

describe.each(SHAPES)("as %s", (shape) => {
  test("a row that is not told is a stub in words, and not zero", async () => {
    const { el } = await show(wire(shape));
    const few = row(el, "Modality", "PT");
    expect([".c1", ".c2"].map((cell) => few.querySelector(cell)?.textContent)).toEqual(["under 10", "under 10"]);
    expect([...few.querySelectorAll(".bar i")].map((bar) => [bar.className, bar.getAttribute("style")])).toEqual([
      ["nw few", null],
      ["al few", null],
    ]);
    expect(few.className).not.toContain("zero");
    expect(few.title).toBe("PT: under 10 of under 10 patients, series not shown");
    expect(row(el, "Modality", "CT").title).toBe("CT: ≈ 10 of ≈ 100 patients, ≈ 40 of ≈ 1,000 series");
    expect(row(el, "Modality", "MR").className).toContain("zero");
    expect(row(el, "Modality", "MR").querySelector(".c1")?.textContent).toBe("0");
  });

  test("series are not shown rather than few", async () => {
    const { el } = await show(wire(shape, { measure: "series" }));
    expect(row(el, "Modality", "PT").querySelector(".c1")?.textContent).toBe("not shown");
    expect(row(el, "Modality", "CT").querySelector(".c1")?.textContent).toBe("≈ 40");
    if (shape === "panel") return;
    expect([...el.querySelectorAll(".tip title")].map((tip) => tip.textContent)).toEqual([
      "40 to 44: ≈ 50 of ≈ 50 series",
      "90 to 94: series not shown",
    ]);
  });

  test("before the first answer nothing is said of now", async () => {
    const { el } = await show(wire(shape, { now: { protected: TEN } }));
    expect(row(el, "Modality", "PT").querySelector(".c1")?.textContent).toBe("");
    expect(row(el, "Modality", "PT").title).toBe("PT: under 10 patients of all, series not shown");
    expect(row(el, "Modality", "CT").querySelector(".c2")?.textContent).toBe("≈ 100");
  });
});

test("a bin that is not told is hatched, and says so", async () => {
  const { el } = await show(wire());
  expect([...el.querySelectorAll(".hist svg > :is(rect, path):not(.tip)")].map((bar) => bar.classList.value)).toEqual([
    "al",
    "al",
    "nw",
    "nw few",
  ]);
  expect([...el.querySelectorAll(".tip title")].map((tip) => tip.textContent)).toEqual([
    "40 to 44: ≈ 30 of ≈ 30 patients",
    "90 to 94: under 10 of ≈ 10 patients",
  ]);
  expect(el.querySelector(".ends .c1")?.textContent).toBe("under 10");
});

test("the badge of missing has no percentage", async () => {
  const { el } = await show(wire());
  const badge = button(el, "under 10 missing");
  badge.click();
  await frame();
  expect(el.textContent).toContain("under 10 of ≈ 40 patients here have no value.");
});

test("levels: equal numbers prove nothing", async () => {
  const levels: Wire["levels"] = { include: [{ series: 20, study: 20, patient: 20 }], exclude: [] };
  const texts = (el: HTMLElement) => [...el.querySelectorAll(".group .seg button")].map((b) => b.textContent);
  const few = await show(wire());
  expect(texts(few.el).slice(0, 3)).toEqual(["seriesunder 10", "study≈ 20", "patient≈ 20"]);
  expect(few.el.querySelector(".group .seg button")?.getAttribute("title")).toContain("under 10 patients");
  const equal = await show(wire("column", { levels }));
  expect(equal.el.textContent).not.toContain("level makes no difference");
  const open = await show(wire("column", { levels, now: {} }));
  expect(open.el.textContent).toContain("level makes no difference");
});

describe("the side panel", () => {
  const protectedColumn = () => column({}, { now: { ...data().now, protected: TEN } });

  test("compared, saved and listed: few patients", async () => {
    const rule = { version: 1, name: "Few", include: [{ same: "series", where: [{ facet: "sex", is_in: ["O"] }] }] };
    const other = { ...rule, include: [{ same: "series", where: [{ facet: "nothing", is_in: ["O"] }] }] };
    const { el, desk } = await openPanel((server) => {
      server.answers["ask/column"] = protectedColumn;
      server.answers.cohorts = () => ({
        cohorts: [saved("a.cohort.json", "A", rule), saved("b.cohort.json", "B", other)],
        folder: "/",
        truncated: false,
      });
      server.answers["ask/patients"] = () => ({ patients: [null, null], problems: [null, "There is no nothing."] });
      server.answers["ask/compare"] = () => ({
        ...{ both: null, first: 3300, second: 0, unit: "patients", snapshot: "Hospital" },
      });
      server.answers["ask/snapshots"] = () => ({
        snapshots: [snapshot("s1", "Small", { patients: null }), snapshot("s2", "Large", { patients: 86_450 })],
        current: "s1",
      });
    });
    const patients = (path: string) => el.querySelector(`[data-path="${path}"] .num`)?.textContent;
    expect([patients("a.cohort.json"), patients("b.cohort.json")]).toEqual(["under 10", ""]);
    expect(el.querySelector('[data-snapshot="s1"]')?.textContent).toContain("under 10 patients");
    expect(el.querySelector('[data-snapshot="s2"]')?.textContent).toContain("≈ 86,450 patients");
    await desk.compareWith("a.cohort.json");
    await settle();
    const parts = [...el.querySelectorAll(".pcompared dl > div")];
    expect(parts.map((part) => part.querySelector(".num")?.textContent)).toEqual(["under 10", "≈ 3,300", "0"]);
    expect(parts.map((part) => part.querySelector(".bar i")?.className)).toEqual(["nw few", "nw", undefined]);
  });

  test("totals keep what Python wrote", async () => {
    const totals: Total[] = [
      { label: "Patients", value: "under 10", unit: "", of: "of ≈ 86,450", share: 0 },
      { label: "Images", value: "≈ 5,935,430", unit: "", of: "of ≈ 58,784,980", share: 0.1 },
      { label: "Size", value: "not shown", unit: "", of: "of ≈ 99.9 TB", share: 0 },
    ];
    const { el } = await openPanel((server) => {
      server.answers["ask/column"] = () => ({ ...protectedColumn(), totals });
    });
    const text = (label: string) => el.querySelector(`[data-total="${label}"] dd`)?.textContent;
    expect(["Patients", "Images", "Size"].map(text)).toEqual(["under 10", "≈ 5.94 M", "not shown"]);
    expect(el.querySelector('[data-total="Patients"]')?.getAttribute("title")).toBe("Patients: under 10 of ≈ 86,450");
  });
});
