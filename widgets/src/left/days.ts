/** Days between two studies, in words and as a form has them. */

import { groupTitle, phraseText, type Card, type Pair } from "./groups.ts";
import { count } from "./numbers.ts";
import { t } from "./text.ts";
import type { Days, Facet } from "./wire.ts";

/** Where the second study lies: the days of a form are counted that way. */
export type Direction = "after" | "before" | "around";

export interface Form {
  direction: Direction;
  low: number | null;
  high: number | null;
}

/** A group that asks for more than so many characters is named by its number beside days. */
const LONGEST = 60;

function days(n: number): string {
  return n === 1 ? t("1 day") : t("%1 days", count(n));
}

/** "MR 0 to 90 days after CT" */
export function pairWords(
  { first, then, days: between }: Pair,
  cards: readonly Card[],
  facets: readonly Facet[],
): string {
  const later = named(then, cards, facets);
  const same = first === then;
  const other = named(first, cards, facets);
  const [low, high] = between;
  const itself = (low ?? 0) <= 0 && (high ?? 0) >= 0;
  const earlier = same
    ? itself
      ? t("such a study, or itself")
      : t("another such study")
    : other === later
      ? t("%1 (group %2)", other, count(first + 1))
      : other;
  return inWords(between, later, earlier);
}

function inWords([low, high]: Days, then: string, first: string): string {
  if (low === null && high === null) return t("%1 and %2, both dated", then, first);
  if (low !== null && high !== null) {
    if (low === 0 && high === 0) return t("%1 on the same day as %2", then, first);
    if (low >= 0) {
      if (low === high) return t("%1 %2 after %3", then, days(low), first);
      return t("%1 %2 to %3 after %4", then, count(low), days(high), first);
    }
    if (high <= 0) {
      if (low === high) return t("%1 %2 before %3", then, days(-low), first);
      return t("%1 %2 to %3 before %4", then, count(-high), days(-low), first);
    }
    if (low === -high) return t("%1 within %2 of %3, before or after", then, days(high), first);
    return t("%1 from %2 before to %3 after %4", then, days(-low), days(high), first);
  }
  if (low !== null) {
    if (low === 0) return t("%1 on the same day as %2 or later", then, first);
    if (low > 0) return t("%1 at least %2 after %3", then, days(low), first);
    return t("%1 at most %2 before %3, or later", then, days(-low), first);
  }
  const end = high ?? 0;
  if (end === 0) return t("%1 on the same day as %2 or earlier", then, first);
  if (end < 0) return t("%1 at least %2 before %3", then, days(-end), first);
  return t("%1 at most %2 after %3, or earlier", then, days(end), first);
}

function named(index: number, cards: readonly Card[], facets: readonly Facet[]): string {
  const words = groupWords(index, cards, facets);
  return words.length > LONGEST ? groupTitle("include", index) : words;
}

/** What a group asks for, short: "MR, BREAST". */
export function groupWords(index: number, cards: readonly Card[], facets: readonly Facet[]): string {
  const card = cards.find(({ side, index: at }) => side === "include" && at === index);
  return (card?.where ?? [])
    .map((criterion) =>
      phraseText(
        criterion,
        facets.find(({ name }) => name === criterion.facet),
      ),
    )
    .join(", ");
}

export function formOf([low, high]: Days): Form {
  if (low !== null && high !== null && low < 0 && low === -high) return { direction: "around", low: 0, high };
  const before = high !== null && high <= 0 && low !== 0;
  if (!before) return { direction: "after", low, high };
  return { direction: "before", low: high && -high, high: low && -low };
}

/** The days of a form; null where its low end lies above its high one. */
export function daysOf({ direction, low, high }: Form): Days | null {
  if (direction === "around") return high === null ? [null, null] : high < 0 ? null : [-high || 0, high];
  if (low !== null && high !== null && low > high) return null;
  if (direction === "after") return [low, high];
  return [high === null ? null : -high || 0, low === null ? null : -low || 0];
}
