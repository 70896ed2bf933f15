/** A model as anywidget gives it, and counts that look like the real catalogue's. */

import fixture from "../../tests/widgets/left_column.json";
import front from "../src/left/index.tsx";
import type { AnyModel } from "../src/left/host.ts";
import type { Request, Shape, Wire } from "../src/left/wire.ts";

// jsdom lays nothing out.
HTMLElement.prototype.scrollIntoView = () => undefined;

export function data(): Wire {
  return structuredClone(fixture) as unknown as Wire;
}

export class FakeModel implements AnyModel {
  readonly sent: (Request & { revision: number; client: string; n: number })[] = [];
  private listeners = new Map<string, Set<() => void>>();

  constructor(readonly traits: Partial<Wire>) {}

  get(name: string): unknown {
    return this.traits[name as keyof Wire];
  }

  on(event: string, callback: () => void): void {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(callback));
  }

  off(event: string, callback: () => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  send(content: unknown): void {
    this.sent.push(content as (typeof this.sent)[number]);
  }

  /** Python changed these traits. */
  set(traits: Partial<Wire>): void {
    Object.assign(this.traits, traits);
    for (const name of Object.keys(traits))
      for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  /** The last request, without its envelope. */
  get last(): Record<string, unknown> {
    const envelope = new Set(["revision", "client", "n"]);
    return Object.fromEntries(Object.entries(this.sent.at(-1) ?? {}).filter(([name]) => !envelope.has(name)));
  }
}

export async function frame(): Promise<void> {
  await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  await new Promise((resolve) => setTimeout(resolve, 0));
}

export async function show(
  traits: Partial<Wire> = data(),
): Promise<{ model: FakeModel; el: HTMLElement; stop: () => void }> {
  const model = new FakeModel(traits);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const stop = front.render({ model, el });
  await frame();
  return { model, el, stop };
}

export const SHAPES = ["column", "panel", "grid"] as const satisfies readonly Shape[];

/** The same in the shape of a host, with all filters open. */
export async function showAll(shape: Shape, traits: Partial<Wire> = data()): ReturnType<typeof show> {
  const shown = await show({ ...traits, shape });
  if (shape !== "column") {
    shown.el.querySelector<HTMLElement>(".allfilters")?.click();
    await frame();
  }
  return shown;
}

/** The row of a value, by facet and the text that it shows. */
export function row(el: HTMLElement, facet: string, label: string): HTMLElement {
  const rows = el.querySelectorAll<HTMLElement>(`[data-facet="${facet}"] .fr`);
  const found = [...rows].find((candidate) => candidate.querySelector(".lab")?.textContent === label);
  if (!found) throw new Error(`no row ${label} in ${facet}`);
  return found;
}

export function button(el: HTMLElement, name: string): HTMLElement {
  const all = [...el.querySelectorAll<HTMLElement>("button, [role=button]")];
  const found = all.find((b) => b.textContent.trim() === name || b.getAttribute("aria-label") === name);
  if (!found) throw new Error(`no button ${name}`);
  return found;
}

export function key(target: Element, name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, composed: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}
