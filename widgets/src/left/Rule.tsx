/** The rule: include and exclude groups, each on its level, with a chip for every criterion; and days between studies. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ChipEditor, type Editing } from "./ChipEditor.tsx";
import { dropTarget } from "./drag.ts";
import { GroupCard } from "./GroupCard.tsx";
import { pairsOf, type Card } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { interleaved, pausedOf } from "./paused.ts";
import { PausedCard } from "./Paused.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { GroupName, Side } from "./wire.ts";
import { PairEditor, PairRow, type EditingPair } from "./Within.tsx";

export function Rule({ store }: { store: Store }) {
  const { cards, wire } = store;
  const root = useRef<HTMLDivElement>(null);
  const follow = useFollow(store, root);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [pair, setPair] = useState<EditingPair | null>(null);
  const pairs = pairsOf(wire.definition);
  const paused = pausedOf(wire.definition);
  const real = (side: Side) => cards.filter((card) => card.side === side && !card.draft).length;
  const several = real("include") + real("exclude") + pairs.length > 1;
  const dated = wire.facets.some(({ kind, level }) => kind === "date" && level === "study");
  // The last group may lose its last criterion and get another one; of the others, the next one would move up.
  const edited = editing && wire.facets.find(({ name }) => name === editing.facet);
  const stands = editing && placeOf(editing.group) <= real(sideOf(editing.group));

  useLayoutEffect(() => {
    store.editPair = (index) => {
      const anchor = root.current?.querySelector<HTMLElement>(`[data-pair="${index}"] .open`);
      const asked = pairsOf(store.wire.definition)[index];
      if (!anchor || !asked) return;
      anchor.scrollIntoView({ block: "nearest" });
      setPair({ ...asked, index, anchor });
    };
  }, [store]);

  const card = (each: Card) => (
    <GroupCard
      key={each.name}
      store={store}
      card={each}
      levels={wire.levels[each.side]?.[each.index]}
      active={cards.length > 1 && each.name === (store.picked ?? wire.group)}
      siblings={real(each.side)}
      several={several}
      editing={editing}
      onEdit={setEditing}
      onDays={
        dated && each.side === "include"
          ? (anchor) => setPair({ index: null, anchor, ...asked(each.index, real("include")) })
          : undefined
      }
      follow={follow}
    />
  );
  const side = (of: Side) => {
    const own = cards.filter((each) => each.side === of);
    const asides = paused.filter((each) => each.side === of);
    if (own.length + asides.length === 0) return <Nothing store={store} side={of} />;
    return interleaved(own, asides).map((each) =>
      "name" in each ? card(each) : <PausedCard key={`paused ${each.index}`} store={store} group={each} />,
    );
  };
  return (
    <div ref={root} class="rule" role="region" aria-label={t("Rule")}>
      <div class="sec">
        <h2>{t("Rule")}</h2>
        <span class="sp" />
        <AddGroup store={store} exclude={false} groups={real("include")} />
        <AddGroup store={store} exclude groups={real("exclude")} />
      </div>
      <div class="groups">
        {side("include")}
        {pairs.map((each, i) => (
          <PairRow
            key={i}
            store={store}
            pair={each}
            index={i}
            editing={pair?.index === i}
            costs={wire.levels.within?.[i]}
            onEdit={(anchor) => setPair({ ...each, index: i, anchor })}
          />
        ))}
        {side("exclude")}
      </div>
      {edited && stands ? (
        <ChipEditor
          key={`${editing.group} ${editing.facet}`}
          store={store}
          editing={editing}
          facet={edited}
          onClose={() => {
            setEditing(null);
            follow(editing.group, editing.facet);
          }}
        />
      ) : null}
      {pair ? (
        <PairEditor
          key={String(pair.index)}
          store={store}
          pair={pair}
          onClose={() => {
            setPair(null);
            pair.anchor.focus();
          }}
        />
      ) : null}
    </div>
  );
}

function AddGroup({ store, exclude, groups }: { store: Store; exclude: boolean; groups: number }) {
  const to = exclude ? "exclude:new" : "include:new";
  return (
    <button
      type="button"
      class="btn sm"
      title={exclude ? t("Add a group to leave out") : t("Add a group that must hold too")}
      onClick={() => store.addGroup(exclude ? "exclude" : "include")}
      {...dropTarget(to, (request) => store.send(request), groups)}
    >
      <Icon name="plus" />
      {exclude ? t("Exclude") : t("Include")}
    </button>
  );
}

/** What stands where a side has no group; a drop makes the first one. */
function Nothing({ store, side }: { store: Store; side: Side }) {
  const exclude = side === "exclude";
  return (
    <section
      class={exclude ? "group ex none" : "group none"}
      aria-label={exclude ? t("Exclude") : t("Include")}
      {...dropTarget(`${side}:new`, (request) => store.send(request))}
    >
      <div class="gh">
        <b class={exclude ? "q2" : undefined}>{exclude ? t("Exclude") : t("Include")}</b>
        <span class="s q">
          {exclude ? t("nothing. Drag a value here, or Alt-click it.") : t("everybody. Choose a value below.")}
        </span>
      </div>
    </section>
  );
}

function sideOf(group: GroupName): Side {
  return group.startsWith("exclude") ? "exclude" : "include";
}

function placeOf(group: GroupName): number {
  return Number(group.split(":")[1]);
}

/** Days to begin with: three months to the next group, or a year to another study of the only one. */
function asked(index: number, groups: number): Pick<EditingPair, "first" | "then" | "days"> {
  if (groups < 2) return { first: index, then: index, days: [365, null] };
  return { first: index, then: (index + 1) % groups, days: [0, 90] };
}

/** Puts the focus on a group, or one of its chips, once the rule that was asked for is drawn. */
function useFollow(store: Store, root: { current: HTMLElement | null }): (group: GroupName, facet?: string) => void {
  const wanted = useRef<{ selectors: string[]; chip: [string, string | undefined]; revision: number } | null>(null);
  const { revision } = store.wire;
  const go = () => {
    const next = wanted.current;
    wanted.current = null;
    const place = (root.current?.getRootNode() as Document | ShadowRoot | undefined)?.activeElement;
    // Only where the focus was lost, or stayed on what moved away.
    if (place && place !== document.body && !root.current?.contains(place)) return;
    const [card, facet] = next?.chip ?? [];
    const chips = [...(root.current?.querySelectorAll<HTMLElement>(`${card ?? ""} .chip`) ?? [])];
    const chip = chips.find((each) => facet !== undefined && each.dataset.facetChip === facet);
    const there = (next?.selectors ?? []).map((selector) => root.current?.querySelector<HTMLElement>(selector));
    (chip?.querySelector<HTMLElement>(".open") ?? there.find((element) => element))?.focus();
  };
  useLayoutEffect(() => {
    if (wanted.current && wanted.current.revision !== revision) go();
  }, [revision]);
  return (group, facet) => {
    const card = `[data-group="${group}"]`;
    const before = `[data-group="${sideOf(group)}:${Math.max(0, placeOf(group) - 1)}"] .pick`;
    wanted.current = { selectors: [`${card} .pick`, before, ".sec .btn"], chip: [card, facet], revision };
    // An editor that was closed leaves the rule as it is.
    if (facet !== undefined) setTimeout(go);
  };
}
