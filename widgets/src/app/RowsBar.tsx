/** Over the table: what its rows are, what to find, their order, columns, and what a person takes along. */

import { useEffect, useRef, useState } from "preact/hooks";
import { toClipboard } from "./clipboard.ts";
import { Columns } from "./Columns.tsx";
import { count } from "./format.ts";
import { tabSeparated, titleOf, type Column } from "./row_columns.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { AskRows, RowsData } from "./row_wire.ts";

interface Props {
  data: RowsData;
  columns: Column[];
  ask: AskRows;
}

const TITLES = { patient: "Patients", study: "Studies", series: "Series" } as const;
const ONE = { patient: "patient", study: "study", series: "level\u0004series" } as const;
const MANY = { patient: "patients", study: "studies", series: "series" } as const;
const FIND = "Find a patient, study or series ID";
const FIRST_SEED = 7;
const TYPING_MS = 350;

export function RowsBar({ data, columns, ask }: Props) {
  const units = t((data.all === 1 ? ONE : MANY)[data.level]);
  return (
    <div class="row rowsbar">
      <span class="seg" role="radiogroup" aria-label={t("Rows of the table")}>
        {data.levels.map((level) => (
          <button
            key={level}
            role="radio"
            aria-checked={level === data.level}
            class={level === data.level ? "on" : ""}
            onClick={() => ask({ kind: "rows-level", value: level })}
          >
            {t(TITLES[level])}
          </button>
        ))}
      </span>
      <Find text={data.text} ask={ask} />
      <Order data={data} columns={columns} ask={ask} />
      <span class="sp" />
      <Columns data={data} ask={ask} />
      <Copy data={data} columns={columns} />
      <button class="btn sm line" disabled={data.all === 0} onClick={() => ask({ kind: "download-rows" })}>
        <Icon name="export" />
        {t("Download %1 %2, CSV", count(data.all), units)}
      </button>
    </div>
  );
}

function Find({ text, ask }: { text: string; ask: AskRows }) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<number>();
  const asked = useRef(text);
  useEffect(() => {
    // What was asked for elsewhere, such as in the same page before it was loaded anew.
    if (text !== asked.current) setTyped(text);
    asked.current = text;
  }, [text]);
  const find = (now: string, wait: number) => {
    setTyped(now);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      asked.current = now.split(/\s+/).filter(Boolean).join(" ");
      ask({ kind: "rows-find", value: now });
    }, wait);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") find(typed, 0);
    if (event.key !== "Escape" || !typed) return;
    event.preventDefault();
    event.stopPropagation();
    find("", 0);
  };
  return (
    <span class="find">
      <Icon name="search" />
      <input
        type="search"
        spellcheck={false}
        autocomplete="off"
        aria-label={t(FIND)}
        placeholder={t(FIND)}
        title={t("A part of a patient ID, or the UID of a study or series: all of it, or 8 characters and more.")}
        value={typed}
        onInput={(event) => find(event.currentTarget.value, TYPING_MS)}
        onKeyDown={onKeyDown}
      />
    </span>
  );
}

function Order({ data, columns, ask }: Props) {
  const { sort, seed } = data;
  const sorted = sort && columns.find((column) => column.name === sort.name);
  const choose = (order: string) => {
    if (order === "random") ask({ kind: "rows-seed", value: seed ?? FIRST_SEED });
    else if (order === "catalogue") ask({ kind: "rows-sort", value: null });
  };
  return (
    <>
      <select
        class="order"
        aria-label={t("Order of the rows")}
        value={sort ? "sorted" : seed === null ? "catalogue" : "random"}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="catalogue">{t("Order: by dataset")}</option>
        <option value="random">{t("Order: random")}</option>
        {sort && <option value="sorted">{t("Order: by %1", sorted ? titleOf(sorted) : sort.name)}</option>}
      </select>
      {seed !== null && (
        <>
          <label class="s q seed">
            {t("seed")}
            <input
              type="number"
              min={0}
              value={seed}
              onChange={(event) =>
                ask({ kind: "rows-seed", value: Math.max(0, Math.trunc(event.currentTarget.valueAsNumber) || 0) })
              }
            />
          </label>
          <button
            class="btn sm slim"
            aria-label={t("New seed")}
            title={t("New seed")}
            onClick={() => ask({ kind: "rows-seed", value: seed + 1 })}
          >
            <Icon name="dice" />
            <span class="hide-n">{t("New seed")}</span>
          </button>
        </>
      )}
    </>
  );
}

/** The rows of the page, for a spreadsheet. */
function Copy({ data, columns }: { data: RowsData; columns: Column[] }) {
  const [copied, setCopied] = useState(false);
  const rows = data.rows.length;
  const copy = async () => {
    await toClipboard(
      tabSeparated(
        columns,
        data.rows.map((row) => row.cells),
      ),
    );
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  const said = t("Copy the %1 rows of this page with their headings, for a spreadsheet", count(rows));
  return (
    <button class="btn sm slim" disabled={rows === 0} aria-label={said} title={said} onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} />
      <span class="hide-n">{copied ? t("Copied") : t("Copy")}</span>
    </button>
  );
}
