/** The search inside one list of values. */

import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import type { FacetUi, Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet } from "./wire.ts";

interface Props {
  store: Store;
  facet: Facet;
  ui: FacetUi;
  number: number;
}

export function ValueSearch({ store, facet, ui, number }: Props) {
  const set = (query: string) => store.setFacetUi(facet.name, { query });
  return (
    <label class="inp sm">
      <Icon name="search" />
      <input
        type="text"
        role="searchbox"
        placeholder={t("Search in %1 values", count(number))}
        aria-label={t("Search in the values of %1", facet.title)}
        value={ui.query}
        onInput={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          set("");
        }}
      />
      {ui.query ? (
        <button type="button" class="x" aria-label={t("Clear the search")} onClick={() => set("")}>
          <Icon name="close" />
        </button>
      ) : null}
    </label>
  );
}
