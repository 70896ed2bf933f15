/** Lines over a picture: the crosshair and the rulers. */

import { decimal } from "../left/numbers.ts";
import { t } from "../left/text.ts";
import { toPixels, type Pair, type Size } from "./geometry";
import { svg } from "./make";
import { lengthOf, type Line } from "./ruler";
import type { Camera } from "./stage";

/** Pixels around the cursor that stay free. */
const GAP_PX = 10;

export class Marks {
  readonly element = svg("svg", { class: "cx-img-marks", "aria-hidden": "true" });

  draw(camera: Camera, size: Size, cursor: Pair | undefined, lines: Line[], chosen: Line | undefined): void {
    const { width, height } = size;
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.replaceChildren();
    if (cursor) {
      const [x, y] = toPixels(camera, size, cursor);
      const parts = [
        [0, y, x - GAP_PX, y],
        [x + GAP_PX, y, width, y],
        [x, 0, x, y - GAP_PX],
        [x, y + GAP_PX, x, height],
      ] as const;
      for (const [x1, y1, x2, y2] of parts) {
        if (x1 <= x2 && y1 <= y2) this.element.append(svg("line", { class: "cx-img-cross", x1, y1, x2, y2 }));
      }
    }
    for (const line of lines) this.ruler(camera, size, line, line === chosen);
  }

  private ruler(camera: Camera, size: Size, line: Line, chosen: boolean): void {
    const [x1, y1] = toPixels(camera, size, line.from);
    const [x2, y2] = toPixels(camera, size, line.to);
    const name = chosen ? "cx-img-line cx-img-chosen" : "cx-img-line";
    const text = svg("text", { x: x2 < x1 ? x2 - 8 : x2 + 8, y: y2 + 4, "text-anchor": x2 < x1 ? "end" : "start" });
    text.textContent = t("%1 mm", decimal(lengthOf(line), 1));
    const part = svg("g", { class: name });
    part.append(svg("line", { class: "cx-img-under", x1, y1, x2, y2 }), svg("line", { x1, y1, x2, y2 }));
    for (const [cx, cy] of [[x1, y1], [x2, y2]] as const) part.append(svg("circle", { cx, cy, r: 3 }));
    part.append(text);
    this.element.append(part);
  }
}
