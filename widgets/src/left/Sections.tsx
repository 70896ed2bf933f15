/** The facets that are shown, one section each: all of them, or those that the search finds. */

import { FacetSection } from "./FacetSection.tsx";
import { criteriaOn, excludedValues } from "./groups.ts";
import { fold, labelsOf } from "./rows.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import { isRange, type Facet } from "./wire.ts";

export function Sections({ store, facets }: { store: Store; facets: readonly Facet[] }) {
  const { wire, cards } = store;
  const query = fold(store.query);
  const hits = facets.map((facet) => ({ facet, hit: query ? hitOf(facet, store, query) : "title" }));
  const shown = hits.filter(({ hit }) => hit !== null);
  return (
    <>
      {shown.map(({ facet, hit }) => {
        const group = store.target(facet.name);
        return (
          <FacetSection
            key={facet.name}
            store={store}
            facet={facet}
            all={wire.all[facet.name]}
            now={wire.now.by?.[facet.name]}
            measure={store.measure}
            group={group}
            criteria={JSON.stringify(criteriaOn(cards, group, facet.name))}
            excluded={JSON.stringify(excludedValues(cards, facet.name))}
            ui={store.facetUi(facet.name)}
            query={hit === "value" ? store.query : ""}
          />
        );
      })}
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
