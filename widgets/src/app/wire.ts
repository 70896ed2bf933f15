/** What the parts of the app's frame are drawn from. Python's side: explorer/views/parts.py. */

import type { Count, Policy } from "../left/protected.ts";
import type { Definition } from "../left/groups.ts";
import type { Facet, GroupName, Level, Total } from "../left/wire.ts";
import type { AttritionAsk } from "./attrition/wire.ts";
import type { MemoryAsk, MemoryData } from "./memory_wire.ts";
import type { RowsAsk } from "./row_wire.ts";

export interface BarData extends MemoryData {
  snapshot: string;
  /** Tooltip of the snapshot: its id, day and source, and what is kept of people. */
  about: string;
  /** The patients' identifiers are no longer those of the images. */
  deidentified?: boolean;
  name: string;
  /** The open tab. */
  tab: string;
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
  | "Click a bar or a cell to filter, drag over bars."
  | "Click a loss to see who was lost."
  | "Enter opens a row. Arrow keys move."
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
  /** The rule, and the facets that it names: their words are found in the sentence. */
  rule: Rule;
  /** The words of the sentence for the days of each pair in time. */
  days: string[];
  /** Groups that do not count for now. */
  paused?: number;
  facets: Named[];
  /** Whether linked segmentations and annotations come along. */
  derived: Derived;
  /** Nobody meets the rule. */
  empty: boolean;
  /** Changes that find somebody, the smallest first; null while they are counted. */
  ways: Way[] | null;
  /** Questions to start from; null while they are counted. */
  questions: Question[] | null;
  undo: boolean;
  /** Absent or null where small counts are not protected. */
  protected?: Policy | null;
  /** In a tab of JupyterLab. */
  embedded: boolean;
}

export type Rule = Pick<Definition, "include" | "exclude" | "within">;

/** A facet as the head and the rail name it. */
export type Named = Pick<Facet, "name" | "title" | "level" | "unit">;

export type Derived = "none" | "linked";

/** explorer/views/empty.py */
export interface Way {
  request: Change;
  patients: Count;
}

/** What a change of an empty cohort asks for. */
export type Change =
  | { kind: "remove"; group: GroupName; criterion: number }
  | { kind: "level"; group: GroupName; same: Level }
  | { kind: "within-remove"; index: number }
  | { kind: "group-delete"; group: GroupName };

/** explorer/views/start.py */
export interface Question {
  name: string;
  title: "Breast MR of women" | "Lung screening CT (NLST)" | "Prostate MR, open licence";
  patients: Count;
}

export interface RailData {
  criteria: number;
  groups: number;
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
  | Change
  | { kind: "question"; name: string }
  | { kind: "derived"; derived: Derived }
  | { kind: "undo" | "redo" | "start-again" | "save" | "export" }
  | { kind: "rename"; name: string }
  | { kind: "select"; select: string }
  | { kind: "open"; name: string; text: string }
  | { kind: "theme"; theme: "light" | "dark" }
  | { kind: "tab"; tab: string }
  | AttritionAsk
  | MemoryAsk
  | RowsAsk;

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
