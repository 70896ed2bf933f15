/** Messages between Python and the host (in the notebook or the app). The text in them is hostile until put in a textContent. */

export type Plane = "axial" | "coronal" | "sagittal";

/** Everything that is shown: one series, or two side by side. `Picture.describe()` in Python writes it. */
export interface Picture {
  series: SeriesPicture[];
  /** One sentence for those who cannot see the picture. */
  alt: string;
  /** Why two series may not lie in one system of coordinates; empty where they do, or where there is one. */
  unlinked_because: string;
  /** Which stages are tried, in order. */
  stages: ("viewer" | "slices" | "still")[];
  /** Why not all of them; empty where they are. */
  stages_because: string;
  time_limit_s: number;
  /** Where the page is served from; empty where it comes through messages. */
  page_url: string;
}

export interface SeriesPicture {
  title: string;
  /** Lines of the caption at the top left; the first is strong. */
  caption: string[];
  alt: string;
  /** DICOM's code, such as CT; empty where it is not recorded. */
  modality: string;
  warnings: { name: string; text: string }[];
  /** Gaps, as slices of the acquired plane, from 0; empty where nothing is missing. */
  missing: number[];
  plane: Plane;
  /** Slice of `plane` to begin with, from 0. */
  index: number;
  planes: Plane[];
  /** Whether it can be drawn as a volume. */
  volume: boolean;
  acquired: Plane | null;
  /** Degrees between the planes drawn and those acquired. */
  oblique: number;
  /** Voxels, mm and LPS mm of the middle of the first voxel: z, y, x. */
  shape: [number, number, number];
  spacing: [number, number, number];
  origin: [number, number, number];
  /** Whether left, right, front, back, head and foot are known. */
  oriented: boolean;
  /** Whether lengths in mm are known; otherwise there is no ruler. */
  measured: boolean;
  /** "HU" for CT; empty where there is none. */
  unit: string;
  /** Type of the voxels of `slice`: numpy's name, little endian. */
  dtype: "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "float32" | "float64";
  /** Centre and width to begin with. */
  window: [number, number];
  presets: { name: string; window: [number, number] }[];
  range: [number, number];
  /** Per level of the pyramid, by how much it is coarser than the files. */
  coarseness: number[];
  /** Load full resolution at once: the volume is small. */
  full: boolean;
  /** Masks over the series, one for each SEG or RTSTRUCT. */
  overlays: { name: string; kind: string; made_by: string; warnings: string[] }[];
  segments: Segment[];
}

/** `bit`: place in the list and in `mask` answers, from 0. */
export interface Segment {
  bit: number;
  /** Index into `overlays`. */
  overlay: number;
  name: string;
  detail: string;
  /** #rrggbb */
  colour: string;
  /** Cubic centimetres; null where not known. */
  cm3: number | null;
  /** Slices that hold it, first and last, along z, y, x; null where it has no voxel here. */
  slices: [[number, number], [number, number], [number, number]] | null;
}

/**
 * What a host asks; `series` is 0 or 1. Answers are bytes, or null where Python has no such thing.
 *
 * get    a key of the OME-Zarr store
 * png    the whole plane as a PNG without masks, at a window
 * slice  the whole plane's voxels, row by row from the top of the picture, in `dtype`, as one Blosc chunk (blosc.ts)
 * mask   the same of uint32, one bit for each of the segments 32 * part … 32 * part + 31; null where none is there
 * asset  a file of ours, gzipped
 * thumb  WebP of the series of a tile of the contact sheet (sheet.ts)
 * still  the PNG that the tab offers to save (tab.ts)
 * plot   JSON (UTF-8) of the Bokeh item that HoloViews made for the slices
 */
export type Ask =
  | { kind: "get"; id: number; series: number; key: string }
  | { kind: "png"; id: number; series: number; plane: Plane; index: number; window: [number, number] }
  | { kind: "slice"; id: number; series: number; plane: Plane; index: number }
  | { kind: "mask"; id: number; series: number; plane: Plane; index: number; part: number }
  | { kind: "asset"; id: number; name: string }
  | { kind: "thumb"; id: number; uid: string }
  | { kind: "still"; id: number }
  | { kind: "plot"; id: number; series: number; plane: Plane };

export interface Report {
  kind: "state";
  state: State;
}

/** What the browser shows; Python keeps it as `state`. */
export interface State {
  shown: "viewer" | "slices" | "still";
  because: string;
  open_ms: number;
  coarseness: number;
  /** LPS mm of the cursor in each series: x, y, z. */
  cursor: [number, number, number][];
  /** What is looked at in each series; of a volume, the plane that it is acquired in. */
  looks: { plane: Plane; index: number; window: [number, number] }[];
}

export interface Answer {
  kind: "got";
  id: number;
  /** Panel sends the bytes here, anywidget as the first buffer of the message. */
  data?: ArrayBuffer | null;
}

/** Place of a plane's axis in z, y, x. */
export const AXIS: Record<Plane, 0 | 1 | 2> = { axial: 0, coronal: 1, sagittal: 2 };

/**
 * A picture's axes, right and down, as places in z, y, x and the sign of LPS mm along them: right is the patient's left
 * or back, down is the back or the feet.
 */
export const AXES: Record<Plane, [{ axis: 0 | 1 | 2; sign: 1 | -1 }, { axis: 0 | 1 | 2; sign: 1 | -1 }]> = {
  axial: [
    { axis: 2, sign: 1 },
    { axis: 1, sign: 1 },
  ],
  coronal: [
    { axis: 2, sign: 1 },
    { axis: 0, sign: -1 },
  ],
  sagittal: [
    { axis: 1, sign: 1 },
    { axis: 0, sign: -1 },
  ],
};

/** Left, right, top, bottom of the picture. */
export const LETTERS: Record<Plane, [string, string, string, string]> = {
  axial: ["R", "L", "A", "P"],
  coronal: ["R", "L", "H", "F"],
  sagittal: ["A", "P", "H", "F"],
};
