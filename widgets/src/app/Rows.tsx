/** The table of patients, studies or series: bar, rows, footing. */

import { useMemo } from "preact/hooks";
import { shownColumns } from "./row_columns.ts";
import { RowsBar } from "./RowsBar.tsx";
import { RowsFoot } from "./RowsFoot.tsx";
import { RowTree } from "./RowTree.tsx";
import type { AskRows, RowsData } from "./row_wire.ts";

export function Rows({ data, ask }: { data: RowsData; ask: AskRows }) {
  const columns = useMemo(() => shownColumns(data.columns, data.choices), [data.columns, data.choices]);
  return (
    <div class="rows">
      <RowsBar data={data} columns={columns} ask={ask} />
      <RowTree data={data} columns={columns} ask={ask} />
      <RowsFoot data={data} ask={ask} />
    </div>
  );
}
