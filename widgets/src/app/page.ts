/** What the bar does with the page around it: theme, lost server, start anew. */

import { useEffect, useState } from "preact/hooks";
import { t } from "../left/text.ts";
import { embedded, hearLab, tellLab, type Theme } from "./lab.ts";
import type { Ask, BarData } from "./wire.ts";

interface BokehDocument {
  on_event?: (name: string, heard: () => void) => void;
}

/** Whether the server has gone; what the page shows may then be old, and clicks reach nobody. */
export function useLost(): boolean {
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const gone = () => {
      setLost(true);
      tellLab({ kind: "lost" });
    };
    const { Bokeh } = window as unknown as { Bokeh?: { documents?: BokehDocument[] } };
    for (const page of Bokeh?.documents ?? []) page.on_event?.("connection_lost", gone);
  }, []);
  return lost;
}

/** The page starts anew on another snapshot: nothing that it shows would still be true. */
export function useFresh(moved: boolean): void {
  useEffect(() => {
    if (moved) location.reload();
  }, [moved]);
}

const NOTE_MS = 6_000;

/** What Python or JupyterLab has to say: where the cohort was saved, or why something was not done; for a moment. */
export function useNote(told: { text: string; times: number }): string {
  const [note, setNote] = useState("");
  useEffect(() => setNote(told.text), [told.times]);
  useEffect(
    () =>
      hearLab((said) => {
        if (said.kind === "saved") setNote(t("Saved as %1", said.path));
        if (said.kind === "told") setNote(said.text);
      }),
    [],
  );
  useEffect(() => {
    if (!note) return undefined;
    const timer = setTimeout(() => setNote(""), NOTE_MS);
    return () => clearTimeout(timer);
  }, [note]);
  return note;
}

/**
 * The page outside the shadow root carries the theme; Python learns it from here, and the browser remembers it.
 * In JupyterLab the theme is JupyterLab's.
 */
export function useTheme(theme: BarData["theme"], ask: (what: Ask) => void): void {
  useEffect(
    () =>
      hearLab((said) => {
        if (said.kind === "theme") ask({ kind: "theme", theme: said.theme });
      }),
    [],
  );
  useEffect(() => {
    const page = document.documentElement;
    if (!theme) ask({ kind: "theme", theme: page.dataset.theme === "dark" ? "dark" : "light" });
    if (!theme || page.dataset.theme === theme) return;
    page.dataset.theme = theme;
    if (!embedded()) remember(theme);
  }, [theme]);
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem("cohort-explorer-theme", theme);
  } catch {
    // A browser that keeps nothing still shows the theme.
  }
}
