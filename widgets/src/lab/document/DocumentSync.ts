/** Keeps the text of a `*.cohort.json` document and its workspace in step, both ways. */

import { Signal, type ISignal } from "@lumino/signaling";
import type { WorkspaceChange } from "../events.ts";
import type { Model } from "../model.ts";
import { Refused } from "../request.ts";
import { hash, workspaceOf } from "./naming.ts";
import { definitionIn, isSame, written, type Definition } from "./same.ts";

/** The text of an open file; JupyterLab's document model and context are behind it. */
export interface OpenText {
  readonly path: string;
  text: string;
  dirty: boolean;
}

/** What is wrong with the text, and where, counted from 1. */
export interface Trouble {
  message: string;
  path: string;
  line: number | null;
  column: number | null;
}

interface Held {
  revision: number;
  definition: Definition;
}

const TYPING_MS = 500;

export class DocumentSync {
  #workspace: string;
  #trouble: Trouble | null = null;
  #problem = "";
  #revision = -1;
  /** The text of the file as it was last read or saved. */
  #saved: string;
  /** While we write the text ourselves, its change is no news. */
  #writing = false;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isDisposed = false;
  readonly #changed = new Signal<this, void>(this);

  constructor(
    private readonly model: Model,
    private readonly file: OpenText,
  ) {
    this.#workspace = workspaceOf(file.path);
    this.#saved = file.text;
    model.changed.connect(this.#hear, this);
  }

  get workspace(): string {
    return this.#workspace;
  }

  /** Why the text is no definition; null where it is one. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Why the server could not be asked. */
  get problem(): string {
    return this.#problem;
  }

  /** The workspace, the trouble or the problem is another one. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Open the text in its workspace; changes that were never saved are still there after a reload. */
  open(): Promise<void> {
    this.#saved = this.file.text;
    return this.#put({ definition: this.file.text, base: hash(this.file.text), only_if_base_differs: true }, true);
  }

  /** The file was written. */
  saved(): Promise<void> {
    this.#saved = this.file.text;
    // What is wrong may be saved too, and is then as wrong as before.
    return this.#trouble ? this.open() : this.#put({ base: hash(this.file.text) }, true);
  }

  /** The file has another path: its workspace is another one, with the text as it stands and the history so far. */
  moved(): Promise<void> {
    const before = this.#workspace;
    this.#workspace = workspaceOf(this.file.path);
    this.#revision = -1;
    return this.#put({ definition: this.file.text, base: hash(this.#saved), moved_from: before }, true);
  }

  /** The text changed: in a text editor, or because the file was read again. */
  textChanged(): void {
    if (this.#writing) return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      if (!this.file.dirty) this.#saved = this.file.text;
      void this.#put({ definition: this.file.text, base: hash(this.#saved) }, false);
    }, TYPING_MS);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#typing);
    Signal.clearData(this);
  }

  #hear(_: Model, { name, revision }: WorkspaceChange): void {
    if (name === this.#workspace && revision !== this.#revision) void this.#read();
  }

  /** Take over what the workspace holds, whoever changed it. */
  #read(): Promise<void> {
    return this.#inOrder(async () => {
      const held = await this.model.server.get<Held>(`workspaces/${this.#workspace}`);
      // While somebody types, the text is newer than the workspace.
      if (this.#typing === undefined) this.#take(held);
    });
  }

  #put(body: object, take: boolean): Promise<void> {
    this.#typing = undefined;
    return this.#inOrder(async () => {
      const workspace = this.#workspace;
      const held = await this.model.server.put<Held>(`workspaces/${workspace}`, body);
      if (workspace !== this.#workspace) return;
      this.#trouble = null;
      if (take) this.#take(held);
      else this.#revision = held.revision;
    });
  }

  #take({ revision, definition }: Held): void {
    this.#revision = revision;
    const now = definitionIn(this.file.text);
    if (this.#isDisposed || (now && isSame(now, definition))) return;
    const saved = definitionIn(this.#saved);
    const isSaved = saved !== null && isSame(saved, definition);
    this.#writing = true;
    try {
      this.file.text = isSaved ? this.#saved : written(definition);
      this.file.dirty = !isSaved;
    } finally {
      this.#writing = false;
    }
  }

  #inOrder(step: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(async () => {
      if (this.#isDisposed) return;
      try {
        await step();
        this.#problem = "";
      } catch (error) {
        this.#fail(error);
      }
      this.#changed.emit();
    });
    this.#queue = turn;
    return turn;
  }

  #fail(error: unknown): void {
    if (error instanceof Refused && error.status === 400) {
      const { message, path = "", line, column } = error;
      this.#trouble = { message, path, line: line ?? null, column: column ?? null };
    } else {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}
