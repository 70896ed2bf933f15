/** One criteria group: level switch with the patients that each level would give, chips, menu. */

import { allowDrop, dropped } from "./drag.ts";
import { LEVELS, phrase, phraseText, type Card, type Criterion } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import { MenuItem, Popup } from "./Popup.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet, Level, LevelCounts } from "./wire.ts";

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
  const counts = LEVELS.map((level) => levels?.[level]);
  const same = counts.every((n) => n !== undefined && n === counts[0]);
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
      {card.draft || same ? null : (
        <div class="seg" role="radiogroup" aria-label={t("In the same")}>
          {LEVELS.map((level, i) => (
            <LevelRadio key={level} level={level} n={counts[i]} card={card} store={store} />
          ))}
        </div>
      )}
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

const LEVEL_NAMES: Record<Level, () => string> = {
  series: () => t("series"),
  study: () => t("study"),
  patient: () => t("patient"),
};

function LevelRadio({ level, n, card, store }: { level: Level; n: number | undefined; card: Card; store: Store }) {
  const on = card.same === level;
  const patients = n === undefined ? "" : t("%1 patients", count(n));
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const radios = [...((event.currentTarget as HTMLElement).parentElement?.querySelectorAll("button") ?? [])];
    const next = (LEVELS.indexOf(level) + step + LEVELS.length) % LEVELS.length;
    radios[next]?.focus();
    radios[next]?.click();
  };
  return (
    <button
      type="button"
      role="radio"
      aria-checked={on}
      tabIndex={on ? 0 : -1}
      title={t("In the same %1: %2", LEVEL_NAMES[level](), patients)}
      onKeyDown={move}
      onClick={() => {
        if (!on) store.send({ kind: "level", group: card.name, same: level });
      }}
    >
      {LEVEL_NAMES[level]()}
      <em>{n === undefined ? "" : count(n)}</em>
    </button>
  );
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
function reveal(store: Store, facet: string, group: string): void {
  store.query = "";
  store.pick(group);
  store.setFacetUi(facet, { folded: false });
  store.focusFacet(facet);
}

function GroupMenu({ store, card, siblings }: Omit<Props, "levels" | "active">) {
  const { name } = card;
  const level = LEVEL_NAMES[card.same]();
  return (
    <Popup label={t("Group menu")} button={<Icon name="dots" />} class="btn icon sm" role="menu">
      {(close) => {
        const item = (text: string, act: () => void, disabled = false, checked?: boolean) => (
          <MenuItem
            key={text}
            disabled={disabled}
            checked={checked}
            onChoose={() => {
              act();
              close();
            }}
          >
            {text}
          </MenuItem>
        );
        return (
          <>
            {card.draft
              ? null
              : LEVELS.map((same) =>
                  item(
                    t("In the same %1", LEVEL_NAMES[same]()),
                    () => {
                      if (LEVEL_NAMES[same]() !== level) store.send({ kind: "level", group: name, same });
                    },
                    false,
                    same === card.same,
                  ),
                )}
            {card.draft ? null : <hr />}
            {item(t("Duplicate"), () => store.send({ kind: "group-duplicate", group: name }), card.draft)}
            {item(card.side === "include" ? t("Make it exclude") : t("Make it include"), () =>
              store.send({ kind: "group-flip", group: name }),
            )}
            {item(
              t("Move up"),
              () => store.send({ kind: "group-move", group: name, by: -1 }),
              card.draft || card.index === 0,
            )}
            {item(
              t("Move down"),
              () => store.send({ kind: "group-move", group: name, by: 1 }),
              card.draft || card.index >= siblings - 1,
            )}
            <hr />
            {item(t("Delete group"), () => store.send({ kind: "group-delete", group: name }))}
          </>
        );
      }}
    </Popup>
  );
}
