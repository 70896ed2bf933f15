/** What reports say about the open series, as a table of text. */

import { make } from "./make.ts";

export interface Measurements {
  kind: "measurements";
  heading: string;
  columns: string[];
  rows: string[][];
}

/** Place of the numbers among the columns. */
const VALUE = 3;

export function measurements(content: Measurements): Node[] {
  const scroll = make("div", "cx-measured");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", content.heading);
  const table = make("table");
  const head = make("tr");
  content.columns.forEach((name, at) => {
    const cell = make("th", at === VALUE ? "n" : "", name);
    cell.scope = "col";
    head.append(cell);
  });
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  for (const row of content.rows) {
    const line = make("tr");
    line.append(...row.map((text, at) => make("td", at === VALUE ? "n" : "", text)));
    body.append(line);
  }
  table.append(top, body);
  scroll.append(table);
  return [make("h3", "", content.heading), scroll];
}
