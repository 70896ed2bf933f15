/** What happens on the server, as it happens: one websocket, opened again when it closes. */

import { Signal, type ISignal } from "@lumino/signaling";

export interface AppState {
  state: "stopped" | "starting" | "building" | "ready" | "failed";
  /** What is being done, in words. */
  doing: string;
  /** How much of it is done, from 0 to 1; null where nobody knows. */
  share: number | null;
  problem: string;
  /** Another number is another process. */
  generation: number;
}

export interface WorkspaceChange {
  name: string;
  revision: number;
}

export type Event = ({ kind: "workspace" } & WorkspaceChange) | ({ kind: "app" } & AppState) | { kind: "cohorts" };

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

type Open = (address: string) => WebSocket;

export class Events {
  #socket: WebSocket | null = null;
  #wait = FIRST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  readonly #heard = new Signal<this, Event>(this);
  readonly #connected = new Signal<this, boolean>(this);

  constructor(
    private readonly address: string,
    private readonly open: Open = (to) => new WebSocket(to),
  ) {}

  get heard(): ISignal<this, Event> {
    return this.#heard;
  }

  /** True after each opening, also the first; false when the connection is lost. */
  get connected(): ISignal<this, boolean> {
    return this.#connected;
  }

  start(): void {
    if (this.#ended || this.#socket) return;
    const socket = this.open(this.address);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#wait = FIRST_MS;
      this.#connected.emit(true);
    };
    socket.onmessage = (message: MessageEvent) => {
      const event = understood(message.data);
      if (event) this.#heard.emit(event);
    };
    socket.onclose = () => {
      this.#socket = null;
      if (opened) this.#connected.emit(false);
      if (this.#ended) return;
      // Spread out, so that thirty laptops do not come back in the same moment.
      this.#timer = setTimeout(() => this.start(), this.#wait * (0.75 + Math.random() / 2));
      this.#wait = Math.min(2 * this.#wait, LONGEST_MS);
    };
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    Signal.clearData(this);
  }
}

function understood(text: unknown): Event | null {
  try {
    const event = JSON.parse(String(text)) as Event | null;
    return event && typeof event === "object" && ["workspace", "app", "cohorts"].includes(event.kind) ? event : null;
  } catch {
    return null;
  }
}
