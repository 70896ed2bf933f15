/** Which columns the table has; the browser remembers what a person chose. */

import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { Popup } from "../left/Popup.tsx";
import { lookedUp, t } from "../left/text.ts";
import { titleOf } from "./row_columns.ts";
import type { AskRows, RowsData } from "./row_wire.ts";

const KEY = "cohort-explorer-columns";

export function Columns({ data, ask }: { data: RowsData; ask: AskRows }) {
  const { level, columns, choices, first_columns: first } = data;
  const restored = useRef(new Set<string>());
  useEffect(() => {
    const kept = remembered()[level];
    const isFirst = !restored.current.has(level);
    restored.current.add(level);
    if (!isFirst) remember(level, same(columns, first) ? undefined : columns);
    else if (kept && !same(kept, columns)) ask({ kind: "rows-columns", value: kept });
  }, [level, columns.join()]);
  return (
    <Popup
      label={t("Columns")}
      class="btn sm"
      role="dialog"
      button={
        <>
          <Icon name="columns" />
          <span class="hide-n">{t("Columns")}</span>
        </>
      }
    >
      {() => (
        <>
          <div class="choices" role="group" aria-label={t("Columns of the table")}>
            {choices.map((choice) => {
              const on = columns.includes(choice.name);
              return (
                <label key={choice.name} title={lookedUp(choice.about)}>
                  <input
                    type="checkbox"
                    checked={on}
                    disabled={on && columns.length === 1}
                    onChange={() => ask({ kind: "rows-column", value: choice.name, on: !on })}
                  />
                  <span class="clip">{titleOf(choice)}</span>
                  <span class="q mono clip">{choice.name}</span>
                </label>
              );
            })}
          </div>
          <button
            class="btn sm"
            disabled={same(columns, first)}
            onClick={() => ask({ kind: "rows-columns", value: first })}
          >
            {t("Usual columns")}
          </button>
        </>
      )}
    </Popup>
  );
}

/** The same columns, in whichever order. */
function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

function remembered(): Record<string, string[] | undefined> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const lists = Object.entries(kept).filter(([, names]) => Array.isArray(names));
    return Object.fromEntries(lists);
  } catch {
    return {};
  }
}

function remember(level: string, names: string[] | undefined): void {
  try {
    // What is undefined is not written.
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), [level]: names }));
  } catch {
    // A browser that keeps nothing shows the usual columns next time.
  }
}
