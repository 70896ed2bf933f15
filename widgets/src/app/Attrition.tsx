/** What each rule costs: the flow from everybody to the cohort, and each rule alone. */

import { bytes, minus } from "./format.ts";
import { Icon } from "../left/icons.tsx";
import { lostPeople, people, shareOf, signed, size, weight, type Count, type Policy } from "../left/protected.ts";
import { t } from "../left/text.ts";
import type { Ask, AttritionData, Step } from "./wire.ts";

interface Props {
  data: AttritionData;
  ask: (what: Ask) => void;
}

export function Attrition({ data, ask }: Props) {
  const [everybody] = data.steps;
  const ofPatients = data.steps.filter((step) => !step.last);
  const members = ofPatients[ofPatients.length - 1];
  if (!everybody || !members) return null;
  const rules = ofPatients.slice(1);
  const policy = data.protected;
  return (
    <div class="attrition">
      <div class="row title">
        <h3>{t("From %1 patients to %2", people(everybody.patients, policy), people(members.patients, policy))}</h3>
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
            <Row
              key={index}
              step={step}
              index={index}
              before={data.steps[index - 1]}
              everybody={everybody.patients}
              policy={policy}
            />
          ))}
        </tbody>
      </table>
      {rules.length > 0 && <Costs rules={rules} policy={policy} />}
      {rules.length === 0 && (
        <p class="foot">{t("No rule yet: the cohort is everybody. Choose a value on the left.")}</p>
      )}
    </div>
  );
}

interface RowProps {
  step: Step;
  index: number;
  before: Step | undefined;
  everybody: Count;
  policy: Policy | undefined;
}

function Row({ step, index, before, everybody, policy }: RowProps) {
  return (
    <>
      {before && !policy && <Loss before={before} step={step} />}
      {before && policy && !step.last && (
        <tr class="loss">
          <td />
          <td>{t("lost")}</td>
          <td class="n">{lostPeople(step.lost ?? null, policy)}</td>
          <td colSpan={4} />
        </tr>
      )}
      <tr class="step">
        <td class="no">{index}</td>
        <td>
          <b>{step.rule}</b> <span class="s q">{step.group}</span>
        </td>
        <td class="n big">{people(step.patients, policy)}</td>
        <td class="n">{size(step.studies, policy)}</td>
        <td class="n">{size(step.series, policy)}</td>
        <td class="n">{size(step.instances, policy)}</td>
        <td class="n">{size(step.bytes, policy, bytes)}</td>
      </tr>
      <tr class="bars" aria-hidden="true">
        <td />
        <td colSpan={6}>
          <span class="dbl">
            <Bar n={(before ?? step).patients} of={everybody} reference />
            <Bar n={step.patients} of={everybody} />
          </span>
        </td>
      </tr>
    </>
  );
}

/** What was lost, where every number is told; under a policy Python says it. */
function Loss({ before, step }: { before: Step; step: Step }) {
  const lost = (unit: "patients" | "studies" | "series" | "instances" | "bytes") =>
    (before[unit] ?? 0) - (step[unit] ?? 0);
  return (
    <tr class="loss">
      <td />
      <td>{step.last ? t("not taken") : t("lost")}</td>
      <td class="n">{step.last ? "" : minus(lost("patients"))}</td>
      <td class="n">{minus(lost("studies"))}</td>
      <td class="n">{minus(lost("series"))}</td>
      <td class="n">{minus(lost("instances"))}</td>
      <td class="n">{minus(lost("bytes"), bytes)}</td>
    </tr>
  );
}

/** A bar; a short hatched one where its length is not told. */
function Bar({ n, of, reference = false }: { n: Count; of: Count; reference?: boolean }) {
  const kind = reference ? "g" : "";
  if (n === null) return <i class={`${kind} few`} />;
  return <i class={kind} style={{ width: `${100 * (shareOf(n, of) ?? 0)}%` }} />;
}

/** Each rule by itself, and what leaving it out would bring back. */
function Costs({ rules, policy }: { rules: Step[]; policy: Policy | undefined }) {
  const most = Math.max(1, ...rules.map((rule) => weight(rule.without)));
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
              <td class="n">{signed(rule.alone, "−", policy)}</td>
              <td class="n">
                <b>{signed(rule.without, "+", policy)}</b>
              </td>
              <td class="cell">
                <span class="dbl">
                  <Bar n={rule.without} of={most} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
