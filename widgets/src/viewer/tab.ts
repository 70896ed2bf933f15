/** The Image tab beside the viewer: the list of series, and what is said where no picture can be. */

import { speak } from "../left/languages.ts";
import { t } from "../left/text.ts";

interface Row {
  uid: string;
  patient: string;
  dataset: string;
  what: string;
  images: string;
  local: boolean;
}

type Content =
  | { kind: "list"; heading: string; note: string; rows: Row[] }
  | {
      kind: "advice";
      heading: string;
      text: string;
      facts: [string, string][];
      steps: { text: string; code: string }[];
      /** What is under way: how much of it is done, 0 to 1. */
      share?: number;
      /** Buttons, the main one first. */
      actions?: { name: string; text: string }[];
    };

interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

const STYLE = `
.cx-tab{--i:var(--ink,#181b20);--i2:var(--ink-2,#434b57);--i3:var(--ink-3,#5d6673);--ln:var(--line,#e2e5ea);--ac:var(--accent,#0b5fb0);
 --so:var(--accent-soft,#e4effa);--pn:var(--panel,#f6f7f9);
 font:13px/20px var(--sans,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif);color:var(--i);font-variant-numeric:tabular-nums}
.cx-tab *{box-sizing:border-box}
.cx-tab h3{font-size:14px;line-height:24px;font-weight:600;margin:0}
.cx-tab p{margin:0 0 8px;font-size:12px;line-height:16px;color:var(--i3)}
.cx-tab ul{list-style:none;margin:0;padding:0;max-height:max(240px,calc(100vh - 300px));overflow:auto;border-top:1px solid var(--ln)}
.cx-tab li{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:12px;padding:6px 8px;border-bottom:1px solid var(--ln);cursor:pointer;font-size:12px;line-height:16px;color:var(--i2)}
.cx-tab li:hover{background:var(--pn)}
.cx-tab li[aria-selected=true]{background:var(--so);box-shadow:inset 3px 0 0 var(--ac)}
.cx-tab li span{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.cx-tab li b{color:var(--i);font-weight:600}
.cx-tab li .n{text-align:right}
.cx-tab li .here{color:var(--ac)} .cx-tab li .away{color:var(--i3)}
.cx-tab :focus-visible{outline:2px solid var(--ac);outline-offset:-2px}
.cx-tab-advice{max-width:640px}
.cx-tab-advice h3{font-size:16px}
.cx-tab-advice .t{font-size:13px;line-height:20px;color:var(--i2);margin:0 0 12px}
.cx-tab dl{display:grid;grid-template-columns:auto 1fr;gap:0 24px;margin:0 0 16px;border-top:1px solid var(--ln)}
.cx-tab dt,.cx-tab dd{margin:0;padding:4px 0;border-bottom:1px solid var(--ln);overflow-wrap:anywhere}
.cx-tab dt{color:var(--i3);margin-right:-24px;padding-right:24px}
.cx-tab .c{display:flex;gap:8px;align-items:flex-start;background:var(--code,var(--pn));border-radius:4px;padding:8px 12px;margin:0 0 12px}
.cx-tab code{flex:1;min-width:0;font:12px/20px var(--mono,ui-monospace,Menlo,Consolas,"Liberation Mono",monospace);overflow-wrap:anywhere;user-select:all}
.cx-tab progress{display:block;width:100%;height:6px;margin:0 0 12px;accent-color:var(--ac)}
.cx-tab .do{display:flex;gap:8px;margin:0 0 16px}
.cx-tab .do button{padding:6px 12px;border:1px solid var(--ln);border-radius:4px;color:var(--i)}
.cx-tab .do .pri{background:var(--ac);border-color:var(--ac);color:var(--accent-ink,#fff);font-weight:600}
.cx-tab button{font:inherit;font-size:12px;line-height:16px;color:var(--ac);background:none;border:0;padding:2px 0;cursor:pointer}
`;

/** An element with text; the text is never read as markup. */
function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function list(content: Content & { kind: "list" }, model: Model): Node[] {
  const items = make("ul");
  items.setAttribute("role", "listbox");
  items.setAttribute("aria-label", content.heading);
  const choose = (row: Row): void => {
    model.set("chosen", row.uid);
    model.save_changes();
    mark();
  };
  const mark = (): void => {
    const chosen = model.get("chosen");
    content.rows.forEach((row, i) => {
      const item = items.children[i];
      item?.setAttribute("aria-selected", String(row.uid === chosen));
      item?.setAttribute("tabindex", row.uid === chosen || (!chosen && i === 0) ? "0" : "-1");
    });
  };
  for (const row of content.rows) {
    const item = make("li");
    item.setAttribute("role", "option");
    const who = make("span");
    who.append(make("b", "", row.patient), ` · ${row.dataset}`);
    item.append(who, make("span", "n", row.images), make("span", "", row.what));
    item.append(make("span", row.local ? "n here" : "n away", row.local ? t("on this computer") : t("not here")));
    item.onclick = () => choose(row);
    item.onkeydown = (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Enter" || event.key === " ") choose(row);
      else if (by) {
        const next = by > 0 ? item.nextElementSibling : item.previousElementSibling;
        if (next instanceof HTMLElement) next.focus();
      } else return;
      event.preventDefault();
    };
    items.append(item);
  }
  mark();
  return [make("h3", "", content.heading), make("p", "", content.note), items];
}

function advice(content: Content & { kind: "advice" }, model: Model): Node[] {
  const box = make("div", "cx-tab-advice");
  box.setAttribute("role", "status");
  box.append(make("h3", "", content.heading), make("div", "t", content.text));
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
  if (content.actions?.length) {
    const buttons = make("div", "do");
    for (const { name, text } of content.actions) {
      const button = make("button", buttons.children.length || content.share !== undefined ? "" : "pri", text);
      button.type = "button";
      button.onclick = () => {
        button.disabled = true;
        // A number makes a second click another one.
        model.set("pressed", `${name}:${Date.now()}`);
        model.save_changes();
      };
      buttons.append(button);
    }
    box.append(buttons);
  }
  for (const { text, code } of content.steps) {
    const line = make("div", "c");
    const copy = make("button", "", t("Copy"));
    copy.type = "button";
    copy.onclick = () =>
      void navigator.clipboard.writeText(code).then(
        () => (copy.textContent = t("Copied")),
        () => (copy.textContent = t("Select it")),
      );
    line.append(make("code", "", code), copy);
    box.append(make("p", "", text), line);
  }
  return [box];
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  speak();
  const root = make("div", "cx-tab");
  el.append(root);
  const draw = (): void => {
    const content = JSON.parse(String(model.get("content"))) as Content;
    root.replaceChildren(
      make("style", "", STYLE),
      ...(content.kind === "list" ? list(content, model) : advice(content, model)),
    );
  };
  model.on("change:content", draw);
  draw();
  return () => {
    model.off("change:content", draw);
    root.remove();
  };
}

export default { render };
