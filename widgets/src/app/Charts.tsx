/** Which charts there are, in which order: chosen by the person, kept by the browser. */

import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { Popup } from "../left/Popup.tsx";
import { t } from "../left/text.ts";
import type { ChartAsk, ChartsData, Look } from "./chart_wire.ts";
import { count } from "./format.ts";

interface Props {
  data: ChartsData;
  ask: (what: ChartAsk) => void;
}

/** Heard by the chooser, from a chart's menu. */
export const CHOOSE_CHARTS = "cohort-explorer:choose-charts";

const KEPT = "cohort-explorer-charts";

interface Kept {
  shown: string[] | null;
  looks: Record<string, Look>;
}

export function Charts({ data, ask }: Props) {
  const root = useRef<HTMLDivElement>(null);
  // Python draws nothing before it has heard this, so that no chart is drawn for nothing.
  useEffect(() => ask({ kind: "charts", ...kept() }), []);
  useEffect(() => {
    if (data.settled) keep(data);
  }, [data]);
  useEffect(() => {
    const open = () => {
      // The popup stands beside its button, which may be below what is seen.
      root.current?.scrollIntoView({ block: "nearest" });
      root.current?.querySelector<HTMLElement>("[aria-haspopup=dialog]")?.click();
    };
    window.addEventListener(CHOOSE_CHARTS, open);
    return () => window.removeEventListener(CHOOSE_CHARTS, open);
  }, []);
  if (!data.settled || data.large) return <div ref={root} />;
  const known = data.offers.filter((each) => each.shown).length;
  const show = (shown: string[]) => ask({ kind: "charts", shown, looks: data.looks });
  return (
    <div class="charts-line" ref={root}>
      <span class="s q">{t("%1 of %2 charts shown", count(known), count(data.offers.length))}</span>
      <span class="sp" />
      <Popup
        label={t("Choose charts")}
        button={
          <>
            <Icon name="plus" />
            {t("Choose charts")}
          </>
        }
        class="btn sm"
        role="dialog"
      >
        {() => <Chooser data={data} show={show} />}
      </Popup>
    </div>
  );
}

function Chooser({ data, show }: { data: ChartsData; show: (shown: string[]) => void }) {
  const there = data.offers.filter((each) => each.shown).map((each) => each.name);
  const list = useRef<HTMLUListElement>(null);
  const dragged = useRef("");
  const toggle = (name: string) =>
    show(data.shown.includes(name) ? data.shown.filter((each) => each !== name) : [...data.shown, name]);
  /** Puts one chart in the place of another. */
  const put = (name: string, place: number) => {
    const without = there.filter((each) => each !== name);
    const next = [...without.slice(0, place), name, ...without.slice(place)];
    const others = data.shown.filter((each) => !there.includes(each));
    show([...next, ...others]);
  };
  const move = (name: string, by: -1 | 1) => {
    const place = there.indexOf(name) + by;
    if (place >= 0 && place < there.length) put(name, place);
  };
  return (
    <div class="chooser">
      <p class="s q">{t("Drag to reorder, or Alt and an arrow key.")}</p>
      <ul ref={list}>
        {data.offers.map(({ name, title, shown }) => (
          <li
            key={name}
            draggable={shown}
            onDragStart={() => {
              dragged.current = name;
            }}
            onDragOver={(event) => {
              if (shown && dragged.current) event.preventDefault();
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged.current && dragged.current !== name) put(dragged.current, there.indexOf(name));
              dragged.current = "";
            }}
          >
            <label>
              <input
                type="checkbox"
                checked={shown}
                onChange={() => toggle(name)}
                onKeyDown={(event) => {
                  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as -1 | 1 | undefined;
                  if (!by) return;
                  event.preventDefault();
                  event.stopPropagation();
                  if (event.altKey && shown) move(name, by);
                  if (!event.altKey) step(list.current, event.currentTarget, by);
                }}
              />
              <span class="clip" title={title}>
                {title}
              </span>
            </label>
            {shown && (
              <>
                <button
                  class="btn icon"
                  disabled={there[0] === name}
                  aria-label={t("Move %1 up", title)}
                  onClick={() => move(name, -1)}
                >
                  <Icon name="up" />
                </button>
                <button
                  class="btn icon"
                  disabled={there.at(-1) === name}
                  aria-label={t("Move %1 down", title)}
                  onClick={() => move(name, 1)}
                >
                  <Icon name="down" />
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <button class="btn sm" disabled={same(there, data.usual)} onClick={() => show(data.usual)}>
        {t("Back to the usual charts")}
      </button>
    </div>
  );
}

function step(list: HTMLElement | null, from: HTMLElement, by: number): void {
  const boxes = [...(list?.querySelectorAll<HTMLElement>("input") ?? [])];
  boxes[boxes.indexOf(from) + by]?.focus();
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

/** What the browser keeps; nothing of it is trusted. */
function kept(): Kept {
  try {
    const read = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Partial<Kept> | null;
    return { shown: Array.isArray(read?.shown) ? read.shown : null, looks: read?.looks ?? {} };
  } catch {
    return { shown: null, looks: {} };
  }
}

/** Keep what the person has chosen; who has chosen nothing gets what is usual, also when that changes. */
function keep({ shown, usual, looks }: ChartsData): void {
  try {
    const own = !same(shown, usual);
    if (own || Object.keys(looks).length > 0) {
      localStorage.setItem(KEPT, JSON.stringify({ shown: own ? shown : null, looks }));
    } else localStorage.removeItem(KEPT);
  } catch {
    // A browser that keeps nothing still shows the charts.
  }
}
