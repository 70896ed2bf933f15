/** What is said where no picture can be: why, what is known, and what can be done. */

import { t } from "../left/text.ts";
import { button, icon, make } from "./make.ts";
import type { Hands } from "./tab.ts";

export interface Advice {
  kind: "advice";
  heading: string;
  text: string;
  facts: [string, string][];
  steps: { text: string; code: string }[];
  /** Whether the text says what went wrong. */
  warning?: boolean;
  /** What is under way: how much of it is done, 0 to 1. */
  share?: number;
  /** Buttons, the main one first. */
  actions?: { name: string; text: string }[];
}

export function advice(content: Advice, hands: Hands): Node[] {
  const box = make("div", "cx-tab-advice");
  box.setAttribute("role", "status");
  if (content.heading) {
    const text = make("div", content.warning ? "t warn" : "t", content.text);
    if (content.warning) text.prepend(icon("warning"));
    box.append(make("h3", "", content.heading), text);
  }
  if (content.facts.length) {
    const facts = make("dl");
    for (const [name, value] of content.facts) facts.append(make("dt", "", name), make("dd", "", value));
    box.append(facts);
  }
  if (content.share !== undefined) {
    const bar = make("progress");
    bar.value = content.share;
    bar.setAttribute("aria-label", content.heading);
    box.append(bar);
  }
  if (content.actions?.length) box.append(buttons(content, hands));
  for (const { text, code } of content.steps) box.append(make("p", "", text), copied(code));
  return [box];
}

function buttons(content: Advice, hands: Hands): HTMLElement {
  const line = make("div", "do");
  for (const { name, text } of content.actions ?? []) {
    const main = !line.children.length && content.share === undefined;
    const one = button(text, () => {
      one.disabled = true;
      hands.press(name);
    }, main ? "pri" : "");
    line.append(one);
  }
  return line;
}

/** A command, and a button that copies it. */
function copied(code: string): HTMLElement {
  const line = make("div", "c");
  const copy = button(t("Copy"), () => {
    void navigator.clipboard.writeText(code).then(
      () => (copy.textContent = t("Copied")),
      () => (copy.textContent = t("Select it")),
    );
  });
  line.append(make("code", "", code), copy);
  return line;
}
