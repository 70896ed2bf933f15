/** One face for three hosts: anywidget's model in a notebook, Panel's in the app, and JupyterLab's side panel. */

import { Unpacker } from "./unpack.ts";
import { TRAITS, type Wire } from "./wire.ts";

/** What anywidget gives `render`; Panel 1.9 gives the same but for `send`. */
export interface AnyModel {
  get(name: string): unknown;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
  send?(content: unknown): void;
}

/** The second thing that Panel gives `render`: its proxy can send. */
export interface PanelView {
  model_proxy?: { send_msg?: (content: unknown) => void };
}

export interface Host {
  read(): Wire;
  send(content: object): void;
  /** Calls back on every change of a trait; gives the function that ends it. */
  watch(callback: () => void): () => void;
  /** Milliseconds until a click without an answer is no longer drawn; 5 s where the host does not say. */
  readonly patience?: number;
}

/** The traits before Python has said anything. */
export const EMPTY: Wire = {
  facets: [],
  all: {},
  now: {},
  definition: {},
  definition_id: "",
  revision: 0,
  levels: {},
  drafts: {},
  group: null,
  pending: false,
  measure: "patients",
  locale: "",
  theme: "",
  page_keys: false,
  seen: "",
  shape: "column",
  sentence: "",
  totals: [],
  problem: "",
  took: {},
  tried: {},
};

/** Bokeh may hand a dict over as a Map. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plain(v)]));
  if (Array.isArray(value) && value.some((item) => item instanceof Map)) return value.map(plain);
  return value;
}

export function hostOf(model: AnyModel, view?: PanelView): Host {
  const unpacker = new Unpacker();
  return {
    read() {
      const wire: Record<string, unknown> = { ...EMPTY };
      for (const name of TRAITS) {
        const value = model.get(name);
        if (value !== undefined && (value !== null || name === "group")) wire[name] = plain(value);
      }
      return { ...wire, ...unpacker.read(wire.all, wire.now) } as unknown as Wire;
    },
    send(content) {
      const proxy = view?.model_proxy;
      if (model.send) model.send(content);
      else if (proxy?.send_msg) proxy.send_msg(content);
      else throw new Error("this host cannot send messages");
    },
    watch(callback) {
      for (const name of TRAITS) model.on(`change:${name}`, callback);
      return () => {
        for (const name of TRAITS) model.off(`change:${name}`, callback);
      };
    },
  };
}
