/** The row below the viewer: what can be done with the open series, and what is noted of it. */

import { t } from "../left/text.ts";
import { action, type Mark, markButtons, markInWords } from "./elements.ts";
import { button, make } from "./make.ts";
import type { Hands } from "./tab.ts";

export interface Actions {
  kind: "actions";
  uid: string;
  /** What a mark is about, where that is not plain. */
  about: string;
  mark: Mark;
  note: string;
  /** Whether there is a cohort to note something in. */
  can_mark: boolean;
  /** Whether the series is no longer in the cohort. */
  outside: boolean;
  /** Series that can be shown beside it, what one would compare with first. */
  companions: { uid: string; short: string; text: string }[];
  /** The one that is shown beside it; empty where it stands alone. */
  beside: string;
  /** What belongs to it and is not on this computer. */
  linked: { uid: string; text: string }[];
  problems: string[];
  /** Name of the picture's file; empty where there is none to save. */
  png: string;
}

const LONGEST_NOTE = 1000;

export function actions(content: Actions, hands: Hands): Node[] {
  const line = make("div", "cx-do");
  line.append(...compared(content, hands));
  const mark = (wanted: Mark, note = content.note): void =>
    hands.press(wanted || "clear", wanted ? `${content.uid}:${note}` : content.uid);
  if (content.can_mark) {
    if (content.about) line.append(make("span", "cx-about", content.about));
    const [flag, exclude] = markButtons(content.mark, (wanted) => mark(wanted));
    line.append(does("flag", flag), does("exclude", exclude));
  }
  if (content.png) line.append(saved(content, hands));
  const parts: Node[] = [line];
  if (content.outside) parts.unshift(told(t("This series is no longer in the cohort. It stays open to be looked at.")));
  if (content.can_mark && content.mark) parts.push(noted(content, (note) => mark(content.mark, note)));
  for (const { uid, text } of content.linked) parts.push(fetched(uid, text, hands));
  for (const problem of content.problems) parts.push(told(problem));
  return parts;
}

/** The likely one as a button, the others in a menu. */
function compared({ companions, beside }: Actions, hands: Hands): Node[] {
  const [first] = companions;
  if (beside) return [does("beside", action(t("Stop comparing"), "swap", () => hands.press("beside")))];
  if (!first) return [];
  const likely = action(t("Compare with %1", first.short), "swap", () => hands.press("beside", first.uid));
  does("beside", likely);
  likely.title = first.text;
  if (companions.length === 1) return [likely];
  const others = make("select", "cx-others");
  others.setAttribute("aria-label", t("Compare with another series of this patient"));
  others.title = t("Compare with another series of this patient");
  const none = new Option("", "", true, true);
  others.append(none, ...companions.map(({ uid, text }) => new Option(text, uid)));
  others.onchange = () => others.value && hands.press("beside", others.value);
  return [likely, does("beside", others)];
}

/** Says what a control does, so that the one that is drawn in its place takes over the focus (tab.ts). */
function does<T extends HTMLElement>(what: "beside" | "flag" | "exclude" | "note", control: T): T {
  control.dataset.does = what;
  return control;
}

function noted(content: Actions, write: (note: string) => void): HTMLElement {
  const line = make("div", "cx-noted");
  line.setAttribute("role", "status");
  const note = make("input");
  note.value = content.note;
  note.maxLength = LONGEST_NOTE;
  note.placeholder = t("Why, in a few words");
  note.setAttribute("aria-label", t("Note on this series"));
  note.onchange = () => write(note.value);
  line.append(make("span", "", markInWords(content.mark)), does("note", note));
  return line;
}

function saved(content: Actions, hands: Hands): HTMLElement {
  const save = action(t("PNG"), "save", () => {
    save.disabled = true;
    void hands.ask({ kind: "still" }).then((data) => {
      save.disabled = false;
      if (data) download(data, content.png);
    });
  });
  save.classList.add("cx-png");
  save.title = t("Save a picture of the slice that is looked at, and of what is drawn on it");
  return save;
}

function download(data: ArrayBuffer, name: string): void {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([data], { type: "image/png" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function fetched(uid: string, text: string, hands: Hands): HTMLElement {
  const line = make("div", "cx-linked");
  line.append(make("span", "", t("%1. Not on this computer.", text)));
  const fetch = button(t("Fetch"), () => hands.press("fetch", uid));
  fetch.setAttribute("aria-label", t("Fetch %1", text));
  line.append(fetch);
  return line;
}

function told(text: string): HTMLElement {
  const line = make("p", "cx-told", text);
  line.setAttribute("role", "status");
  return line;
}
