/** The cells of one line of the table. */

import { count } from "./format.ts";
import { Days } from "./Days.tsx";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { megabytes, written, type Column } from "./row_columns.ts";
import type { Line } from "./row_lines.ts";
import type { AskRows, OpenStudy, RowLevel, SeriesLine, StudyLine, TableRow } from "./row_wire.ts";

interface Props {
  line: Line;
  columns: Column[];
  /** The last day of the time line. */
  last: number;
  level: RowLevel;
  /** Whether Tab reaches what is inside. */
  reached: boolean;
  ask: AskRows;
}

/** Columns that a study, and a series, has values for; what stands before them is room for its name. */
const OF_STUDY = ["study_date", "age", "series", "instances", "bytes", "StudyInstanceUID"] as const;
const OF_SERIES = ["instances", "bytes"] as const;

export function LineCells(props: Props) {
  const { line } = props;
  switch (line.kind) {
    case "row":
      return <RowCells {...props} row={line.row} open={line.open} />;
    case "study":
      return <StudyCells {...props} study={line.study} open={line.open} />;
    case "series":
      return <SeriesCells {...props} series={line.series} />;
    case "rest":
      return <RestCells {...props} study={line.study} opened={line.opened} />;
    case "others":
      return (
        <Whole {...props}>
          <span class="q">
            {line.studies === 1
              ? t("1 other study of this patient is not taken.")
              : t("%1 other studies of this patient are not taken.", count(line.studies))}
          </span>
        </Whole>
      );
  }
}

/** Ids of a page begin alike: what is cut is their middle. */
const TAIL = 8;

function Value({ column, text }: { column: Column; text: string | null }) {
  const uid = column.name.endsWith("UID");
  if (text !== null && (uid || column.name === "PatientID")) {
    return (
      <span role="gridcell" data-column={column.name} class={uid ? "uid mono" : "uid"} title={text}>
        <span class="clip">{text.slice(0, -TAIL)}</span>
        <span>{text.slice(-TAIL)}</span>
      </span>
    );
  }
  return (
    <span
      role="gridcell"
      data-column={column.name}
      class={column.number ? "n" : "clip"}
      title={column.number ? undefined : (text ?? undefined)}
    >
      {text ?? <i class="q">{t("missing")}</i>}
    </span>
  );
}

function RowCells({ row, open, columns, last, level, reached, ask }: Props & { row: TableRow; open: boolean | null }) {
  const { uid } = row;
  return (
    <>
      <span role="gridcell" class="opener">
        {open !== null && <Icon name={open ? "down" : "right"} />}
        {uid !== undefined && <View uid={uid} reached={reached} ask={ask} />}
      </span>
      {columns.map((column) => (
        <Value key={column.name} column={column} text={written(column.name, row.cells[column.place])} />
      ))}
      {level !== "series" && (
        <span role="gridcell" class="last">
          {level === "patient" && <Days days={row.days ?? []} last={last} />}
        </span>
      )}
    </>
  );
}

/** How many of the first columns a line has no value for; at least one. */
function room(columns: readonly Column[], own: readonly string[]): number {
  const first = columns.findIndex((column) => own.includes(column.name));
  return Math.max(1, first < 0 ? columns.length : first);
}

const named = (span: number) => ({ gridColumn: `2 / span ${String(span)}` });

function StudyCells({ study, open, columns, last }: Props & { study: StudyLine; open: boolean }) {
  const span = room(columns, OF_STUDY);
  const own = { ...study, StudyInstanceUID: study.uid };
  const { day } = study;
  return (
    <>
      <span role="gridcell" class="name" style={named(span)} aria-colspan={span}>
        <Icon name={open ? "down" : "right"} />
        <span>{t("Study %1", count(study.number))}</span>
        <span class="q">{day === null ? t("no day recorded") : t("day %1", count(day))}</span>
        <span class="q clip" title={study.description ?? undefined}>
          {study.description}
        </span>
      </span>
      {columns
        .slice(span)
        .map((column) =>
          isOne(OF_STUDY, column.name) ? (
            <Value key={column.name} column={column} text={written(column.name, own[column.name])} />
          ) : (
            <span key={column.name} role="gridcell" />
          ),
        )}
      <span role="gridcell" class="last">
        {day !== null && <Days days={[[day, 1, study.number]]} last={last} />}
      </span>
    </>
  );
}

function SeriesCells({ series, columns, level, reached, ask, line }: Props & { series: SeriesLine }) {
  const span = room(columns, OF_SERIES);
  return (
    <>
      <span role="gridcell" class={`name at-${String(line.depth)}`} style={named(span)} aria-colspan={span}>
        <span class="q number">{series.number}</span>
        <span class="modality">{series.modality ?? <i class="q">{t("missing")}</i>}</span>
        <span class="clip" title={series.description ?? undefined}>
          {series.description ?? <i class="q">{t("no description")}</i>}
        </span>
      </span>
      {columns.slice(span).map((column) => (
        <span key={column.name} role="gridcell" data-column={column.name} class={column.number ? "n" : ""}>
          {column.name === "instances" && count(series.instances)}
          {column.name === "bytes" &&
            (series.bytes === null ? <i class="q">{t("missing")}</i> : megabytes(series.bytes))}
        </span>
      ))}
      <span role="gridcell" class={`last ${level}`}>
        <View uid={series.uid} reached={reached} ask={ask} />
        <span class="q clip" title={series.model ?? undefined}>
          {series.model}
        </span>
      </span>
    </>
  );
}

function RestCells(props: Props & { study: number; opened: OpenStudy }) {
  const { study, opened, reached, ask } = props;
  const more = opened.taken - opened.rows.length;
  const left = opened.left.map(([modality, n]) => `${count(n)} ${modality ?? t("missing")}`).join(", ");
  const tabIndex = reached ? 0 : -1;
  return (
    <Whole {...props}>
      {more > 0 && (
        <button class="link" tabIndex={tabIndex} onClick={() => ask({ kind: "rows-more", value: study })}>
          {more === 1 ? t("1 more series") : t("%1 more series", count(more))}
        </button>
      )}
      {left && <span class="q">{t("Not taken: %1 of this study.", left)}</span>}
      {opened.linked && (
        <button class="link" tabIndex={tabIndex} onClick={() => ask({ kind: "derived", derived: "linked" })}>
          {t("Take linked segmentations")}
        </button>
      )}
    </Whole>
  );
}

/** A line that is one sentence. */
function Whole({ line, columns, children }: Props & { children: preact.ComponentChildren }) {
  const span = columns.length + 1;
  return (
    <span role="gridcell" class={`name at-${String(line.depth)}`} style={named(span)} aria-colspan={span}>
      {line.kind === "rest" && <span class="number" />}
      {children}
    </span>
  );
}

function View({ uid, reached, ask }: { uid: string; reached: boolean; ask: AskRows }) {
  return (
    <button class="link" tabIndex={reached ? 0 : -1} onClick={() => ask({ kind: "rows-view", value: uid })}>
      {t("look at\u0004View")}
    </button>
  );
}

function isOne<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}
