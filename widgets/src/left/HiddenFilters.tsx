/** How many filters are hidden, and the way back to each of them. */

import { hiddenOf } from "./arrange.ts";
import { count } from "./numbers.ts";
import { MenuItem, Popup } from "./Popup.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";

export function HiddenFilters({ store }: { store: Store }) {
  const hidden = hiddenOf(store.wire.facets, store.kept, store.cards);
  if (hidden.length === 0) return null;
  return (
    <Popup
      label={t("Hidden filters")}
      button={<span>{t("%1 hidden", count(hidden.length))}</span>}
      class="a s hiddenfilters"
      role="menu"
    >
      {(close) => (
        <>
          {hidden.map(({ name, title }) => (
            <MenuItem
              key={name}
              onChoose={() => {
                close();
                store.goTo(name);
              }}
            >
              {t("Show %1", title)}
            </MenuItem>
          ))}
          <hr />
          <MenuItem
            onChoose={() => {
              close();
              store.arrange({ hidden: [] });
            }}
          >
            {t("Show all filters")}
          </MenuItem>
        </>
      )}
    </Popup>
  );
}
