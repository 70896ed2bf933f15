/** Who was lost at a step: the values of a facet among them, and a click that keeps those with one. */

import { count } from "../../left/numbers.ts";
import { people, weight, type Policy } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { Bar } from "./Bar.tsx";
import { label } from "./label.ts";
import type { AttritionAsk, AttritionData, Lost, LostValue } from "./wire.ts";

interface Props {
  lost: Lost;
  facets: AttritionData["facets"];
  policy: Policy | undefined;
  ask: (what: AttritionAsk) => void;
}

export function LostValues({ lost, facets, policy, ask }: Props) {
  const most = Math.max(1, ...lost.rows.map((row) => weight(row.patients)));
  const more = lost.distinct - lost.rows.length;
  return (
    <section class="lost-values">
      <h3>
        {t("Lost at step %1", lost.step)} <span class="s q">{whom(lost, policy)}</span>
      </h3>
      <table class="t">
        <thead>
          <tr>
            <th>
              <Choice lost={lost} facets={facets} ask={ask} />
            </th>
            <th class="n">{t("patients")}</th>
            <th class="cell" />
            <th class="act" />
          </tr>
        </thead>
        <tbody>
          {lost.rows.map((row) => (
            <tr key={JSON.stringify(row.value)} data-value={JSON.stringify(row.value)}>
              <td class={row.value === null ? "wrap missing" : "wrap"}>{label(row)}</td>
              <td class="n">
                <b>{people(row.patients, policy)}</b>
              </td>
              <td class="cell">
                <span class="dbl">
                  <Bar n={row.patients} of={most} reference />
                </span>
              </td>
              <td class="act">{row.change && <Back row={row} ask={ask} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="foot">
        {more > 0 && t("%1 more values.", count(more))}{" "}
        {lost.rows.length > 1 && t("A patient with several values counts for each.")}
      </p>
    </section>
  );
}

/** "4,625 of 82,728 patients, with series that meet the rest" */
function whom(lost: Lost, policy: Policy | undefined): string {
  const all = people(lost.patients, policy);
  const some = people(lost.counted, policy);
  if (some === all) return t("%1 patients", all);
  return t("%1 of %2 patients have series that meet the rest", some, all);
}

/** The facet: first those that the step's group names, then all others. */
function Choice({ lost, facets, ask }: Omit<Props, "policy">) {
  const named = facets.filter((facet) => lost.naming.includes(facet.name));
  const others = facets.filter((facet) => !lost.naming.includes(facet.name));
  const options = (some: typeof facets) =>
    some.map((facet) => (
      <option key={facet.name} value={facet.name} selected={facet.name === lost.facet}>
        {facet.title}
      </option>
    ));
  return (
    <select
      aria-label={t("Property of the lost")}
      onChange={(event) => ask({ kind: "attrition-lost", step: lost.step, facet: event.currentTarget.value })}
    >
      {named.length > 0 && <optgroup label={t("asked for at this step")}>{options(named)}</optgroup>}
      <optgroup label={t("other")}>{options(others)}</optgroup>
    </select>
  );
}

function Back({ row, ask }: { row: LostValue; ask: (what: AttritionAsk) => void }) {
  const { change } = row;
  if (!change) return null;
  const verb = change.kind === "toggle" && !change.on ? t("Keep") : t("Include");
  return (
    <button type="button" class="link" aria-label={`${verb}: ${label(row)}`} onClick={() => ask(change)}>
      {verb}
    </button>
  );
}
