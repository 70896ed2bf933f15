/** Facets as the reader speaks of them: the schema's own words, looked up once for each list and language. */

import { language, lookedUp } from "./text.ts";
import type { Facet } from "./wire.ts";

const known = new WeakMap<readonly Facet[], { language: string; facets: Facet[] }>();

/** The facets with their titles, units, descriptions and cautions in the reader's language. */
export function told(facets: Facet[]): Facet[] {
  if (language() === "en") return facets;
  const before = known.get(facets);
  if (before?.language === language()) return before.facets;
  const said = facets.map((facet) => ({
    ...facet,
    title: lookedUp(facet.title),
    unit: facet.unit && lookedUp(facet.unit),
    description: lookedUp(facet.description),
    caution: facet.caution && lookedUp(facet.caution),
    missing: facet.missing && lookedUp(facet.missing),
  }));
  known.set(facets, { language: language(), facets: said });
  return said;
}
