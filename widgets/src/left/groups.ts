/** Reads a definition: its groups as cards, what is chosen, what a chip says. Changes nothing. */

import type { CohortDefinition } from "../types/definition.ts";
import { count } from "./numbers.ts";
import { t } from "./text.ts";
import type { Days, Facet, GroupName, Level, Side, Value, Wire } from "./wire.ts";

export type Definition = Partial<CohortDefinition>;

/** A criterion with every operator's key optional: read the one that is there. */
export interface Criterion {
  facet: string;
  is_in?: Value[];
  between?: [Value, Value];
  missing?: boolean;
  contains?: string[];
}

export interface Group {
  same: Level;
  where: Criterion[];
}

export interface Card extends Group {
  name: GroupName;
  side: Side;
  index: number;
  /** An empty card: the app's state, not part of the definition. */
  draft: boolean;
}

export const LEVELS: readonly Level[] = ["series", "study", "patient"];

export function groupsOf(definition: Definition, side: Side): Group[] {
  const groups = (definition[side] ?? []) as Partial<Group>[];
  return groups.map((group) => ({ same: group.same ?? "series", where: group.where ?? [] }));
}

/** A pair in time: so many days between a study of one include group and a study of another. */
export interface Pair {
  first: number;
  then: number;
  days: Days;
}

export function pairsOf(definition: Definition): Pair[] {
  return ((definition.within ?? []) as Partial<Pair>[]).map(({ first, then, days }) => {
    return { first: first ?? 0, then: then ?? 0, days: days ?? [null, null] };
  });
}

/** Include groups, empty include cards, exclude groups, empty exclude cards. */
export function cardsOf(definition: Definition, drafts: Wire["drafts"]): Card[] {
  return (["include", "exclude"] as const).flatMap((side) => {
    const real = groupsOf(definition, side);
    const empty: Group[] = Array.from({ length: drafts[side] ?? 0 }, () => ({ same: "series", where: [] }));
    return [...real, ...empty].map((group, index): Card => {
      return { ...group, name: `${side}:${index}`, side, index, draft: index >= real.length };
    });
  });
}

/**
 * The group that a click on this facet edits: the one the user picked; else Python's word; else, as the definition
 * language says, the active one when it names the facet or is empty, then the first include group that names it.
 */
export function targetGroup(
  cards: Card[],
  facet: string,
  active: string | null,
  picked: string | null,
  said?: string | null,
): string | null {
  if (picked !== null && cards.some((card) => card.name === picked)) return picked;
  if (said !== undefined) return said;
  const current = cards.find((card) => card.name === active);
  const names = (card: Card) => card.where.some((criterion) => criterion.facet === facet);
  if (current && (current.draft || names(current) || current.side === "exclude")) return current.name;
  const first = cards.find((card) => card.side === "include" && names(card));
  return first?.name ?? current?.name ?? cards.find((card) => card.side === "include")?.name ?? null;
}

/** "Include 2" */
export function groupTitle(side: Side, index: number): string {
  return side === "include" ? t("Include %1", count(index + 1)) : t("Exclude %1", count(index + 1));
}

/** What this group wants of the facet. */
export function criteriaOn(cards: Card[], group: string | null, facet: string): Criterion[] {
  return cards.find((card) => card.name === group)?.where.filter((criterion) => criterion.facet === facet) ?? [];
}

/** Every value of the facet that some exclude group names. */
export function excludedValues(cards: Card[], facet: string): Value[] {
  return cards
    .filter((card) => card.side === "exclude")
    .flatMap((card) => card.where.filter((criterion) => criterion.facet === facet).flatMap((c) => c.is_in ?? []));
}

/** What a chip says of its criterion; `missing` marks the part to be set in italics. */
export interface Phrase {
  text: string;
  missing: boolean;
}

/** So many values or texts are named. */
export const SHOWN = 2;

export function phrase(criterion: Criterion, facet: Pick<Facet, "unit"> | undefined): Phrase[] {
  const parts: Phrase[] = [];
  const say = (text: string, missing = false) => parts.push({ text, missing });
  if (criterion.is_in) {
    for (const value of criterion.is_in.slice(0, SHOWN)) {
      if (value === null) say(t("missing"), true);
      else say(String(value));
    }
    if (criterion.is_in.length > SHOWN) say(t("%1 more", count(criterion.is_in.length - SHOWN)));
  } else if (criterion.contains) {
    for (const text of criterion.contains.slice(0, SHOWN)) say(`“${text}”`);
    if (criterion.contains.length > SHOWN) say(t("%1 more", count(criterion.contains.length - SHOWN)));
  } else if (criterion.between) {
    const [low, high] = criterion.between;
    const unit = facet?.unit ? ` ${facet.unit}` : "";
    if (low === null && high === null) say(t("recorded"));
    else if (high === null) say(t("from %1", String(low)) + unit);
    else if (low === null) say(t("up to %1", String(high)) + unit);
    else if (low === high) say(String(low) + unit);
    else say(t("%1 to %2", String(low), String(high)) + unit);
    if (criterion.missing) say(t("missing"), true);
  }
  return parts;
}

/** The same as one line, for tooltips and screen readers. */
export function phraseText(criterion: Criterion, facet: Pick<Facet, "unit"> | undefined): string {
  return phrase(criterion, facet)
    .map((part) => part.text)
    .join(` ${t("or")} `);
}
