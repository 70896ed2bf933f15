/** One way to talk to Python over two widget systems: anywidget in notebooks, Panel in the app. */

import type { Answer, Ask, Report } from "./wire";

/** What anywidget and Panel's AnyWidgetComponent have in common, and what each adds. */
export interface Model {
  get(name: string): unknown;
  on(event: "msg:custom" | "change:picture", callback: (message: unknown, buffers?: DataView[]) => void): void;
  off(event: "msg:custom" | "change:picture", callback: (message: unknown, buffers?: DataView[]) => void): void;
  send?(message: object): void;
}

/** Panel 1.9 gives its adapter no `send`; the view that render() gets has one. */
export interface PanelView {
  model_proxy: { send_msg(message: object): void };
}

type Without<T> = T extends { id: number } ? Omit<T, "id"> : never;

/** Python that says nothing for this long while it is asked is gone, or busy. */
const SILENT_MS = 10_000;

export class Channel {
  /** Whether Python owes answers and says nothing. */
  silent = false;
  /** Told when that changes. */
  onsilent: (silent: boolean) => void = () => undefined;
  private clock: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting = new Map<number, (data: ArrayBuffer | null) => void>();
  private lastId = 0;

  constructor(
    private readonly model: Model,
    private readonly view?: PanelView,
  ) {
    model.on("msg:custom", this.receive);
  }

  /** Bytes of what was asked for; null where Python has no such thing. */
  ask(question: Without<Ask>): Promise<ArrayBuffer | null> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      if (this.waiting.size === 1) this.listen();
      this.send({ ...question, id });
    });
  }

  report(report: Report): void {
    this.send(report);
  }

  close(): void {
    this.model.off("msg:custom", this.receive);
    this.waiting.clear();
    clearTimeout(this.clock);
  }

  private send(message: object): void {
    try {
      if (this.model.send) this.model.send(message);
      else this.view?.model_proxy.send_msg(message);
    } catch {
      this.hush(true); // the notebook has no kernel any more
    }
  }

  private listen(): void {
    clearTimeout(this.clock);
    if (this.waiting.size) this.clock = setTimeout(() => this.hush(true), SILENT_MS);
  }

  private hush(silent: boolean): void {
    if (silent === this.silent) return;
    this.silent = silent;
    this.onsilent(silent);
  }

  private readonly receive = (message: unknown, buffers?: DataView[]): void => {
    const answer = message as Answer;
    const resolve = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    this.listen();
    this.hush(false);
    resolve?.(whole(buffers?.[0]) ?? answer.data ?? null);
  };
}

function whole(view: DataView | undefined): ArrayBuffer | undefined {
  return view?.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer | undefined;
}
