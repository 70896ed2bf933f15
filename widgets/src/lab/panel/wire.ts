/** What the server tells the side panel beside the column, and what the panel needs of JupyterLab. */

import type { Definition } from "../../left/groups.ts";
import type { Count } from "../../left/protected.ts";

/** api/cohorts */
export interface Cohorts {
  cohorts: SavedCohort[];
  folder: string;
  /** There are more files than were looked at. */
  truncated: boolean;
}

export interface SavedCohort {
  /** From the root of JupyterLab's files. */
  path: string;
  name: string;
  sentence: string;
  /** Null where the file is broken. */
  definition: Definition | null;
  modified: string;
  problem: Trouble | null;
}

/** What is wrong with a file, and where. */
export interface Trouble {
  message: string;
  path: string;
  line: number | null;
  column: number | null;
}

/** ask/patients, in the order of the definitions asked about; without a problem, null is protected. */
export interface Patients {
  patients: Count[];
  problems: (string | null)[];
}

/** ask/compare */
export interface Overlap {
  both: Count;
  /** In the first only, in the second only. */
  first: Count;
  second: Count;
  unit: "patients";
  /** Its title. */
  snapshot: string;
}

/** ask/snapshots */
export interface Snapshots {
  snapshots: SnapshotInfo[];
  /** Id of the one that the workspace looks at. */
  current: string;
}

export interface SnapshotInfo {
  id: string;
  title: string;
  alias: string;
  /** The day that the catalogue's words are of, and the time it was built here; ISO, "" or null where unknown. */
  date: string | null;
  built: string | null;
  source: string;
  release: string | null;
  /** Null where protected; without protection, where unknown. */
  patients: number | null;
  bytes: number | null;
  /** False for one that was given to all users. */
  mine: boolean;
}

/** The user's files in JupyterLab: its contents service, and what is open. */
export interface Files {
  get(path: string, options: { type: "file"; format: "text"; content: boolean }): Promise<{ content: unknown }>;
  save(path: string, model: { type: "file"; format: "text"; content: string }): Promise<unknown>;
  rename(path: string, to: string): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** The document that has the file open, if any; `revert` reads the file again. */
  opened(path: string): { dirty: boolean; revert(): Promise<void> } | null;
}

/** JupyterLab, as far as the panel needs it. */
export interface Lab {
  files: Files;
  run(command: string, args?: Record<string, string>): void;
  can(command: string): boolean;
  /** A question that is answered by going on or not. */
  confirm(title: string, body: string, go: string): Promise<boolean>;
  /** Asks for a short text; null where the person gave up. */
  askText(title: string, label: string, go: string): Promise<string | null>;
  /** Take hold of a saved cohort, to drop it into a notebook. */
  drag(event: PointerEvent, cohort: SavedCohort): void;
  /** What is folded, kept over reloads. */
  memory: Pick<Storage, "getItem" | "setItem">;
}
