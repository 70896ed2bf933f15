/** Dragging onto groups: a value of a list, a chip or one of its values, a whole group. Keys and menus do the same. */

import type { GroupName, Request, Value } from "./wire.ts";

const VALUE = "application/x-cohort-explorer-value";
const CHIP = "application/x-cohort-explorer-chip";
const GROUP = "application/x-cohort-explorer-group";

export interface Dragged {
  facet: string;
  value: Value;
}

/** Of a group: one value, or the criterion at a place. */
export type FromGroup = { from: GroupName } & (Dragged | { criterion: number });

/** Where something is dropped: a group, or what makes a new one. */
export type Destination = GroupName | "include:new" | "exclude:new";

export function startDrag(event: DragEvent, dragged: Dragged): void {
  event.dataTransfer?.setData(VALUE, JSON.stringify(dragged));
}

export function startChipDrag(event: DragEvent, dragged: FromGroup): void {
  // Inside of a group that can be dragged, too.
  event.stopPropagation();
  event.dataTransfer?.setData(CHIP, JSON.stringify(dragged));
}

export function startGroupDrag(event: DragEvent, group: GroupName): void {
  event.dataTransfer?.setData(GROUP, JSON.stringify({ group }));
}

/** What makes an element take drops, and say so while something is over it; `groups` are those of its side. */
export function dropTarget(to: Destination, send: (request: Request) => void, groups = 0) {
  return {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer?.types.some((type) => type === VALUE || type === CHIP || type === GROUP)) return;
      event.preventDefault();
      (event.currentTarget as HTMLElement).classList.add("over");
    },
    onDragLeave: (event: DragEvent) => {
      const element = event.currentTarget as HTMLElement;
      if (!element.contains(event.relatedTarget as Node | null)) element.classList.remove("over");
    },
    onDrop: (event: DragEvent) => {
      (event.currentTarget as HTMLElement).classList.remove("over");
      const request = dropped(event.dataTransfer, to, groups);
      if (request === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (request) send(request);
    },
  };
}

/** What a drop asks for; null for nothing, undefined where it did not come from here. */
export function dropped(from: DataTransfer | null, to: Destination, groups = 0): Request | null | undefined {
  const read = (type: string): Record<string, unknown> | undefined => {
    const text = from?.getData(type);
    if (!text) return undefined;
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  };
  const side = to.startsWith("exclude") ? "exclude" : "include";
  const chip = read(CHIP) as FromGroup | undefined;
  if (chip) return chip.from === to ? null : { kind: "move", ...chip, to };
  const group = read(GROUP)?.group as GroupName | undefined;
  if (group !== undefined) {
    if (!group.startsWith(side)) return { kind: "group-flip", group };
    if (group === to || to.endsWith("new")) return null;
    return { kind: "group-place", group, to: Number(to.split(":")[1]) };
  }
  const value = read(VALUE) as Partial<Dragged> | undefined;
  if (typeof value?.facet !== "string" || value.value === undefined) return undefined;
  // A value that is left out gets a group of its own in Python.
  const exclude = to === "exclude:new";
  const target = to === "include:new" ? `include:${groups}` : exclude ? null : to;
  return { kind: "toggle", facet: value.facet, value: value.value, group: target, on: true, exclude };
}
