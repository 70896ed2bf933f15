/** A part of the panel that folds, and lists in which the arrows move. */

import type { ComponentChildren } from "preact";
import { Icon } from "../../left/icons.tsx";
import type { Desk, Section as Name } from "./desk.ts";

interface Props {
  desk: Desk;
  name: Name;
  title: string;
  note?: string;
  children: ComponentChildren;
}

export function Section({ desk, name, title, note, children }: Props) {
  const folded = desk.isFolded(name);
  return (
    <section class="psec" aria-label={title} data-section={name}>
      <h2>
        <button type="button" class="pfold" aria-expanded={!folded} onClick={() => desk.fold(name, !folded)}>
          <Icon name={folded ? "right" : "down"} />
          <span>{title}</span>
          <span class="sp" />
          {note ? <span class="s q note">{note}</span> : null}
        </button>
      </h2>
      {folded ? null : children}
    </section>
  );
}

/** One stop of the Tab key for the list: arrows, Home and End move over the rows, → and ← to a row's menu and back. */
export function onListKey(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const from = event.target as HTMLElement;
  if (from.matches("input") || from.closest(".popup")) return;
  const rows = [...list.querySelectorAll<HTMLElement>(".prow")];
  const row = from.closest(".pitem")?.querySelector<HTMLElement>(".prow");
  if (!row) return;
  const at = rows.indexOf(row);
  const target: Record<string, HTMLElement | null | undefined> = {
    ArrowDown: rows[at + 1],
    ArrowUp: rows[at - 1],
    Home: rows[0],
    End: rows.at(-1),
    ArrowRight: row.closest(".pitem")?.querySelector<HTMLElement>(".pmore"),
    ArrowLeft: row,
  };
  if (!(event.key in target) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  target[event.key]?.focus();
}

/** The row that had the focus last is the list's stop of the Tab key. */
export function onListFocus(event: FocusEvent): void {
  const list = event.currentTarget as HTMLElement;
  const row = (event.target as HTMLElement).closest(".pitem")?.querySelector<HTMLElement>(".prow");
  if (!row) return;
  for (const other of list.querySelectorAll<HTMLElement>(".prow")) other.tabIndex = other === row ? 0 : -1;
}
