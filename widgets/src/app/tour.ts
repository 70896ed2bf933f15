/** The steps of the tour: what each shows, and where. */

import { t } from "../left/text.ts";
import { keep, kept } from "./kept.ts";
import type { HeadData } from "./wire.ts";

export interface Step {
  title: () => string;
  text: () => string;
  /** Where on the page it points: the part of the frame, and what in it; nowhere for the middle. */
  part?: ".left" | ".top" | ".body" | ".bar";
  place?: string;
  /** The tab that has to be open. */
  tab?: string;
  /** A question or the person's own cohort is chosen here. */
  chooses?: boolean;
}

const STEPS: readonly Step[] = [
  {
    title: () => t("A cohort to walk through"),
    text: () => t("Choose a question. Each is a rule that you can change afterwards; undo brings back what was here."),
    chooses: true,
  },
  {
    title: () => t("The rule"),
    text: () =>
      t(
        "What stands in one card must hold together. The switch says how: in the same series, the same study, or only the same patient, each with the patients it would give.",
      ),
    part: ".left",
    place: ".groups",
  },
  {
    title: () => t("Filters"),
    text: () =>
      t(
        "Each value has the patients you would have with it, and all there are. Missing is a value like any other. Click to choose, Alt and click to exclude.",
      ),
    part: ".left",
    place: ".facets",
  },
  {
    title: () => t("The rule as a sentence"),
    text: () => t("It says no more and no less than what is counted. An underlined word opens its filter."),
    part: ".top",
    place: ".sentence",
  },
  {
    title: () => t("How many"),
    text: () => t("What the cohort has, and of how many. The numbers follow every click."),
    part: ".top",
    place: ".totals",
  },
  {
    title: () => t("Overview"),
    text: () => t("Blue is the cohort now, grey is everything. A click on a bar filters."),
    part: ".body",
    tab: "overview",
  },
  {
    title: () => t("Attrition"),
    text: () => t("What each rule takes away, in order and alone: the numbers for a flow chart."),
    part: ".body",
    tab: "attrition",
  },
  {
    title: () => t("Patients & series"),
    text: () => t("The patients themselves, with their studies and series; all of them can be downloaded."),
    part: ".body",
    tab: "rows",
  },
  {
    title: () => t("Take it with you"),
    text: () =>
      t(
        "Undo takes back every step. Export writes a notebook that counts again and says whether the numbers are the same, on any computer.",
      ),
    part: ".bar",
    place: ".btn.pri",
    tab: "overview",
  },
];

/** The steps for this page: single patients are not shown where small counts are protected. */
export function stepsFor({ tabs, protected: policy }: HeadData): Step[] {
  return STEPS.filter(
    ({ tab }) => (tab === undefined || tabs.some(({ name }) => name === tab)) && !(policy && tab === "rows"),
  );
}

const KEPT = "cohort-explorer-tour";

/** The step at which the person left the tour; 0 where it is to begin. */
export function stepKept(): number {
  const step = Number(kept(KEPT));
  return Number.isInteger(step) && step > 0 && step < STEPS.length ? step : 0;
}

export function keepStep(step: number): void {
  keep(KEPT, step > 0 ? String(step) : "");
}

/** The first element of a part of the page, also inside its shadow roots. */
export function placeOf({ part, place }: Step): Element | null {
  const frame = part ? document.querySelector(part) : null;
  return frame && place ? (within(frame, place) ?? frame) : frame;
}

function within(root: ParentNode, selector: string): Element | null {
  const found = root.querySelector(selector);
  if (found) return found;
  for (const each of root.querySelectorAll("*")) {
    const inner = each.shadowRoot && within(each.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
}
