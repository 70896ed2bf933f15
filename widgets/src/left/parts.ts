/** One facet as it is drawn: its counts, and what the rule wants of it. As JSON where equal text means nothing to draw. */

import { criteriaOn, excludedValues, type Criterion } from "./groups.ts";
import type { Store } from "./store.ts";
import type { Counts, Facet, Value } from "./wire.ts";

export interface FacetPart {
  facet: Facet;
  all: Counts | undefined;
  now: Counts | undefined;
  /** The group that a click edits. */
  group: string | null;
  /** What that group wants of this facet, as JSON. */
  criteria: string;
  /** Values that exclude groups name, as JSON. */
  excluded: string;
}

export function partOf(store: Store, facet: Facet, group = store.target(facet.name)): FacetPart {
  const { wire, cards } = store;
  return {
    facet,
    all: wire.all[facet.name],
    now: wire.now.by?.[facet.name],
    group,
    criteria: JSON.stringify(criteriaOn(cards, group, facet.name)),
    excluded: JSON.stringify(excludedValues(cards, facet.name)),
  };
}

/** The facet whose recorded spellings this one brings together, where the snapshot has it. */
export function recordedPart(store: Store, facet: Facet): FacetPart | undefined {
  const recorded = store.wire.facets.find(({ name }) => name === facet.recorded_in);
  return recorded && partOf(store, recorded);
}

export function wantedOf(part: FacetPart): Criterion[] {
  return JSON.parse(part.criteria) as Criterion[];
}

export function chosenOf(part: FacetPart): Value[] {
  return wantedOf(part).flatMap((criterion) => criterion.is_in ?? []);
}

export function excludedOf(part: FacetPart): Value[] {
  return JSON.parse(part.excluded) as Value[];
}
