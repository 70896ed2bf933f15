/** What a key does while the viewer has the focus. */

import type { Plane } from "./wire";

export type Deed =
  | { do: "step"; by: number }
  | { do: "end"; last: boolean }
  | { do: "plane"; plane: Plane }
  | { do: "zoom"; nearer: boolean }
  | { do: "reset" | "volume" | "preset" | "overlays" | "crosshair" | "ruler" | "full" | "play" }
  | { do: "delete" | "leave" | "help" };

const DEEDS: Readonly<Record<string, Deed>> = {
  ArrowDown: { do: "step", by: 1 },
  ArrowUp: { do: "step", by: -1 },
  PageDown: { do: "step", by: 10 },
  PageUp: { do: "step", by: -10 },
  Home: { do: "end", last: false },
  End: { do: "end", last: true },
  "0": { do: "reset" },
  "1": { do: "plane", plane: "axial" },
  "2": { do: "plane", plane: "coronal" },
  "3": { do: "plane", plane: "sagittal" },
  "4": { do: "volume" },
  w: { do: "preset" },
  o: { do: "overlays" },
  c: { do: "crosshair" },
  m: { do: "ruler" },
  f: { do: "full" },
  "+": { do: "zoom", nearer: true },
  "=": { do: "zoom", nearer: true },
  "-": { do: "zoom", nearer: false },
  " ": { do: "play" },
  Delete: { do: "delete" },
  Backspace: { do: "delete" },
  Escape: { do: "leave" },
  "?": { do: "help" },
};

/** What scrolls a page or presses a button belongs to the control that has the focus. */
const ELSEWHERE = new Set([" ", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Delete", "Backspace"]);

/** What to do; undefined where the key is not the viewer's. */
export function deedOf(event: KeyboardEvent): Deed | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.composedPath()[0];
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (target instanceof HTMLInputElement && target.dataset.slices !== undefined) {
    // Everything but Left and Right, so that a key does the same whether the slider or the picture has the focus.
    return key === " " ? undefined : DEEDS[key];
  }
  if (target instanceof HTMLInputElement && target.type !== "checkbox") return undefined;
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return undefined;
  const onPicture = target instanceof HTMLElement && target.dataset.picture !== undefined;
  if (!onPicture && ELSEWHERE.has(key)) return undefined;
  return DEEDS[key];
}
