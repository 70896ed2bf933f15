/** The bar on top: what is open, its history, save and export. In JupyterLab, which does the latter, it is shorter. */

import { useEffect, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { useAddress } from "./address.ts";
import { Cohorts } from "./Cohorts.tsx";
import { Help } from "./Help.tsx";
import { History } from "./History.tsx";
import { keep, kept } from "./kept.ts";
import { tellLab } from "./lab.ts";
import { Link } from "./Link.tsx";
import { useFresh, useLost, useNote, useTheme } from "./page.ts";
import type { Ask, BarData } from "./wire.ts";

const HISTORY = "cohort-explorer-history";
/** Characters of a cohort's name. */
const LONGEST = 200;

interface Props {
  data: BarData;
  ask: (what: Ask) => void;
}

export function Bar({ data, ask }: Props) {
  useTheme(data.theme, ask);
  useFresh(data.moved);
  useAddress(data.tab);
  const lost = useLost();
  const note = useNote(data.said);
  const [history, setHistory] = useState(kept(HISTORY) !== "");
  const { embedded } = data;
  const toggleHistory = () => {
    keep(HISTORY, history ? "" : "open");
    setHistory(!history);
  };
  const take = (kind: "save" | "export") => (embedded ? tellLab({ kind }) : ask({ kind }));
  return (
    <>
      <header class={`bar-top${embedded ? " embedded" : ""}`}>
        {lost && !embedded && <Lost />}
        <p class="note" role="status" hidden={!note}>
          {note}
        </p>
        {!embedded && (
          <>
            <span class="brand">
              <Brand />
              Cohort Explorer
            </span>
            <span class="sep" />
          </>
        )}
        <span class="what" title={data.about}>
          {data.snapshot}{" "}
          <span class="s q hide-n">{data.deidentified ? t("snapshot, de-identified") : t("snapshot")}</span>
        </span>
        <span class="sep" />
        <Name name={data.name} rename={(name) => ask({ kind: "rename", name })} />
        <Cohorts data={data} ask={ask} />
        <span class="sp" />
        <button
          class="btn icon"
          disabled={!data.undo}
          onClick={() => ask({ kind: "undo" })}
          title={data.undoes ? t("Undo, Ctrl+Z: %1", data.undoes) : t("Undo, Ctrl+Z")}
          aria-label={t("Undo")}
        >
          <Icon name="undo" />
        </button>
        <button
          class="btn icon"
          disabled={!data.redo}
          onClick={() => ask({ kind: "redo" })}
          title={data.redoes ? t("Redo, Ctrl+Shift+Z: %1", data.redoes) : t("Redo, Ctrl+Shift+Z")}
          aria-label={t("Redo")}
        >
          <Icon name="redo" />
        </button>
        <button
          class={history ? "btn icon on" : "btn icon"}
          aria-pressed={history}
          onClick={toggleHistory}
          title={t("History: every step with its patients")}
          aria-label={t("History")}
        >
          <Icon name="clock" />
        </button>
        <button
          class="btn"
          onClick={() => ask({ kind: "start-again" })}
          title={t("Start again with everybody; undo brings the cohort back")}
          aria-label={t("Start again")}
        >
          <Icon name="again" />
          <span class="word hide-n">{t("Start again")}</span>
        </button>
        <span class="sep" />
        {embedded ? (
          <button class="btn" onClick={() => tellLab({ kind: "open" })} title={t("Open a saved cohort")}>
            <Icon name="open" />
            <span class="word">{t("Open")}</span>
          </button>
        ) : (
          <Link data={data.link} tab={data.tab} ask={ask} />
        )}
        <button
          class="btn"
          onClick={() => take("save")}
          title={embedded ? t("Save the definition as a .cohort.json file") : t("Save among your cohorts, Ctrl+S")}
        >
          <Icon name="save" />
          <span class="word">{t("Save")}</span>
        </button>
        {embedded && (
          <button
            class="btn"
            onClick={() => tellLab({ kind: "insert", what: "cohort" })}
            title={t("Insert a cell with this cohort into the notebook")}
          >
            <Icon name="plus" />
            <span class="word">{t("Insert")}</span>
          </button>
        )}
        <button
          class="btn pri"
          disabled={data.exporting}
          onClick={() => take("export")}
          title={t("Export a notebook that checks itself")}
        >
          <Icon name="export" />
          {data.exporting ? t("Exporting") : t("Export")}
        </button>
        {!embedded && <ThemeSwitch theme={data.theme} ask={ask} />}
        <Help embedded={embedded} />
      </header>
      {history && <History data={data.history} policy={data.protected ?? undefined} ask={ask} />}
    </>
  );
}

function ThemeSwitch({ theme, ask }: { theme: BarData["theme"]; ask: Props["ask"] }) {
  return (
    <>
      <span class="sep" />
      <button
        class="btn icon"
        onClick={() => ask({ kind: "theme", theme: theme === "dark" ? "light" : "dark" })}
        title={t("Light or dark")}
        aria-label={t("Light or dark")}
      >
        <Icon name={theme === "dark" ? "sun" : "moon"} />
      </button>
    </>
  );
}

function Lost() {
  return (
    <div class="lost" role="alertdialog" aria-label={t("The explorer stopped.")}>
      <h2>{t("The explorer stopped.")}</h2>
      <p>
        {t("Its server does not answer any more, so the numbers on this page may be old. Start it again, then reload.")}
      </p>
      <button class="btn pri" onClick={() => location.reload()}>
        {t("Reload")}
      </button>
    </div>
  );
}

/** The cohort's name, edited where it stands. */
function Name({ name, rename }: { name: string; rename: (name: string) => void }) {
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const [full, setFull] = useState(false);
  const done = () => {
    setFull(false);
    if (text.trim() !== name) rename(text.trim());
  };
  return (
    <>
      <input
        class="name"
        value={text}
        size={Math.max(16, Math.min(36, text.length + 1))}
        maxLength={LONGEST}
        placeholder={t("Name this cohort")}
        aria-label={t("Name of the cohort")}
        onInput={({ currentTarget: { value } }) => {
          setText(value);
          setFull(value.length >= LONGEST);
        }}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setText(name);
        }}
      />
      {full && (
        <p class="note" role="status">
          {t("A name ends after %1 characters. What is longer is cut off.", LONGEST)}
        </p>
      )}
    </>
  );
}

function Brand() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <rect x="2" y="3" width="16" height="3" fill="var(--all)" />
      <rect x="2" y="8.5" width="11" height="3" fill="var(--accent)" opacity=".65" />
      <rect x="2" y="14" width="6" height="3" fill="var(--accent)" />
    </svg>
  );
}
