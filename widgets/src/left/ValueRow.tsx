/** One value: check, name, two bars, its count now and of all. */

import { useMemo } from "preact/hooks";
import { count } from "./numbers.ts";
import type { Row } from "./rows.ts";
import { t } from "./text.ts";
import type { Measure } from "./wire.ts";

interface Props {
  row: Row;
  measure: Measure;
  first: boolean;
  excluded: boolean;
  /** The counts that fill the whole bar. */
  wholeNow: number;
  wholeAll: number;
}

export function ValueRow({ row, measure, first, excluded, wholeNow, wholeAll }: Props) {
  const i = measure === "patients" ? 0 : 1;
  const now = row.now?.[i] ?? null;
  const width = (n: number, whole: number) => (whole > 0 ? Math.round((1000 * n) / whole) / 10 : 0);
  const nowWidth = now === null ? 0 : width(now, wholeNow);
  const allWidth = width(row.all[i], wholeAll);
  const { key, label, value, chosen } = row;
  const words = summary(row);
  // Only a row whose numbers changed is touched.
  return useMemo(
    () => (
      <div
        class={`fr${value === null ? " miss" : ""}${now === 0 ? " zero" : ""}${excluded ? " out" : ""}`}
        role="checkbox"
        aria-checked={chosen}
        aria-label={excluded ? t("%1, excluded", words) : words}
        title={words}
        tabIndex={first ? 0 : -1}
        data-key={key}
        draggable
      >
        <span class={chosen ? "cb on" : "cb"} />
        <span class="lab">{label}</span>
        <span class="bar">
          {now ? <i class="nw" style={{ width: `${nowWidth}%` }} /> : null}
          {row.all[i] ? <i class="al" style={{ width: `${allWidth}%` }} /> : null}
        </span>
        <span class="c1">{now === null ? "" : count(now)}</span>
        <span class="c2">{count(row.all[i])}</span>
      </div>
    ),
    [key, label, chosen, first, excluded, words, now, row.all[i], nowWidth, allWidth, measure],
  );
}

function summary({ label, now, all }: Row): string {
  if (!now) return t("%1: %2 patients, %3 series of all", label, count(all[0]), count(all[1]));
  const patients = t("%1 of %2 patients", count(now[0]), count(all[0]));
  return `${label}: ${patients}, ${t("%1 of %2 series", count(now[1]), count(all[1]))}`;
}
