/** Slices of one series from Python: each asked for once, those ahead of the reader early, the oldest let go. */

import { t } from "../left/text.ts";
import { decodeBlosc } from "./blosc";
import type { Channel } from "./channel";
import { AXES, AXIS, type Plane, type SeriesPicture } from "./wire";

const TYPES = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Bytes of voxels that are kept; 64 slices of a CT. */
const ROOM = 32 * 2 ** 20;
/** Which are asked for early, as steps in the reader's direction. */
const AHEAD = [1, 2, -1, 3, 4];

export interface Slice {
  /** Row by row from the top. */
  values: InstanceType<(typeof TYPES)[keyof typeof TYPES]>;
  /** Rows and columns. */
  shape: [number, number];
}

export class Slices {
  /** The one used longest ago first. */
  private readonly kept = new Map<string, Slice>();
  private readonly awaited = new Map<string, Promise<Slice>>();
  private room = ROOM;
  private turn = 0;

  constructor(
    private readonly channel: Channel,
    private readonly picture: SeriesPicture,
    private readonly series: number,
  ) {}

  async get(plane: Plane, index: number): Promise<Slice> {
    const key = `${plane} ${index}`;
    const kept = this.kept.get(key);
    if (kept) {
      this.kept.delete(key);
      this.kept.set(key, kept);
      return kept;
    }
    let awaited = this.awaited.get(key);
    if (!awaited) {
      awaited = this.ask(plane, index).finally(() => this.awaited.delete(key));
      this.awaited.set(key, awaited);
    }
    const slice = await awaited;
    this.keep(key, slice);
    return slice;
  }

  /** Asks for the neighbours, one after another; a later call takes over. */
  async lookAhead(plane: Plane, index: number, direction: 1 | -1): Promise<void> {
    const mine = ++this.turn;
    for (const by of AHEAD) {
      const next = index + by * direction;
      if (next < 0 || next >= this.picture.shape[AXIS[plane]]) continue;
      await this.get(plane, next).catch(() => null); // one that is wanted will be asked for again
      if (mine !== this.turn) return;
    }
  }

  clear(): void {
    this.turn++;
    this.kept.clear();
    this.room = 0;
  }

  private keep(key: string, slice: Slice): void {
    if (this.kept.has(key)) return;
    this.kept.set(key, slice);
    this.room -= slice.values.byteLength;
    for (const [oldest, { values }] of this.kept) {
      if (this.room >= 0) break;
      this.kept.delete(oldest);
      this.room += values.byteLength;
    }
  }

  private async ask(plane: Plane, index: number): Promise<Slice> {
    const packed = await this.channel.ask({ kind: "slice", series: this.series, plane, index });
    if (!packed) throw new Error(t("A slice is missing."));
    const [right, down] = AXES[plane];
    const shape: [number, number] = [this.picture.shape[down.axis], this.picture.shape[right.axis]];
    const values = new TYPES[this.picture.dtype](decodeBlosc(packed));
    if (values.length !== shape[0] * shape[1]) throw new Error(t("A slice is damaged."));
    return { values, shape };
  }
}
