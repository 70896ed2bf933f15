/** The rows of a page, each opening into its studies and series. One line has the focus; Tab goes on into it. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { toClipboard } from "./clipboard.ts";
import { lastDay, Scale } from "./Days.tsx";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { tabSeparated, template, titleOf, type Column } from "./row_columns.ts";
import { linesOf, type Line } from "./row_lines.ts";
import { LineCells } from "./LineCells.tsx";
import { NoRows } from "./RowsFoot.tsx";
import { isOpen, onTreeKey } from "./tree_keys.ts";
import type { AskRows, RowsData } from "./row_wire.ts";

interface Props {
  data: RowsData;
  columns: Column[];
  ask: AskRows;
}

const NAMES = { patient: "Patients", study: "Studies", series: "Series" } as const;

export function RowTree({ data, columns, ask }: Props) {
  const lines = useMemo(() => linesOf(data.rows), [data.rows]);
  const last = useMemo(() => lastDay(data.rows), [data.rows]);
  const [current, setCurrent] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const focused = lines.find((line) => line.id === current) ?? lines[0];
  const grid = template(columns, data.level);

  const page = JSON.stringify([data.level, data.page, data.sort, data.seed, data.text]);
  useEffect(() => {
    if (box.current) box.current.scrollTop = 0;
  }, [page]);

  const find = (id: string) => box.current?.querySelector<HTMLElement>(`[data-line="${id}"]`);
  const go = (id: string) => {
    setCurrent(id);
    find(id)?.focus();
  };
  // A line that has the focus and is not drawn any more hands it to the one that Tab reaches.
  const root = box.current?.getRootNode() as ShadowRoot | Document | undefined;
  const before = root?.activeElement?.closest<HTMLElement>("[data-line]")?.dataset.line;
  useLayoutEffect(() => {
    if (before !== undefined && focused && !find(before)) find(focused.id)?.focus();
  });

  const toggle = (line: Line) => {
    if (line.kind === "study") ask({ kind: "rows-study", value: line.study.key });
    if (line.kind === "row") ask({ kind: data.level === "patient" ? "rows-open" : "rows-study", value: line.row.key });
  };
  const enter = (line: Line) => {
    if (line.kind === "series") ask({ kind: "rows-view", value: line.series.uid });
    if (line.kind === "row" && line.row.uid !== undefined) ask({ kind: "rows-view", value: line.row.uid });
    if (line.kind === "rest" && line.opened.taken > line.opened.rows.length)
      ask({ kind: "rows-more", value: line.study });
  };
  const copy = (line: Line) => {
    if (line.kind === "row") void toClipboard(tabSeparated(columns, [line.row.cells]));
    if (line.kind === "study") void toClipboard(line.study.uid);
    if (line.kind === "series") void toClipboard(line.series.uid);
  };
  const onKeyDown = (event: KeyboardEvent, line: Line) => {
    const inside = event.target !== event.currentTarget;
    if (inside && (event.key === "Enter" || event.key === " ")) return;
    if (!onTreeKey(event, lines, line, { go, toggle, enter, copy })) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={box} class="tree" role="treegrid" aria-label={t(NAMES[data.level])} style={{ "--columns": grid.columns }}>
      <div class="lines" role="presentation" style={{ minWidth: `${String(grid.least)}px` }}>
        <Heads data={data} columns={columns} last={last} ask={ask} />
        <div role="rowgroup">
          {lines.map((line) => (
            <div
              key={line.id}
              data-line={line.id}
              class={`line of-${line.kind}${line.depth > 1 || isOpen(line) ? " in" : ""}${isOpen(line) ? " open" : ""}`}
              role="row"
              aria-level={line.depth}
              {...(isOpen(line) === null ? {} : { "aria-expanded": isOpen(line) ?? false })}
              tabIndex={line === focused ? 0 : -1}
              onFocus={() => setCurrent(line.id)}
              onKeyDown={(event) => onKeyDown(event, line)}
              onClick={(event) => {
                if (isOpen(line) !== null && !selecting() && !(event.target as Element).closest("button")) toggle(line);
              }}
            >
              <LineCells
                line={line}
                columns={columns}
                last={last}
                level={data.level}
                reached={line === focused}
                ask={ask}
              />
            </div>
          ))}
        </div>
      </div>
      {data.rows.length === 0 && <NoRows data={data} />}
    </div>
  );
}

/** Text is being marked, not a row clicked. */
function selecting(): boolean {
  return getSelection()?.isCollapsed === false;
}

interface HeadsProps extends Props {
  last: number;
}

function Heads({ data, columns, last, ask }: HeadsProps) {
  const { sort } = data;
  const turn = (name: string) => {
    if (sort?.name !== name) ask({ kind: "rows-sort", value: name, descending: false });
    else if (!sort.descending) ask({ kind: "rows-sort", value: name, descending: true });
    else ask({ kind: "rows-sort", value: null });
  };
  return (
    <div role="rowgroup" class="heads">
      <div class="line" role="row">
        <span role="columnheader">
          <span class="unseen">{data.level === "series" ? t("Look") : t("Open")}</span>
        </span>
        {columns.map((column) => {
          const now = sort?.name === column.name ? sort : null;
          return (
            <span
              key={column.name}
              role="columnheader"
              data-column={column.name}
              class={column.number ? "n" : ""}
              aria-sort={now ? (now.descending ? "descending" : "ascending") : "none"}
            >
              <button title={column.name} onClick={() => turn(column.name)}>
                <span class="clip">{titleOf(column)}</span>
                {now && <Icon name={now.descending ? "down" : "up"} />}
              </button>
            </span>
          );
        })}
        {data.level !== "series" && (
          <span role="columnheader" class="last">
            {data.level === "patient" ? <Scale last={last} /> : <span class="unseen">{t("Look")}</span>}
          </span>
        )}
      </div>
    </div>
  );
}
