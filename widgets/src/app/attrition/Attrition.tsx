/** What each rule costs: the flow from everybody to the cohort, each rule alone, and who was lost. */

import { Icon } from "../../left/icons.tsx";
import { people } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { Costs } from "./Costs.tsx";
import { LostValues } from "./LostValues.tsx";
import { Sources } from "./Sources.tsx";
import { Steps } from "./Steps.tsx";
import type { AttritionAsk, AttritionData } from "./wire.ts";

interface Props {
  data: AttritionData;
  ask: (what: AttritionAsk) => void;
}

export function Attrition({ data, ask }: Props) {
  const [everybody] = data.steps;
  const ofPatients = data.steps.filter((step) => !step.last);
  const members = ofPatients[ofPatients.length - 1];
  if (!everybody || !members) return null;
  const policy = data.protected;
  return (
    <div class="attrition">
      <div class="row title">
        <h3>{t("From %1 patients to %2", people(everybody.patients, policy), people(members.patients, policy))}</h3>
        <span class="s q clip">{t("in the order of the rule · %1", data.snapshot)}</span>
        <span class="sp" />
        <Views data={data} ask={ask} />
        <button type="button" class="btn" title={t("Download the steps, CSV")} onClick={() => ask({ kind: "csv" })}>
          <Icon name="export" />
          {t("CSV")}
        </button>
      </div>
      {data.by ? <Sources data={data} by={data.by} /> : <Steps data={data} ask={ask} />}
      {data.costs.length > 0 ? (
        <div class="after">
          <Costs costs={data.costs} policy={policy} ask={ask} />
          {data.lost && <LostValues lost={data.lost} facets={data.facets} policy={policy} ask={ask} />}
        </div>
      ) : (
        <p class="foot">{t("No rule yet: the cohort is everybody. Choose a value on the left.")}</p>
      )}
    </div>
  );
}

/** All sources, or by one of those that the snapshot tells apart. */
function Views({ data, ask }: Props) {
  if (data.sources.length === 0) return null;
  const choices = ["", ...data.sources];
  const chosen = data.by?.facet ?? "";
  return (
    <span class="seg" role="group" aria-label={t("Where patients come from")}>
      {choices.map((facet) => (
        <button
          type="button"
          key={facet}
          class={facet === chosen ? "on" : ""}
          aria-pressed={facet === chosen}
          onClick={() => ask({ kind: "attrition-by", facet })}
        >
          {source(facet)}
        </button>
      ))}
    </span>
  );
}

function source(facet: string): string {
  if (facet === "data_holder") return t("By data holder");
  if (facet === "country") return t("By country");
  return facet === "dataset" ? t("By dataset") : t("All sources");
}
