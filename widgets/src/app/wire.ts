/** What the parts of the app's frame are drawn from. Python's side: explorer/views/parts.py. */

import type { Count, Policy } from "../left/protected.ts";
import type { Total } from "../left/wire.ts";

export interface BarData {
  snapshot: string;
  /** Tooltip of the snapshot: its id, day and source, and what is kept of people. */
  about: string;
  /** The patients' identifiers are no longer those of the images. */
  deidentified?: boolean;
  name: string;
  undo: boolean;
  redo: boolean;
  /** Empty until the browser has said which it shows. */
  theme: "light" | "dark" | "";
  exporting: boolean;
  /** In a tab of JupyterLab, which saves, opens, exports and inserts for the page. */
  embedded: boolean;
  /** The workspace went on to another snapshot. */
  moved: boolean;
}

/** Titles and hints of explorer/views/tabs.py. */
export interface Tab {
  name: string;
  title: "Overview" | "Attrition" | "Patients & series" | "Images" | "Code";
}

/** Empty where nothing can be done. */
export type Hint =
  | ""
  | "Click a bar to filter."
  | "What each rule costs."
  | "Click a heading to sort."
  | "Choose a series to look at it."
  | "One definition, four ways to say it.";

export interface HeadData {
  sentence: string;
  /** What the cohort can take of its members, and what it takes. */
  takes: { value: string; title: string }[];
  select: string;
  totals: Total[];
  /** Id of the definition that the totals are of; empty before the first answer. */
  counted: string;
  advice: string[];
  tabs: Tab[];
  tab: string;
  hint: Hint;
  pending: boolean;
  /** Said instead of the advice when something went wrong. */
  problem: string;
  /** What a reader has to know of all numbers. */
  info?: string;
}

export interface Step {
  rule: string;
  group: string;
  patients: Count;
  studies: Count;
  series: Count;
  instances: Count;
  bytes: Count;
  alone: Count;
  without: Count;
  last: boolean;
  /** Patients lost since the step before, where small counts are protected. */
  lost?: Count;
}

export interface AttritionData {
  steps: Step[];
  snapshot: string;
  /** Absent where small counts are not protected. */
  protected?: Policy;
}

export interface CodeBlock {
  title: "Words" | "Python" | "SQL" | "JSON";
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
