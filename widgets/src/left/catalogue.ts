/**
 * What is the same in every answer about one list of values: keys, labels, orders. Made once for each list, since lists
 * can hold tens of thousands.
 */

import { language, t } from "./text.ts";
import type { Pair, Value, ValueCounts } from "./wire.ts";

export interface Catalogue {
  values: readonly Value[];
  keys: readonly string[];
  labels: readonly string[];
  pairs: readonly Pair[];
  places: ReadonlyMap<Value, number>;
  /** The labels as a search compares them. */
  folded: () => readonly string[];
  /** The rank of each value by name: as code has it, or as a reader would look for it. Missing comes last. */
  ranks: (order: "code" | "reader") => Uint32Array;
}

const known = new WeakMap<ValueCounts, { language: string; catalogue: Catalogue }>();

export function catalogueOf(counts: ValueCounts): Catalogue {
  const before = known.get(counts);
  if (before?.language === language()) return before.catalogue;
  const catalogue = made(counts);
  known.set(counts, { language: language(), catalogue });
  return catalogue;
}

function made(counts: ValueCounts): Catalogue {
  const values = counts.values.map(([value]) => value);
  const labels = values.map(labelOf);
  const ranks: Partial<Record<"code" | "reader", Uint32Array>> = {};
  let folded: string[] | undefined;
  return {
    values,
    labels,
    keys: values.map(keyOf),
    pairs: counts.values.map(([, patients, series]) => [patients, series]),
    places: new Map(values.map((value, at) => [value, at])),
    folded: () => (folded ??= labels.map(fold)),
    ranks: (order) => (ranks[order] ??= ranked(values, labels, order === "code" ? compareCode : reading())),
  };
}

function ranked(
  values: readonly Value[],
  labels: readonly string[],
  compare: (a: string, b: string) => number,
): Uint32Array {
  const order = values.map((_, at) => at);
  order.sort((a, b) => missingLast(values[a] ?? null, values[b] ?? null) || compare(labels[a] ?? "", labels[b] ?? ""));
  const ranks = new Uint32Array(order.length);
  for (const [rank, at] of order.entries()) ranks[at] = rank;
  return ranks;
}

/** Upper and lower case beside each other, 9 before 10. */
function reading(): (a: string, b: string) => number {
  return new Intl.Collator(language(), { numeric: true }).compare;
}

export function compareCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function missingLast(a: Value, b: Value): number {
  return Number(a === null) - Number(b === null);
}

export function keyOf(value: Value): string {
  return JSON.stringify(value);
}

/** The value as text; what could not be seen, such as a value of zero-width characters only, is spelled out. */
export function labelOf(value: Value): string {
  if (value === null) return t("missing");
  const text = String(value);
  if (text === "") return t("empty text");
  return UNSEEN.test(text) ? Array.from(text, escaped).join("") : text;
}

const UNSEEN = /^[\s\p{C}\p{Z}]+$/u;

function escaped(sign: string): string {
  return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

export function fold(text: string): string {
  return text.normalize("NFC").toLowerCase().trim();
}
