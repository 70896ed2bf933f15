/** A part of the app's frame as Panel gives it, and steps of an attrition. */

import app from "../src/app/index.tsx";
import type { AttritionData, Step } from "../src/app/attrition/wire.ts";
import { frame } from "./fake.ts";

type Heard = (content: unknown) => void;

export class FakePart {
  readonly asked: unknown[] = [];
  private readonly heard = new Map<string, Heard>();
  readonly view = { model_proxy: { send_msg: (content: unknown) => void this.asked.push(content) } };

  constructor(
    readonly part: string,
    public data: string,
  ) {}

  get(name: "part" | "data"): string {
    return this[name];
  }

  on(event: string, callback: Heard): void {
    this.heard.set(event, callback);
  }

  off(event: string): void {
    this.heard.delete(event);
  }

  /** Python drew something else, or sent a message. */
  tell(event: string, content?: unknown): void {
    this.heard.get(event)?.(content);
  }

  get listening(): string[] {
    return [...this.heard.keys()];
  }
}

export async function show(
  part: string,
  data: unknown,
): Promise<{ el: HTMLElement; model: FakePart; stop: () => void }> {
  const model = new FakePart(part, data === undefined ? "" : JSON.stringify(data));
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const stop = app.render({ model, el, view: model.view });
  await frame();
  return { el, model, stop };
}

export function step(rule: string, patients: number, more: Partial<Step> = {}): Step {
  const sizes = { studies: 2 * patients, series: 9 * patients, instances: 99 * patients, bytes: 1e6 * patients };
  return { rule, path: "", group: 0, together: "", patients, ...sizes, alone: 0, without: 0, last: false, ...more };
}

export function attrition(steps: Step[], more: Partial<AttritionData> = {}): AttritionData {
  const none = { costs: [], facets: [], sources: [], lost: null, by: null };
  return { steps, snapshot: "Rows 1", ...none, ...more };
}
