/** The languages that the app and the widgets carry with them; JupyterLab has a catalogue of its own from the server. */

import es from "../../locale/es.json";
import { setLocale } from "./numbers.ts";
import { language, setCatalogue } from "./text.ts";

const CATALOGUES: Readonly<Record<string, Readonly<Record<string, string>>>> = { es };

/** Speak this language, or that of the page where none is named; English where it is none of ours. */
export function speak(wanted = ""): void {
  const [name = ""] = (wanted || document.documentElement.lang).toLowerCase().split(/[-_]/);
  const known = Object.hasOwn(CATALOGUES, name) ? name : "en";
  if (known !== language()) setCatalogue(CATALOGUES[known] ?? {}, known);
  setLocale(known);
}
