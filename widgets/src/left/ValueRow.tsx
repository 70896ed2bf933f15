/** One value: check, name, two bars, its count now and of all; also a recorded spelling under its normalised value. */

import { useMemo } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import { people, shareOf, size, tally, type Count, type Policy } from "./protected.ts";
import type { Row } from "./rows.ts";
import { t } from "./text.ts";
import type { Measure } from "./wire.ts";

interface Props {
  row: Row;
  /** Of the line: a spelling's is not its row's. */
  name: string;
  measure: Measure;
  /** Where the Tab key stops. */
  stop: boolean;
  excluded: boolean;
  /** The counts that fill the whole bar. */
  wholeNow: Count;
  wholeAll: Count;
  policy: Policy | undefined;
  /** A recorded spelling. */
  spelling: boolean;
  /** How many recorded spellings the value holds; 0 where there is nothing to open. */
  spelled: number;
  open: boolean;
}

export function ValueRow(props: Props) {
  const { row, name, measure, stop, excluded, wholeNow, wholeAll, policy, spelling, spelled, open } = props;
  const i = measure === "patients" ? 0 : 1;
  const now = row.now?.[i];
  const all = row.all[i];
  const width = (n: Count, whole: Count) => Math.round(1000 * (shareOf(n, whole) ?? 0)) / 10;
  const nowWidth = now === undefined ? 0 : width(now, wholeNow);
  const allWidth = width(all, wholeAll);
  const { key, label, value, chosen } = row;
  const words = spelling ? t("As recorded: %1", summary(row, policy)) : summary(row, policy);
  const said = excluded ? t("%1, excluded", words) : words;
  // Only a row whose numbers changed is touched.
  return useMemo(
    () => (
      <div
        class={`fr${value === null ? " miss" : ""}${now === 0 ? " zero" : ""}${excluded ? " out" : ""}${spelling ? " sub" : ""}`}
        role="checkbox"
        aria-checked={chosen}
        aria-expanded={spelled ? open : undefined}
        aria-label={spelled ? `${said}. ${spellingsHeld(spelled)}` : said}
        title={words}
        tabIndex={stop ? 0 : -1}
        data-line={name}
        data-key={spelling ? undefined : key}
        draggable
      >
        <span class={chosen ? "cb on" : "cb"} />
        {spelled ? (
          <span class="lab held">
            <span>{label}</span>
            <span class="spell" data-opens title={spellingsHeld(spelled)}>
              {spelled > 1 ? count(spelled) : null}
              <Icon name={open ? "down" : "right"} />
            </span>
          </span>
        ) : (
          <span class="lab">{label}</span>
        )}
        <span class="bar">
          <Bar name="nw" n={now} width={nowWidth} />
          <Bar name="al" n={all} width={allWidth} />
        </span>
        <span class={now === null ? "c1 few" : "c1"}>{now === undefined ? "" : tally(now, measure, policy)}</span>
        <span class={all === null ? "c2 few" : "c2"}>{tally(all, measure, policy)}</span>
      </div>
    ),
    [key, name, label, chosen, stop, said, now, all, nowWidth, allWidth, measure, spelling, spelled, open],
  );
}

function spellingsHeld(spelled: number): string {
  return spelled === 1
    ? t("Recorded under another spelling: the right arrow key shows it.")
    : t("%1 spellings as recorded: the right arrow key shows them.", count(spelled));
}

/** A bar; a short hatched one where its length is not told. */
export function Bar({ name, n, width }: { name: "nw" | "al"; n: Count | undefined; width: number }) {
  if (n === null) return <i class={`${name} few`} />;
  return n ? <i class={name} style={{ width: `${width}%` }} /> : null;
}

function summary({ label, now, all }: Row, policy: Policy | undefined): string {
  const [ofAll, series] = [people(all[0], policy), size(all[1], policy)];
  if (!now) {
    if (all[1] === null) return `${label}: ${t("%1 patients of all", ofAll)}, ${t("series not shown")}`;
    return t("%1: %2 patients, %3 series of all", label, ofAll, series);
  }
  const patients = t("%1 of %2 patients", people(now[0], policy), ofAll);
  if (now[1] === null) return `${label}: ${patients}, ${t("series not shown")}`;
  return `${label}: ${patients}, ${t("%1 of %2 series", size(now[1], policy), series)}`;
}
