/** Dragging a saved cohort into a notebook: JupyterLab takes it for a cell that is being copied. */

import { MimeData } from "@lumino/coreutils";
import { Drag } from "@lumino/dragdrop";
import type { Server } from "../request.ts";
import type { SavedCohort } from "./wire.ts";

export const CELLS = "application/vnd.jupyter.cells";
/** A press becomes a drag after so many pixels. */
const FAR = 5;

export interface Cell {
  cell_type: "code";
  source: string;
  metadata: object;
  outputs: [];
  execution_count: null;
}

/** The cell that gives this cohort. */
export async function cellOf(server: Pick<Server, "post">, cohort: SavedCohort): Promise<Cell> {
  const question = { definition: cohort.definition, what: "cohort" };
  const { source } = await server.post<{ source: string }>("ask/cell", question);
  return { cell_type: "code", source, metadata: {}, outputs: [], execution_count: null };
}

/** Take hold of a cohort. Its cell is asked for at once, so that it is there when the drag begins. */
export function hold(event: PointerEvent, cohort: SavedCohort, server: Pick<Server, "post">, source: object): void {
  if (event.button !== 0 || event.pointerType === "touch" || event.altKey || event.ctrlKey) return;
  const at = { x: event.clientX, y: event.clientY };
  let now = at;
  let cell: Cell | null = null;
  let moved = false;

  const end = () => {
    document.removeEventListener("pointermove", move, true);
    document.removeEventListener("pointerup", end, true);
    document.removeEventListener("pointercancel", end, true);
  };
  const begin = () => {
    if (!cell) return;
    end();
    const mimeData = new MimeData();
    mimeData.setData(CELLS, [cell]);
    mimeData.setData("text/plain", cell.source);
    const drag = new Drag({
      mimeData,
      dragImage: imageOf(cohort.name),
      supportedActions: "copy-move",
      proposedAction: "copy",
      source,
    });
    void drag.start(now.x, now.y).then(() => drag.dispose());
  };
  const move = (moving: PointerEvent) => {
    now = { x: moving.clientX, y: moving.clientY };
    moved ||= Math.hypot(now.x - at.x, now.y - at.y) >= FAR;
    if (!moved) return;
    moving.preventDefault();
    begin();
  };
  document.addEventListener("pointermove", move, true);
  document.addEventListener("pointerup", end, true);
  document.addEventListener("pointercancel", end, true);
  cellOf(server, cohort).then(
    (answer) => {
      cell = answer;
    },
    () => {
      // There is nothing to drag; opening the cohort will say why.
      end();
    },
  );
}

function imageOf(name: string): HTMLElement {
  const image = document.createElement("div");
  image.className = "cx-drag-image";
  image.textContent = name;
  return image;
}
