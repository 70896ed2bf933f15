/** The short list of what mouse and keys do. */

import { t } from "../left/text.ts";
import { button, make } from "./make";

export function helpList(measured: boolean, close: () => void): HTMLElement {
  const rows: [string, string][] = [
    [t("Wheel, ↑ ↓"), t("Previous or next slice; Page up and Page down for ten, Home and End")],
    [t("Drag"), t("Window: sideways its width, up and down its centre")],
    [t("Shift and drag"), t("Move the picture; so does the middle button")],
    [t("Ctrl and wheel, + −"), t("Nearer or farther")],
    [t("Click"), t("Set the crosshair, and with it the other planes and a linked series")],
    [t("Double click, 0"), t("Reset window and position")],
    ["1 2 3 4", t("Axial, coronal, sagittal, volume")],
    ["w", t("Next window")],
    ["o", t("Segments on or off")],
    ["c", t("Crosshair on or off")],
    ["f", t("Load full resolution")],
    [t("Space"), t("Play through the slices")],
  ];
  if (measured) rows.splice(10, 0, ["m", t("Ruler: drag a line; Delete removes it, Esc ends")]);
  const list = make("dl");
  for (const [key, text] of rows) list.append(make("dt", "", key), make("dd", "", text));
  const box = make("div", "cx-img-help");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", t("Mouse and keys"));
  box.append(list, button(t("Close"), close));
  return box;
}
