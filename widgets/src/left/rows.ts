/** The rows of a list of values: counts now beside counts of all, chosen or not, in their order. */

import { catalogueOf, compareCode, fold, keyOf, labelOf, missingLast } from "./catalogue.ts";
import { shareOf, sum, weight, type Count } from "./protected.ts";
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
  /** Its place among the values of the whole snapshot; -1 for one that is not there. */
  at: number;
}

export type Sort = "count" | "name";

/** From so many values on, a list that is shown whole has its own search; a short one has it from more on. */
export const SEARCH_FROM = { expanded: 12, short: 30 };
/** So many rows stand in a folded list. */
const HEAD = { column: 4, panel: 3, grid: 4 } as const satisfies Record<Shape, number>;
const ZERO: Pair = [0, 0];

const column = (measure: Measure): 0 | 1 => (measure === "patients" ? 0 : 1);

/** Every value, sorted; values that only the rule or only `now` knows come too, with zeros. */
export function mergeRows(
  all: ValueCounts,
  now: ValueCounts | undefined,
  chosen: readonly Value[],
  measure: Measure,
  sort: Sort,
  apart: readonly Value[] = [],
): Row[] {
  const known = catalogueOf(all);
  const nobody = now ? ZERO : null;
  const row = (at: number, key: string, value: Value, label: string, ofAll: Pair): Row => {
    return { key, value, label, now: nobody, all: ofAll, chosen: false, apart: false, at };
  };
  const rows = known.pairs.map((pair, at) => {
    return row(at, known.keys[at] ?? "", known.values[at] ?? null, known.labels[at] ?? "", pair);
  });
  const others = new Map<Value, Row>();
  const rowOf = (value: Value): Row => {
    const at = known.places.get(value);
    const found = at === undefined ? others.get(value) : rows[at];
    if (found) return found;
    const other = row(-1, keyOf(value), value, labelOf(value), ZERO);
    others.set(value, other);
    return other;
  };
  for (const [value, patients, series] of now?.values ?? []) rowOf(value).now = [patients, series];
  for (const value of chosen) rowOf(value).chosen = true;
  for (const value of apart) {
    const at = known.places.get(value);
    const found = at === undefined ? undefined : rows[at];
    if (found) found.apart = true;
  }
  const order = sort === "name" ? byName(known.ranks("reader")) : byCount(column(measure), byName(known.ranks("code")));
  return [...rows, ...others.values()].sort((a, b) => Number(a.apart) - Number(b.apart) || order(a, b));
}

type Order = (a: Row, b: Row) => number;

/** By name as the ranks have it, missing last; what has no rank by its label. */
function byName(ranks: Uint32Array): Order {
  return (a, b) => {
    if (a.at >= 0 && b.at >= 0) return (ranks[a.at] ?? 0) - (ranks[b.at] ?? 0);
    return missingLast(a.value, b.value) || compareCode(a.label, b.label);
  };
}

/** Most patients now first, then most of all, then by name; missing last among equals. */
function byCount(i: 0 | 1, names: Order): Order {
  const now = (row: Row) => weight((row.now ?? ZERO)[i]);
  return (a, b) => now(b) - now(a) || weight(b.all[i]) - weight(a.all[i]) || names(a, b);
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

/** The rows whose label holds the text, upper and lower case alike; `all` is what they were merged from. */
export function matching(rows: readonly Row[], query: string, all?: ValueCounts): Row[] {
  const wanted = fold(query);
  if (!wanted) return [...rows];
  const folded = all && labelsOf(all);
  return rows.filter((row) => (folded?.[row.at] ?? fold(row.label)).includes(wanted));
}

/** The folded labels of all values; made once, since lists can hold tens of thousands. */
export function labelsOf(counts: ValueCounts): readonly string[] {
  return catalogueOf(counts).folded();
}

/** What shares are of: the whole that Python gives, else the sum over the values. */
export function wholeOf(counts: ValueCounts | RangeCounts | undefined, measure: Measure): Count {
  if (!counts) return 0;
  const i = column(measure);
  if (counts.whole) return counts.whole[i];
  if ("bins" in counts) return sum([counts.missing[i], ...counts.bins.map((bin) => bin[i === 0 ? 2 : 3])]);
  return sum(counts.values.map((value) => value[i === 0 ? 1 : 2]));
}

/** The longest bar of the list as a share: one scale for both bars of every row. */
export function scaleOf(rows: readonly Row[], measure: Measure, wholeNow: Count, wholeAll: Count): number {
  const i = column(measure);
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
  const unit = pair[column(weighed)] === null ? "patients" : weighed;
  const missing = pair[column(unit)];
  const whole = wholeOf(counts, unit);
  return missing === 0 || whole === 0 ? null : { missing, whole, unit };
}

function missingOf(counts: ValueCounts | RangeCounts): Pair {
  if ("bins" in counts) return counts.missing;
  const [, ...pair] = counts.values.find(([value]) => value === null) ?? [null, ...ZERO];
  return pair;
}
