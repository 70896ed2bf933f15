/** A Jupyter server and its websocket, as far as the extension talks to them. */

import type { AppState, Event } from "../src/lab/events.ts";
import { Events } from "../src/lab/events.ts";
import { Model, type Column, type Memory } from "../src/lab/model.ts";
import { Refused, type Server } from "../src/lab/request.ts";

export interface Asked {
  method: "get" | "post" | "put";
  path: string;
  body?: Record<string, unknown>;
}

type Answer = (asked: Asked) => unknown;

export const READY: AppState = { state: "ready", doing: "", share: null, problem: "", generation: 1 };

export function column(more: Partial<Column> = {}): Column {
  return {
    workspace: "default",
    revision: 1,
    snapshot: { id: "s1", title: "Snapshot", alias: "s", date: "2026-01-01" },
    name: "",
    sentence: "Everybody.",
    totals: [],
    can_undo: false,
    can_redo: false,
    advice: [],
    problem: "",
    id: "d",
    traits: { revision: 1 },
    ...more,
  };
}

/** The same, as it is answered at once. */
export function uncounted(more: Partial<Column> = {}): Partial<Column> {
  const answer: Partial<Column> = column(more);
  delete answer.totals;
  delete answer.advice;
  return answer;
}

export class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  closed = false;

  close(): void {
    this.closed = true;
    this.onclose?.();
  }

  say(event: Event): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
}

export class Fake {
  asked: Asked[] = [];
  sockets: FakeSocket[] = [];
  answer: Answer;
  readonly model: Model;

  constructor(answer: Answer = () => ({}), memory: Memory | null = null) {
    this.answer = answer;
    const ask = async (asked: Asked) => {
      this.asked.push(asked);
      await Promise.resolve();
      const answer = this.answer(asked);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const server = {
      address: (path: string) => `/base/explorer/${path}`,
      get: (path: string) => ask({ method: "get", path }),
      post: (path: string, body: Record<string, unknown>) => ask({ method: "post", path, body }),
      put: (path: string, body: Record<string, unknown>) => ask({ method: "put", path, body }),
    } as unknown as Server;
    const open = () => {
      const socket = new FakeSocket();
      this.sockets.push(socket);
      return socket as unknown as WebSocket;
    };
    this.model = new Model(server, new Events("ws://here/events", open), memory);
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("nothing was opened");
    return socket;
  }

  /** What was asked for at a path. */
  at(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path);
  }
}

export { Refused };

/** Let everything that waits for nothing but its turn happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i += 1) await Promise.resolve();
}
