/**
 * Shows a filter in the list, and lets the next values go into a group; or opens the days of a pair in time. Asked for
 * from anywhere on the page.
 */

import type { Store } from "./store.ts";

const EVENT = "cohort-explorer:reveal";

export function reveal(store: Store, facet: string, group: string): void {
  store.pick(group);
  store.goTo(facet);
}

/** Hear what other parts of the page ask for; gives what ends it. */
export function hearReveals(store: Store): () => void {
  const heard = (event: Event) => {
    const { facet, group, pair } = ((event as CustomEvent<unknown>).detail ?? {}) as Record<string, unknown>;
    if (typeof pair === "number") store.editPair(pair);
    if (typeof facet !== "string" || !store.wire.facets.some(({ name }) => name === facet)) return;
    if (typeof group === "string" && store.cards.some(({ name }) => name === group)) store.pick(group);
    store.goTo(facet);
  };
  window.addEventListener(EVENT, heard);
  return () => window.removeEventListener(EVENT, heard);
}
