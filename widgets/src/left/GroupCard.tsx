/** One criteria group: level switch with the patients that each level would give, chips, menu. */

import { allowDrop, dropped } from "./drag.ts";
import { phrase, phraseText, type Card, type Criterion } from "./groups.ts";
import { GroupMenu } from "./GroupMenu.tsx";
import { Icon } from "./icons.tsx";
import { levelMakesNoDifference, LevelSwitch } from "./Levels.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet, LevelCounts } from "./wire.ts";

interface Props {
  store: Store;
  card: Card;
  levels: LevelCounts | undefined;
  active: boolean;
  siblings: number;
}

export function GroupCard({ store, card, levels, active, siblings }: Props) {
  const { name } = card;
  const title = card.side === "include" ? t("Include") : t("Exclude");
  const same = levelMakesNoDifference(levels, store.policy);
  const facet = (of: string) => store.wire.facets.find((known) => known.name === of);
  const hint = card.draft
    ? t("nothing yet. Choose a value below.")
    : same
      ? t("level makes no difference")
      : hintOf(card);
  const onDrop = (event: DragEvent) => {
    const value = dropped(event);
    if (value) store.send({ kind: "toggle", ...value, group: name, on: true, exclude: false });
  };
  return (
    <section
      class={`group ${card.side === "exclude" ? "ex" : ""} ${active ? "active" : ""} ${card.draft ? "none" : ""}`}
      aria-label={`${title} ${card.index + 1}`}
      aria-current={active ? "true" : undefined}
      onDragOver={allowDrop}
      onDrop={onDrop}
    >
      <div class="gh">
        <button type="button" class="pick" title={t("Put the next values here")} onClick={() => store.pick(name)}>
          <b>{title}</b> <span class="s q">{hint}</span>
        </button>
        <GroupMenu store={store} card={card} siblings={siblings} />
      </div>
      {card.draft || same ? null : <LevelSwitch store={store} card={card} levels={levels} />}
      <div class="chips">
        {card.where.map((criterion, i) => (
          <Chip
            key={`${criterion.facet} ${i}`}
            criterion={criterion}
            facet={facet(criterion.facet)}
            onOpen={() => reveal(store, criterion.facet, name)}
            onRemove={() => store.send({ kind: "remove", group: name, criterion: i })}
          />
        ))}
        {card.draft ? null : (
          <button
            type="button"
            class="chip add"
            aria-label={t("Add a filter to this group")}
            title={t("Add a filter to this group")}
            onClick={(event) => {
              store.pick(name);
              event.currentTarget.closest(".cx")?.querySelector<HTMLElement>(".find input")?.focus();
            }}
          >
            <Icon name="plus" />
            <span class="wide">{t("Add")}</span>
          </button>
        )}
      </div>
    </section>
  );
}

function hintOf(card: Card): string {
  if (card.where.length > 1)
    return card.side === "include" ? t("all of these, in the same") : t("who has all of these, in the same");
  return t("in the same");
}

interface ChipProps {
  criterion: Criterion;
  facet: Facet | undefined;
  onOpen: () => void;
  onRemove: () => void;
}

function Chip({ criterion, facet, onOpen, onRemove }: ChipProps) {
  const title = facet?.title ?? criterion.facet;
  const words = `${title}: ${phraseText(criterion, facet)}`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      onRemove();
    }
  };
  return (
    <span class="chip" onKeyDown={onKeyDown}>
      <button type="button" class="open" title={t("%1. Show this filter", words)} onClick={onOpen}>
        <span class="k">{title}</span>{" "}
        <b>
          {phrase(criterion, facet).map((part, i) => (
            <span key={i}>
              {i > 0 ? <span class="k"> {t("or")} </span> : null}
              {part.missing ? <i>{part.text}</i> : part.text}
            </span>
          ))}
        </b>
      </button>
      <button type="button" class="x" aria-label={t("Remove %1", words)} title={t("Remove")} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}

/** Show the facet that a chip is about, and let the next values go into its group. */
export function reveal(store: Store, facet: string, group: string): void {
  store.query = "";
  store.pick(group);
  store.setFacetUi(facet, { folded: false });
  store.focusFacet(facet);
}
