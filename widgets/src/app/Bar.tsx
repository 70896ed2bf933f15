/** The bar on top: what is open, undo and redo, save and export. In JupyterLab, which does the latter, it is shorter. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { tellLab } from "./lab.ts";
import { useDrawer, useFresh, useLost, useNote, useTheme } from "./page.ts";
import type { Ask, BarData } from "./wire.ts";

interface Props {
  data: BarData;
  ask: (what: Ask) => void;
}

export function Bar({ data, ask }: Props) {
  useTheme(data.theme, ask);
  useFresh(data.moved);
  const lost = useLost();
  const note = useNote();
  const [drawer, setDrawer] = useDrawer();
  const { embedded } = data;
  const take = (kind: "save" | "export") => (embedded ? tellLab({ kind }) : ask({ kind }));
  return (
    <header class={`bar-top${embedded ? " embedded" : ""}`}>
      {lost && !embedded && <Lost />}
      <p class="note" role="status" hidden={!note}>
        {note}
      </p>
      <button class="btn drawer" aria-expanded={drawer} onClick={() => setDrawer(!drawer)}>
        <Icon name={drawer ? "left" : "right"} />
        {t("Rule and filters")}
      </button>
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
      <span class="sp" />
      <button
        class="btn icon"
        disabled={!data.undo}
        onClick={() => ask({ kind: "undo" })}
        title={t("Undo, Ctrl+Z")}
        aria-label={t("Undo")}
      >
        <Icon name="undo" />
      </button>
      <button
        class="btn icon"
        disabled={!data.redo}
        onClick={() => ask({ kind: "redo" })}
        title={t("Redo, Ctrl+Shift+Z")}
        aria-label={t("Redo")}
      >
        <Icon name="redo" />
      </button>
      <button
        class="btn"
        onClick={() => ask({ kind: "start-again" })}
        title={t("Start again with everybody; undo brings the cohort back")}
      >
        <Icon name="again" />
        <span class="word">{t("Start again")}</span>
      </button>
      <span class="sep" />
      {embedded ? (
        <button class="btn" onClick={() => tellLab({ kind: "open" })} title={t("Open a saved cohort")}>
          <Icon name="open" />
          <span class="word">{t("Open")}</span>
        </button>
      ) : (
        <Open ask={ask} />
      )}
      <button class="btn" onClick={() => take("save")} title={t("Save the definition as a .cohort.json file")}>
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
    </header>
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

/** Larger files are no definitions. */
const LARGEST = 20_000_000;

/** A saved definition, read by the browser and judged by Python. */
function Open({ ask }: { ask: Props["ask"] }) {
  const input = useRef<HTMLInputElement>(null);
  const read = async () => {
    const file = input.current?.files?.[0];
    if (!file) return;
    const text = file.size > LARGEST ? "" : await file.text();
    ask({ kind: "open", name: file.name, text });
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <button class="btn" onClick={() => input.current?.click()} title={t("Open a saved .cohort.json file")}>
        <Icon name="open" />
        <span class="word">{t("Open")}</span>
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t("Definition to open")}
        onChange={() => void read()}
      />
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
  const done = () => {
    if (text.trim() !== name) rename(text.trim());
  };
  return (
    <input
      class="name"
      value={text}
      size={Math.max(16, Math.min(36, text.length + 1))}
      maxLength={200}
      placeholder={t("Name this cohort")}
      aria-label={t("Name of the cohort")}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setText(name);
      }}
    />
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
