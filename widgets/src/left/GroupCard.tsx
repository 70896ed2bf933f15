/** One criteria group: level switch with the patients that each level would give, chips, own counts, menu. */

import { useRef } from "preact/hooks";
import { Chip } from "./Chip.tsx";
import type { Editing } from "./ChipEditor.tsx";
import { dropTarget, startGroupDrag } from "./drag.ts";
import type { Card } from "./groups.ts";
import { GroupMenu } from "./GroupMenu.tsx";
import { Icon } from "./icons.tsx";
import { levelMakesNoDifference, LevelSwitch } from "./Levels.tsx";
import { OwnCounts } from "./OwnCounts.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { GroupName, LevelCounts } from "./wire.ts";

interface Props {
  store: Store;
  card: Card;
  levels: LevelCounts | undefined;
  active: boolean;
  siblings: number;
  /** One of several rules, whose own worth is worth a line. */
  several: boolean;
  editing: Editing | null;
  onEdit: (editing: Editing) => void;
  /** Asks for days to another study; absent where there are no dates. */
  onDays: ((anchor: HTMLElement) => void) | undefined;
  /** Puts the focus on a group when it stands there. */
  follow: (group: GroupName) => void;
}

export function GroupCard(props: Props) {
  const { store, card, levels, active, siblings, several, editing, onEdit, onDays, follow } = props;
  const { name, side, index } = card;
  const pick = useRef<HTMLButtonElement>(null);
  const title = side === "include" ? t("Include") : t("Exclude");
  const same = levelMakesNoDifference(levels, store.policy);
  const hint = card.draft
    ? t("nothing yet. Choose a value below.")
    : same
      ? t("level makes no difference")
      : hintOf(card);
  const move = (by: -1 | 1) => {
    const to = index + by;
    if (card.draft || to < 0 || to >= siblings) return;
    store.send({ kind: "group-move", group: name, by });
    follow(`${side}:${to}`);
  };
  const remove = () => {
    store.send({ kind: "group-delete", group: name });
    follow(name);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key];
    if (!event.altKey || step === undefined || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    move(step);
  };
  return (
    <section
      class={`group ${side === "exclude" ? "ex" : ""} ${active ? "active" : ""} ${card.draft ? "none" : ""}`}
      data-group={name}
      aria-label={`${title} ${index + 1}`}
      aria-current={active ? "true" : undefined}
      onKeyDown={onKeyDown}
      {...dropTarget(name, (request) => store.send(request))}
    >
      {card.draft ? null : (
        <span
          class="grip"
          draggable
          title={t("Drag to move the group")}
          onDragStart={(event) => startGroupDrag(event, name)}
        />
      )}
      <div class="gh">
        <button
          type="button"
          ref={pick}
          class="pick"
          title={t("Put the next values here")}
          aria-keyshortcuts="Delete Alt+ArrowUp Alt+ArrowDown"
          onClick={() => store.pick(name)}
          onKeyDown={(event) => {
            if (event.key !== "Delete" && event.key !== "Backspace") return;
            event.preventDefault();
            remove();
          }}
        >
          <b>{title}</b> <span class="s q">{hint}</span>
        </button>
        <GroupMenu
          {...{ store, card, siblings }}
          onMove={move}
          onDelete={remove}
          onPause={() => {
            store.send({ kind: "group-pause", group: name });
            follow(name);
          }}
          onDays={onDays && (() => pick.current && onDays(pick.current))}
        />
      </div>
      {card.draft || same ? null : <LevelSwitch store={store} card={card} levels={levels} />}
      <Chips {...{ store, card, editing, onEdit, follow }} />
      {several && !card.draft ? <OwnCounts store={store} costs={levels} /> : null}
    </section>
  );
}

function Chips({
  store,
  card,
  editing,
  onEdit,
  follow,
}: Pick<Props, "store" | "card" | "editing" | "onEdit" | "follow">) {
  const { name } = card;
  return (
    <div class="chips">
      {card.where.map((criterion, i) => {
        const { facet } = criterion;
        const before = card.where.slice(0, i).filter((other) => other.facet === facet).length;
        return (
          <Chip
            key={`${facet} ${before}`}
            criterion={criterion}
            facet={store.wire.facets.find((known) => known.name === facet)}
            group={name}
            place={i}
            editing={editing?.group === name && editing.facet === facet}
            onEdit={(anchor) => onEdit({ group: name, facet, anchor })}
            onRemove={() => {
              store.send({ kind: "remove", group: name, criterion: i });
              follow(name);
            }}
          />
        );
      })}
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
  );
}

function hintOf(card: Card): string {
  if (card.where.length > 1)
    return card.side === "include" ? t("all of these, in the same") : t("who has all of these, in the same");
  return t("in the same");
}
