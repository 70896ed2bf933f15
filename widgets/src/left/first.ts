/** Which filters a compact list shows before all are asked for. */

import type { Card } from "./groups.ts";
import type { Facet, Shape } from "./wire.ts";

const USUAL: Record<Exclude<Shape, "column">, readonly string[]> = {
  panel: ["Modality", "BodyPartExamined", "sex"],
  grid: ["Modality", "BodyPartExamined", "sex", "age", "cancer_type", "dataset"],
};

/**
 * The facets that the rule names, those that are pinned and the usual ones, in the order of the whole list: what stood on screen before a
 * click stands in the same order after it. Where the snapshot lacks a usual one, the first others come in its place.
 */
export function firstFacets(
  facets: readonly Facet[],
  cards: readonly Card[],
  shape: Shape,
  pinned: readonly string[] = [],
): Facet[] {
  if (shape === "column") return [...facets];
  const usual = USUAL[shape];
  const shown = new Set(usual.filter((name) => facets.some((facet) => facet.name === name)));
  for (const { name } of facets) {
    if (shown.size >= usual.length) break;
    shown.add(name);
  }
  for (const name of pinned) shown.add(name);
  for (const { where } of cards) for (const { facet } of where) shown.add(facet);
  return facets.filter(({ name }) => shown.has(name));
}
