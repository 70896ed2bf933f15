/** What the bar draws of history, saved cohorts and links. Python's side: explorer/views/memory.py. */

import type { Count, Policy } from "../left/protected.ts";

export interface MemoryData {
  undo: boolean;
  redo: boolean;
  /** In words what undo takes back, and redo does again; empty where there is nothing. */
  undoes: string;
  redoes: string;
  note: string;
  /** Whether the cohort is among those saved, or has changed since it was. */
  saved: "" | "saved" | "changed";
  /** What was done, to be read for a moment; `times` tells a sentence said twice from one drawn twice. */
  said: { text: string; times: number };
  /** Null where small counts are not protected. */
  protected: Policy | null;
  /** Null while nobody looks at them. */
  history: HistoryData | null;
  cohorts: CohortsData | null;
  link: LinkData | null;
}

/** The numbers are absent until they are counted, and where the snapshot cannot count them. */
export interface HistoryStep {
  /** Steps from the present. */
  by: number;
  words: string;
  sentence: string;
  patients?: Count;
}

export interface HistoryData {
  steps: HistoryStep[];
  earlier: number;
  later: number;
}

interface Told {
  name: string;
  sentence: string;
  note: string;
  patients?: Count;
}

export interface SavedCohort extends Told {
  file: string;
  /** Seconds since 1970. */
  changed: number;
  /** Why the file holds no cohort. */
  problem: string;
  current: boolean;
}

export interface RecentCohort extends Told {
  key: string;
}

export interface CohortsData {
  saved: SavedCohort[];
  recent: RecentCohort[];
  folder: string;
}

export interface LinkData {
  /** Id of what this server keeps; empty where it cannot keep anything. */
  cohort: string;
  /** The definition itself; empty where it is too long for a link. */
  definition: string;
  snapshot: string;
}

export type MemoryAsk =
  | { kind: "memory"; name: "history" | "cohorts" | "link"; on: boolean }
  | { kind: "history"; by: number }
  | { kind: "history-more" | "save-file" }
  | { kind: "note"; text: string }
  | { kind: "cohort-open" | "cohort-delete"; file: string }
  | { kind: "recent-open"; key: string };
