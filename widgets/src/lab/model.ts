/** What all parts of the extension share: the current workspace, its newest numbers, and how the explorer process is. */

import { Token } from "@lumino/coreutils";
import { DisposableDelegate, type IDisposable } from "@lumino/disposable";
import { Signal, type ISignal } from "@lumino/signaling";
import { language, t } from "../left/text.ts";
import type { Total, Wire } from "../left/wire.ts";
import type { AppState, Event, Events, WorkspaceChange } from "./events.ts";
import { Refused, type Server } from "./request.ts";

export const IModel = new Token<Model>(
  "@cohort-explorer/widgets:IModel",
  "The current cohort of Cohort Explorer, and how to change it.",
);

export const DEFAULT = "default";

/** The answer of ask/column without numbers. */
interface Uncounted {
  workspace: string;
  revision: number;
  snapshot: { id: string; title: string; alias: string; date: string };
  name: string;
  sentence: string;
  can_undo: boolean;
  can_redo: boolean;
  problem: string;
  /** Of the definition. */
  id: string;
  traits: Partial<Wire>;
}

/** The answer of ask/column. */
export interface Column extends Uncounted {
  totals: Total[];
  advice: string[];
}

/** Where the current workspace is remembered; JupyterLab's state database is one. */
export interface Memory {
  fetch(key: string): Promise<unknown>;
  save(key: string, value: string): Promise<unknown>;
}

const KEY = "@cohort-explorer/widgets:workspace";
const LOOK_MS = 1_000;
const STOPPED: AppState = { state: "stopped", doing: "", share: null, problem: "", generation: 0 };

export class Model {
  #workspace = DEFAULT;
  #chosen = false;
  #column: Column | null = null;
  #app = STOPPED;
  #problem = "";
  #asked = 0;
  #watchers = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> | null = null;
  /** Answers without numbers so far; the numbers under way are those of the newest, or asked for again. */
  #uncounted = 0;
  #counting = false;
  /** Why the last click was refused; said until the next one. */
  #refusal = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The parts of an answer that are sent only once per snapshot. */
  #held: Partial<Wire> & { snapshot: string } = { snapshot: "" };

  readonly #workspaceChanged = new Signal<this, string>(this);
  readonly #columnChanged = new Signal<this, Column | null>(this);
  readonly #appChanged = new Signal<this, AppState>(this);
  readonly #cohortsChanged = new Signal<this, void>(this);
  readonly #changed = new Signal<this, WorkspaceChange>(this);

  constructor(
    readonly server: Server,
    private readonly events: Events,
    private readonly memory: Memory | null = null,
  ) {}

  get workspace(): string {
    return this.#workspace;
  }

  get workspaceChanged(): ISignal<this, string> {
    return this.#workspaceChanged;
  }

  get column(): Column | null {
    return this.#column;
  }

  /** The column, whether one is awaited, or what went wrong has changed. */
  get columnChanged(): ISignal<this, Column | null> {
    return this.#columnChanged;
  }

  get waiting(): boolean {
    return this.#asked > 0;
  }

  /** Why the last question failed; empty after an answer. */
  get problem(): string {
    return this.#problem;
  }

  get app(): AppState {
    return this.#app;
  }

  get appChanged(): ISignal<this, AppState> {
    return this.#appChanged;
  }

  /** A saved cohort appeared, went or changed. */
  get cohortsChanged(): ISignal<this, void> {
    return this.#cohortsChanged;
  }

  /** Some workspace changed, by anybody's hand. */
  get changed(): ISignal<this, WorkspaceChange> {
    return this.#changed;
  }

  /** Connect to the server and take up the workspace of the last visit. */
  async start(): Promise<void> {
    this.events.heard.connect(this.#hear, this);
    this.events.connected.connect(this.#connect, this);
    this.events.start();
    const last = await this.memory?.fetch(KEY).catch(() => undefined);
    if (typeof last === "string" && last && !this.#chosen) this.setWorkspace(last);
  }

  setWorkspace(name: string): void {
    this.#chosen = true;
    if (name === this.#workspace) return;
    this.#workspace = name;
    this.#column = null;
    this.#problem = "";
    void this.memory?.save(KEY, name).catch(() => undefined);
    this.#workspaceChanged.emit(name);
    this.#columnChanged.emit(null);
    void this.#follow();
  }

  /** Keep the column up to date, starting the explorer process when needed, until disposed. */
  watch(): IDisposable {
    this.#watchers += 1;
    if (this.#watchers === 1) void this.#follow();
    return new DisposableDelegate(() => {
      this.#watchers -= 1;
    });
  }

  /**
   * Apply a request of the column to the current workspace; the column follows, or `problem` says why not. The numbers
   * come later: until then those of before are shown, and `waiting` is true.
   */
  ask(request: object): Promise<Column | null> {
    return this.#inOrder(() => this.#exchange(request));
  }

  /** Ask for the column again; calls that come while one waits its turn share it. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#inOrder(async () => {
      this.#refreshing = null;
      await this.#exchange(null);
    });
    return this.#refreshing;
  }

  /** Start the explorer process, or start a failed one again; with `restart` also one that runs. */
  async startApp(restart = false): Promise<void> {
    try {
      this.#setApp(await this.server.post<AppState>("app", restart ? { restart } : {}));
    } catch (error) {
      this.#setApp({ ...this.#app, state: "failed", problem: sentence(error) });
    }
  }

  /** Ask how the explorer process is. */
  async lookAtApp(): Promise<AppState> {
    this.#setApp(await this.server.get<AppState>("app"));
    return this.#app;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.events.dispose();
    Signal.clearData(this);
  }

  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(step);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Carry out a request, or only look, and draw what comes of it; its numbers are asked for after that. */
  async #exchange(request: object | null): Promise<Column | null> {
    const workspace = this.#workspace;
    const counts = this.#column === null;
    this.#begin();
    try {
      const answer = await this.#post<Column | Uncounted>({ workspace, request, counts });
      // Meanwhile the user may have gone to another workspace; its own answer follows.
      if (workspace === this.#workspace) {
        this.#problem = "";
        this.#refusal = answer.problem;
        this.#take(answer);
        if (!counts) {
          this.#uncounted += 1;
          void this.#count();
        }
      }
    } catch (error) {
      if (workspace === this.#workspace) this.#problem = sentence(error);
    } finally {
      this.#end();
    }
    return this.#column;
  }

  /** Ask for the numbers until they are those of the newest change. */
  async #count(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    this.#begin();
    for (let counted = -1; counted !== this.#uncounted;) {
      counted = this.#uncounted;
      const workspace = this.#workspace;
      try {
        const answer = await this.#post<Column>({ workspace, request: null, counts: true });
        // What is newer is drawn already.
        if (workspace === this.#workspace && counted === this.#uncounted)
          this.#take({ ...answer, problem: answer.problem || this.#refusal });
      } catch (error) {
        if (workspace === this.#workspace) this.#problem = sentence(error);
      }
    }
    this.#counting = false;
    this.#end();
  }

  #begin(): void {
    this.#asked += 1;
    this.#columnChanged.emit(this.#column);
  }

  #end(): void {
    this.#asked -= 1;
    this.#columnChanged.emit(this.#column);
  }

  #post<T>(question: { workspace: string; request: object | null; counts: boolean }): Promise<T> {
    const spoken = language() === "en" ? {} : { language: language() };
    return this.server.post<T>("ask/column", { ...question, ...spoken, have: this.#held.snapshot });
  }

  /** Draw an answer; one without numbers beside those of before, unless they are of another snapshot. */
  #take(answer: Column | Uncounted): void {
    const before = this.#column;
    if ("totals" in answer) this.#column = this.#whole(answer);
    else if (before?.snapshot.id === answer.snapshot.id)
      this.#column = { ...before, ...answer, traits: { ...before.traits, ...answer.traits } };
  }

  #whole(column: Column): Column {
    const { facets, all } = column.traits;
    if (facets && all) this.#held = { snapshot: column.snapshot.id, facets, all };
    const { snapshot, ...held } = this.#held;
    return snapshot === column.snapshot.id ? { ...column, traits: { ...held, ...column.traits } } : column;
  }

  /** Ask for the column if that costs nothing; if somebody looks at it, start what answers, and ask when it is ready. */
  async #follow(): Promise<void> {
    if (this.#app.state === "ready") await this.refresh();
    else if (this.#watchers > 0) await this.#prepare();
  }

  async #prepare(): Promise<void> {
    const { state } = await this.lookAtApp().catch(() => this.#app);
    if (state === "stopped") await this.startApp();
    this.#lookAgain();
  }

  /** Being ready is told by an event; this is for the one that was missed. */
  #lookAgain(): void {
    clearTimeout(this.#timer);
    const { state } = this.#app;
    if (this.#watchers === 0 || (state !== "starting" && state !== "building")) return;
    this.#timer = setTimeout(() => {
      void this.lookAtApp()
        .catch(() => undefined)
        .then(() => this.#lookAgain());
    }, LOOK_MS);
  }

  /** Ask for the column, unless an answer that was on its way has this change in it: our own changes are told too. */
  async #catchUp({ name, revision }: WorkspaceChange): Promise<void> {
    if (this.#asked > 0) await this.#queue;
    if (name === this.#workspace && revision !== this.#column?.revision) await this.#follow();
  }

  #setApp(app: AppState): void {
    const before = this.#app;
    this.#app = app;
    this.#appChanged.emit(app);
    const isNew = before.state !== "ready" || before.generation !== app.generation;
    if (app.state === "ready" && isNew) void this.#follow();
  }

  #hear(_: Events, event: Event): void {
    if (event.kind === "cohorts") this.#cohortsChanged.emit();
    else if (event.kind === "app") this.#setApp(event);
    else {
      this.#changed.emit(event);
      if (event.name === this.#workspace && event.revision !== this.#column?.revision) void this.#catchUp(event);
    }
  }

  /** What happened while there was no connection is asked for. */
  #connect(_: Events, connected: boolean): void {
    if (!connected) return;
    void this.lookAtApp().catch(() => undefined);
    this.#cohortsChanged.emit();
    if (this.#column) void this.#follow();
  }
}

/** What went wrong, as a sentence for the user. */
export function sentence(error: unknown): string {
  if (error instanceof Refused && error.status === 0) return t("The Jupyter server does not answer: %1", error.message);
  if (error instanceof Refused && (error.status === 401 || error.status === 403))
    return t("You are logged out, or may not do this. Log in again in this browser; the cohort is kept.");
  return error instanceof Error ? error.message : String(error);
}
