/** The menu of a facet: sort, pin, hide, exclude, and what the facet is about. */

import { useState } from "preact/hooks";
import { About } from "./About.tsx";
import { named } from "./arrange.ts";
import type { Criterion } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { MenuItem, Popup } from "./Popup.tsx";
import { spellingsOf } from "./lines.ts";
import type { FacetProps } from "./FacetSection.tsx";
import { t } from "./text.ts";
import { isRange } from "./wire.ts";

export function FacetMenu(props: FacetProps & { wanted: Criterion[] }) {
  const { store, part, wanted, ui, pinned, hidden } = props;
  const { facet, all, group } = part;
  const [about, setAbout] = useState(false);
  const set = (change: Parameters<typeof store.setFacetUi>[1]) => () => store.setFacetUi(facet.name, change);
  const range = isRange(all);
  const values = !range && facet.kind !== "text";
  const spellings = all && !range ? spellingsOf(all) : null;
  const normalised = store.wire.facets.find(({ recorded_in: of }) => of === facet.name);
  return (
    <Popup
      label={t("Menu of %1", facet.title)}
      says={about ? t("About %1", facet.title) : undefined}
      button={<Icon name="dots" />}
      class="btn icon sm"
      role={about ? "dialog" : "menu"}
      wide={about}
      onClose={() => setAbout(false)}
    >
      {(close) => {
        if (about) return <About store={store} facet={facet} all={all} />;
        const item = (label: string, act: () => void, state: { checked?: boolean; disabled?: boolean } = {}) => (
          <MenuItem
            {...state}
            onChoose={() => {
              act();
              close();
            }}
          >
            {label}
          </MenuItem>
        );
        return (
          <>
            {values ? (
              <>
                {item(t("Sort by count"), set({ sort: "count" }), { checked: ui.sort === "count" })}
                {item(t("Sort by name"), set({ sort: "name" }), { checked: ui.sort === "name" })}
                <hr />
              </>
            ) : null}
            {spellings?.size
              ? item(
                  ui.opened.length ? t("Hide spellings as recorded") : t("Show spellings as recorded"),
                  set({ opened: ui.opened.length ? [] : [...spellings.keys()], expanded: true }),
                )
              : null}
            {normalised ? item(t("Go to %1", normalised.title), () => store.goTo(normalised.name)) : null}
            {values ? item(t("Exclude values"), set({ excluding: true, folded: false })) : null}
            {range
              ? item(t("Take only missing"), () => {
                  store.send({ kind: "toggle", facet: facet.name, value: null, group, on: true, exclude: false });
                })
              : null}
            {item(t("Take out of the rule"), () => store.send({ kind: "clear", facet: facet.name, group }), {
              disabled: wanted.length === 0,
            })}
            <hr />
            {item(pinned ? t("Unpin") : t("Pin to the top"), () => store.pinFacet(facet.name, !pinned))}
            {hidden
              ? item(t("Show again"), () => store.hideFacet(facet.name, false))
              : item(t("Hide this filter"), () => store.hideFacet(facet.name, true), {
                  disabled: named(store.cards, facet.name),
                })}
            <hr />
            <MenuItem onChoose={() => setAbout(true)}>{t("About this filter")}</MenuItem>
          </>
        );
      }}
    </Popup>
  );
}
