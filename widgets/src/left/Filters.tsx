/** The filters: what the numbers count, search over everything, legend, and one section for every facet. */

import { arranged } from "./arrange.ts";
import { HiddenFilters } from "./HiddenFilters.tsx";
import { Sections } from "./Sections.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import { measureName, MeasureSwitch, Search } from "./Tools.tsx";

export function Filters({ store }: { store: Store }) {
  const { wire, kept, cards } = store;
  return (
    <div class="filters" role="region" aria-label={t("Filters")}>
      <div class="sec">
        <h2>{t("Filters")}</h2>
        <HiddenFilters store={store} />
        <span class="sp" />
        <MeasureSwitch store={store} />
      </div>
      <Search store={store} />
      <div class="facets">
        <div class="flegend" aria-hidden="true">
          <span class="sw now" />
          {t("share now")}
          <span class="sw all" />
          {t("share of all")}
          <span class="sp" />
          <span class="c1">{measureName(store.measure)}</span>
          <span class="c2">{t("of all")}</span>
        </div>
        <Sections store={store} facets={store.query ? wire.facets : arranged(wire.facets, kept, cards)} />
      </div>
    </div>
  );
}
