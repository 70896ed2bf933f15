/** The side panel on a server and a JupyterLab made of plain objects; answers come when the test says so. */

import { Signal } from "@lumino/signaling";
import { h, render } from "preact";
import fixture from "../../tests/widgets/left_column.json";
import type { AppState, Event, Events } from "../src/lab/events.ts";
import { Model } from "../src/lab/model.ts";
import { Desk } from "../src/lab/panel/desk.ts";
import { Panel } from "../src/lab/panel/Panel.tsx";
import type { Lab, SavedCohort, SnapshotInfo } from "../src/lab/panel/wire.ts";
import type { Server } from "../src/lab/request.ts";
import { frame } from "./fake.ts";

export const READY: AppState = { state: "ready", doing: "", share: null, problem: "", generation: 1 };
export const IDC = "aaaa1111";
export const TEACHING = "bbbb2222";

const TOTALS = [
  ["Datasets", "11", ""],
  ["Patients", "3,296", ""],
  ["Studies", "5,037", ""],
  ["Series", "44,303", ""],
  ["Images", "5,935,433", ""],
  ["Size", "2.17", "TB"],
].map(([label = "", value = "", unit = ""]) => ({ label, value, unit, of: "of 86,451", share: 0.1 }));

/** An answer of ask/column. */
export function column(change: Record<string, unknown> = {}, traits: Record<string, unknown> = {}) {
  const { facets, all, ...rest } = structuredClone(fixture) as Record<string, unknown>;
  return {
    workspace: "default",
    revision: 7,
    snapshot: { id: IDC, title: "Imaging Data Commons 25.0.5", alias: "idc-25.0.5", date: "2026-11-19" },
    name: "Breast MR of women",
    sentence: "Patients with MR of the BREAST in the same series, whose sex is F.",
    totals: TOTALS,
    can_undo: true,
    can_redo: false,
    advice: [],
    problem: "",
    id: "d1",
    traits: { ...rest, facets, all, seen: "", pending: false, ...traits },
    ...change,
  };
}

export function saved(path: string, name: string, definition: object | null = null): SavedCohort {
  return {
    path,
    name,
    sentence: "Patients.",
    definition: definition,
    modified: "2026-11-20T10:00:00Z",
    problem: null,
  };
}

export function snapshot(id: string, title: string, change: Partial<SnapshotInfo> = {}): SnapshotInfo {
  return {
    id,
    title,
    alias: id,
    date: "2026-11-19",
    built: "2026-11-20T10:00:00",
    source: "idc",
    release: null,
    patients: 86_451,
    bytes: 92_000_000,
    mine: true,
    ...change,
  };
}

type Answer = (body: Record<string, unknown>) => unknown;

/** Answers by path; what is asked is written down. A function may give a promise, to answer later. */
export class FakeServer {
  readonly asked: [string, unknown][] = [];
  readonly answers: Record<string, Answer> = {
    app: () => READY,
    workspaces: () => ({ workspaces: ["default", "second"] }),
    cohorts: () => ({ cohorts: [], folder: "/home/alice", truncated: false }),
    "ask/column": () => column(),
    "ask/patients": (body) => ({
      patients: (body.definitions as unknown[]).map((_, i) => 100 + i),
      problems: (body.definitions as unknown[]).map(() => null),
    }),
    "ask/snapshots": () => ({
      snapshots: [snapshot(IDC, "Imaging Data Commons 25.0.5"), snapshot(TEACHING, "Teaching data, synthetic")],
      current: IDC,
    }),
    "ask/cell": () => ({ source: "cohort = 1" }),
  };

  get = (path: string) => this.#answer(path, {});
  put = (path: string, body: object) => this.#answer(path, body);
  post = (path: string, body: object = {}) => this.#answer(path, body);

  /** Bodies of the questions to this path. */
  of(path: string): Record<string, unknown>[] {
    return this.asked.filter(([name]) => name === path).map(([, body]) => body as Record<string, unknown>);
  }

  /** What was asked of the column that changes something. */
  get clicks(): Record<string, unknown>[] {
    return this.of("ask/column").filter((body) => body.request);
  }

  async #answer(path: string, body: object): Promise<never> {
    this.asked.push([path, structuredClone(body)]);
    const answer = this.answers[path];
    if (!answer) throw new Error(`nobody answers ${path}`);
    return structuredClone(await answer(body as Record<string, unknown>)) as never;
  }
}

class FakeEvents {
  readonly heard = new Signal<this, Event>(this);
  readonly connected = new Signal<this, boolean>(this);
  start(): void {
    this.connected.emit(true);
  }
  dispose(): void {
    Signal.clearData(this);
  }
}

/** A promise that the test ends. */
export function later<T>(): { promise: Promise<T>; answer: (value: T) => void; refuse: (error: Error) => void } {
  let answer!: (value: T) => void;
  let refuse!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    answer = yes;
    refuse = no;
  });
  return { promise, answer, refuse };
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i += 1) await frame();
}

export async function showPanel(change: (server: FakeServer) => void = () => undefined) {
  const server = new FakeServer();
  change(server);
  const events = new FakeEvents();
  const model = new Model(server as unknown as Server, events as unknown as Events);
  const files = new Map<string, string>();
  const ran: [string, unknown][] = [];
  const kept = new Map<string, string>();
  const said = { confirm: true, text: null as string | null };
  const lab: Lab = {
    files: {
      get: (path) => Promise.resolve({ content: files.get(path) }),
      save: (path, { content }) => Promise.resolve(files.set(path, content)),
      rename: (path, to) => {
        files.set(to, files.get(path) ?? "");
        return Promise.resolve(files.delete(path));
      },
      delete: (path) => Promise.resolve(files.delete(path)),
      opened: () => null,
    },
    run: (command, args) => ran.push([command, args]),
    can: () => true,
    confirm: () => Promise.resolve(said.confirm),
    askText: () => Promise.resolve(said.text),
    drag: () => undefined,
    memory: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
  };
  const desk = new Desk(model, lab);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  render(h(Panel, { desk }), el);
  await model.start();
  return { server, events, model, desk, lab, files, ran, kept, said, el };
}

/** The same, looked at and answered. */
export async function openPanel(change?: (server: FakeServer) => void) {
  const shown = await showPanel(change);
  shown.desk.open();
  await settle();
  return shown;
}
