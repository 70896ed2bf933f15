/** Which level of the pyramid is drawn: coarse at first, as fine as is cheap then, and full on demand. */

import type { View } from "./stage";
import type { Series } from "./page_wire";

/** Loaded without being asked: bytes as they are in memory. */
const CHEAP = 32 * 2 ** 20;
/** Voxels of a volume that are drawn while it turns, with a graphics card and without. */
const TURNED = 64 * 2 ** 20;
const TURNED_IN_SOFTWARE = 4 * 2 ** 20;
/** The viewer refuses more. */
const MOST_VOXELS = 2 ** 28;
const MOST_BYTES = 2 ** 30;

const BYTES: Record<Series["dtype"], number> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
};

export class Levels {
  readonly coarsest: number;
  /** The finest that the viewer can draw. */
  readonly finest: number;
  /** What planes are drawn from, once it is there. */
  private wanted: number;
  private most: number;

  /** `voxels`: how many each level has. */
  constructor(
    private readonly voxels: number[],
    series: Pick<Series, "dtype" | "full">,
    software: boolean,
  ) {
    this.most = software ? TURNED_IN_SOFTWARE : TURNED;
    const bytes = BYTES[series.dtype];
    this.coarsest = voxels.length - 1;
    this.finest = this.first((count) => count <= MOST_VOXELS && count * bytes <= MOST_BYTES);
    this.wanted = series.full ? this.finest : this.first((count) => count * bytes <= CHEAP);
  }

  /** What a view is drawn from. */
  of(view: View): number {
    if (view !== "volume") return this.wanted;
    return Math.max(this.wanted, this.first((count) => count <= this.most));
  }

  /** From now on this view is drawn from every voxel, and planes are in any case. */
  all(view: View): void {
    this.wanted = this.finest;
    if (view === "volume") this.most = Infinity;
  }

  private first(fits: (voxels: number) => boolean): number {
    const found = this.voxels.findIndex(fits);
    return found < 0 ? this.coarsest : found;
  }
}
