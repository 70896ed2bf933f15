/**
 * The sentence with the words that the reader chose marked: each leads to the filter that it is about.
 *
 * Words are looked for, in any language; of two that read the same the first in the sentence belongs to the criterion that
 * the sentence says first: images, then people, then datasets, then days between studies, then what is excluded.
 */

import type { Card, Criterion } from "./groups.ts";
import { t } from "./text.ts";
import type { Facet, GroupName, Level, Value } from "./wire.ts";

/** A criterion, or a pair in time by its place among those of the definition. */
export type About = { facet: string; group: GroupName } | { pair: number };

export interface Part {
  text: string;
  /** Of marked words. */
  about?: About;
}

interface Span {
  from: number;
  to: number;
  about: About;
}

interface Wanted {
  /** Of one and the same thing: the first that is found is marked. */
  words: RegExp[];
  length: number;
  place: number;
  about: About;
}

const LETTER = /[\p{L}\p{N}]/u;
const PLACES: Record<Level | "dataset", number> = { series: 0, study: 0, patient: 1, dataset: 2 };
const IN_TIME = 3;
const EXCLUDED = 4;

/**
 * The sentence in parts; a word that is not found, since Python worded it another way, stays plain. `days` are Python's
 * words for those of each pair in time.
 */
export function partsOf(
  sentence: string,
  cards: readonly Card[],
  facets: readonly Pick<Facet, "name" | "level">[],
  days: readonly string[] = [],
): Part[] {
  const wanted = cards.flatMap((card) =>
    card.where.flatMap((criterion): Wanted[] => {
      const level = facets.find(({ name }) => name === criterion.facet)?.level ?? "series";
      const place = card.side === "exclude" ? EXCLUDED : PLACES[level];
      const about = { facet: criterion.facet, group: card.name };
      return wordsOf(criterion).map((words) => ({ ...words, place, about }));
    }),
  );
  days.forEach((words, pair) => wanted.push({ ...one(words), place: IN_TIME, about: { pair } }));
  const spans: Span[] = [];
  // The longest first, so that "Breast Cancer" is not taken for "Breast".
  for (const { words, about } of wanted.sort((a, b) => b.length - a.length || a.place - b.place)) {
    const found = words.map((word) => find(sentence, word, spans)).find((span) => span !== null);
    if (found) spans.push({ ...found, about });
  }
  const parts: Part[] = [];
  let end = 0;
  for (const { from, to, about } of spans.sort((a, b) => a.from - b.from)) {
    if (from > end) parts.push({ text: sentence.slice(end, from) });
    parts.push({ text: sentence.slice(from, to), about });
    end = to;
  }
  if (end < sentence.length) parts.push({ text: sentence.slice(end) });
  return parts;
}

function wordsOf({ is_in, between, missing, contains }: Criterion): Pick<Wanted, "words" | "length">[] {
  if (is_in) return is_in.filter((value) => value !== "").map((value) => (value === null ? unknown() : one(value)));
  if (contains) return contains.map((text) => ({ words: [literal(`“${text}”`)], length: text.length + 2 }));
  if (!between) return [];
  const range = rangeOf(...between);
  return missing ? [range, unknown()] : [range];
}

function one(value: string | number): Pick<Wanted, "words" | "length"> {
  return { words: [typeof value === "number" ? numeral(value) : literal(value)], length: String(value).length };
}

function unknown(): Pick<Wanted, "words" | "length"> {
  return { words: [literal(t("missing")), literal("missing")], length: 0 };
}

/** "60 to 69": two ends with one short word between them; one end alone; or "recorded". */
function rangeOf(low: Value, high: Value): Pick<Wanted, "words" | "length"> {
  if (low === null || high === null) {
    const end = low ?? high;
    return end === null ? { words: [literal(t("recorded")), literal("recorded")], length: 0 } : one(end);
  }
  const [from, to] = [one(low), one(high)];
  if (low === high) return from;
  const [a, b] = [from.words[0]?.source ?? "", to.words[0]?.source ?? ""];
  return { words: [new RegExp(`${a} \\S{1,3} ${b}`, "gu")], length: from.length + to.length + 3 };
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu");
}

/** A number as any language marks its thousands and decimals. */
function numeral(n: number): RegExp {
  const [whole = "", decimals] = String(Math.abs(n)).split(".");
  const digits = whole.replace(/\d(?=\d)/g, "$&[.,\u00a0\u202f]?");
  return new RegExp(`${n < 0 ? "[−-]" : ""}${digits}${decimals === undefined ? "" : `[.,]${decimals}`}`, "gu");
}

/** Where the word stands by itself, outside the words found before; null for nowhere. */
function find(sentence: string, word: RegExp, taken: readonly Span[]): Pick<Span, "from" | "to"> | null {
  for (const { index: from, 0: text } of sentence.matchAll(word)) {
    const to = from + text.length;
    const alone = !LETTER.test(sentence[from - 1] ?? "") && !LETTER.test(sentence[to] ?? "");
    if (text && alone && !taken.some((span) => from < span.to && span.from < to)) return { from, to };
  }
  return null;
}
