/** How a person arranged the filters: what is pinned, hidden, folded, and how lists are sorted; kept in this browser. */

import type { Sort } from "./rows.ts";

export interface Kept {
  pinned: readonly string[];
  hidden: readonly string[];
  folded: readonly string[];
  /** Facets whose values are not sorted by count. */
  byName: readonly string[];
}

const NAME = "cohort-explorer:filters";
const NOTHING: Kept = { pinned: [], hidden: [], folded: [], byName: [] };

/** What was kept; nothing where the browser keeps nothing, or something that is none of ours. */
export function readKept(): Kept {
  try {
    const read = JSON.parse(localStorage.getItem(NAME) ?? "{}") as Partial<Record<keyof Kept, unknown>>;
    const names = (list: unknown) => (Array.isArray(list) ? list.filter((name) => typeof name === "string") : []);
    const { pinned, hidden, folded, byName } = read;
    return { pinned: names(pinned), hidden: names(hidden), folded: names(folded), byName: names(byName) };
  } catch {
    return NOTHING;
  }
}

export function writeKept(kept: Kept): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // It holds as long as the page is open.
  }
}

/** The list with the name in it, at the end, or without. */
export function listed(names: readonly string[], name: string, on: boolean): readonly string[] {
  if (names.includes(name) === on) return names;
  return on ? [...names, name] : names.filter((other) => other !== name);
}

export function sortOf(kept: Kept, facet: string): Sort {
  return kept.byName.includes(facet) ? "name" : "count";
}
