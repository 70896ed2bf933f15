/** Segments over a slice: fetched as bits, filled half transparent, outlined at the screen's own resolution. */

import { decodeBlosc } from "./blosc";
import type { Channel } from "./channel";
import type { Size } from "./geometry";
import { outline, type Loop } from "./outline";
import type { Camera } from "./stage";
import { AXES, AXIS, type Plane, type Segment, type SeriesPicture } from "./wire";

/** Slices of masks that are kept, and bytes that they may take. */
const KEPT = 48;
const KEPT_BYTES = 48 * 2 ** 20;
const LINE_PX = 2;
const DASH_PX = [7, 5];

/** One slice: bits of 32 segments for each voxel, row by row from the top; null where none of them is there. */
export type Parts = Map<number, Uint32Array>;

/** One series' segments, slice by slice. */
export class MaskStore {
  private readonly kept = new Map<string, Promise<Parts>>();
  private readonly done = new Map<string, Parts>();

  constructor(
    private readonly channel: Channel,
    private readonly seriesIndex: number,
    private readonly series: SeriesPicture,
  ) {}

  /** Segments that reach a slice. */
  on(plane: Plane, index: number): Segment[] {
    return this.series.segments.filter(({ slices }) => {
      const ends = slices?.[AXIS[plane]];
      return ends && ends[0] <= index && index <= ends[1];
    });
  }

  get(plane: Plane, index: number): Promise<Parts> {
    const key = `${plane} ${index}`;
    const found = this.kept.get(key) ?? this.fetch(key, plane, index);
    // The newest stand at the end.
    this.kept.delete(key);
    this.kept.set(key, found);
    const [across, down] = AXES[plane];
    const bytes = 4 * this.series.shape[across.axis] * this.series.shape[down.axis];
    const room = Math.max(2, Math.min(KEPT, Math.floor(KEPT_BYTES / bytes)));
    for (const old of this.kept.keys()) {
      if (this.kept.size <= room) break;
      this.kept.delete(old);
      this.done.delete(old);
    }
    return found;
  }

  /** What has come already. */
  here(plane: Plane, index: number): Parts | undefined {
    return this.done.get(`${plane} ${index}`);
  }

  clear(): void {
    this.kept.clear();
    this.done.clear();
  }

  private async fetch(key: string, plane: Plane, index: number): Promise<Parts> {
    const wanted = new Set(this.on(plane, index).map(({ bit }) => bit >> 5));
    const parts: Parts = new Map();
    const ask = async (part: number): Promise<void> => {
      const packed = await this.channel.ask({ kind: "mask", series: this.seriesIndex, plane, index, part });
      if (packed) parts.set(part, new Uint32Array(decodeBlosc(packed)));
    };
    await Promise.all([...wanted].map(ask));
    if (this.kept.has(key)) this.done.set(key, parts);
    return parts;
  }
}

/** Draws what a `MaskStore` has. */
export class MaskCanvas {
  readonly element = document.createElement("canvas");
  private drawn: { parts: Parts; columns: number; rows: number; plane: Plane } | undefined;
  private readonly loops = new Map<number, Loop[]>();
  private fill: { key: string; canvas: HTMLCanvasElement } | undefined;

  constructor(private readonly series: SeriesPicture) {
    this.element.className = "cx-img-mask";
    this.element.setAttribute("aria-hidden", "true");
  }

  /** The slice to draw; undefined for none. */
  take(plane: Plane, parts: Parts | undefined): void {
    const [across, down] = AXES[plane];
    this.drawn = parts && {
      parts,
      plane,
      columns: this.series.shape[across.axis],
      rows: this.series.shape[down.axis],
    };
    this.loops.clear();
    this.fill = undefined;
  }

  draw(segments: Segment[], opacity: number, camera: Camera, size: Size): void {
    const ratio = globalThis.devicePixelRatio || 1;
    const canvas = this.element;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    const slice = this.drawn;
    if (!slice) return;
    const there = segments.filter(({ bit }) => slice.parts.has(bit >> 5));
    if (!there.length) return;

    // Voxels to device pixels.
    const steps = AXES[slice.plane].map(({ axis, sign }, i) => {
      const step = this.series.spacing[axis];
      const first = this.series.origin[axis] - step / 2;
      const edge = sign > 0 ? first : -(first + step * this.series.shape[axis]);
      const middle = (i ? size.height : size.width) / 2;
      return {
        scale: (step / camera.scale) * ratio,
        start: ((edge - (camera.centre[i] ?? 0)) / camera.scale + middle) * ratio,
      };
    });
    const [across, down] = steps;
    if (!across || !down) return;
    if (opacity > 0) {
      pen.imageSmoothingEnabled = false;
      const filled = this.filled(there, opacity);
      pen.drawImage(filled, across.start, down.start, slice.columns * across.scale, slice.rows * down.scale);
    }
    pen.lineWidth = LINE_PX * ratio;
    pen.lineJoin = "round";
    for (const segment of there) {
      pen.strokeStyle = segment.colour;
      pen.setLineDash(segment.overlay ? DASH_PX.map((px) => px * ratio) : []);
      pen.beginPath();
      for (const loop of this.loopsOf(segment)) {
        for (let i = 0; i < loop.length; i += 2) {
          const x = across.start + (loop[i] ?? 0) * across.scale;
          const y = down.start + (loop[i + 1] ?? 0) * down.scale;
          if (i) pen.lineTo(x, y);
          else pen.moveTo(x, y);
        }
        pen.closePath();
      }
      pen.stroke();
    }
  }

  private loopsOf({ bit }: Segment): Loop[] {
    const slice = this.drawn;
    const bits = slice?.parts.get(bit >> 5);
    if (!slice || !bits) return [];
    const found = this.loops.get(bit) ?? outline(bits, slice.columns, slice.rows, bit & 31);
    this.loops.set(bit, found);
    return found;
  }

  /** One pixel for each voxel, the segments' colours one over the other. */
  private filled(segments: Segment[], opacity: number): HTMLCanvasElement {
    const slice = this.drawn;
    const key = `${opacity} ${segments.map(({ bit }) => bit).join(" ")}`;
    if (this.fill?.key === key) return this.fill.canvas;
    const canvas = this.fill?.canvas ?? document.createElement("canvas");
    this.fill = { key, canvas };
    if (!slice) return canvas;
    canvas.width = slice.columns;
    canvas.height = slice.rows;
    const pen = canvas.getContext("2d");
    if (!pen) return canvas;
    const pixels = pen.createImageData(slice.columns, slice.rows);
    blend(pixels.data, slice.parts, segments, opacity);
    pen.putImageData(pixels, 0, 0);
    return canvas;
  }
}

/** Lays each segment's colour over those before it: RGBA, not premultiplied. */
export function blend(pixels: Uint8ClampedArray, parts: Parts, segments: Segment[], opacity: number): void {
  for (const { bit, colour } of segments) {
    const bits = parts.get(bit >> 5);
    if (!bits) continue;
    const flag = (1 << (bit & 31)) >>> 0;
    const rgb = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    for (let i = 0, at = 0; i < bits.length; i++, at += 4) {
      if (!((bits[i] ?? 0) & flag)) continue;
      const below = (pixels[at + 3] ?? 0) / 255;
      const cover = opacity + below * (1 - opacity);
      for (let channel = 0; channel < 3; channel++) {
        const old = (pixels[at + channel] ?? 0) * below * (1 - opacity);
        pixels[at + channel] = ((rgb[channel] ?? 0) * opacity + old) / cover;
      }
      pixels[at + 3] = 255 * cover;
    }
  }
}
