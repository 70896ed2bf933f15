/** How the columns of the table are named, how wide they are, and what stands in their cells. */

import { count } from "./format.ts";
import { decimal } from "../left/numbers.ts";
import { lookedUp, t } from "../left/text.ts";
import type { Cell, ColumnChoice, RowLevel } from "./row_wire.ts";

export type Column = ColumnChoice & { place: number };

/** Of columns that the schema gives no title, or one that says more than a heading can. */
const TITLES = {
  source: "Source",
  dataset: "Dataset",
  PatientID: "Patient",
  sex: "Sex",
  age: "Age, years",
  studies: "Studies",
  series: "Series",
  instances: "Images",
  bytes: "Size, MB",
  size_mb: "Size, exact, MB",
  StudyInstanceUID: "Study UID",
  SeriesInstanceUID: "Series UID",
  SeriesDescription: "Description",
  SeriesNumber: "Number",
  study_date: "Date, recorded",
  location: "Place of the files",
} as const;

/** Least width in pixels and share of the room that is left. */
const WIDTHS: Readonly<Record<string, [least: number, share: number]>> = {
  PatientID: [152, 1.6],
  dataset: [124, 1.1],
  sex: [72, 0],
  age: [72, 0],
  studies: [60, 0],
  series: [56, 0],
  instances: [68, 0],
  bytes: [80, 0],
  study_date: [104, 0],
  Modality: [76, 0],
  BodyPartExamined: [96, 0.4],
  SeriesDescription: [150, 1.2],
  Manufacturer: [110, 0.8],
  license: [100, 0.2],
  StudyInstanceUID: [150, 1.2],
  SeriesInstanceUID: [150, 1.2],
};
const OTHERS: [number, number] = [110, 0.6];
/** The first column: what opens a row, or a series. */
const FIRST: Readonly<Record<RowLevel, number>> = { patient: 28, study: 28, series: 48 };
/** The last column: days, or where the series of a study can be looked at. */
const LAST: Readonly<Record<RowLevel, [number, number][]>> = { patient: [[150, 2]], study: [[96, 0.6]], series: [] };

export function shownColumns(names: readonly string[], choices: readonly ColumnChoice[]): Column[] {
  const known = new Map(choices.map((choice) => [choice.name, choice]));
  return names.flatMap((name, place) => {
    const choice = known.get(name);
    return choice ? [{ ...choice, place }] : [];
  });
}

export function titleOf(column: ColumnChoice): string {
  const { name } = column;
  return Object.hasOwn(TITLES, name) ? t(TITLES[name as keyof typeof TITLES]) : lookedUp(column.title || name);
}

/** The columns of the grid that every row is. */
export function template(columns: readonly Column[], level: RowLevel): { columns: string; least: number } {
  const widths = [...columns.map((column) => WIDTHS[column.name] ?? OTHERS), ...LAST[level]];
  const tracks = widths.map(([least, share]) =>
    share ? `minmax(${String(least)}px, ${String(share)}fr)` : `${String(least)}px`,
  );
  const least = widths.reduce((sum, [width]) => sum + width, FIRST[level]);
  return { columns: `${String(FIRST[level])}px ${tracks.join(" ")}`, least };
}

/** A cell as people read it; null where the value is missing. */
export function written(name: string, cell: Cell | undefined): string | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === "string") return cell;
  if (name === "bytes") return megabytes(cell);
  return Number.isInteger(cell) ? count(cell) : decimal(cell, 2);
}

/** Whole megabytes, so that a column has one unit and its figures stand under each other. */
export function megabytes(bytes: number): string {
  return bytes > 0 && bytes < 5e5 ? "< 1" : count(Math.round(bytes / 1e6));
}

/**
 * Rows as tab-separated text with their headings: values as they are, without thousands commas; bytes, not MB. Text that
 * a spreadsheet would take for a formula begins with an apostrophe.
 */
export function tabSeparated(columns: readonly Column[], rows: readonly Cell[][]): string {
  const text = (cell: Cell) => {
    if (typeof cell !== "string") return String(cell ?? "");
    const flat = cell.replace(/[\t\r\n]+/g, " ");
    return /^[=+\-@]/.test(flat) ? `'${flat}` : flat;
  };
  const line = (cells: readonly Cell[]) => cells.map(text).join("\t");
  const heads = columns.map((column) => column.name);
  return [heads, ...rows].map(line).join("\n") + "\n";
}
