/** Dragging a value from a list onto a group. The pointer's way; Alt-click and the keyboard do the same. */

import type { Value } from "./wire.ts";

const TYPE = "application/x-cohort-explorer-value";

export interface Dragged {
  facet: string;
  value: Value;
}

export function startDrag(event: DragEvent, dragged: Dragged): void {
  event.dataTransfer?.setData(TYPE, JSON.stringify(dragged));
}

export function allowDrop(event: DragEvent): void {
  if (event.dataTransfer?.types.includes(TYPE)) event.preventDefault();
}

/** What was dropped; null when it did not come from here. */
export function dropped(event: DragEvent): Dragged | null {
  const text = event.dataTransfer?.getData(TYPE);
  if (!text) return null;
  event.preventDefault();
  try {
    const { facet, value } = JSON.parse(text) as Partial<Dragged>;
    return typeof facet === "string" && value !== undefined ? { facet, value } : null;
  } catch {
    return null;
  }
}
