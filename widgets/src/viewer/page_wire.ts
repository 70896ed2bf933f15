/** Messages between the host's stage (itk_stage.ts) and the page in its iframe (page.ts). */

import type { Camera, View } from "./stage";
import type { SeriesPicture } from "./wire";

/** What the page draws now. */
export interface Stand {
  view: View;
  index: number;
  /** Centre and width. */
  window: [number, number];
  camera: Camera;
}

/** All that the page has to know of a series. */
export type Series = Pick<
  SeriesPicture,
  "shape" | "spacing" | "origin" | "dtype" | "range" | "modality" | "coarseness" | "full"
>;

export type ToPage =
  | { cx: "open"; id: number; series: Series; stand: Stand }
  /** Another view or slice. */
  | { cx: "show"; id: number; view: View; index: number }
  | { cx: "window"; window: [number, number] }
  | { cx: "camera"; camera: Camera }
  | { cx: "full"; id: number }
  /** What a "get" asked for; null where there is no such key. */
  | { cx: "got"; id: number; data: ArrayBuffer | null };

export type FromPage =
  /** The page runs, and waits for "open". */
  | { cx: "hello" }
  | { cx: "get"; id: number; key: string }
  /** What "open", "show" or "full" of this id asked for is on the screen. */
  | { cx: "painted"; id: number }
  /** The voxels of this level of the pyramid are drawn; 0 is full resolution. */
  | { cx: "level"; level: number }
  /** It cannot be done; id 0 where nothing can be drawn any more. */
  | { cx: "failed"; id: number; because: string }
  /** A key was pressed in the page, which has no use for it. */
  | { cx: "key"; key: string; shiftKey: boolean };

export function pick(series: SeriesPicture): Series {
  const { shape, spacing, origin, dtype, range, modality, coarseness, full } = series;
  return { shape, spacing, origin, dtype, range, modality, coarseness, full };
}
