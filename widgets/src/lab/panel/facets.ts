/** The third host of the facet list: JupyterLab's side panel, which asks the server without Python in between. */

import type { Host } from "../../left/host.ts";
import { EMPTY } from "../../left/host.ts";
import { language } from "../../left/text.ts";
import type { Envelope, Wire } from "../../left/wire.ts";
import type { Model } from "../model.ts";

export type ColumnModel = Pick<Model, "column" | "waiting" | "problem" | "ask" | "columnChanged">;

export class ColumnHost implements Host {
  /** Every click is answered or refused, also by an explorer that has to start first. */
  readonly patience = Infinity;
  /** The last click that was refused: it is no longer drawn. */
  #refused = "";
  #listeners = new Set<() => void>();

  constructor(private readonly model: ColumnModel) {
    model.columnChanged.connect(this.#tell, this);
  }

  read(): Wire {
    const { column, waiting } = this.model;
    const traits = column?.traits ?? {};
    return {
      ...EMPTY,
      ...traits,
      shape: "panel",
      locale: language(),
      pending: waiting,
      seen: this.#refused || (traits.seen ?? ""),
    };
  }

  send(content: object): void {
    void this.#ask(content as Envelope);
  }

  watch(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  dispose(): void {
    this.model.columnChanged.disconnect(this.#tell, this);
    this.#listeners.clear();
  }

  async #ask(content: Envelope): Promise<void> {
    await this.model.ask(content);
    this.#refused = this.model.problem ? `${content.client}:${content.n}` : "";
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
