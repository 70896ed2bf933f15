/** What the parts of the app's frame are drawn from. Python's side: explorer/views/parts.py. */

export interface BarData {
  snapshot: string;
  /** Tooltip of the snapshot: its id, day and source. */
  about: string;
  name: string;
  undo: boolean;
  redo: boolean;
  /** Empty until the browser has said which it shows. */
  theme: "light" | "dark" | "";
  exporting: boolean;
}

export interface Total {
  label: string;
  value: string;
  unit: string;
  of: string;
  /** 0 to 1. */
  share: number;
}

export interface HeadData {
  sentence: string;
  /** What the cohort can take of its members, and what it takes. */
  takes: { value: string; title: string }[];
  select: string;
  totals: Total[];
  advice: string[];
  tabs: { name: string; title: string }[];
  tab: string;
  hint: string;
  pending: boolean;
  /** Said instead of the advice when something went wrong. */
  problem: string;
}

export interface Step {
  rule: string;
  group: string;
  patients: number;
  studies: number;
  series: number;
  instances: number;
  bytes: number;
  alone: number;
  without: number;
  last: boolean;
}

export interface AttritionData {
  steps: Step[];
  snapshot: string;
}

export interface CodeBlock {
  title: string;
  note: string;
  text: string;
  /** Prose, not code. */
  words: boolean;
}

export interface CodeData {
  columns: CodeBlock[][];
}

/** What the parts ask of Python. */
export type Ask =
  | { kind: "undo" | "redo" | "start-again" | "save" | "export" }
  | { kind: "rename"; name: string }
  | { kind: "select"; select: string }
  | { kind: "open"; name: string; text: string }
  | { kind: "theme"; theme: "light" | "dark" }
  | { kind: "tab"; tab: string }
  | { kind: "csv" | "download-rows" }
  | { kind: "rows-level"; level: string }
  | { kind: "rows-page"; page: number };

/** A file that Python sends to be saved by the browser. */
export interface Download {
  kind: "download";
  name: string;
  type: string;
  data: ArrayBuffer | Uint8Array | DataView | string;
}

export interface HeadingData {
  title: string;
  note: string;
  warning: string;
}

export interface FootingData {
  text: string;
}

export interface PagerData {
  level: string;
  levels: string[];
  first: number;
  last: number;
  total: number;
  page: number;
  pages: number;
}
