/** What the side panel shows, kept up to date while it is on screen. */

import type { IDisposable } from "@lumino/disposable";
import { Signal, type ISignal } from "@lumino/signaling";
import { Store } from "../../left/store.ts";
import { t } from "../../left/text.ts";
import { workspaceOf } from "../document/naming.ts";
import type { Model } from "../model.ts";
import { Comparison } from "./comparison.ts";
import { ColumnHost } from "./facets.ts";
import { isEverybody, ruleOf } from "./same.ts";
import { said, SavedCohorts } from "./saved.ts";
import { KnownSnapshots } from "./snapshots.ts";
import type { Lab, SavedCohort } from "./wire.ts";

const FOLDED = "cohort-explorer:panel-folded";

export type Section = "saved" | "snapshots";

export class Desk {
  readonly saved: SavedCohorts;
  readonly snapshots: KnownSnapshots;
  readonly comparison: Comparison;
  readonly facets: Store;
  /** Names of the workspaces that a person gave; those of files are not among them. */
  workspaces: readonly string[] = [];
  readonly #host: ColumnHost;
  readonly #changed = new Signal<this, void>(this);
  #watch: IDisposable | null = null;
  /** Snapshots are asked for once for each process and each snapshot that is current. */
  #snapshotsOf = "";
  #folded: Set<string>;

  constructor(
    readonly model: Model,
    readonly lab: Lab,
  ) {
    this.saved = new SavedCohorts(model.server, lab.files);
    this.snapshots = new KnownSnapshots(model);
    this.comparison = new Comparison(model);
    this.#host = new ColumnHost(model);
    this.facets = new Store(this.#host);
    this.#host.watch(() => this.facets.refresh());
    this.#folded = new Set((lab.memory.getItem(FOLDED) ?? "").split(" ").filter(Boolean));
    for (const part of [this.saved, this.snapshots, this.comparison]) part.changed.connect(this.#tell, this);
    model.columnChanged.connect(this.#follow, this);
    model.appChanged.connect(this.#follow, this);
    model.workspaceChanged.connect(this.#tell, this);
    model.cohortsChanged.connect(this.#reload, this);
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** The panel is on screen: ask, and start the explorer where it does not run. */
  open(): void {
    if (this.#watch) return;
    this.#watch = this.model.watch();
    void this.saved.load();
    this.#follow();
  }

  /** The panel is out of sight: nothing is asked any more. */
  close(): void {
    this.#watch?.dispose();
    this.#watch = null;
  }

  dispose(): void {
    this.close();
    this.#host.dispose();
    Signal.clearData(this);
    this.model.columnChanged.disconnect(this.#follow, this);
    this.model.appChanged.disconnect(this.#follow, this);
    this.model.workspaceChanged.disconnect(this.#tell, this);
    this.model.cohortsChanged.disconnect(this.#reload, this);
  }

  /** Draw again: something that is asked while drawing may be another. */
  look(): void {
    this.#tell();
  }

  /** Compare the current cohort with the one saved under this path. */
  async compareWith(path: string): Promise<void> {
    if (!this.saved.cohorts) await this.saved.load();
    const cohort = this.saved.cohorts?.find((known) => known.path === path);
    if (cohort) await this.comparison.with(cohort);
  }

  isFolded(section: Section): boolean {
    return this.#folded.has(section);
  }

  fold(section: Section, folded: boolean): void {
    if (folded) this.#folded.add(section);
    else this.#folded.delete(section);
    try {
      this.lab.memory.setItem(FOLDED, [...this.#folded].join(" "));
    } catch {
      // A browser that keeps nothing is as good.
    }
    this.#tell();
  }

  /** Whether the saved cohort is the rule on screen. */
  isCurrent({ definition }: SavedCohort): boolean {
    const now = this.model.column?.traits.definition;
    return Boolean(now && definition && ruleOf(now) === ruleOf(definition));
  }

  /** The file that holds the current cohort under its name; null where it is not saved, undefined where nothing is to save. */
  savedAs(): SavedCohort | null | undefined {
    const { column } = this.model;
    const now = column?.traits.definition;
    if (!column || !now || !this.saved.cohorts || (isEverybody(now) && !column.name)) return undefined;
    return this.saved.cohorts.find((cohort) => this.isCurrent(cohort) && cohort.name === column.name) ?? null;
  }

  /** What a workspace is called on screen: that of an open file has the file's name. */
  titleOf(workspace: string): string {
    if (!workspace.startsWith("file-")) return workspace;
    const file = this.saved.cohorts?.find(({ path }) => workspaceOf(path) === workspace);
    return file ? file.path : t("the opened file");
  }

  /** Ask for the workspaces that there are; the current one is always among them. */
  async loadWorkspaces(): Promise<void> {
    const names = new Set([this.model.workspace, "default"]);
    try {
      const answer = await this.model.server.get<{ workspaces: string[] }>("workspaces");
      for (const name of answer.workspaces) if (!name.startsWith("file-")) names.add(name);
    } catch (error) {
      console.warn(`Cohort Explorer: ${said(error)}`);
    }
    this.workspaces = [...names].sort();
    this.#tell();
  }

  #follow(): void {
    const { column, app } = this.model;
    if (this.#watch && column) {
      void this.saved.countIn(column.snapshot.id);
      const key = `${app.generation} ${column.workspace} ${column.snapshot.id}`;
      if (key !== this.#snapshotsOf) {
        this.#snapshotsOf = key;
        void this.snapshots.load();
      }
      this.comparison.follow();
    }
    this.#tell();
  }

  #reload(): void {
    if (this.#watch) void this.saved.load().then(() => this.comparison.renew(this.saved.cohorts ?? []));
  }

  #tell(): void {
    this.#changed.emit();
  }
}
