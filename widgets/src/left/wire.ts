/** What travels between Python and the browser. Python's side: explorer/views/facet_list.py. */

import type { CohortDefinition } from "../types/definition.ts";
import type { Caution } from "./cautions.ts";
import type { Count, Policy } from "./protected.ts";

export type Value = string | number | null;
export type Side = "include" | "exclude";
export type Level = "series" | "study" | "patient";
export type Measure = "patients" | "series";
/** "include:0": the side and the index in it; empty cards continue the index. */
export type GroupName = `${Side}:${number}`;

export interface Facet {
  name: string;
  title: string;
  level: Level | "dataset";
  kind: "category" | "many-valued" | "text" | "number" | "date";
  unit: string | null;
  recorded: boolean;
  description: string;
  caution: string | null;
  /** What an absent value means. */
  missing?: string;
  /** DICOM tag or coded concept. */
  code?: string | null;
  /** The facet whose recorded spellings this one brings together. */
  recorded_in?: string | null;
  /** Values that stand apart from the others: derived objects among modalities. */
  apart?: Value[];
}

/** Patients, series; null where protected. */
export type Pair = [Count, Count];

export interface ValueCounts {
  values: [Value, ...Pair][];
  distinct?: number;
  /** Patients and series over all values, this facet's own criterion left out: the whole that shares are of. */
  whole?: Pair;
  /** Normalised values with the recorded ones that they hold; of the whole snapshot only, as are cautions. */
  spellings?: [string, string[]][];
  cautions?: Caution[];
}

export interface RangeCounts {
  /** low, high, patients, series; both ends belong to the bin. */
  bins: [number | string, number | string, ...Pair][];
  missing: Pair;
  min?: number | string | null;
  max?: number | string | null;
  whole?: Pair;
  cautions?: Caution[];
}

export type Counts = ValueCounts | RangeCounts;

/** What a text that is being typed would give: explorer/views/text_trials.py. */
export interface Tried {
  id: string;
  facet: string;
  text: string;
  patients: Count;
  /** How many different recorded texts hold it; null where they are not told. */
  texts: number | null;
  most: [string, Count][];
}

export interface Now {
  /** Of the definition that was counted. */
  id?: string;
  by?: Record<string, Counts>;
  /** The group whose criterion each facet edits; where Python does not say, the rule of `targetGroup` holds. */
  groups?: Record<string, string | null>;
  /** How small counts are protected in all numbers, those of `all` too; absent where they are not. */
  protected?: Policy;
}

/** Patients if a group were the only rule, and members gained without it: explorer/counts/group_costs.py. */
export interface Costs {
  alone?: Count;
  without?: Count;
}

export type LevelCounts = Partial<Record<Level, Count>> & Costs;

/** Low and high number of days, both included; null is open, negative before. */
export type Days = [number | null, number | null];

/** Which host: the app's left column, JupyterLab's side panel, or the output of a notebook cell. */
export type Shape = "column" | "panel" | "grid";

/** A total as Python writes it: explorer/views/parts.py. */
export interface Total {
  label: "Datasets" | "Patients" | "Studies" | "Series" | "Images" | "Size";
  value: string;
  unit: string;
  /** "of 86,451" */
  of: string;
  /** 0 to 1. */
  share: number;
}

/** Milliseconds that the numbers took in Python. */
export type Took = Partial<Record<"waiting" | "counting" | "writing", number>>;

/** The traits, Python to browser, as they are drawn; `all` and `now` may come as text: unpack.ts. */
export interface Wire {
  facets: Facet[];
  all: Record<string, Counts>;
  now: Now;
  definition: Partial<CohortDefinition>;
  /** Of the definition; "" where the host does not say. */
  definition_id: string;
  revision: number;
  levels: Partial<Record<Side, LevelCounts[]>> & { within?: Costs[] };
  drafts: Partial<Record<Side, number>>;
  group: string | null;
  pending: boolean;
  measure: Measure;
  /** Language of texts and numbers; "" for the page's. */
  locale: string;
  theme: string;
  /** Single-letter keys work on the whole page, not only inside the column. */
  page_keys: boolean;
  /** "client:n" of the last message that Python has dealt with. */
  seen: string;
  shape: Shape;
  /** Head lines of a host that has no others: the definition in words, its totals, and what went wrong. */
  sentence: string;
  totals: Total[];
  problem: string;
  took: Took;
  tried: Partial<Tried>;
}

export const TRAITS = [
  "facets",
  "all",
  "now",
  "definition",
  "definition_id",
  "revision",
  "levels",
  "drafts",
  "group",
  "pending",
  "measure",
  "locale",
  "theme",
  "page_keys",
  "seen",
  "shape",
  "sentence",
  "totals",
  "problem",
  "took",
  "tried",
] as const satisfies readonly (keyof Wire)[];

/** What the user asked for, browser to Python. */
export type Request =
  | { kind: "toggle"; facet: string; value: Value; group: string | null; on: boolean; exclude: boolean }
  | { kind: "range"; facet: string; low: Value; high: Value; missing: boolean; group: string | null }
  | { kind: "contains"; facet: string; texts: string[]; group: string | null }
  | { kind: "clear"; facet: string; group: string | null }
  | { kind: "try-text"; facet: string; texts: string[]; text: string; group: string | null }
  | { kind: "remove"; group: string; criterion: number }
  | { kind: "level"; group: string; same: Level }
  | { kind: "group-add"; exclude: boolean }
  | { kind: "group-delete" | "group-duplicate" | "group-flip" | "group-pause" | "activate"; group: string }
  | { kind: "group-resume" | "paused-delete"; index: number }
  | { kind: "group-place"; group: string; to: number }
  | { kind: "move"; from: GroupName; to: GroupName | "include:new" | "exclude:new"; criterion: number }
  | { kind: "move"; from: GroupName; to: GroupName | "include:new" | "exclude:new"; facet: string; value: Value }
  | { kind: "within"; index: number | null; first: number; then: number; days: Days }
  | { kind: "within-remove"; index: number }
  | { kind: "group-move"; group: string; by: -1 | 1 }
  | { kind: "measure"; value: Measure }
  | { kind: "undo" | "redo" };

/** Added to every request: the revision the user saw, and who asked, so that the answer can be told. */
export interface Envelope {
  revision: number;
  client: string;
  n: number;
}

export function isRange(counts: Counts | undefined): counts is RangeCounts {
  return counts !== undefined && "bins" in counts;
}
