/** What each rule costs: the flow from everybody to the cohort, and each rule alone. */

import { bytes, count, minus } from "./format.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { Ask, AttritionData, Step } from "./wire.ts";

interface Props {
  data: AttritionData;
  ask: (what: Ask) => void;
}

export function Attrition({ data, ask }: Props) {
  const [everybody] = data.steps;
  const people = data.steps.filter((step) => !step.last);
  const members = people[people.length - 1];
  if (!everybody || !members) return null;
  const rules = people.slice(1);
  return (
    <div class="attrition">
      <div class="row title">
        <h3>{t("From %1 patients to %2", count(everybody.patients), count(members.patients))}</h3>
        <span class="s q">{t("in the order of the rule · %1", data.snapshot)}</span>
        <span class="sp" />
        <button class="btn" onClick={() => ask({ kind: "csv" })}>
          <Icon name="export" />
          {t("Download the steps, CSV")}
        </button>
      </div>
      <table class="flow">
        <thead>
          <tr>
            <th />
            <th>{t("Step")}</th>
            {(["patients", "studies", "series", "images", "size"] as const).map((unit) => (
              <th class="n" key={unit}>
                {t(unit)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.steps.map((step, index) => (
            <Row key={index} step={step} index={index} before={data.steps[index - 1]} everybody={everybody.patients} />
          ))}
        </tbody>
      </table>
      {rules.length > 0 && <Costs rules={rules} />}
      {rules.length === 0 && (
        <p class="foot">{t("No rule yet: the cohort is everybody. Choose a value on the left.")}</p>
      )}
    </div>
  );
}

function Row({
  step,
  index,
  before,
  everybody,
}: {
  step: Step;
  index: number;
  before: Step | undefined;
  everybody: number;
}) {
  const share = (n: number) => `${everybody ? (100 * n) / everybody : 0}%`;
  return (
    <>
      {before && (
        <tr class="loss">
          <td />
          <td>{step.last ? t("not taken") : t("lost")}</td>
          <td class="n">{step.last ? "" : minus(before.patients - step.patients)}</td>
          <td class="n">{minus(before.studies - step.studies)}</td>
          <td class="n">{minus(before.series - step.series)}</td>
          <td class="n">{minus(before.instances - step.instances)}</td>
          <td class="n">{minus(before.bytes - step.bytes, bytes)}</td>
        </tr>
      )}
      <tr class="step">
        <td class="no">{index}</td>
        <td>
          <b>{step.rule}</b> <span class="s q">{step.group}</span>
        </td>
        <td class="n big">{count(step.patients)}</td>
        <td class="n">{count(step.studies)}</td>
        <td class="n">{count(step.series)}</td>
        <td class="n">{count(step.instances)}</td>
        <td class="n">{bytes(step.bytes)}</td>
      </tr>
      <tr class="bars" aria-hidden="true">
        <td />
        <td colSpan={6}>
          <span class="dbl">
            <i class="g" style={{ width: share((before ?? step).patients) }} />
            <i style={{ width: share(step.patients) }} />
          </span>
        </td>
      </tr>
    </>
  );
}

/** Each rule by itself, and what leaving it out would bring back. */
function Costs({ rules }: { rules: Step[] }) {
  const most = Math.max(1, ...rules.map((rule) => rule.without));
  return (
    <section class="costs">
      <h3>
        {t("What each rule costs")} <span class="s q">{t("patients")}</span>
      </h3>
      <table class="t">
        <thead>
          <tr>
            <th>{t("Rule")}</th>
            <th class="n">{t("lost by it alone")}</th>
            <th class="n">{t("without it")}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rules.map((rule, index) => (
            <tr key={index}>
              <td class="wrap">{rule.rule}</td>
              <td class="n">{minus(rule.alone)}</td>
              <td class="n">
                <b>{rule.without ? `+${count(rule.without)}` : "0"}</b>
              </td>
              <td class="cell">
                <span class="dbl">
                  <i style={{ width: `${(100 * rule.without) / most}%` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
