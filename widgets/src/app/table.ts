/**
 * The roles of the table. Tabulator calls itself a grid, but the box in which its rows scroll stands between grid and
 * rows without a role, so that a screen reader finds a grid with something else in it.
 */

import { useEffect } from "preact/hooks";

/** Tabulator builds its table some time after the page above it is drawn. */
const TRIES_MS = [0, 300, 1_000, 3_000];

export function useTableRoles(page: unknown): void {
  useEffect(() => {
    const timers = TRIES_MS.map((wait) => setTimeout(() => giveRoles(document), wait));
    return () => timers.forEach(clearTimeout);
  }, [page]);
}

/** Bokeh draws each of its views in a shadow root. */
function giveRoles(root: ParentNode): void {
  for (const box of root.querySelectorAll(".tabulator-tableholder")) {
    box.setAttribute("role", "rowgroup");
    box.querySelector(".tabulator-table")?.setAttribute("role", "presentation");
  }
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) giveRoles(element.shadowRoot);
}
