/** The facets that are shown, one section each: all of them, or those that the search finds, hidden ones too. */

import { named } from "./arrange.ts";
import { fold } from "./catalogue.ts";
import { FacetSection } from "./FacetSection.tsx";
import { partOf, recordedPart } from "./parts.ts";
import { labelsOf } from "./rows.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import { isRange, type Facet } from "./wire.ts";

export function Sections({ store, facets }: { store: Store; facets: readonly Facet[] }) {
  const { kept, cards } = store;
  const query = fold(store.query);
  const hits = facets.map((facet) => ({ facet, hit: query ? hitOf(facet, store, query) : "title" }));
  const shown = hits.filter(({ hit }) => hit !== null);
  return (
    <>
      {shown.map(({ facet, hit }) => (
        <FacetSection
          key={facet.name}
          store={store}
          part={partOf(store, facet)}
          recorded={recordedPart(store, facet)}
          measure={store.measure}
          ui={store.facetUi(facet.name)}
          query={hit === "value" ? store.query : ""}
          pinned={kept.pinned.includes(facet.name)}
          hidden={kept.hidden.includes(facet.name) && !named(cards, facet.name)}
        />
      ))}
      {shown.length === 0 && query ? (
        <div class="nothing">
          <p>{t("No filter and no value holds “%1”.", store.query.trim())}</p>
          <button type="button" class="a" onClick={() => store.search("")}>
            {t("Clear the search")}
          </button>
        </div>
      ) : null}
    </>
  );
}

/** Whether the facet itself is meant, or some of its values. */
function hitOf(facet: Facet, store: Store, query: string): "title" | "value" | null {
  if (fold(facet.title).includes(query) || fold(facet.name).includes(query)) return "title";
  const counts = store.wire.all[facet.name];
  if (!counts || isRange(counts)) return null;
  return labelsOf(counts).some((label) => label.includes(query)) ? "value" : null;
}
