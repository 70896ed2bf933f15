import { describe, expect, test } from "vitest";
import { labelOf } from "../src/left/catalogue.ts";
import { headOf, matching, mergeRows, missingShare, scaleOf, wholeOf } from "../src/left/rows.ts";
import type { ValueCounts } from "../src/left/wire.ts";

const ALL: ValueCounts = {
  values: [
    ["CT", 100, 1000],
    ["MR", 80, 900],
    [null, 70, 10],
    ["PT", 60, 100],
    ["CR", 50, 100],
    ["DX", 40, 90],
    ["US", 30, 80],
    ["XA", 20, 70],
  ],
};
const NOW: ValueCounts = {
  values: [
    ["MR", 8, 9],
    ["XA", 20, 70],
    ["new", 1, 1],
  ],
};
const labels = (rows: { label: string }[]) => rows.map((row) => row.label);

describe("mergeRows", () => {
  test("sorts by patients now, then of all, then by name; zeros stay", () => {
    const rows = mergeRows(ALL, NOW, [], "patients", "count");
    expect(labels(rows)).toEqual(["XA", "MR", "new", "CT", "missing", "PT", "CR", "DX", "US"]);
    expect(rows[3]?.now).toEqual([0, 0]);
    expect(rows[2]?.all).toEqual([0, 0]);
  });

  test("sorts by name, missing last", () => {
    expect(labels(mergeRows(ALL, NOW, [], "patients", "name")).at(-1)).toBe("missing");
  });

  test("knows no zeros before the first answer", () => {
    expect(mergeRows(ALL, undefined, [], "patients", "count").every((row) => row.now === null)).toBe(true);
  });

  test("shows a chosen value that the snapshot does not hold", () => {
    const rows = mergeRows(ALL, NOW, ["gone", null], "series", "count");
    expect(rows.find((row) => row.label === "gone")).toMatchObject({ chosen: true, all: [0, 0], now: [0, 0] });
    expect(rows.find((row) => row.value === null)?.chosen).toBe(true);
  });

  test("keeps the text “missing” apart from missing, and 1 from “1”", () => {
    const rows = mergeRows(
      {
        values: [
          ["missing", 1, 1],
          [null, 1, 1],
          [1, 1, 1],
          ["1", 1, 1],
        ],
      },
      undefined,
      ["1"],
      "patients",
      "count",
    );
    expect(new Set(rows.map((row) => row.key)).size).toBe(4);
    expect(rows.filter((row) => row.chosen).map((row) => row.value)).toEqual(["1"]);
  });
});

test("a folded list shows four, whatever is chosen, and missing", () => {
  const rows = mergeRows(ALL, { values: ALL.values.filter(([value]) => value !== null) }, ["XA"], "patients", "count");
  expect(labels(headOf(rows))).toEqual(["CT", "MR", "PT", "CR", "XA", "missing"]);
  expect(headOf(rows.slice(0, 5))).toHaveLength(5);
});

test("search folds case and composes accents", () => {
  const rows = mergeRows(
    {
      values: [
        ["Münster", 1, 1],
        ["MU\u0308NCHEN", 1, 1],
      ],
    },
    undefined,
    [],
    "patients",
    "count",
  );
  expect(labels(matching(rows, "mün"))).toHaveLength(2);
});

test("shares are of the whole that Python gives, else of the sum", () => {
  expect(wholeOf(ALL, "patients")).toBe(450);
  expect(wholeOf({ ...ALL, whole: [200, 2000] }, "series")).toBe(2000);
  const rows = mergeRows(ALL, { values: [["MR", 9, 9]], whole: [10, 10] }, [], "patients", "count");
  expect(scaleOf(rows, "patients", 10, 450)).toBeCloseTo(0.9);
});

test("the missing share counts series where patients would count twice", () => {
  expect(missingShare(ALL, "patients", true)).toEqual({ missing: 10, whole: 2350, unit: "series" });
  expect(missingShare(ALL, "patients", false)).toEqual({ missing: 70, whole: 450, unit: "patients" });
  expect(missingShare({ bins: [[0, 4, 30, 50]], missing: [10, 50], whole: [40, 100] }, "patients", true)).toEqual({
    missing: 10,
    whole: 40,
    unit: "patients",
  });
  expect(missingShare(NOW, "patients", false)).toBeNull();
});

test("a value that cannot be seen is spelled out", () => {
  expect([" ", "\u200b\ufeff", "", null, "\u202eabc", "a b"].map(labelOf)).toEqual([
    "\\u0020",
    "\\u200b\\ufeff",
    "empty text",
    "missing",
    "\u202eabc",
    "a b",
  ]);
});
