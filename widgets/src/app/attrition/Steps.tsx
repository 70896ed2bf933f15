/** The flow from everybody to the cohort, step by step. */

import { bytes, bytesLike, minus } from "../format.ts";
import { lostPeople, people, size, type Count, type Policy } from "../../left/protected.ts";
import { count } from "../../left/numbers.ts";
import { t } from "../../left/text.ts";
import type { Level } from "../../left/wire.ts";
import { Bar } from "./Bar.tsx";
import { label } from "./label.ts";
import type { AttritionAsk, AttritionData, Step } from "./wire.ts";

interface Props {
  data: AttritionData;
  ask: (what: AttritionAsk) => void;
}

export function Steps({ data, ask }: Props) {
  const { steps, protected: policy } = data;
  const everybody = steps[0]?.patients ?? null;
  // What is rounded anyway has a unit of its own: there is no "≈ < 0.01 TB".
  const form = policy ? bytes : bytesLike(steps[0]?.bytes ?? 0);
  return (
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
        {steps.map((step, index) => (
          <Row
            key={index}
            step={step}
            index={index}
            before={steps[index - 1]}
            everybody={everybody}
            policy={policy}
            form={form}
            looked={data.lost?.step === index}
            look={() => ask({ kind: "attrition-lost", step: index, facet: "" })}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  step: Step;
  index: number;
  before: Step | undefined;
  everybody: Count;
  policy: Policy | undefined;
  form: (n: number) => string;
  /** Whether those lost here are looked at below. */
  looked: boolean;
  look: () => void;
}

function Row({ step, index, before, everybody, policy, form, looked, look }: RowProps) {
  return (
    <>
      {before && !(policy && step.last) && (
        <Loss before={before} step={step} policy={policy} form={form} looked={looked} look={look} />
      )}
      <tr class="step">
        <td class="no">{index}</td>
        <td class="wrap">
          <b>
            {step.rule}
            {step.together && `, ${together(step.together)}`}
          </b>{" "}
          {step.group > 0 && <span class="s q">{t("group %1", step.group)}</span>}
        </td>
        <td class="n big">{people(step.patients, policy)}</td>
        <td class="n">{size(step.studies, policy)}</td>
        <td class="n">{size(step.series, policy)}</td>
        <td class="n">{size(step.instances, policy)}</td>
        <td class="n">{size(step.bytes, policy, form)}</td>
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

function together(level: Level): string {
  if (level === "patient") return t("in the same patient");
  return level === "study" ? t("in the same study") : t("in the same series");
}

type LossProps = Omit<RowProps, "before" | "everybody" | "index"> & { before: Step };

/** What was lost; under a policy Python says it, and only of patients. */
function Loss({ before, step, policy, form, looked, look }: LossProps) {
  const lost = (unit: "patients" | "studies" | "series" | "instances" | "bytes") =>
    (before[unit] ?? 0) - (step[unit] ?? 0);
  const patients = policy ? lostPeople(step.lost ?? null, policy) : minus(lost("patients"));
  const nobody = policy ? step.lost === 0 : lost("patients") === 0;
  return (
    <tr class={looked ? "loss on" : "loss"}>
      <td />
      <td class="wrap">
        {step.last ? (
          t("not taken")
        ) : (
          <button type="button" aria-pressed={looked} disabled={nobody} onClick={look}>
            {t("lost")}
          </button>
        )}
        {!nobody && step.had && <Had {...step.had} policy={policy} />}
      </td>
      <td class="n">{step.last ? "" : patients}</td>
      {policy ? (
        <td colSpan={4} />
      ) : (
        <>
          <td class="n">{minus(lost("studies"))}</td>
          <td class="n">{minus(lost("series"))}</td>
          <td class="n">{minus(lost("instances"))}</td>
          <td class="n">{minus(lost("bytes"), form)}</td>
        </>
      )}
    </tr>
  );
}

/** What those lost had instead: "O 295, missing 119, and 2 more". */
function Had({ rows, more, policy }: NonNullable<Step["had"]> & { policy: Policy | undefined }) {
  return (
    <span class="had">
      {rows.map((row, index) => (
        <span key={index}>
          {index > 0 && ", "}
          <span class={row.value === null ? "missing" : ""}>{label(row)}</span>
          {row.value === row.high ? " " : ": "}
          {people(row.patients, policy)}
        </span>
      ))}
      {more > 0 && `, ${t("%1 more", count(more))}`}
    </span>
  );
}
