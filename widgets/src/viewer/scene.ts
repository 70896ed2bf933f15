/** What is looked at: cursors, windows and cameras of one or two series, and how the two are linked. */

import { t } from "../left/text.ts";
import {
  box,
  deep,
  fit,
  flat,
  holds,
  into,
  middle,
  onSlice,
  sliceAt,
  union,
  type Pair,
  type Point,
  type Size,
} from "./geometry";
import type { Camera, View } from "./stage";
import { AXIS, type Picture, type Plane, type SeriesPicture } from "./wire";

/** One series as it is looked at. */
export interface Look {
  series: SeriesPicture;
  /** LPS mm of the crosshair, which also says which slices are shown. */
  cursor: Point;
  /** Centre and width. */
  window: Pair;
  /** Bits of the segments that are not shown. */
  hidden: Set<number>;
}

export class Scene {
  readonly looks: Look[];
  view: View;
  crosshair = true;
  overlays = true;
  /** Share of a segment's colour inside of its outline. */
  opacity = 0.4;
  linked: boolean;
  /** What is added to a point of the first series to find it in the second. */
  private offset: Point = [0, 0, 0];
  /** What the reader set; a plane without one shows all of itself. */
  private readonly cameras = new Map<string, Camera>();

  constructor(readonly picture: Picture) {
    this.looks = picture.series.map((series) => ({
      series,
      cursor: onSlice(series, series.plane, middle(series), series.index),
      window: series.window,
      hidden: new Set(),
    }));
    this.view = this.planes.includes(this.first.series.plane)
      ? this.first.series.plane
      : (this.planes[0] ?? this.first.series.plane);
    this.linked = this.linkable;
    // The same place in both from the start.
    if (this.linked) this.put(0, this.first.cursor);
  }

  /** Planes that every series has. */
  get planes(): Plane[] {
    return this.first.series.planes.filter((plane) =>
      this.looks.every(({ series }) => series.planes.includes(plane)),
    );
  }

  /** Whether millimetres mean the same place in both. */
  get linkable(): boolean {
    return this.looks.length > 1 && !this.picture.unlinked_because && this.planes.length > 0;
  }

  look(index: number): Look {
    const look = this.looks[index];
    if (!look) throw new Error(`there is no series ${index}`);
    return look;
  }

  /** The plane that a series is shown in. */
  planeOf(index: number): Plane {
    const { planes, plane } = this.look(index).series;
    return this.view !== "volume" && planes.includes(this.view) ? this.view : plane;
  }

  sliceOf(index: number, plane: Plane): number {
    const { series, cursor } = this.look(index);
    return sliceAt(series, plane, cursor);
  }

  /** Whether the cursor lies in the series. */
  inside(index: number): boolean {
    const { series, cursor } = this.look(index);
    return holds(series, cursor);
  }

  /** Moves the cursor of a series, and with it that of a linked one. */
  put(index: number, cursor: Point): void {
    this.look(index).cursor = cursor;
    if (this.linked) for (const other of this.others(index)) this.look(other).cursor = this.across(index, cursor);
  }

  goTo(index: number, plane: Plane, slice: number): void {
    const { series, cursor } = this.look(index);
    this.put(index, onSlice(series, plane, cursor, slice));
  }

  /** Sets the cursor to a place of the picture on the slice that is shown. */
  point(index: number, plane: Plane, place: Pair): void {
    const { series, cursor } = this.look(index);
    const shown = onSlice(series, plane, cursor, this.sliceOf(index, plane));
    this.put(index, into(series, deep(plane, place, shown)));
  }

  /** Links by millimetres, or takes the present positions as the same point. */
  link(how: "mm" | "here"): void {
    const [one, two] = [this.look(0), this.look(1)];
    this.offset = how === "mm" ? [0, 0, 0] : (two.cursor.map((mm, i) => mm - (one.cursor[i] ?? 0)) as Point);
    this.linked = true;
    this.cameras.clear();
    this.put(0, one.cursor);
  }

  unlink(): void {
    this.linked = false;
    this.cameras.clear();
  }

  /** Where a stage of this size looks. */
  camera(index: number, plane: Plane, size: Size): Camera {
    return this.cameras.get(`${index} ${plane}`) ?? fit(this.extent(index, plane), size);
  }

  aim(index: number, plane: Plane, camera: Camera): void {
    this.cameras.set(`${index} ${plane}`, camera);
    if (!this.linked) return;
    for (const other of this.others(index)) {
      const shift = flat(plane, this.across(index, [0, 0, 0]));
      const centre: Pair = [camera.centre[0] + shift[0], camera.centre[1] + shift[1]];
      this.cameras.set(`${other} ${plane}`, { centre, scale: camera.scale });
    }
  }

  reset(index: number): void {
    this.cameras.clear();
    const look = this.look(index);
    look.window = look.series.window;
  }

  /** The next of the window presets. */
  nextPreset(index: number): void {
    const look = this.look(index);
    const { presets } = look.series;
    const now = presets.findIndex(({ window }) => same(window, look.window));
    const next = presets[(now + 1) % presets.length];
    if (next) look.window = next.window;
  }

  /** Linked series show all of both, so that they have one scale. */
  private extent(index: number, plane: Plane): ReturnType<typeof box> {
    const own = box(this.look(index).series, plane);
    const other = this.linked ? this.others(index)[0] : undefined;
    if (other === undefined || !this.look(other).series.planes.includes(plane)) return own;
    const theirs = box(this.look(other).series, plane);
    const shift = flat(plane, this.across(other, [0, 0, 0]));
    const moved = (pair: Pair): Pair => [pair[0] + shift[0], pair[1] + shift[1]];
    return union(own, { low: moved(theirs.low), high: moved(theirs.high) });
  }

  private across(from: number, point: Point): Point {
    const sign = from === 0 ? 1 : -1;
    return point.map((mm, i) => mm + sign * (this.offset[i] ?? 0)) as Point;
  }

  private others(index: number): number[] {
    return this.looks.map((_, i) => i).filter((i) => i !== index);
  }

  private get first(): Look {
    return this.look(0);
  }
}

export function same(one: Pair, other: Pair): boolean {
  return Math.abs(one[0] - other[0]) < 1e-6 && Math.abs(one[1] - other[1]) < 1e-6;
}

export const PLANES = { axial: "Axial", coronal: "Coronal", sagittal: "Sagittal" } as const;

/** What a picture shows, for those who listen. */
export function described(series: SeriesPicture, plane: Plane, index: number): string {
  const slice = spoken(index, series.shape[AXIS[plane]]);
  return [series.title, series.oriented ? t(PLANES[plane]) : "", slice].filter(Boolean).join(", ");
}

/** A slice in words. */
export function spoken(index: number, count: number): string {
  return t("Slice %1 of %2", index + 1, count);
}
