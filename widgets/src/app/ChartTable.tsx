/** A chart as a table: the same numbers, for those who read or click without seeing bars. */

import { t } from "../left/text.ts";
import type { ChartAsk, ChartTableData } from "./chart_wire.ts";
import { count } from "./format.ts";

export function ChartTable({ data, ask }: { data: ChartTableData; ask: (what: ChartAsk) => void }) {
  const names = data.rows[0]?.names.length ?? data.heads.length;
  return (
    <div class="chart-table" style={{ height: `${data.height}px` }} tabIndex={0} role="region" aria-label={data.title}>
      <table>
        <thead>
          <tr>
            {data.heads.map((head, index) => (
              <th key={head} scope="col" class={index < names ? "" : "n"}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row, index) => (
            <tr key={index} class={row.chosen ? "on" : ""}>
              {row.names.map((name, column) => {
                const first = column === 0;
                const said = first && row.asks;
                return (
                  <td key={column}>
                    {said ? (
                      <button aria-pressed={row.chosen} onClick={() => ask({ kind: "chart-row", index })}>
                        {name}
                      </button>
                    ) : (
                      name
                    )}
                  </td>
                );
              })}
              {row.numbers.map((number, column) => (
                <td key={column} class={column === 0 ? "n now" : "n"}>
                  {number}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {data.more > 0 && <p class="chart-foot">{t("%1 more rows are in the file.", count(data.more))}</p>}
    </div>
  );
}
