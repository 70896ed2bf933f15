/** Days on a time line: its scale, and the studies of a patient on it. */

import { count } from "./format.ts";
import { t } from "../left/text.ts";
import type { Day, TableRow } from "./row_wire.ts";

const STEPS = [1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825, 3650, 7300];
const TICKS = 4;
/** The share of patients with several studies taken who are on the scale in any case. */
const FITTING = 0.75;
/** The next longer line is on it too, unless the scale would grow by more. */
const GROWTH = 1.5;

/**
 * The last day of the scale: of the studies that are taken, the latest, but for the few patients whose lines are so much
 * longer that they would press all others together. What lies beyond the scale is written, not drawn.
 */
export function lastDay(rows: readonly TableRow[]): number {
  const last = rows.map((row) => Math.max(0, ...(row.days ?? []).map(([day, taken]) => (taken ? (day ?? 0) : 0))));
  const spans = last.filter((day) => day > 0).sort((one, other) => one - other);
  let at = Math.max(0, Math.ceil(FITTING * spans.length) - 1);
  while (at + 1 < spans.length && (spans[at + 1] ?? 0) <= GROWTH * (spans[at] ?? 0)) at += 1;
  return spans[at] ?? 0;
}

/** Days that are written over the time line; the first of them is always 0. */
export function ticks(last: number): number[] {
  const step = STEPS.find((each) => last / each <= TICKS) ?? last;
  return last ? Array.from({ length: Math.floor(last / step) + 1 }, (_, k) => k * step) : [0];
}

const along = (day: number, last: number) => ({ left: `${String(last ? (100 * day) / last : 0)}%` });

export function Scale({ last }: { last: number }) {
  return (
    <span class="days scale">
      {ticks(last).map((day) => (
        <span key={day} class={day === 0 ? "l" : day > 0.93 * last ? "r" : ""} style={along(day, last)}>
          {day === 0 ? t("day 0") : count(day)}
        </span>
      ))}
    </span>
  );
}

export function Days({ days, last }: { days: readonly Day[]; last: number }) {
  const dated = days.flatMap(([day, taken, number]) => (day === null ? [] : [{ day, taken, number }]));
  const [from, to] = [dated[0], dated[dated.length - 1]];
  if (!from || !to) return <span class="none">{t("no day recorded")}</span>;
  const said = t("Studies on day %1", dated.map(({ day }) => count(day)).join(", "));
  const drawn = dated.filter(({ day }) => day <= last);
  const width = last && from.day < last ? (100 * (Math.min(to.day, last) - from.day)) / last : 0;
  return (
    <span class="days" role="img" aria-label={said} title={said}>
      {width > 0 && <i class="span" style={{ ...along(from.day, last), width: `${String(width)}%` }} />}
      {drawn.map(({ day, taken, number }) => (
        <i key={number} class={taken ? "dot" : "dot other"} style={along(day, last)} />
      ))}
      {to.day > last && <span class="later">{count(to.day)} ›</span>}
    </span>
  );
}
