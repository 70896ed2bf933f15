/** The answer of a comparison: in both, in this one only, in the other only. */

import { Problem } from "../../left/HeadLines.tsx";
import { Icon } from "../../left/icons.tsx";
import { people, weight } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { Bar } from "../../left/ValueRow.tsx";
import type { Desk } from "./desk.ts";

export function Compared({ desk }: { desk: Desk }) {
  const { shown } = desk.comparison;
  const { policy } = desk.facets;
  if (!shown) return null;
  const { overlap, problem, second } = shown;
  // A saved cohort and what became of it bear the same name.
  const first = shown.first && shown.first !== second ? shown.first : t("the current cohort");
  const rows = overlap
    ? ([
        [t("In both"), overlap.both, "both"],
        [t("Only in %1", first), overlap.first, "first"],
        [t("Only in %1", second), overlap.second, "second"],
      ] as const)
    : [];
  const top = Math.max(...rows.map(([, n]) => weight(n)), 1);
  return (
    <section class="pcompared" aria-label={t("Comparison")} role="status">
      <div class="pname">
        <h3>{t("Compared with %1", second)}</h3>
        <button
          type="button"
          class="btn icon sm"
          aria-label={t("Close the comparison")}
          title={t("Close the comparison")}
          onClick={() => desk.comparison.close()}
        >
          <Icon name="close" />
        </button>
      </div>
      {problem ? <Problem text={problem} /> : null}
      {overlap ? (
        <dl>
          {rows.map(([label, n, part]) => (
            <div key={part} data-part={part}>
              <dt title={label}>{label}</dt>
              <dd class="bar">
                <Bar name="nw" n={n} width={(100 * weight(n)) / top} />
              </dd>
              <dd class="num">{people(n, policy)}</dd>
            </div>
          ))}
        </dl>
      ) : problem ? null : (
        <p class="s q">{t("Counting …")}</p>
      )}
      {overlap ? <p class="s q">{t("%1, in %2", t(overlap.unit), overlap.snapshot)}</p> : null}
    </section>
  );
}
