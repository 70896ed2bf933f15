/** The bar on top: what is open, undo and redo, save and export. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { Ask, BarData } from "./wire.ts";

interface Props {
  data: BarData;
  ask: (what: Ask) => void;
}

export function Bar({ data, ask }: Props) {
  useTheme(data.theme, ask);
  const lost = useLost();
  const other = data.theme === "dark" ? "light" : "dark";
  return (
    <header class="bar-top">
      {lost && <Lost />}
      <span class="brand">
        <Brand />
        Cohort Explorer
      </span>
      <span class="sep" />
      <span class="what" title={data.about}>
        {data.snapshot} <span class="s q hide-n">{t("snapshot")}</span>
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
        {t("Start again")}
      </button>
      <span class="sep" />
      <Open ask={ask} />
      <button class="btn" onClick={() => ask({ kind: "save" })} title={t("Save the definition as a .cohort.json file")}>
        <Icon name="save" />
        {t("Save")}
      </button>
      <button
        class="btn pri"
        disabled={data.exporting}
        onClick={() => ask({ kind: "export" })}
        title={t("Export a notebook that checks itself")}
      >
        <Icon name="export" />
        {data.exporting ? t("Exporting") : t("Export")}
      </button>
      <span class="sep" />
      <button
        class="btn icon"
        onClick={() => ask({ kind: "theme", theme: other })}
        title={t("Light or dark")}
        aria-label={t("Light or dark")}
      >
        <Icon name={data.theme === "dark" ? "sun" : "moon"} />
      </button>
    </header>
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
        {t("Open")}
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

interface BokehDocument {
  on_event?: (name: string, heard: () => void) => void;
}

/** Whether the server has gone; what the page shows may then be old, and clicks reach nobody. */
function useLost(): boolean {
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const { Bokeh } = window as unknown as { Bokeh?: { documents?: BokehDocument[] } };
    for (const page of Bokeh?.documents ?? []) page.on_event?.("connection_lost", () => setLost(true));
  }, []);
  return lost;
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

/** The page outside the shadow root carries the theme, and the browser remembers it; Python learns it from here. */
function useTheme(theme: BarData["theme"], ask: Props["ask"]): void {
  useEffect(() => {
    const page = document.documentElement;
    if (!theme) ask({ kind: "theme", theme: page.dataset.theme === "dark" ? "dark" : "light" });
    if (!theme || page.dataset.theme === theme) return;
    page.dataset.theme = theme;
    try {
      localStorage.setItem("cohort-explorer-theme", theme);
    } catch {
      // A browser that keeps nothing still shows the theme.
    }
  }, [theme]);
}
