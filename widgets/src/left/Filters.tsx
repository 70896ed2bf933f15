/** The filters: what the numbers count, search over everything, legend, and one section for every facet. */

import { FacetSection } from "./FacetSection.tsx";
import { criteriaOn, excludedValues } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { fold, labelsOf } from "./rows.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import { isRange, type Facet, type Measure } from "./wire.ts";

export function Filters({ store }: { store: Store }) {
  const { wire, cards } = store;
  const query = fold(store.query);
  const hits = wire.facets.map((facet) => ({ facet, hit: query ? hitOf(facet, store, query) : "title" }));
  const shown = hits.filter(({ hit }) => hit !== null);
  return (
    <div class="filters" role="region" aria-label={t("Filters")}>
      <div class="sec">
        <h2>{t("Filters")}</h2>
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
      </div>
    </div>
  );
}

export function measureName(measure: Measure): string {
  return measure === "patients" ? t("patients") : t("series");
}

/** Whether the facet itself is meant, or some of its values. */
function hitOf(facet: Facet, store: Store, query: string): "title" | "value" | null {
  if (fold(facet.title).includes(query) || fold(facet.name).includes(query)) return "title";
  const counts = store.wire.all[facet.name];
  if (!counts || isRange(counts)) return null;
  return labelsOf(counts).some((label) => label.includes(query)) ? "value" : null;
}

function MeasureSwitch({ store }: { store: Store }) {
  const choices: [Measure, string][] = [
    ["patients", t("Patients")],
    ["series", t("Series")],
  ];
  return (
    <div class="seg" role="radiogroup" aria-label={t("Numbers show")}>
      {choices.map(([value, label]) => (
        <button
          type="button"
          key={value}
          role="radio"
          aria-checked={store.measure === value}
          tabIndex={store.measure === value ? 0 : -1}
          onClick={() => {
            if (store.measure !== value) store.send({ kind: "measure", value });
          }}
          onKeyDown={(event) => {
            if (!event.key.startsWith("Arrow")) return;
            event.preventDefault();
            const other = event.currentTarget.parentElement?.querySelector<HTMLElement>("[aria-checked=false]");
            other?.focus();
            other?.click();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function Search({ store }: { store: Store }) {
  const label = t("Find a filter or a value");
  return (
    <div class="ftools">
      <label class="inp find">
        <Icon name="search" />
        <input
          type="text"
          role="searchbox"
          placeholder={label}
          aria-label={label}
          aria-keyshortcuts="/"
          value={store.query}
          onInput={(event) => store.search(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            if (store.query) store.search("");
            else event.currentTarget.blur();
          }}
        />
        {store.query ? (
          <button type="button" class="x" aria-label={t("Clear the search")} onClick={() => store.search("")}>
            <Icon name="close" />
          </button>
        ) : null}
      </label>
    </div>
  );
}
