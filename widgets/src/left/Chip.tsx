/** One criterion of a group: what it wants, in words; opens its editor, can be dragged and taken away. */

import { useRef } from "preact/hooks";
import { startChipDrag } from "./drag.ts";
import { phrase, phraseText, SHOWN, type Criterion } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { t } from "./text.ts";
import type { Facet, GroupName } from "./wire.ts";

interface Props {
  criterion: Criterion;
  facet: Facet | undefined;
  group: GroupName;
  place: number;
  editing: boolean;
  onEdit: (chip: HTMLElement) => void;
  onRemove: () => void;
}

export function Chip({ criterion, facet, group, place, editing, onEdit, onRemove }: Props) {
  const title = facet?.title ?? criterion.facet;
  const words = `${title}: ${phraseText(criterion, facet)}`;
  const open = useRef(false);
  const edit = (event: Event) => {
    // The press that closed the editor does not open it again.
    if (!open.current) onEdit(event.currentTarget as HTMLElement);
    open.current = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    onRemove();
  };
  // Where it names several values, each can be dragged for itself.
  const several = (criterion.is_in?.length ?? 0) > 1;
  return (
    <span
      class="chip"
      data-facet-chip={criterion.facet}
      draggable
      onDragStart={(event) => startChipDrag(event, { from: group, criterion: place })}
      onKeyDown={onKeyDown}
    >
      <span
        role="button"
        tabIndex={0}
        class="open"
        aria-haspopup="dialog"
        aria-expanded={editing}
        title={t("%1. Edit; drag to another group", words)}
        onPointerDown={() => {
          open.current = editing;
        }}
        onClick={edit}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          edit(event);
        }}
      >
        <span class="k">{title}</span>{" "}
        <b>
          {phrase(criterion, facet).map((part, i) => {
            const value = criterion.is_in?.[i];
            const own = several && value !== undefined && i < SHOWN;
            return (
              <span key={i}>
                {i > 0 ? <span class="k"> {t("or")} </span> : null}
                <span
                  class={own ? "one" : undefined}
                  draggable={own || undefined}
                  onDragStart={
                    own ? (event) => startChipDrag(event, { from: group, facet: criterion.facet, value }) : undefined
                  }
                >
                  {part.missing ? <i>{part.text}</i> : part.text}
                </span>
              </span>
            );
          })}
        </b>
      </span>
      <button type="button" class="x" aria-label={t("Remove %1", words)} title={t("Remove")} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}

/** The same without anything to press: of a group that does not count for now. */
export function StillChip({ criterion, facet }: { criterion: Criterion; facet: Facet | undefined }) {
  return (
    <span class="chip still">
      <span class="open">
        <span class="k">{facet?.title ?? criterion.facet}</span> <b>{phraseText(criterion, facet)}</b>
      </span>
    </span>
  );
}
