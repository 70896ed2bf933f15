/** What the sheet and the Image tab are made of, beside the pieces in make.ts. */

import { t } from "../left/text.ts";
import { button, make, svg } from "./make.ts";

const PATHS = {
  eye: "M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  flag: "M4 14V2.5M4 3h8l-2 3 2 3H4",
  close: "M4 4l8 8M12 4l-8 8",
  dice: "M3 3h10v10H3zM5.8 5.8h.1M10.2 10.2h.1M8 8h.1",
  swap: "M3 5.5h10M10.5 3L13 5.5 10.5 8M13 11H3M5.5 8.5L3 11l2.5 2.5",
  save: "M8 2.5v7.5M5 7.5L8 10.5l3-3M3 13.5h10",
} as const;

export type IconName = keyof typeof PATHS;

/** A line icon, 16 x 16, that says nothing itself. */
export function icon(name: IconName): SVGElement {
  const drawn = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  drawn.append(svg("path", { d: PATHS[name] }));
  return drawn;
}

/** A button with an icon before its words. */
export function action(text: string, name: IconName, press: () => void): HTMLButtonElement {
  const made = button(text, press);
  made.prepend(icon(name));
  return made;
}

/** What the person decided about a series; it stands in the cohort's notes. */
export type Mark = "" | "flag" | "exclude";

/** The two buttons that note something about a series; pressed again, they take it back. */
export function markButtons(mark: Mark, set: (mark: Mark) => void): [flag: HTMLButtonElement, exclude: HTMLButtonElement] {
  const flagged = mark === "flag";
  const excluded = mark === "exclude";
  const flag = action(flagged ? t("Flagged") : t("Flag"), "flag", () => set(flagged ? "" : "flag"));
  const words = excluded ? t("Excluded") : t("Exclude this series");
  const exclude = action(words, "close", () => set(excluded ? "" : "exclude"));
  flag.setAttribute("aria-pressed", String(flagged));
  exclude.setAttribute("aria-pressed", String(excluded));
  return [flag, exclude];
}

/** What a mark does, and what it does not. */
export function markInWords(mark: Mark): string {
  if (mark === "exclude") return t("Excluded in the cohort's notes. The counts do not change.");
  return mark === "flag" ? t("Flagged in the cohort's notes. The counts do not change.") : "";
}

/** Buttons of which one is pressed. */
export function choice(name: string, options: [string, string][], now: string, set: (value: string) => void): Node {
  const group = make("div", "cx-choice");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", name);
  for (const [value, text] of options) {
    const one = button(text, () => set(value));
    one.setAttribute("aria-pressed", String(value === now));
    group.append(one);
  }
  return group;
}
