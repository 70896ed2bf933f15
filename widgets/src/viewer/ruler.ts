/** Lines that a reader has drawn, and how long they are. */

import type { Pair } from "./geometry";
import type { Plane } from "./wire";

export interface Line {
  series: number;
  plane: Plane;
  index: number;
  /** mm along the picture's axes. */
  from: Pair;
  to: Pair;
}

/** mm: the ends are in mm already, so voxels of any shape are right. */
export function lengthOf({ from, to }: Line): number {
  return Math.hypot(to[0] - from[0], to[1] - from[1]);
}

export class Rulers {
  /** The one that Delete removes. */
  chosen: Line | undefined;
  private lines: Line[] = [];

  on(series: number, plane: Plane, index: number): Line[] {
    return this.lines.filter((line) => line.series === series && line.plane === plane && line.index === index);
  }

  add(line: Line): void {
    this.lines.push(line);
    this.chosen = line;
  }

  /** A line without length was a click. */
  drop(line: Line): void {
    this.lines = this.lines.filter((other) => other !== line);
    this.chosen = this.lines.at(-1);
  }

  /** The line within so many mm of a place. */
  near(place: Pair, among: Line[], within: number): Line | undefined {
    return among.find((line) => distance(place, line) <= within);
  }

  /** Removes the chosen line if it is among these, else the newest of them; whether there was one. */
  remove(among: Line[]): boolean {
    const line = this.chosen && among.includes(this.chosen) ? this.chosen : among.at(-1);
    if (line) this.drop(line);
    return Boolean(line);
  }
}

function distance([x, y]: Pair, { from, to }: Line): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy);
}
