/** Messages between Python, the host (in the notebook or the app) and the page in the iframe. */

export type Plane = "axial" | "coronal" | "sagittal";

/** What Python says about the picture, once; the text in it is hostile until put in a textContent. */
export interface Picture {
  title: string;
  /** Lines of the caption at the top left; the first is strong. */
  caption: string[];
  /** One sentence for those who cannot see the picture. */
  alt: string;
  warnings: { name: string; text: string }[];
  plane: Plane;
  planes: Plane[];
  acquired: Plane | null;
  /** Voxels, mm and LPS mm of the first voxel: z, y, x. */
  shape: [number, number, number];
  spacing: [number, number, number];
  origin: [number, number, number];
  oriented: boolean;
  window: [number, number];
  range: [number, number];
  /** Per level of the pyramid, by how much it is coarser than the files. */
  coarseness: number[];
  /** Load full resolution at once: the volume is small. */
  full: boolean;
  /** Why no interactive viewer is tried; empty where it is. */
  still_because: string;
  time_limit_s: number;
  /** Where the page is served from; empty where it comes through messages. */
  page_url: string;
}

export type Ask =
  | { kind: "get"; id: number; key: string }
  | { kind: "asset"; id: number; name: string }
  | { kind: "png"; id: number; plane: Plane; index: number };

export interface Report {
  kind: "state";
  state: State;
}

export interface State {
  shown: "viewer" | "still";
  because: string;
  open_ms: number;
  coarseness: number;
}

export interface Answer {
  kind: "got";
  id: number;
  /** Panel sends the bytes here, anywidget as the first buffer of the message. */
  data?: ArrayBuffer | null;
}

export type ToPage =
  | { cx: "open"; picture: Picture }
  | { cx: "got"; id: number; data: ArrayBuffer | null }
  | { cx: "plane"; plane: Plane }
  | { cx: "slice"; plane: Plane; index: number }
  | { cx: "full" };

export type FromPage =
  | { cx: "hello" }
  | { cx: "get"; id: number; key: string }
  | { cx: "rendered"; level: number }
  | { cx: "level"; level: number }
  | { cx: "sliced"; plane: Plane; index: number }
  | { cx: "failed"; because: string };

/** Place of a plane's axis in z, y, x. */
export const AXIS: Record<Plane, 0 | 1 | 2> = { axial: 0, coronal: 1, sagittal: 2 };

/** Left, right, top, bottom of the picture. */
export const LETTERS: Record<Plane, [string, string, string, string]> = {
  axial: ["R", "L", "A", "P"],
  coronal: ["R", "L", "H", "F"],
  sagittal: ["A", "P", "H", "F"],
};
