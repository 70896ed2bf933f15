/** What the column draws from: Python's word, the clicks not yet answered, and what is open or typed on this screen. */

import type { Host } from "./host.ts";
import { cardsOf, targetGroup, type Card, type Definition } from "./groups.ts";
import { listed, readKept, sortOf, writeKept, type Kept } from "./kept.ts";
import { predict } from "./predict.ts";
import type { Policy } from "./protected.ts";
import type { Sort } from "./rows.ts";
import { told } from "./told.ts";
import type { Envelope, Measure, Request, Wire } from "./wire.ts";

/** A click that Python has not confirmed after so long is no longer drawn. */
const PATIENCE = 5_000;

interface Sent {
  request: Request;
  n: number;
  at: number;
}

/** What is open, sorted or searched in one facet; never leaves the browser. */
export interface FacetUi {
  folded: boolean;
  expanded: boolean;
  sort: Sort;
  query: string;
  /** A click excludes, as Alt with a click does. */
  excluding: boolean;
  /** Keys of the values whose recorded spellings are shown. */
  opened: readonly string[];
}

/** The traits without numbers that came late: those of another definition never replace what is drawn. */
function current(wire: Wire, { now, levels, totals }: Wire): Wire {
  const { definition_id: wanted } = wire;
  return wanted && wire.now.id && wire.now.id !== wanted ? { ...wire, now, levels, totals } : wire;
}

const FACET_UI: FacetUi = { folded: false, expanded: false, sort: "count", query: "", excluding: false, opened: [] };

export class Store {
  wire: Wire;
  query = "";
  /** All filters and the whole rule are shown, not only the first ones. */
  open = false;
  /** The group that the user picked by hand; clicks go there as long as it is the active one. */
  picked: string | null = null;
  /** How the filters are arranged; of this browser. */
  kept: Kept = readKept();
  private ui = new Map<string, FacetUi>();
  private sent: Sent[] = [];
  private n = 0;
  private readonly client = Math.random().toString(36).slice(2, 8);
  private listeners = new Set<() => void>();
  /** A button of the mouse is down: what came meanwhile is drawn when it is up, so that no row moves from under it. */
  private pressed = false;
  private missed = false;
  private cache: { definition: Definition; shown: Definition; cards: Card[] } | null = null;

  constructor(private readonly host: Host) {
    this.wire = this.read();
  }

  /** Read everything anew; called when Python changed a trait. */
  refresh(): void {
    if (this.pressed) {
      this.missed = true;
      return;
    }
    const before = this.wire;
    this.wire = current(this.read(), before);
    this.settle(before);
    this.changed();
  }

  private read(): Wire {
    const wire = this.host.read();
    return { ...wire, facets: told(wire.facets) };
  }

  press(): void {
    this.pressed = true;
  }

  release(): void {
    this.pressed = false;
    if (!this.missed) return;
    this.missed = false;
    this.refresh();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.cache = null;
    for (const listener of this.listeners) listener();
  }

  /** Forget the clicks that Python has answered: by name where it says so, else one for each revision. */
  private settle(before: Wire): void {
    const [client, n] = this.wire.seen.split(":");
    if (client === this.client) this.sent = this.sent.filter((sent) => sent.n > Number(n));
    else if (!this.wire.seen) this.sent = this.sent.slice(Math.max(0, this.wire.revision - before.revision));
    if (before.group !== this.wire.group && this.picked !== this.wire.group) this.picked = null;
  }

  send(request: Request): void {
    this.n += 1;
    const envelope: Envelope = { revision: this.wire.revision, client: this.client, n: this.n };
    this.sent.push({ request, n: this.n, at: Date.now() });
    this.host.send({ ...request, ...envelope });
    if (Number.isFinite(this.patience)) setTimeout(() => this.expire(), this.patience + 50);
    this.changed();
  }

  /** Ask for something that changes no rule; nothing is drawn in advance, and numbers stay as they are. */
  ask(request: Request): void {
    this.n += 1;
    const envelope: Envelope = { revision: this.wire.revision, client: this.client, n: this.n };
    this.host.send({ ...request, ...envelope });
  }

  private get patience(): number {
    return this.host.patience ?? PATIENCE;
  }

  private expire(): void {
    const kept = this.sent.filter((sent) => Date.now() - sent.at < this.patience);
    if (kept.length === this.sent.length) return;
    this.sent = kept;
    this.changed();
  }

  private drawn(): { shown: Definition; cards: Card[] } {
    if (this.cache?.definition === this.wire.definition) return this.cache;
    const { definition, drafts } = this.wire;
    const shown = this.sent.reduce((known, { request }) => predict(known, request), definition);
    const filled = (side: "include" | "exclude") => (shown[side]?.length ?? 0) - (definition[side]?.length ?? 0);
    const added = (side: "include" | "exclude") =>
      this.sent.filter(({ request }) => request.kind === "group-add" && request.exclude === (side === "exclude"))
        .length;
    const left = {
      include: Math.max(0, (drafts.include ?? 0) + added("include") - filled("include")),
      exclude: Math.max(0, (drafts.exclude ?? 0) + added("exclude") - filled("exclude")),
    };
    this.cache = { definition, shown, cards: cardsOf(shown, left) };
    return this.cache;
  }

  get cards(): Card[] {
    return this.drawn().cards;
  }

  get measure(): Measure {
    const last = this.sent.findLast(({ request }) => request.kind === "measure")?.request;
    return last?.kind === "measure" ? last.value : this.wire.measure;
  }

  /** How small counts are protected; undefined where they are not. */
  get policy(): Policy | undefined {
    return this.wire.now.protected;
  }

  get waiting(): boolean {
    return this.wire.pending || this.sent.length > 0;
  }

  /** The group that a click on this facet edits. */
  target(facet: string): string | null {
    return targetGroup(this.cards, facet, this.wire.group, this.picked, this.wire.now.groups?.[facet]);
  }

  /** Make this the group that clicks go into. */
  pick(group: string): void {
    this.picked = group;
    if (this.wire.group !== group) this.send({ kind: "activate", group });
    else this.changed();
  }

  /** Add an empty group; the next click goes there, also before Python has answered. */
  addGroup(side: "include" | "exclude"): void {
    this.picked = `${side}:${this.cards.filter((card) => card.side === side).length}`;
    this.send({ kind: "group-add", exclude: side === "exclude" });
  }

  /** Set by the column: scrolls to a facet and puts the focus on it. */
  focusFacet: (facet: string) => void = () => undefined;
  /** Set by the rule: opens the editor of a pair in time, by its place in the definition. */
  editPair: (index: number) => void = () => undefined;

  search(query: string): void {
    this.query = query;
    this.changed();
  }

  setOpen(open: boolean): void {
    this.open = open;
    if (!open) this.query = "";
    this.changed();
  }

  /** The same object as long as nothing changed. */
  facetUi(facet: string): FacetUi {
    let ui = this.ui.get(facet);
    if (!ui) {
      ui = { ...FACET_UI, folded: this.kept.folded.includes(facet), sort: sortOf(this.kept, facet) };
      this.ui.set(facet, ui);
    }
    return ui;
  }

  setFacetUi(facet: string, change: Partial<FacetUi>): void {
    const ui = { ...this.facetUi(facet), ...change };
    this.ui.set(facet, ui);
    const { folded, byName } = this.kept;
    if ("folded" in change || "sort" in change) {
      this.arrange({ folded: listed(folded, facet, ui.folded), byName: listed(byName, facet, ui.sort === "name") });
    } else this.changed();
  }

  /** Arrange the filters otherwise, and keep it. */
  arrange(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    writeKept(this.kept);
    this.changed();
  }

  pinFacet(facet: string, on: boolean): void {
    this.arrange({ pinned: listed(this.kept.pinned, facet, on), hidden: listed(this.kept.hidden, facet, false) });
  }

  hideFacet(facet: string, on: boolean): void {
    const { hidden, pinned } = this.kept;
    this.arrange({ hidden: listed(hidden, facet, on), pinned: on ? listed(pinned, facet, false) : pinned });
  }

  /** Show a facet, wherever it is, and put the focus on it. */
  goTo(facet: string): void {
    this.query = "";
    this.hideFacet(facet, false);
    this.setFacetUi(facet, { folded: false });
    // When it is drawn.
    requestAnimationFrame(() => this.focusFacet(facet));
  }
}
