/** What the table of patients, studies or series is drawn from. Python's side: explorer/views/row_page.py. */

export type Cell = string | number | null;
export type RowLevel = "patient" | "study" | "series";

export interface ColumnChoice {
  name: string;
  /** From the schema; empty where the browser names the column. */
  title: string;
  about: string;
  number: boolean;
}

export interface SeriesLine {
  key: number;
  uid: string;
  number: string | null;
  description: string | null;
  modality: string | null;
  model: string | null;
  instances: number;
  bytes: number | null;
}

/** The series of a study that is open. */
export interface OpenStudy {
  rows: SeriesLine[];
  /** How many the cohort takes; `rows` may be fewer. */
  taken: number;
  /** How many it does not take, by modality. */
  left: [modality: string | null, series: number][];
  /** Some of these were derived from images that are taken. */
  linked: boolean;
}

export interface StudyLine {
  key: number;
  /** Which it is of the patient's studies, from 1 in the order of time. */
  number: number;
  /** Days since the first of them. */
  day: number | null;
  uid: string;
  study_date: string | null;
  age: number | null;
  description: string | null;
  series: number;
  instances: number;
  bytes: number;
  opened: OpenStudy | null;
}

/** A study on its patient's time line. */
export type Day = [day: number | null, taken: 0 | 1, number: number];

export interface TableRow {
  key: number;
  cells: Cell[];
  /** Of a patient. */
  days?: Day[];
  studies?: StudyLine[] | null;
  /** Of a study. */
  opened?: OpenStudy | null;
  /** Of a series. */
  uid?: string;
}

export interface RowsData {
  level: RowLevel;
  levels: RowLevel[];
  columns: string[];
  choices: ColumnChoice[];
  first_columns: string[];
  sort: { name: string; descending: boolean } | null;
  /** Of an order at random. */
  seed: number | null;
  /** The identifier that is looked for. */
  text: string;
  /** Patients of the snapshot that it stands for too, outside of the cohort. */
  elsewhere: number;
  first: number;
  last: number;
  /** Rows on all pages together. */
  total: number;
  /** Rows of the cohort, all of which a download holds. */
  all: number;
  /** More rows than these do not go through the browser. */
  most: number;
  page: number;
  pages: number;
  rows: TableRow[];
  /** Grows with every drawing. */
  drawn?: number;
}

/** What the table asks of Python. */
export type RowsAsk =
  | { kind: "download-rows" }
  | { kind: "rows-level"; value: RowLevel }
  | { kind: "rows-page" | "rows-seed" | "rows-open" | "rows-study" | "rows-more"; value: number }
  | { kind: "rows-sort"; value: string | null; descending?: boolean }
  | { kind: "rows-find" | "rows-view"; value: string }
  | { kind: "rows-columns"; value: string[] }
  | { kind: "rows-column"; value: string; on: boolean }
  | { kind: "derived"; derived: "linked" };

export type AskRows = (what: RowsAsk) => void;
