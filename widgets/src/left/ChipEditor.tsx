/** Edits a criterion where it stands: the facet's values, range or texts, as the list has them. */

import { useEffect } from "preact/hooks";
import { FacetBody } from "./FacetBody.tsx";
import { AllValues } from "./FacetSection.tsx";
import { Floating } from "./Floating.tsx";
import { groupTitle, type Card } from "./groups.ts";
import { Icon } from "./icons.tsx";
import type { Destination } from "./drag.ts";
import { partOf } from "./parts.ts";
import { reveal } from "./reveal.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet, GroupName } from "./wire.ts";

export interface Editing {
  group: GroupName;
  facet: string;
  anchor: HTMLElement;
}

interface Props {
  store: Store;
  editing: Editing;
  facet: Facet;
  onClose: () => void;
}

export function ChipEditor({ store, editing, facet, onClose }: Props) {
  const { group, anchor } = editing;
  const card = store.cards.find(({ name }) => name === group);
  const place = card?.where.findIndex((criterion) => criterion.facet === facet.name) ?? -1;
  useEffect(() => store.pick(group), [group]);
  const [side, index] = group.split(":") as ["include" | "exclude", string];
  return (
    <Floating label={t("Edit %1", facet.title)} anchor={anchor} onClose={onClose}>
      <div class="eh">
        <b>{facet.title}</b>
        <span class="s q">{groupTitle(side, Number(index))}</span>
        <span class="sp" />
        {store.wire.shape === "panel" ? (
          <AllValues store={store} part={partOf(store, facet, group)} ui={store.facetUi(facet.name)} query="" />
        ) : null}
        <button type="button" class="x" aria-label={t("Close")} title={t("Close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <FacetBody store={store} facet={facet} group={group} />
      <div class="ef">
        {card && place >= 0 ? (
          <MoveTo
            store={store}
            card={card}
            onMove={(to) => {
              store.send({ kind: "move", from: card.name, to, criterion: place });
              onClose();
            }}
          />
        ) : null}
        <span class="sp" />
        <button
          type="button"
          class="a"
          onClick={() => {
            onClose();
            reveal(store, facet.name, group);
          }}
        >
          {t("Show in the list")}
        </button>
      </div>
    </Floating>
  );
}

function MoveTo({ store, card, onMove }: { store: Store; card: Card; onMove: (to: Destination) => void }) {
  const others = store.cards.filter((other) => other.name !== card.name);
  return (
    <select
      class="btn"
      aria-label={t("Move to another group")}
      value=""
      onChange={(event) => {
        const to = event.currentTarget.value as Destination | "";
        if (to) onMove(to);
      }}
    >
      <option value="">{t("Move to …")}</option>
      {others.map(({ name, side, index }) => (
        <option key={name} value={name}>
          {groupTitle(side, index)}
        </option>
      ))}
      <option value="include:new">{t("A new include group")}</option>
      <option value="exclude:new">{t("A new exclude group")}</option>
    </select>
  );
}
