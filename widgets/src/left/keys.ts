/** Keys of the column. Single letters are off while typing. */

import { LEVELS } from "./groups.ts";
import { lettersOn } from "./letters.ts";
import type { Store } from "./store.ts";

/** Where the event began, also inside shadow roots. */
function origin(event: Event): HTMLElement | null {
  const first = event.composedPath()[0];
  return first instanceof HTMLElement ? first : null;
}

export function isTyping(element: HTMLElement | null): boolean {
  return element?.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") ?? false;
}

export function onKey(event: KeyboardEvent, store: Store, root: HTMLElement): void {
  const from = origin(event);
  if (event.defaultPrevented || isTyping(from)) return;
  const row = from?.closest<HTMLElement>(".fr[role=checkbox]");
  if (row && root.contains(row) && moveRow(event, row, root)) return;
  const key = event.key;
  if (event.metaKey || event.altKey) return;
  if (event.ctrlKey) {
    if (key.toLowerCase() !== "z" || !(root.contains(from) || store.wire.page_keys)) return;
    store.send({ kind: event.shiftKey ? "redo" : "undo" });
  } else if (!lettersOn()) {
    return;
  } else if (key === "/") {
    const search = root.querySelector<HTMLInputElement>(".find input");
    // A compact list has its search among all filters, and puts the focus there.
    if (search) search.focus();
    else store.setOpen(true);
  } else if (key === "l") {
    nextLevel(store, from?.closest<HTMLElement>("[data-group]")?.dataset.group);
  } else return;
  event.preventDefault();
}

/** Arrows, Home and End move in the list and on into the next one; true when the key was one of them. */
function moveRow(event: KeyboardEvent, row: HTMLElement, root: HTMLElement): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return false;
  const list = row.closest(".rows") ?? root;
  const rows = [...(Number.isFinite(step) ? root : list).querySelectorAll<HTMLElement>(".fr[role=checkbox]")];
  const at = Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + step));
  event.preventDefault();
  const next = rows[at];
  if (!next || next === row) return true;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** Of the group that has the focus, else of the one being edited. */
function nextLevel(store: Store, focused: string | undefined): void {
  const wanted = focused ?? store.picked ?? store.wire.group;
  const card = store.cards.find(({ name }) => name === wanted) ?? store.cards[0];
  if (!card || card.draft) return;
  const same = LEVELS[(LEVELS.indexOf(card.same) + 1) % LEVELS.length] ?? "series";
  store.send({ kind: "level", group: card.name, same });
}
