/** The current cohort beside a saved one: how many patients are in both, and in one only. */

import { Signal, type ISignal } from "@lumino/signaling";
import { t } from "../../left/text.ts";
import type { Model } from "../model.ts";
import { Newest } from "./newest.ts";
import { said } from "./saved.ts";
import type { Overlap, SavedCohort } from "./wire.ts";

/** What is on screen: names as they were when it was asked. */
export interface Compared {
  first: string;
  second: string;
  overlap: Overlap | null;
  problem: string;
}

export class Comparison {
  shown: Compared | null = null;
  #saved: SavedCohort | null = null;
  #of = "";
  readonly #changed = new Signal<this, void>(this);
  readonly #answers = new Newest();

  constructor(private readonly model: Pick<Model, "server" | "column">) {}

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  async with(saved: SavedCohort): Promise<void> {
    const { column, server } = this.model;
    this.#saved = saved;
    this.#of = question(column);
    const names = { first: column?.name ?? "", second: saved.name };
    if (!column?.traits.definition || !saved.definition) {
      this.#show({ ...names, overlap: null, problem: t("There is nothing to compare yet.") });
      return;
    }
    this.#show({ ...names, overlap: this.shown?.second === saved.name ? this.shown.overlap : null, problem: "" });
    const asked = { snapshot: column.snapshot.id, first: column.traits.definition, second: saved.definition };
    try {
      const overlap = await this.#answers.of(() => server.post<Overlap>("ask/compare", asked));
      if (overlap) this.#show({ ...names, overlap, problem: "" });
    } catch (error) {
      this.#show({ ...names, overlap: null, problem: said(error) });
    }
  }

  /** Ask again where the current cohort or its snapshot is another by now. */
  follow(): void {
    if (this.shown && this.#saved && this.model.column && question(this.model.column) !== this.#of)
      void this.with(this.#saved);
  }

  /** Ask again where the saved cohort is another by now. */
  renew(cohorts: readonly SavedCohort[]): void {
    const now = cohorts.find(({ path }) => path === this.#saved?.path);
    if (this.shown && now && JSON.stringify(now.definition) !== JSON.stringify(this.#saved?.definition))
      void this.with(now);
  }

  close(): void {
    this.#saved = null;
    this.#answers.forget();
    this.#show(null);
  }

  #show(shown: Compared | null): void {
    this.shown = shown;
    this.#changed.emit();
  }
}

/** What an answer belongs to. */
function question(column: Model["column"]): string {
  return column ? `${column.snapshot.id} ${column.id} ${column.name}` : "";
}
