/** The contact sheet in a notebook: the sample, and what can be noted of the chosen series. */

import { speak } from "../left/languages.ts";
import { t } from "../left/text.ts";
import { Channel, type Model as Sender } from "./channel.ts";
import { type Mark, markButtons, markInWords } from "./elements.ts";
import { keepShortcutsOut } from "../left/shortcuts.ts";
import { make } from "./make.ts";
import { Sheet, type SheetContent, type Tile } from "./sheet.ts";
import { BASE, SHEET } from "./sheet_style.ts";

interface Model extends Omit<Sender, "on" | "off"> {
  set(name: "chosen" | "pressed", value: string): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  speak();
  const root = make("div", "cx-base cx-sheet-alone");
  const below = make("div", "cx-sheet-chosen");
  below.setAttribute("role", "status");
  const channel = new Channel(model as unknown as Sender);
  let presses = 0;
  const press = (name: string, value: string): void => {
    presses += 1; // makes a second press another one
    model.set("pressed", `${name}:${value}:${Date.now()}${presses}`);
    model.save_changes();
  };
  const choose = (uid: string): void => {
    model.set("chosen", uid);
    model.save_changes();
    drawChosen();
  };
  const sheet = new Sheet({ thumbnail: (uid) => channel.ask({ kind: "thumb", uid }), choose, press });
  root.append(make("style", "", BASE + SHEET), sheet.element, below);
  el.append(root);
  const forgetKeys = keepShortcutsOut(below);

  const content = (): SheetContent => JSON.parse(String(model.get("content"))) as SheetContent;
  const drawChosen = (): void => {
    const chosen = String(model.get("chosen"));
    sheet.choose(chosen);
    const tile = content().tiles.find(({ uid }) => uid === chosen);
    below.replaceChildren(
      ...(tile ? about(tile, press) : [make("p", "", t("Choose a series to flag or exclude it."))]),
    );
  };
  const draw = (): void => {
    sheet.draw(content());
    drawChosen();
  };
  model.on("change:content", draw);
  model.on("change:chosen", drawChosen);
  draw();
  return () => {
    model.off("change:content", draw);
    model.off("change:chosen", drawChosen);
    sheet.close();
    forgetKeys();
    channel.close();
    root.remove();
  };
}

/** Who the chosen series is of, and the buttons that note something of it. */
function about(tile: Tile, press: (name: string, uid: string) => void): Node[] {
  const set = (mark: Mark): void => press(mark || "clear", tile.uid);
  const words = make("span", "", `${tile.patient} · ${tile.what}`);
  words.style.marginRight = "auto";
  return [words, ...markButtons(tile.mark, set), make("p", "", markInWords(tile.mark))];
}

export default { render };
