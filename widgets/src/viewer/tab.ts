/** The Image tab beside the viewer: the sample or the list of series, the actions, and what is said without a picture. */

import { speak } from "../left/languages.ts";
import { t } from "../left/text.ts";
import { actions, type Actions } from "./actions.ts";
import { advice, type Advice } from "./advice.ts";
import { Channel, type Model as Sender, type PanelView } from "./channel.ts";
import { choice } from "./elements.ts";
import { make } from "./make.ts";
import { measurements, type Measurements } from "./measurements.ts";
import { list, type List } from "./series_list.ts";
import { Sheet, type SheetContent } from "./sheet.ts";
import { BASE, SHEET } from "./sheet_style.ts";
import { TAB } from "./tab_style.ts";

type SheetPart = SheetContent & {
  kind: "sheet";
  /** Whether only series on this computer are drawn; null where that makes no difference. */
  here: boolean | null;
};

type Content = SheetPart | List | Advice | Actions | Measurements | { kind?: undefined };

interface Model extends Omit<Sender, "on" | "off"> {
  set(name: "chosen" | "pressed", value: string): void;
  save_changes(): void;
  on(event: string, callback: (message: unknown) => void): void;
  off(event: string, callback: (message: unknown) => void): void;
}

/** As in explorer/views/image_tab.py. */
const NARROW_PX = 900;

/** What a part of the tab can do. */
export interface Hands {
  chosen: () => string;
  choose: (uid: string) => void;
  press: (name: string, value?: string) => void;
  /** Bytes from Python; null where there are none. */
  ask: (question: { kind: "thumb"; uid: string } | { kind: "still" }) => Promise<ArrayBuffer | null>;
}

/** Between the sample and all series. */
function switched(now: "sheet" | "list", hands: Hands): Node {
  const names: [string, string][] = [
    ["sheet", t("Sample")],
    ["list", t("All series")],
  ];
  return choice(t("Which series"), names, now, (wanted) => hands.press("show", wanted));
}

function onlyHere(content: SheetPart, hands: Hands): Node {
  const label = make("label", "cx-sheet-here");
  const box = make("input");
  box.type = "checkbox";
  box.checked = content.here ?? false;
  box.onchange = () => hands.press("here", box.checked ? "1" : "0");
  label.append(box, t("Only series on this computer"));
  label.hidden = content.here === null;
  return label;
}

/** Where the viewer stands below what is chosen from, it is brought into sight. */
function showStage(el: HTMLElement): void {
  const root = el.getRootNode();
  if (root instanceof ShadowRoot && innerWidth <= NARROW_PX) root.host.nextElementSibling?.scrollIntoView();
}

function render({ model, el, view }: { model: Model; el: HTMLElement; view?: PanelView }): () => void {
  speak();
  const root = make("div", "cx-base cx-tab");
  const body = make("div", "cx-tab-body");
  const channel = new Channel(model, view);
  const hands: Hands = {
    chosen: () => String(model.get("chosen")),
    choose: (uid) => {
      model.set("chosen", uid);
      model.save_changes();
      showStage(el);
    },
    press: (name, value = "") => {
      // A number makes a second press another one.
      model.set("pressed", `${name}:${value}:${Date.now()}`);
      model.save_changes();
    },
    ask: (question) => channel.ask(question),
  };
  root.append(make("style", "", BASE + SHEET + TAB), body);
  el.append(root);
  let sheet: Sheet | null = null;

  const drawSheet = (content: SheetPart): void => {
    if (!sheet) {
      const { choose, press } = hands;
      sheet = new Sheet({ thumbnail: (uid) => hands.ask({ kind: "thumb", uid }), choose, press });
      body.replaceChildren(sheet.element);
    }
    sheet.corner.replaceChildren(switched("sheet", hands));
    sheet.extra.replaceChildren(onlyHere(content, hands));
    sheet.draw(content);
    sheet.choose(hands.chosen());
  };
  const draw = (): void => {
    const content = JSON.parse(String(model.get("content"))) as Content;
    if (content.kind === "sheet") {
      drawSheet(content);
      return;
    }
    sheet?.close();
    sheet = null;
    const { activeElement: held } = root.getRootNode() as Document | ShadowRoot;
    const does = held instanceof HTMLElement && body.contains(held) ? held.dataset.does : undefined;
    body.replaceChildren(...drawn(content, hands));
    if (does) body.querySelector<HTMLElement>(`[data-does="${does}"]`)?.focus();
  };
  const choose = (): void => sheet?.choose(hands.chosen());
  model.on("change:content", draw);
  model.on("change:chosen", choose);
  draw();
  return () => {
    model.off("change:content", draw);
    model.off("change:chosen", choose);
    sheet?.close();
    channel.close();
    root.remove();
  };
}

function drawn(content: Exclude<Content, SheetPart>, hands: Hands): Node[] {
  switch (content.kind) {
    case "list":
      return list(content, hands, content.switch ? switched("list", hands) : null);
    case "advice":
      return advice(content, hands);
    case "actions":
      return actions(content, hands);
    case "measurements":
      return measurements(content);
    default:
      return [];
  }
}

export default { render };
