/** The list of series: every one that can be reached, and which are on this computer. */

import { t } from "../left/text.ts";
import { icon, type Mark } from "./elements.ts";
import { make } from "./make.ts";
import type { Hands } from "./tab.ts";

interface Row {
  uid: string;
  patient: string;
  dataset: string;
  /** Study, modality, description and number: what tells it from the others of its patient. */
  what: string;
  images: string;
  local: boolean;
  mark: Mark;
}

export interface List {
  kind: "list";
  /** Whether a sample can be shown instead. */
  switch: "list" | "";
  heading: string;
  note: string;
  rows: Row[];
}

export function list(content: List, hands: Hands, corner: Node | null): Node[] {
  const items = make("ul");
  items.setAttribute("role", "listbox");
  items.setAttribute("aria-label", content.heading);
  const mark = (chosen: string): void => {
    content.rows.forEach((row, i) => {
      const item = items.children[i];
      item?.setAttribute("aria-selected", String(row.uid === chosen));
      item?.setAttribute("tabindex", row.uid === chosen || (!chosen && i === 0) ? "0" : "-1");
    });
    // One can be reached by Tab, although the chosen one is not in the list.
    if (!items.querySelector("[tabindex='0']")) items.firstElementChild?.setAttribute("tabindex", "0");
  };
  for (const row of content.rows) {
    const item = entry(row);
    const choose = (): void => {
      hands.choose(row.uid);
      mark(row.uid);
    };
    item.onclick = choose;
    item.onkeydown = (event) => {
      const next = { ArrowDown: item.nextElementSibling, ArrowUp: item.previousElementSibling }[event.key];
      if (event.key === "Enter" || event.key === " ") choose();
      else if (next === undefined) return;
      else if (next instanceof HTMLElement) next.focus();
      event.preventDefault();
    };
    items.append(item);
  }
  mark(hands.chosen());
  const top = make("div", "cx-tab-top");
  top.append(make("h3", "", content.heading));
  if (corner) top.append(corner);
  return [top, make("p", "", content.note), items];
}

function entry(row: Row): HTMLElement {
  const item = make("li", row.mark);
  item.setAttribute("role", "option");
  const who = make("span");
  if (row.mark) {
    const sign = make("span", "mark");
    sign.append(icon(row.mark === "flag" ? "flag" : "close"), row.mark === "flag" ? t("Flagged") : t("Excluded"));
    who.append(sign);
  }
  who.append(make("b", "", row.patient), ` · ${row.dataset}`);
  const what = make("span", "what", row.what);
  what.title = row.what;
  item.append(who, make("span", "n", row.images), what);
  item.append(make("span", row.local ? "n here" : "n away", row.local ? t("on this computer") : t("not here")));
  return item;
}
