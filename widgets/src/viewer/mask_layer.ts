/** The segments over one picture: those of the slice that is painted, once they are here. */

import { MaskCanvas, type MaskStore } from "./masks";
import type { Look } from "./scene";
import type { Plane, Segment } from "./wire";

export interface Slice {
  plane: Plane;
  index: number;
}

interface Heard {
  /** There is something else to draw. */
  changed(): void;
  /** The segments of a slice could not be read. */
  amiss(): void;
}

export class MaskLayer {
  private readonly canvas: MaskCanvas;
  private slice: Slice | undefined;

  constructor(
    private readonly look: Look,
    private readonly store: MaskStore,
    private readonly heard: Heard,
  ) {
    this.canvas = new MaskCanvas(look.series);
  }

  get element(): HTMLCanvasElement {
    return this.canvas.element;
  }

  /** Asks for the segments of a slice that is on its way. */
  ahead({ plane, index }: Slice): void {
    if (this.some) this.store.get(plane, index).catch(() => this.heard.amiss());
  }

  /** Lies over the slice that is painted; over none where it is none. Until its segments are here there are none. */
  lie(slice: Slice | undefined): void {
    this.slice = slice;
    if (!this.some) return;
    if (slice) {
      this.canvas.take(slice.plane, this.store.here(slice.plane, slice.index));
      void this.fetch(slice);
    } else this.canvas.take(this.look.series.plane, undefined);
    this.heard.changed();
  }

  draw(segments: Segment[], ...how: Rest<Parameters<MaskCanvas["draw"]>>): void {
    if (this.some) this.canvas.draw(segments, ...how);
  }

  private get some(): boolean {
    return this.look.series.segments.length > 0;
  }

  private async fetch(slice: Slice): Promise<void> {
    try {
      const parts = await this.store.get(slice.plane, slice.index);
      if (slice !== this.slice) return;
      this.canvas.take(slice.plane, parts);
      this.heard.changed();
    } catch {
      this.heard.amiss();
    }
  }
}

type Rest<T> = T extends [unknown, ...infer Others] ? Others : never;
