/** The values of a facet as rows; short at first, searched from twelve on, windowed when very long. */

import { useMemo, useState } from "preact/hooks";
import { startDrag } from "./drag.ts";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import { headOf, keyOf, matching, mergeRows, scaleOf, SEARCH_FROM, wholeOf, type Row } from "./rows.ts";
import type { FacetUi, Store } from "./store.ts";
import { t } from "./text.ts";
import { ValueRow } from "./ValueRow.tsx";
import type { Facet, Measure, Value, ValueCounts } from "./wire.ts";

interface Props {
  store: Store;
  facet: Facet;
  all: ValueCounts;
  now: ValueCounts | undefined;
  measure: Measure;
  group: string | null;
  chosen: Value[];
  excluded: Value[];
  ui: FacetUi;
  query: string;
}

/** Height of a row in pixels, as the style sheets have it. */
const ROW = { column: 24, panel: 22, grid: 22 } as const;
/** Longer lists get a box of their own that scrolls and holds only the rows in sight. */
const WINDOW_FROM = 200;
const BOX_ROWS = 12;
const OVERSCAN = 12;

export function ValueList({ store, facet, all, now, measure, group, chosen, excluded, ui, query }: Props) {
  const rows = useMemo(
    () => mergeRows(all, now, chosen, measure, ui.sort, facet.apart),
    [all, now, JSON.stringify(chosen), measure, ui.sort],
  );
  const [from, setFrom] = useState(0);
  const wholes = [wholeOf(now, measure), wholeOf(all, measure)] as const;
  const { policy } = store;
  const { shape } = store.wire;
  const compact = shape !== "column";
  // Where only the bar of now is drawn, the longest of them fills the width.
  const scale = useMemo(
    () => scaleOf(rows, measure, wholes[0], compact && now ? 0 : wholes[1]),
    [rows, measure, ...wholes, compact],
  );

  const own = ui.query || query;
  const found = own ? matching(rows, own) : rows;
  const no = new Set(excluded.map(keyOf));
  const shown = ui.expanded || (own && found.length <= WINDOW_FROM) ? found : headOf(found, no, shape);
  const windowed = shown.length > WINDOW_FROM;
  const first = windowed ? Math.max(0, Math.min(from, shown.length - BOX_ROWS) - OVERSCAN) : 0;
  const visible = windowed ? shown.slice(first, first + BOX_ROWS + 2 * OVERSCAN) : shown;

  const choose = (element: EventTarget | null, alt: boolean) => {
    const row = rowAt(element, rows);
    if (!row) return;
    const out = alt ? !no.has(row.key) : !row.chosen;
    store.send({
      kind: "toggle",
      facet: facet.name,
      value: row.value,
      group: alt ? null : group,
      on: out,
      exclude: alt,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    choose(event.target, event.altKey);
  };

  const drawn = visible.flatMap((row, i) => {
    const drawnRow = (
      <ValueRow
        key={row.key}
        row={row}
        measure={measure}
        first={i === 0}
        excluded={no.has(row.key)}
        wholeNow={wholes[0] && wholes[0] * scale}
        wholeAll={wholes[1] && wholes[1] * scale}
        policy={policy}
      />
    );
    const opens = row.apart && !windowed && !visible[i - 1]?.apart;
    return opens ? [<ApartHeading key="apart" />, drawnRow] : [drawnRow];
  });
  return (
    <>
      {rows.length >= SEARCH_FROM && (ui.expanded || !compact) ? (
        <label class="inp sm">
          <Icon name="search" />
          <input
            type="text"
            role="searchbox"
            placeholder={t("Search in %1 values", count(rows.length))}
            aria-label={t("Search in the values of %1", facet.title)}
            value={ui.query}
            onInput={(event) => store.setFacetUi(facet.name, { query: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.preventDefault();
              store.setFacetUi(facet.name, { query: "" });
            }}
          />
        </label>
      ) : null}
      <div
        class={`rows ${windowed ? "box" : ""}`}
        role="group"
        aria-label={t("Values of %1", facet.title)}
        onClick={(event) => choose(event.target, event.altKey)}
        onKeyDown={onKeyDown}
        onFocusCapture={rove}
        onDragStart={(event) => {
          const row = rowAt(event.target, rows);
          if (row) startDrag(event, { facet: facet.name, value: row.value });
        }}
        onScroll={windowed ? (event) => setFrom(Math.floor(event.currentTarget.scrollTop / ROW[shape])) : undefined}
        style={windowed ? { height: `${BOX_ROWS * ROW[shape]}px` } : undefined}
      >
        {windowed ? (
          <div
            style={{
              height: `${shown.length * ROW[shape]}px`,
              paddingTop: `${first * ROW[shape]}px`,
              boxSizing: "border-box",
            }}
          >
            {drawn}
          </div>
        ) : (
          drawn
        )}
      </div>
      {own && found.length === 0 ? <p class="s q fmore">{t("No value holds “%1”.", own.trim())}</p> : null}
      {shape === "panel" ? null : (
        <More
          store={store}
          facet={facet}
          rest={found.length - shown.length}
          expanded={ui.expanded && !own && headOf(found, no, shape).length < found.length}
        />
      )}
    </>
  );
}

/** What stands over the values that are no images. */
function ApartHeading() {
  return <p class="s q apart">{t("Derived objects, not images")}</p>;
}

function More({
  store,
  facet,
  rest,
  expanded,
}: {
  store: Store;
  facet: Facet;
  rest: number;
  /** The list can be shortened again. */
  expanded: boolean;
}) {
  const set = (open: boolean) => () => store.setFacetUi(facet.name, { expanded: open });
  if (rest > 0) {
    return (
      <button type="button" class="a fmore" aria-expanded="false" onClick={set(true)}>
        {rest === 1 ? t("1 more value") : t("%1 more values", count(rest))}
      </button>
    );
  }
  if (!expanded) return null;
  return (
    <button type="button" class="a fmore" aria-expanded="true" onClick={set(false)}>
      {t("Fewer values")}
    </button>
  );
}

function rowAt(element: EventTarget | null, rows: readonly Row[]): Row | undefined {
  const key = (element as Element | null)?.closest<HTMLElement>(".fr")?.dataset.key;
  return key === undefined ? undefined : rows.find((row) => row.key === key);
}

/** One stop of the Tab key for each list: the row that had the focus last. */
function rove(event: FocusEvent): void {
  const row = event.target as HTMLElement;
  if (!row.matches(".fr")) return;
  for (const other of row.parentElement?.querySelectorAll<HTMLElement>(".fr[tabindex='0']") ?? []) other.tabIndex = -1;
  row.tabIndex = 0;
}
