/** The saved cohorts: the list of files, the patients of each, and what can be done with a file. */

import { Signal, type ISignal } from "@lumino/signaling";
import type { Count } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { ENDING, fileName } from "../document/naming.ts";
import { written, type Definition } from "../document/same.ts";
import type { Server } from "../request.ts";
import { Newest } from "./newest.ts";
import { ruleOf } from "./same.ts";
import type { Cohorts, Files, Patients, SavedCohort } from "./wire.ts";

/** So many definitions go into one question. */
const MOST = 200;

type Asked = Pick<Server, "get" | "post">;

export class SavedCohorts {
  cohorts: readonly SavedCohort[] | null = null;
  truncated = false;
  /** Why the list could not be read, or why a file was not changed. */
  problem = "";
  readonly #changed = new Signal<this, void>(this);
  readonly #lists = new Newest();
  readonly #counts = new Newest();
  /** Patients by snapshot and rule: what was counted once stays true; undefined where the rule cannot be counted. */
  readonly #known = new Map<string, Count | undefined>();
  #snapshot = "";

  constructor(
    private readonly server: Asked,
    private readonly files: Files,
  ) {}

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Patients in the snapshot of the last count; null where protected, undefined where not known, or not countable. */
  patients(cohort: SavedCohort): Count | undefined {
    return cohort.definition ? this.#known.get(this.#key(cohort)) : undefined;
  }

  async load(): Promise<void> {
    try {
      const answer = await this.#lists.of(() => this.server.get<Cohorts>("cohorts"));
      if (!answer) return;
      this.cohorts = [...answer.cohorts].sort((a, b) => a.name.localeCompare(b.name) || (a.path < b.path ? -1 : 1));
      this.truncated = answer.truncated;
      this.problem = "";
    } catch (error) {
      this.cohorts ??= [];
      this.problem = said(error);
    }
    this.#changed.emit();
    await this.#count();
  }

  /** Count the patients in this snapshot from now on. */
  async countIn(snapshot: string): Promise<void> {
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    this.#changed.emit();
    await this.#count();
  }

  async #count(): Promise<void> {
    const snapshot = this.#snapshot;
    const wanted = (this.cohorts ?? [])
      .filter((cohort) => cohort.definition && !this.#known.has(this.#key(cohort)))
      .slice(0, MOST);
    if (!snapshot || wanted.length === 0) return;
    const keys = wanted.map((cohort) => this.#key(cohort));
    const definitions = wanted.map((cohort) => cohort.definition);
    try {
      const body = { snapshot, definitions };
      const answer = await this.#counts.of(() => this.server.post<Patients>("ask/patients", body));
      if (!answer) return;
      keys.forEach((key, i) => this.#known.set(key, answer.problems[i] ? undefined : answer.patients[i]));
    } catch {
      // The explorer itself says what is wrong; the list is whole without the numbers.
      return;
    }
    this.#changed.emit();
  }

  #key(cohort: SavedCohort): string {
    return `${this.#snapshot} ${ruleOf(cohort.definition ?? {})}`;
  }

  /** Give the cohort another name, in its file and as its file. */
  rename(cohort: SavedCohort, name: string): Promise<boolean> {
    const wanted = name.trim();
    return this.#change(async () => {
      if (!wanted || wanted === cohort.name) return;
      const open = this.files.opened(cohort.path);
      if (open?.dirty) throw new Error(t("“%1” is open with changes that are not saved. Save it first.", cohort.name));
      if (cohort.definition) {
        await this.#write(cohort.path, { ...(await this.#read(cohort.path)), name: wanted });
        await open?.revert();
      }
      const path = this.#free(folderOf(cohort.path), wanted, cohort.path);
      if (path !== cohort.path) await this.files.rename(cohort.path, path);
    });
  }

  duplicate(cohort: SavedCohort): Promise<boolean> {
    return this.#change(async () => {
      const name = t("%1, copy", cohort.name);
      const path = this.#free(folderOf(cohort.path), name);
      await this.#write(path, { ...(await this.#read(cohort.path)), name });
    });
  }

  delete(cohort: SavedCohort): Promise<boolean> {
    return this.#change(() => this.files.delete(cohort.path));
  }

  /** What is done to the files, then the list anew; true where it was done. */
  async #change(step: () => Promise<unknown>): Promise<boolean> {
    let problem = "";
    try {
      await step();
    } catch (error) {
      problem = said(error);
    }
    await this.load();
    if (problem) {
      this.problem = problem;
      this.#changed.emit();
    }
    return !problem;
  }

  async #read(path: string): Promise<Definition> {
    const { content } = await this.files.get(path, { type: "file", format: "text", content: true });
    return JSON.parse(String(content)) as Definition;
  }

  async #write(path: string, definition: Definition): Promise<void> {
    await this.files.save(path, { type: "file", format: "text", content: written(definition) });
  }

  /** A path in the folder for a cohort of this name, that no other has. */
  #free(folder: string, name: string, own = ""): string {
    const taken = new Set((this.cohorts ?? []).map(({ path }) => path));
    const stem = fileName(name).slice(0, -ENDING.length);
    for (let n = 1; ; n += 1) {
      const path = `${folder}${stem}${n > 1 ? `-${n}` : ""}${ENDING}`;
      if (path === own || !taken.has(path)) return path;
    }
  }
}

/** The folder that all cohorts lie in, "cohorts/"; "" where they lie in several, or at the root. */
export function commonFolder(cohorts: readonly SavedCohort[]): string {
  const folders = new Set(cohorts.map(({ path }) => folderOf(path)));
  return folders.size === 1 ? ([...folders][0] ?? "") : "";
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** What went wrong, as a sentence. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
