/** One way to talk to Python over two widget systems: anywidget in notebooks, Panel in the app. */

import type { Answer, Ask, Report } from "./wire";

/** What anywidget and Panel's AnyWidgetComponent have in common, and what each adds. */
export interface Model {
  get(name: string): unknown;
  on(event: "msg:custom", callback: (message: unknown, buffers?: DataView[]) => void): void;
  off(event: "msg:custom", callback: (message: unknown, buffers?: DataView[]) => void): void;
  send?(message: object): void;
}

/** Panel 1.9 gives its adapter no `send`; the view that render() gets has one. */
export interface PanelView {
  model_proxy: { send_msg(message: object): void };
}

type Without<T> = T extends { id: number } ? Omit<T, "id"> : never;

export class Channel {
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
      this.send({ ...question, id });
    });
  }

  report(report: Report): void {
    this.send(report);
  }

  close(): void {
    this.model.off("msg:custom", this.receive);
    this.waiting.clear();
  }

  private send(message: object): void {
    if (this.model.send) this.model.send(message);
    else this.view?.model_proxy.send_msg(message);
  }

  private readonly receive = (message: unknown, buffers?: DataView[]): void => {
    const answer = message as Answer;
    const resolve = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    resolve?.(whole(buffers?.[0]) ?? answer.data ?? null);
  };
}

function whole(view: DataView | undefined): ArrayBuffer | undefined {
  return view?.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer | undefined;
}
