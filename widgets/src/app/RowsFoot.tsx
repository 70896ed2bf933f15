/** Under the table: which rows these are, what a download holds, and the way to other pages. */

import { count } from "./format.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { AskRows, RowsData } from "./row_wire.ts";

const SHOWN = {
  patient: "Patients %1–%2 of %3.",
  study: "Studies %1–%2 of %3.",
  series: "Series %1–%2 of %3.",
} as const;
const FOUND = {
  patient: "Patients %1–%2 of %3 found, in %4.",
  study: "Studies %1–%2 of %3 found, in %4.",
  series: "Series %1–%2 of %3 found, in %4.",
} as const;
const HELD = {
  patient: "The download holds all %1 patients.",
  study: "The download holds all %1 studies.",
  series: "The download holds all %1 series.",
} as const;
const TOO_MANY = "So many rows do not go through the browser; Download says how to get all of them.";

export function RowsFoot({ data, ask }: { data: RowsData; ask: AskRows }) {
  const turn = (page: number) => ask({ kind: "rows-page", value: page });
  const others = data.rows.some((row) => row.days?.some(([, taken]) => !taken));
  return (
    <div class="row pager">
      <span class="s q said" role="status">
        {said(data)}
      </span>
      <span class="sp" />
      {data.level === "patient" && data.rows.length > 0 && (
        <span class="s q hide-n">
          {others && (
            <>
              <i class="dot other key" />
              {t("not taken")}
              {" · "}
            </>
          )}
          {t("Days count from the first study; dates are often shifted.")}
        </span>
      )}
      <span class="row turn">
        <button
          class="btn icon"
          disabled={data.page <= 1}
          onClick={() => turn(data.page - 1)}
          aria-label={t("Page before")}
        >
          <Icon name="left" />
        </button>
        <span class="s">{t("Page %1 of %2", count(data.page), count(data.pages))}</span>
        <button
          class="btn icon"
          disabled={data.page >= data.pages}
          onClick={() => turn(data.page + 1)}
          aria-label={t("Next page")}
        >
          <Icon name="right" />
        </button>
      </span>
    </div>
  );
}

function said(data: RowsData): string {
  const range = [count(data.first), count(data.last), count(data.total)] as const;
  const held = data.all > data.most ? t(TOO_MANY) : t(HELD[data.level], count(data.all));
  const sentences =
    data.total === 0
      ? []
      : [data.text ? t(FOUND[data.level], ...range, count(data.all)) : t(SHOWN[data.level], ...range)];
  if (data.all > 0) sentences.push(held);
  return sentences.join(" ");
}

/** In place of rows: why there are none. */
export function NoRows({ data }: { data: RowsData }) {
  const why = data.text ? t("Nothing in this cohort has the ID %1.", data.text) : t("No patient meets the rule.");
  const elsewhere =
    data.elsewhere === 1
      ? t("1 patient of the snapshot has it, outside this cohort.")
      : t("%1 patients of the snapshot have it, outside this cohort.", count(data.elsewhere));
  return (
    <p class="nothing">
      {why} {data.elsewhere > 0 && elsewhere}
    </p>
  );
}
