/** The lines of the table in their order: rows, and under those that are open what belongs to them. */

import type { OpenStudy, SeriesLine, StudyLine, TableRow } from "./row_wire.ts";

interface Place {
  /** Never the same for two lines. */
  id: string;
  /** 1 for a row of the table. */
  depth: number;
  /** The line that this one belongs to. */
  parent: string | null;
}

export type Line = Place &
  (
    | { kind: "row"; row: TableRow; open: boolean | null }
    | { kind: "study"; study: StudyLine; open: boolean }
    | { kind: "series"; series: SeriesLine }
    | { kind: "rest"; study: number; opened: OpenStudy }
    | { kind: "others"; studies: number }
  );

/** All lines; `open` is null where a row has nothing to open into. */
export function linesOf(rows: readonly TableRow[]): Line[] {
  return rows.flatMap((row) => {
    const id = `row-${String(row.key)}`;
    const open = row.uid !== undefined ? null : Boolean(row.studies ?? row.opened);
    const line: Line = { kind: "row", id, depth: 1, parent: null, row, open };
    return [
      line,
      ...(row.studies ?? []).flatMap((study) => studyLines(study, id)),
      ...otherStudies(row, id),
      ...seriesLines(row.opened ?? null, row.key, id, 2),
    ];
  });
}

function studyLines(study: StudyLine, parent: string): Line[] {
  const id = `study-${String(study.key)}`;
  const line: Line = { kind: "study", id, depth: 2, parent, study, open: study.opened !== null };
  return [line, ...seriesLines(study.opened, study.key, id, 3)];
}

function otherStudies(row: TableRow, parent: string): Line[] {
  const studies = row.studies ? (row.days ?? []).filter(([, taken]) => !taken).length : 0;
  return studies ? [{ kind: "others", id: `others-${String(row.key)}`, depth: 2, parent, studies }] : [];
}

function seriesLines(opened: OpenStudy | null, study: number, parent: string, depth: number): Line[] {
  if (!opened) return [];
  const lines: Line[] = opened.rows.map((series) => ({
    kind: "series",
    id: `series-${String(series.key)}`,
    depth,
    parent,
    series,
  }));
  if (opened.taken === opened.rows.length && opened.left.length === 0) return lines;
  return [...lines, { kind: "rest", id: `rest-${String(study)}`, depth, parent, study, opened }];
}
