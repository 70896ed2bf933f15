import { describe, expect, test } from "vitest";
import { alignedBins, brushed, positionOf, readEnd, ticksOf } from "../src/left/ranges.ts";
import type { RangeCounts } from "../src/left/wire.ts";

const AGES: RangeCounts["bins"] = Array.from({ length: 19 }, (_, i) => [5 * i, 5 * i + 4, 1, 1]);
const YEARS: RangeCounts["bins"] = [2001, 2002, 2003].map((y) => [`${y}-01-01`, `${y}-12-31`, 1, 1]);

test("a brush asks for whole bins; an end at the border stays open", () => {
  expect(brushed(10, 14, AGES)).toEqual({ low: 50, high: 74 });
  expect(brushed(14, 10, AGES)).toEqual({ low: 50, high: 74 });
  expect(brushed(0, 18, AGES)).toEqual({ low: null, high: null });
  expect(brushed(1, 9, YEARS)).toEqual({ low: "2002-01-01", high: null });
});

test("what a brush asked for is drawn where it was brushed", () => {
  for (const [first, last] of [
    [0, 3],
    [10, 14],
    [4, 18],
  ] as const) {
    const { low, high } = brushed(first, last, AGES);
    expect(positionOf(low, AGES, "number", "low")).toBe(first);
    expect(positionOf(high, AGES, "number", "high")).toBe(last + 1);
  }
  expect(positionOf("2002-01-01", YEARS, "date", "low")).toBe(1);
  expect(positionOf("2002-12-31", YEARS, "date", "high")).toBe(2);
});

test("positions inside a bin, outside of all, and of bins that touch", () => {
  expect(positionOf(52, AGES, "number", "low")).toBeCloseTo(10.4);
  expect(positionOf(-3, AGES, "number", "low")).toBe(0);
  expect(positionOf(500, AGES, "number", "high")).toBe(19);
  const touching: RangeCounts["bins"] = [
    [0, 10, 1, 1],
    [10, 20, 1, 1],
  ];
  expect(positionOf(10, touching, "number", "low")).toBe(1);
  expect(positionOf(10, touching, "number", "high")).toBe(1);
});

describe("typed ends", () => {
  test.each([
    ["50", "number", 50],
    ["1,250.5", "number", 1250.5],
    ["", "number", null],
    ["fifty", "number", undefined],
    ["2003", "date", "2003-01-01"],
    ["2003-02-30", "date", undefined],
    ["2003-02-28", "date", "2003-02-28"],
  ] as const)("%s as %s", (text, kind, value) => expect(readEnd(text, kind, "low")).toBe(value));

  test("a year or a month ends on its last day", () => {
    expect(readEnd("2003", "date", "high")).toBe("2003-12-31");
    expect(readEnd("2004-02", "date", "high")).toBe("2004-02-29");
  });
});

test("axis labels", () => {
  expect(ticksOf(AGES, "number", 95).map((tick) => tick.label)).toEqual(["0", "20", "40", "60", "80", "95"]);
  expect(ticksOf(YEARS, "date", "2003-12-31").map((tick) => tick.label)).toEqual(["2001", "2002", "2003"]);
});

test("bins that an answer leaves out are zero", () => {
  const now: RangeCounts = { bins: [[10, 14, 3, 30]], missing: [0, 0] };
  expect(alignedBins({ bins: AGES, missing: [0, 0] }, now, 2)?.slice(0, 4)).toEqual([0, 0, 3, 0]);
  expect(alignedBins({ bins: AGES, missing: [0, 0] }, undefined, 2)).toBeNull();
});
