/** The rows of a list of values: counts now beside counts of all, chosen or not, in their order. */

import { shareOf, sum, weight, type Count } from "./protected.ts";
import { t } from "./text.ts";
import type { Measure, Pair, RangeCounts, Shape, Value, ValueCounts } from "./wire.ts";

export interface Row {
  key: string;
  value: Value;
  label: string;
  /** Patients and series now; null while no answer has come yet. */
  now: Pair | null;
  all: Pair;
  chosen: boolean;
  /** Stands apart from the others, below them: a derived object among modalities. */
  apart: boolean;
}

export type Sort = "count" | "name";

/** From so many values on, a list has its own search. */
export const SEARCH_FROM = 12;
/** So many rows stand in a folded list. */
const HEAD = { column: 5, panel: 3, grid: 4 } as const satisfies Record<Shape, number>;
const ZERO: Pair = [0, 0];

const at = (measure: Measure): 0 | 1 => (measure === "patients" ? 0 : 1);

export function keyOf(value: Value): string {
  return JSON.stringify(value);
}

export function labelOf(value: Value): string {
  return value === null ? t("missing") : value === "" ? t("empty text") : String(value);
}

/** Every value, sorted; values that only the rule or only `now` knows come too, with zeros. */
export function mergeRows(
  all: ValueCounts,
  now: ValueCounts | undefined,
  chosen: readonly Value[],
  measure: Measure,
  sort: Sort,
  apart: readonly Value[] = [],
): Row[] {
  const rows = new Map<string, Row>();
  const wanted = new Set(chosen.map(keyOf));
  const below = new Set(apart.map(keyOf));
  const add = (value: Value, ofAll: Pair) => {
    const key = keyOf(value);
    const row: Row = {
      key,
      value,
      label: labelOf(value),
      now: now ? ZERO : null,
      all: ofAll,
      chosen: wanted.has(key),
      apart: below.has(key),
    };
    rows.set(key, row);
    return row;
  };
  for (const [value, patients, series] of all.values) add(value, [patients, series]);
  for (const [value, patients, series] of now?.values ?? []) {
    (rows.get(keyOf(value)) ?? add(value, ZERO)).now = [patients, series];
  }
  for (const value of chosen) if (!rows.has(keyOf(value))) add(value, ZERO);
  const order = sort === "name" ? byName : byCount(at(measure));
  return [...rows.values()].sort((a, b) => Number(a.apart) - Number(b.apart) || order(a, b));
}

function byName(a: Row, b: Row): number {
  if (a.value === null || b.value === null) return a.value === b.value ? 0 : a.value === null ? 1 : -1;
  return a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
}

/** Most patients now first, then most of all, then by name; missing last among equals. */
function byCount(i: 0 | 1): (a: Row, b: Row) => number {
  const now = (row: Row) => weight((row.now ?? ZERO)[i]);
  return (a, b) => now(b) - now(a) || weight(b.all[i]) - weight(a.all[i]) || byName(a, b);
}

/**
 * The rows that a folded list shows: the first few, whatever is chosen or excluded, and missing, which is never
 * hidden.
 */
export function headOf(
  rows: readonly Row[],
  excluded: ReadonlySet<string> = new Set(),
  shape: Shape = "column",
): Row[] {
  const head = HEAD[shape];
  if (rows.length <= head + 1) return [...rows];
  return rows.filter(
    (row, i) => i < head || row.chosen || excluded.has(row.key) || (row.value === null && row.all[0] !== 0),
  );
}

/** The rows whose label holds the text, upper and lower case alike. */
export function matching(rows: readonly Row[], query: string): Row[] {
  const wanted = fold(query);
  return wanted ? rows.filter((row) => fold(row.label).includes(wanted)) : [...rows];
}

const labels = new WeakMap<ValueCounts, string[]>();

/** The folded labels of all values; made once, since lists can hold tens of thousands. */
export function labelsOf(counts: ValueCounts): string[] {
  let known = labels.get(counts);
  if (!known) {
    known = counts.values.map(([value]) => fold(labelOf(value)));
    labels.set(counts, known);
  }
  return known;
}

export function fold(text: string): string {
  return text.normalize("NFC").toLowerCase().trim();
}

/** What shares are of: the whole that Python gives, else the sum over the values. */
export function wholeOf(counts: ValueCounts | RangeCounts | undefined, measure: Measure): Count {
  if (!counts) return 0;
  const i = at(measure);
  if (counts.whole) return counts.whole[i];
  if ("bins" in counts) return sum([counts.missing[i], ...counts.bins.map((bin) => bin[i === 0 ? 2 : 3])]);
  return sum(counts.values.map((value) => value[i === 0 ? 1 : 2]));
}

/** The longest bar of the list as a share: one scale for both bars of every row. */
export function scaleOf(rows: readonly Row[], measure: Measure, wholeNow: Count, wholeAll: Count): number {
  const i = at(measure);
  let top = 0;
  for (const row of rows) {
    if (row.now) top = Math.max(top, shareOf(row.now[i], wholeNow) ?? 0);
    top = Math.max(top, shareOf(row.all[i], wholeAll) ?? 0);
  }
  return top || 1;
}

export interface MissingShare {
  missing: Count;
  whole: Count;
  unit: Measure;
}

/**
 * How much of what is left has no value. Where Python gives no whole, values of series and studies are weighed by
 * series: a patient may count under several values, a series under one only. What is protected is said of patients.
 */
export function missingShare(
  counts: ValueCounts | RangeCounts | undefined,
  measure: Measure,
  manyPerPatient: boolean,
): MissingShare | null {
  if (!counts) return null;
  const pair = missingOf(counts);
  const weighed: Measure = !counts.whole && manyPerPatient ? "series" : measure;
  const unit = pair[at(weighed)] === null ? "patients" : weighed;
  const missing = pair[at(unit)];
  const whole = wholeOf(counts, unit);
  return missing === 0 || whole === 0 ? null : { missing, whole, unit };
}

function missingOf(counts: ValueCounts | RangeCounts): Pair {
  if ("bins" in counts) return counts.missing;
  const [, ...pair] = counts.values.find(([value]) => value === null) ?? [null, ...ZERO];
  return pair;
}
