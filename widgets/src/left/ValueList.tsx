/** The values of a facet as rows; short at first, searched from twelve on, windowed when very long. */

import { useMemo } from "preact/hooks";
import { fold, keyOf } from "./catalogue.ts";
import { startDrag } from "./drag.ts";
import { linesOf, spellingsOf, type Line } from "./lines.ts";
import { count } from "./numbers.ts";
import { chosenOf, excludedOf, type FacetPart } from "./parts.ts";
import { headOf, matching, mergeRows, scaleOf, SEARCH_FROM, wholeOf } from "./rows.ts";
import type { FacetUi, Store } from "./store.ts";
import { t } from "./text.ts";
import { ValueRow } from "./ValueRow.tsx";
import { ValueSearch } from "./ValueSearch.tsx";
import { BOX_LINES, useWindow, WINDOW_FROM } from "./window.ts";
import { isRange, type Measure, type ValueCounts } from "./wire.ts";

interface Props {
  store: Store;
  part: FacetPart;
  /** The same facet as recorded, where this one brings its spellings together. */
  recorded: FacetPart | undefined;
  measure: Measure;
  ui: FacetUi;
  query: string;
}

/** Height of a row in pixels, as the style sheets have it. */
const ROW = { column: 24, panel: 22, grid: 22 } as const;
const PAGE = BOX_LINES - 1;

/** The counts of a facet that has values. */
const valuesOf = (part: FacetPart | undefined, which: "all" | "now"): ValueCounts | undefined => {
  const counts = part?.[which];
  return isRange(counts) ? undefined : counts;
};

export function ValueList({ store, part, recorded, measure, ui, query }: Props) {
  const { facet, group } = part;
  const all = valuesOf(part, "all") ?? NOTHING;
  const now = valuesOf(part, "now");
  const rows = useMemo(
    () => mergeRows(all, now, chosenOf(part), measure, ui.sort, facet.apart),
    [all, now, part.criteria, measure, ui.sort],
  );
  const spellings = useMemo(() => (recorded ? spellingsOf(all) : NO_SPELLINGS), [all, recorded !== undefined]);
  const spelled = useMemo(() => {
    const of = valuesOf(recorded, "all");
    if (!recorded || !of || ui.opened.length === 0) return [];
    return mergeRows(of, valuesOf(recorded, "now"), chosenOf(recorded), measure, "count");
  }, [recorded?.all, recorded?.now, recorded?.criteria, measure, ui.opened.length === 0]);
  const wholes = [wholeOf(now, measure), wholeOf(all, measure)] as const;
  const { shape } = store.wire;
  const compact = shape !== "column";
  // Where only the bar of now is drawn, the longest of them fills the width.
  const scale = useMemo(
    () => scaleOf(rows, measure, wholes[0], compact && now ? 0 : wholes[1]),
    [rows, measure, ...wholes, compact],
  );

  const own = fold(ui.query || query);
  const found = useMemo(() => (own ? matching(rows, own, all) : rows), [rows, own]);
  const no = new Set(excludedOf(part).map(keyOf));
  const head = headOf(found, no, shape);
  const shown = ui.expanded || (own && found.length <= WINDOW_FROM) ? found : head;
  const opens = useMemo(() => new Set(ui.opened), [ui.opened]);
  const lines = useMemo(() => linesOf(shown, opens, spellings, spelled), [shown, opens, spellings, spelled]);
  const view = useWindow(lines, ROW[shape]);
  const noSpelled = new Set(recorded && excludedOf(recorded).map(keyOf));

  const open = (line: Line, on: boolean) => {
    const others = ui.opened.filter((key) => key !== line.key);
    store.setFacetUi(facet.name, { opened: on ? [...others, line.key] : others });
  };
  const choose = (line: Line, alt: boolean) => {
    if (line.kind === "apart") return;
    const of = line.kind === "spelling" && recorded ? recorded : part;
    const out = line.kind === "spelling" ? noSpelled : no;
    store.send({
      kind: "toggle",
      facet: of.facet.name,
      value: line.row.value,
      group: alt ? null : of === part ? group : of.group,
      on: alt ? !out.has(line.row.key) : !line.row.chosen,
      exclude: alt,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = lineAt(event.target, lines);
    const line = lines[at];
    if (!line) return;
    const { key } = event;
    if (key === " " || key === "Enter") choose(line, event.altKey || ui.excluding);
    else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if ((key === "ArrowRight" || key === "ArrowLeft") && spellings.has(line.key)) open(line, key === "ArrowRight");
    else {
      const to = stepTo(key, at, lines.length);
      // A list that is drawn whole leaves the arrows to the column, which goes on into the next list.
      if (to === undefined || (!view.long && key.startsWith("Arrow")) || to === at) return;
      view.go(lines[to]?.kind === "apart" ? to + Math.sign(to - at) : to);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const draw = (line: Line) => {
    if (line.kind === "apart") return <ApartHeading key={line.key} />;
    const spelling = line.kind === "spelling";
    return (
      <ValueRow
        key={line.key}
        name={line.key}
        row={line.row}
        measure={measure}
        stop={line.key === view.stop}
        excluded={(spelling ? noSpelled : no).has(line.row.key)}
        wholeNow={wholes[0] && wholes[0] * scale}
        wholeAll={wholes[1] && wholes[1] * scale}
        policy={store.policy}
        spelling={spelling}
        spelled={spelling ? 0 : (spellings.get(line.key)?.length ?? 0)}
        open={opens.has(line.key)}
      />
    );
  };
  const searched = rows.length >= (ui.expanded ? SEARCH_FROM.expanded : SEARCH_FROM.short) || ui.query !== "";
  return (
    <>
      {searched && (ui.expanded || !compact) ? <ValueSearch {...{ store, facet, ui }} number={rows.length} /> : null}
      {ui.excluding ? <Excluding store={store} facet={facet.name} /> : null}
      <div
        ref={view.box}
        class={`rows ${view.long ? "box" : ""} ${ui.excluding ? "excluding" : ""}`}
        role="group"
        aria-label={t("Values of %1", facet.title)}
        onClick={(event) => {
          const line = lines[lineAt(event.target, lines)];
          if (!line) return;
          const opener = (event.target as Element).closest("[data-opens]");
          if (opener) open(line, !opens.has(line.key));
          else choose(line, event.altKey || ui.excluding);
        }}
        onKeyDown={onKeyDown}
        onFocusCapture={(event) => {
          const line = lines[lineAt(event.target, lines)];
          if (line) view.onFocus(line.key);
        }}
        onDragStart={(event) => {
          const line = lines[lineAt(event.target, lines)];
          if (!line || line.kind === "apart") return;
          const of = line.kind === "spelling" && recorded ? recorded : part;
          startDrag(event, { facet: of.facet.name, value: line.row.value });
        }}
        onScroll={view.long ? (event) => view.onScroll(event.currentTarget.scrollTop) : undefined}
        style={view.long ? { height: `${BOX_LINES * ROW[shape]}px` } : undefined}
      >
        {view.long ? (
          <div class="whole" style={{ height: `${lines.length * ROW[shape]}px` }}>
            {view.drawn.map(([line, place]) => (
              <div key={line.key} class="placed" style={{ top: `${place * ROW[shape]}px` }}>
                {draw(line)}
              </div>
            ))}
          </div>
        ) : (
          lines.map(draw)
        )}
      </div>
      {own && found.length === 0 ? (
        <p class="s q fmore">{t("No value holds “%1”.", (ui.query || query).trim())}</p>
      ) : null}
      {shape === "panel" ? null : (
        <More
          set={(expanded) => store.setFacetUi(facet.name, { expanded })}
          rest={found.length - shown.length}
          expanded={ui.expanded && !own && head.length < found.length}
        />
      )}
    </>
  );
}

const NOTHING: ValueCounts = { values: [] };
const NO_SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map();

/** Where a key leads from this place in a list; undefined where the key leads nowhere. */
function stepTo(key: string, at: number, length: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: PAGE,
    PageUp: -PAGE,
    Home: -length,
    End: length,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(length - 1, at + step));
}

/** What stands over the values that are no images. */
function ApartHeading() {
  return <p class="s q apart">{t("Derived objects, not images")}</p>;
}

/** Every click excludes, until this is done; for those who have no Alt key, or do not know of it. */
function Excluding({ store, facet }: { store: Store; facet: string }) {
  return (
    <p class="s exnote">
      <span class="q2">{t("Choose what to exclude.")}</span>
      <button type="button" class="a" onClick={() => store.setFacetUi(facet, { excluding: false })}>
        {t("Done")}
      </button>
    </p>
  );
}

interface MoreProps {
  set: (expanded: boolean) => void;
  rest: number;
  /** The list can be shortened again. */
  expanded: boolean;
}

function More({ set, rest, expanded }: MoreProps) {
  if (rest > 0) {
    return (
      <button type="button" class="a fmore" aria-expanded="false" onClick={() => set(true)}>
        {rest === 1 ? t("1 more value") : t("%1 more values", count(rest))}
      </button>
    );
  }
  if (!expanded) return null;
  return (
    <button type="button" class="a fmore" aria-expanded="true" onClick={() => set(false)}>
      {t("Fewer values")}
    </button>
  );
}

/** The place of the line that an element belongs to; -1 for none. */
function lineAt(element: EventTarget | null, lines: readonly Line[]): number {
  const key = (element as Element | null)?.closest<HTMLElement>("[data-line]")?.dataset.line;
  return key === undefined ? -1 : lines.findIndex((line) => line.key === key);
}
