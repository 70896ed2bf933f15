/** The keys of the table: arrows move and open, Enter opens or looks, as in a tree. */

import type { Line } from "./row_lines.ts";

export interface Moves {
  /** Move the focus to a line. */
  go: (id: string) => void;
  /** Open a line, or close it. */
  toggle: (line: Line) => void;
  /** What Enter does on a line that does not open. */
  enter: (line: Line) => void;
  /** Copy a line. */
  copy: (line: Line) => void;
}

const FAR = 10;

/** Do what a key on a line asks for; says whether it was one of these keys. */
export function onTreeKey(event: KeyboardEvent, lines: readonly Line[], line: Line, moves: Moves): boolean {
  const at = lines.indexOf(line);
  const to = (place: number) => {
    const next = lines[Math.max(0, Math.min(lines.length - 1, place))];
    if (next) moves.go(next.id);
  };
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c") {
    if (!getSelection()?.isCollapsed) return false;
    moves.copy(line);
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case "ArrowDown":
      to(at + 1);
      return true;
    case "ArrowUp":
      to(at - 1);
      return true;
    case "PageDown":
      to(at + FAR);
      return true;
    case "PageUp":
      to(at - FAR);
      return true;
    case "Home":
      to(0);
      return true;
    case "End":
      to(lines.length - 1);
      return true;
    case "ArrowRight":
      if (isOpen(line) === false) moves.toggle(line);
      else if (isOpen(line)) to(at + 1);
      return true;
    case "ArrowLeft":
      if (isOpen(line)) moves.toggle(line);
      else if (line.parent) moves.go(line.parent);
      return true;
    case "Enter":
    case " ":
      if (isOpen(line) === null) moves.enter(line);
      else moves.toggle(line);
      return true;
    default:
      return false;
  }
}

/** Whether a line is open; null where it does not open. */
export function isOpen(line: Line): boolean | null {
  return line.kind === "row" || line.kind === "study" ? line.open : null;
}
