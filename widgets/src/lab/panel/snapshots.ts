/** The snapshots that there are, and which one the current workspace looks at. */

import { Signal, type ISignal } from "@lumino/signaling";
import type { Model } from "../model.ts";
import { Newest } from "./newest.ts";
import { said } from "./saved.ts";
import type { SnapshotInfo, Snapshots } from "./wire.ts";

type Asked = Pick<Model, "server" | "workspace" | "refresh">;

export class KnownSnapshots {
  list: readonly SnapshotInfo[] | null = null;
  /** Id of the one that is being opened in place of the current one. */
  opening = "";
  problem = "";
  readonly #changed = new Signal<this, void>(this);
  readonly #lists = new Newest();
  readonly #choices = new Newest();

  constructor(private readonly model: Asked) {}

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  async load(): Promise<void> {
    const { server, workspace } = this.model;
    try {
      const answer = await this.#lists.of(() => server.post<Snapshots>("ask/snapshots", { workspace }));
      if (!answer) return;
      this.list = answer.snapshots;
    } catch (error) {
      this.problem = said(error);
    }
    this.#changed.emit();
  }

  /** Look at another snapshot with the same rule; where that cannot be, all stays and `problem` says why. */
  async choose(snapshot: SnapshotInfo): Promise<void> {
    const { server, workspace } = this.model;
    this.problem = "";
    this.opening = snapshot.id;
    this.#changed.emit();
    try {
      const question = { workspace, snapshot: snapshot.id };
      const answer = await this.#choices.of(() => server.post("ask/snapshot", question));
      if (answer === undefined) return;
      await this.model.refresh();
    } catch (error) {
      this.problem = said(error);
    }
    this.opening = "";
    this.#changed.emit();
  }
}
