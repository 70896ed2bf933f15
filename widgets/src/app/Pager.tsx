/** What the table shows, where in it one is, and all of it as a file. */

import { count } from "./format.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { useTableRoles } from "./table.ts";
import type { Ask, PagerData } from "./wire.ts";

interface Props {
  data: PagerData;
  ask: (what: Ask) => void;
}

const TITLES = { patient: "Patients", study: "Studies", series: "Series" } as const;
const ONE = { patient: "patient", study: "study", series: "level\u0004series" } as const;
const MANY = { patient: "patients", study: "studies", series: "series" } as const;

function isLevel(level: string): level is keyof typeof TITLES {
  return Object.hasOwn(TITLES, level);
}

export function Pager({ data, ask }: Props) {
  useTableRoles(data);
  const units = isLevel(data.level) ? t((data.total === 1 ? ONE : MANY)[data.level]) : data.level;
  const turn = (page: number) => ask({ kind: "rows-page", page });
  return (
    <div class="row pager">
      <span class="seg" role="radiogroup" aria-label={t("Rows of the table")}>
        {data.levels.map((level) => (
          <button
            key={level}
            role="radio"
            aria-checked={level === data.level}
            class={level === data.level ? "on" : ""}
            onClick={() => ask({ kind: "rows-level", level })}
          >
            {isLevel(level) ? t(TITLES[level]) : level}
          </button>
        ))}
      </span>
      <span class="s q">
        {data.total === 0
          ? t("No %1 to show", units)
          : t("%1–%2 of %3 %4", count(data.first), count(data.last), count(data.total), units)}
      </span>
      <span class="sp" />
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
      <button class="btn line" disabled={data.total === 0} onClick={() => ask({ kind: "download-rows" })}>
        <Icon name="export" />
        {t("Download %1 %2, CSV", count(data.total), units)}
      </button>
    </div>
  );
}
