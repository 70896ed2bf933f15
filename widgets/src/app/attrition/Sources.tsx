/** Where the patients of each step come from. */

import { count, percent } from "../../left/numbers.ts";
import { people, shareOf } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { useState } from "preact/hooks";
import { Bar } from "./Bar.tsx";
import type { AttritionData, By } from "./wire.ts";

/** Rows that are shown before one asks for more. */
const FEW = 12;
/** So many steps leave little room for their names. */
const MANY = 5;

export function Sources({ data, by }: { data: AttritionData; by: By }) {
  const steps = data.steps.filter((step) => !step.last);
  const policy = data.protected;
  const title = data.facets.find((facet) => facet.name === by.facet)?.title ?? by.facet;
  const [whole, setWhole] = useState(false);
  const shown = whole ? by.rows : by.rows.slice(0, FEW);
  const more = by.total - shown.length;
  return (
    <div class="sources" role="region" aria-label={title} tabIndex={0}>
      <table class={steps.length > MANY ? "t narrow" : "t"}>
        <thead>
          <tr>
            <th>{title}</th>
            {steps.map((step, index) => (
              <th class="n" key={index} title={step.rule}>
                <span class="no">{index}</span> <span class="clip">{step.rule}</span>
              </th>
            ))}
            <th class="n">{t("kept")}</th>
            <th class="cell" />
          </tr>
        </thead>
        <tbody>
          {shown.map(([value, ...numbers]) => {
            const told = numbers.slice(0, steps.length);
            const [first = null, last = null] = [told[0], told[told.length - 1]];
            const share = shareOf(last, first);
            return (
              <tr key={JSON.stringify(value)}>
                <td class={value === null ? "source missing" : "source"} title={String(value ?? "")}>
                  {value === null ? t("missing") : String(value)}
                </td>
                {told.map((n, index) => (
                  <td class={n === 0 ? "n none" : "n"} key={index}>
                    {index === told.length - 1 ? <b>{people(n, policy)}</b> : people(n, policy)}
                  </td>
                ))}
                <td class="n q">{share === null ? "" : percent(share)}</td>
                <td class="cell" aria-hidden="true">
                  <span class="dbl">
                    <Bar n={first} of={first} reference />
                    <Bar n={last} of={first} />
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {!whole && more > 0 && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          {t("%1 more", count(more))}
        </button>
      )}
      {whole && more > 0 && <p class="foot">{t("%1 more in the file.", count(more))}</p>}
    </div>
  );
}
