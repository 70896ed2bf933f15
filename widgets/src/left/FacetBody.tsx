/** What a facet offers: values, a range, or texts, as its kind asks for; with what one group wants of it. */

import { chosenOf, partOf, recordedPart, wantedOf, type FacetPart } from "./parts.ts";
import { RangeFacet } from "./RangeFacet.tsx";
import type { FacetUi, Store } from "./store.ts";
import { TextFacet } from "./TextFacet.tsx";
import { ValueList } from "./ValueList.tsx";
import { isRange, type Facet, type Measure } from "./wire.ts";

/** A facet by itself, such as in a popup; the groups of its numbers are those that Python counted. */
export function FacetBody({ store, facet, group }: { store: Store; facet: Facet; group: string | null }) {
  return (
    <PartBody
      store={store}
      part={partOf(store, facet, group)}
      recorded={recordedPart(store, facet)}
      measure={store.measure}
      ui={store.facetUi(facet.name)}
      query=""
    />
  );
}

interface Props {
  store: Store;
  part: FacetPart;
  recorded: FacetPart | undefined;
  measure: Measure;
  ui: FacetUi;
  query: string;
}

export function PartBody(props: Props) {
  const { store, part, measure } = props;
  const { facet, all, now, group } = part;
  if (!all) return null;
  const wanted = wantedOf(part);
  if (isRange(all)) {
    const range = { store, facet, all, now: isRange(now) ? now : undefined, measure, group };
    return <RangeFacet {...range} criterion={wanted[0]} />;
  }
  if (facet.kind !== "text") return <ValueList {...props} />;
  const texts = wanted.flatMap((criterion) => criterion.contains ?? []);
  return (
    <>
      <TextFacet {...{ store, facet, group, texts }} distinct={all.distinct} exact={chosenOf(part)} />
      <ValueList {...props} />
    </>
  );
}
