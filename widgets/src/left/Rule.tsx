/** The rule: include and exclude groups, each on its level, with a chip for every criterion. */

import { allowDrop, dropped } from "./drag.ts";
import { GroupCard } from "./GroupCard.tsx";
import { Icon } from "./icons.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";

export function Rule({ store }: { store: Store }) {
  const cards = store.cards;
  const several = cards.length > 1;
  const has = (side: string) => cards.some((card) => card.side === side);
  return (
    <div class="rule" role="region" aria-label={t("Rule")}>
      <div class="sec">
        <h2>{t("Rule")}</h2>
        <span class="sp" />
        {([false, true] as const).map((exclude) => (
          <button
            type="button"
            class="btn sm"
            key={String(exclude)}
            title={exclude ? t("Add a group to leave out") : t("Add a group that must hold too")}
            onClick={() => store.send({ kind: "group-add", exclude })}
          >
            <Icon name="plus" />
            {exclude ? t("Exclude") : t("Include")}
          </button>
        ))}
      </div>
      <div class="groups">
        {has("include") ? null : (
          <section class="group none" aria-label={t("Include")}>
            <div class="gh">
              <b>{t("Include")}</b>
              <span class="s q">{t("everybody. Choose a value below.")}</span>
            </div>
          </section>
        )}
        {cards.map((card) => (
          <GroupCard
            key={card.name}
            store={store}
            card={card}
            levels={store.wire.levels[card.side]?.[card.index]}
            active={several && card.name === (store.picked ?? store.wire.group)}
            siblings={cards.filter((other) => other.side === card.side && !other.draft).length}
          />
        ))}
        {has("exclude") ? null : (
          <section
            class="group ex none"
            aria-label={t("Exclude")}
            onDragOver={allowDrop}
            onDrop={(event) => {
              const value = dropped(event);
              if (value) store.send({ kind: "toggle", ...value, group: null, on: true, exclude: true });
            }}
          >
            <div class="gh">
              <b class="q2">{t("Exclude")}</b>
              <span class="s q">{t("nothing. Drag a value here, or Alt-click it.")}</span>
            </div>
          </section>
        )}
      </div>
    </div>
  );
}
