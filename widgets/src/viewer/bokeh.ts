/**
 * BokehJS of the very version that made the plot: the app's own, or in a notebook the one that comes with Python's.
 *
 * A notebook's page may have another version of it, of another extension; ours is kept apart from that one, and loaded
 * once per browser tab (about 350 kB over the kernel).
 */

import { t } from "../left/text.ts";
import type { Channel } from "./channel";

/** What `bokeh.embed.json_item` writes. */
export interface Item {
  root_id: string;
  doc: { version: string };
}

interface Signal {
  connect(slot: () => void): unknown;
  disconnect(slot: () => void): unknown;
}
interface Range {
  setv(ends: { start: number; end: number }): void;
}
export interface BokehDocument {
  roots(): { id: string }[];
  views_manager?: object;
}
export interface Figure {
  id: string;
  document: BokehDocument;
  x_range: Range;
  y_range: Range;
  /** CSS pixels of the picture, once it is laid out. */
  inner_width: number;
  inner_height: number;
  properties: { inner_width: { change: Signal }; inner_height: { change: Signal } };
  renderers: {
    data_source: { data: { image: [object] } };
    glyph: { color_mapper: { setv(ends: { low: number; high: number }): void } };
  }[];
}
export interface FigureView {
  model: Figure;
  /** After every drawing. */
  repainted: Signal;
}
interface Views extends Iterable<FigureView> {
  clear(): void;
}
export interface Bokeh {
  version: string;
  embed: { embed_item(item: Item, target: HTMLElement): Promise<Views> };
  documents: BokehDocument[];
}
/** An array as Bokeh's images want it. */
export type Grid = new (values: ArrayLike<number>, shape: [number, number]) => object;

const KEPT = Symbol.for("cohort-explorer.bokeh");
interface Keeper {
  Bokeh?: Bokeh;
  [KEPT]?: Map<string, Promise<Bokeh>>;
}

export function bokehOf(version: string, channel: Channel): Promise<Bokeh> {
  const keeper = globalThis as Keeper;
  if (keeper.Bokeh?.version === version) return Promise.resolve(keeper.Bokeh);
  const kept = (keeper[KEPT] ??= new Map<string, Promise<Bokeh>>());
  let found = kept.get(version);
  if (!found) {
    found = load(channel);
    kept.set(version, found);
    found.catch(() => kept.delete(version));
  }
  return found;
}

async function load(channel: Channel): Promise<Bokeh> {
  const packed = await channel.ask({ kind: "asset", name: "bokeh.min.js" });
  if (!packed) throw new Error(t("BokehJS is not installed."));
  const script = await new Response(
    new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).text();
  // The script hangs itself on `this`, and asks a loader such as RequireJS if it sees one.
  const parts = ["const own = {};(function (require, define, exports, module) {", script, "\n}).call(own);export default own.Bokeh;"];
  const url = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  try {
    return ((await import(url)) as { default: Bokeh }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}
