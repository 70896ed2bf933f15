/** Keys of the whole page: tabs, export, save, fold, help. Those of the column are its own: left/keys.ts. */

import { useEffect, useRef } from "preact/hooks";
import { isTyping } from "../left/keys.ts";
import { lettersOn } from "../left/letters.ts";
import { asideOpen, setAside } from "./aside.ts";
import { callFor } from "./calls.ts";
import { tellLab } from "./lab.ts";
import type { Ask, HeadData, Tab } from "./wire.ts";

/** The second key after g, by the name of the tab. */
const LETTERS: Readonly<Record<string, string>> = {
  overview: "o",
  attrition: "a",
  rows: "p",
  images: "i",
  compare: "c",
  quality: "q",
  use: "u",
  code: "k",
};
/** On the page while a modal dialog is open, for which all keys are meant. */
export const MODAL = "modal-open";
/** So long after g a letter still names a tab. */
const CHORD_MS = 1_500;

/** The letters of the tabs that there are. */
export function tabLetters(tabs: readonly Tab[]): [string, Tab][] {
  return tabs.flatMap((tab): [string, Tab][] => {
    const letter = LETTERS[tab.name];
    return letter === undefined ? [] : [[letter, tab]];
  });
}

export function useShortcuts(data: HeadData, ask: (what: Ask) => void): void {
  const now = useRef({ data, ask });
  now.current = { data, ask };
  useEffect(() => {
    let chord = 0;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || busy()) return;
      const { data: shown, ask: say } = now.current;
      const take = (kind: "save" | "export") => (shown.embedded ? tellLab({ kind }) : say({ kind }));
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "s") {
        event.preventDefault();
        take("save");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(origin(event))) return;
      if (event.key === "?") callFor("keys");
      else if (!lettersOn()) return;
      else if (Date.now() - chord < CHORD_MS) {
        chord = 0;
        const tab = tabLetters(shown.tabs).find(([letter]) => letter === key)?.[1];
        if (!tab) return;
        say({ kind: "tab", tab: tab.name });
      } else if (event.key === "g") chord = Date.now();
      else if (event.key === "e") take("export");
      else if (event.key === "f") setAside(!asideOpen());
      else return;
      event.preventDefault();
    };
    // The column searches where it can be seen: it is opened before the column hears the key.
    const before = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(origin(event));
      if (event.key === "/" && plain && lettersOn() && !busy() && !asideOpen()) setAside(true);
    };
    document.addEventListener("keydown", before, { capture: true });
    document.addEventListener("keydown", pressed);
    return () => {
      document.removeEventListener("keydown", before, { capture: true });
      document.removeEventListener("keydown", pressed);
    };
  }, []);
}

/** Where the event began, also inside shadow roots. */
function origin(event: Event): HTMLElement | null {
  const first = event.composedPath()[0];
  return first instanceof HTMLElement ? first : null;
}

function busy(): boolean {
  return document.documentElement.classList.contains(MODAL);
}
