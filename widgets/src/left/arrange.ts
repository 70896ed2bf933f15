/** The order of the filters on screen, and which of them are out of it. */

import type { Card } from "./groups.ts";
import type { Kept } from "./kept.ts";
import type { Facet } from "./wire.ts";

/** Pinned ones first, as they were pinned; hidden ones left out, but for those that the rule names. */
export function arranged(facets: readonly Facet[], kept: Kept, cards: readonly Card[]): Facet[] {
  const away = new Set(hiddenOf(facets, kept, cards).map(({ name }) => name));
  const rank = new Map(kept.pinned.map((name, i) => [name, i]));
  const place = ({ name }: Facet) => rank.get(name) ?? rank.size;
  return facets.filter(({ name }) => !away.has(name)).sort((a, b) => place(a) - place(b));
}

/** The filters that are hidden now. */
export function hiddenOf(facets: readonly Facet[], kept: Kept, cards: readonly Card[]): Facet[] {
  return facets.filter(({ name }) => kept.hidden.includes(name) && !named(cards, name));
}

/** Whether the rule names the facet: such a filter is never hidden. */
export function named(cards: readonly Card[], facet: string): boolean {
  return cards.some(({ where }) => where.some((criterion) => criterion.facet === facet));
}
