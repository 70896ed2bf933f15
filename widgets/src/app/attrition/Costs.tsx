/** Each part of the rule by itself: what it keeps alone, and what comes back without it. */

import { people, signed, weight, type Policy } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { Bar } from "./Bar.tsx";
import type { AttritionAsk, Change, Cost } from "./wire.ts";

interface Props {
  costs: Cost[];
  policy: Policy | undefined;
  ask: (what: AttritionAsk) => void;
}

export function Costs({ costs, policy, ask }: Props) {
  const most = Math.max(1, ...costs.map((cost) => weight(cost.without)));
  return (
    <section class="costs">
      <h3>
        {t("What each rule costs")} <span class="s q">{t("patients")}</span>
      </h3>
      <table class="t">
        <thead>
          <tr>
            <th>{t("Rule")}</th>
            <th class="n">{t("alone keeps")}</th>
            <th class="n">{t("without it")}</th>
            <th class="cell" />
            <th class="act" />
          </tr>
        </thead>
        <tbody>
          {costs.map((cost) => (
            <tr key={cost.path} data-path={cost.path}>
              <td class="wrap">{cost.words}</td>
              <td class="n">{cost.level ? "–" : people(cost.alone, policy)}</td>
              <td class="n">
                <b>{signed(cost.without, "+", policy)}</b>
              </td>
              <td class="cell">
                <span class="dbl">
                  <Bar n={cost.without} of={most} />
                </span>
              </td>
              <td class="act">
                <button
                  type="button"
                  class="link"
                  aria-label={`${verb(cost.change)}: ${cost.words}`}
                  onClick={() => ask(cost.change)}
                >
                  {verb(cost.change)}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function verb(change: Change): string {
  if (change.kind === "level") return change.same === "study" ? t("Use study") : t("Use patient");
  return change.kind === "group-pause" ? t("Pause") : t("Remove");
}
