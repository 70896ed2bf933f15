/** Where things are: voxels, LPS millimetres, the picture's own axes and CSS pixels. No page is needed for any of it. */

import type { Camera } from "./stage";
import { AXES, AXIS, type Plane, type SeriesPicture } from "./wire";

/** LPS mm: x, y, z. */
export type Point = [number, number, number];
/** Along a picture's own axes, right and down: mm, or CSS pixels from the top left of the stage. */
export type Pair = [number, number];
/** CSS pixels. */
export interface Size {
  width: number;
  height: number;
}
/** Part of a plane in mm along the picture's axes. */
export interface Box {
  low: Pair;
  high: Pair;
}

type Grid = Pick<SeriesPicture, "shape" | "spacing" | "origin">;

/** Place of an axis of z, y, x in x, y, z. */
const inPoint = (axis: 0 | 1 | 2): 0 | 1 | 2 => (2 - axis) as 0 | 1 | 2;

export function sliceCount(grid: Grid, plane: Plane): number {
  return grid.shape[AXIS[plane]];
}

/** The slice nearest to a point, which may lie outside of the stack. */
export function sliceNear(grid: Grid, plane: Plane, point: Point): number {
  const axis = AXIS[plane];
  return Math.round((point[inPoint(axis)] - grid.origin[axis]) / grid.spacing[axis]);
}

/** The slice that is shown for a point. */
export function sliceAt(grid: Grid, plane: Plane, point: Point): number {
  return clamp(sliceNear(grid, plane, point), 0, sliceCount(grid, plane) - 1);
}

/** The point moved to the middle of a slice. */
export function onSlice(grid: Grid, plane: Plane, point: Point, index: number): Point {
  const axis = AXIS[plane];
  const moved: Point = [...point];
  moved[inPoint(axis)] = grid.origin[axis] + clamp(index, 0, grid.shape[axis] - 1) * grid.spacing[axis];
  return moved;
}

/** Whether a point lies in any voxel. */
export function holds(grid: Grid, point: Point): boolean {
  return (["axial", "coronal", "sagittal"] as const).every((plane) => {
    const near = sliceNear(grid, plane, point);
    return near >= 0 && near < sliceCount(grid, plane);
  });
}

/** The nearest point that lies between the middles of the outermost voxels. */
export function into(grid: Grid, point: Point): Point {
  return point.map((mm, i) => {
    const axis = (2 - i) as 0 | 1 | 2;
    const first = grid.origin[axis];
    return clamp(mm, first, first + (grid.shape[axis] - 1) * grid.spacing[axis]);
  }) as Point;
}

/** The middle voxel, as slices are opened: the upper one of two. */
export function middle(grid: Grid): Point {
  const at = (axis: 0 | 1 | 2): number => grid.origin[axis] + Math.floor(grid.shape[axis] / 2) * grid.spacing[axis];
  return [at(2), at(1), at(0)];
}

/** A point on the picture's axes. */
export function flat(plane: Plane, point: Point): Pair {
  return AXES[plane].map(({ axis, sign }) => sign * point[inPoint(axis)]) as Pair;
}

/** The point of the same depth that lies at a place of the picture. */
export function deep(plane: Plane, place: Pair, point: Point): Point {
  const moved: Point = [...point];
  AXES[plane].forEach(({ axis, sign }, i) => {
    moved[inPoint(axis)] = sign * (place[i] ?? 0);
  });
  return moved;
}

/** The edges of the plane's voxels. */
export function box(grid: Grid, plane: Plane): Box {
  const ends = AXES[plane].map(({ axis, sign }) => {
    const first = grid.origin[axis] - grid.spacing[axis] / 2;
    const last = first + grid.shape[axis] * grid.spacing[axis];
    return sign > 0 ? [first, last] : [-last, -first];
  });
  return { low: ends.map((end) => end[0]) as Pair, high: ends.map((end) => end[1]) as Pair };
}

/** The smallest box around two. */
export function union(one: Box, other: Box): Box {
  return {
    low: [Math.min(one.low[0], other.low[0]), Math.min(one.low[1], other.low[1])],
    high: [Math.max(one.high[0], other.high[0]), Math.max(one.high[1], other.high[1])],
  };
}

/** All of a box, in the middle of the stage. */
export function fit({ low, high }: Box, { width, height }: Size): Camera {
  const scale = Math.max((high[0] - low[0]) / Math.max(width, 1), (high[1] - low[1]) / Math.max(height, 1));
  return { centre: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2], scale: scale || 1 };
}

export function toPixels(camera: Camera, { width, height }: Size, place: Pair): Pair {
  return [
    (place[0] - camera.centre[0]) / camera.scale + width / 2,
    (place[1] - camera.centre[1]) / camera.scale + height / 2,
  ];
}

export function toMm(camera: Camera, { width, height }: Size, pixels: Pair): Pair {
  return [
    camera.centre[0] + (pixels[0] - width / 2) * camera.scale,
    camera.centre[1] + (pixels[1] - height / 2) * camera.scale,
  ];
}

/** Nearer where `factor` is above 1; what lies under the pointer stays there. */
export function zoomed(camera: Camera, size: Size, pixels: Pair, factor: number): Camera {
  const scale = clamp(camera.scale / factor, 0.002, 50);
  const place = toMm(camera, size, pixels);
  return {
    centre: [place[0] - (pixels[0] - size.width / 2) * scale, place[1] - (pixels[1] - size.height / 2) * scale],
    scale,
  };
}

/** After the picture was dragged by so many pixels. */
export function panned(camera: Camera, [dx, dy]: Pair): Camera {
  return { ...camera, centre: [camera.centre[0] - dx * camera.scale, camera.centre[1] - dy * camera.scale] };
}

/** Centre and width after a drag: right widens, down lowers the centre, the faster the wider it is. */
export function dragged([centre, width]: Pair, [dx, dy]: Pair, [low, high]: Pair): Pair {
  const least = (high - low) / 1e5 || 1e-6;
  const step = Math.max(width / 256, least);
  return [centre - dy * step, Math.max(width + dx * step, least)];
}

/** A round number of mm whose bar is at most so many pixels long. */
export function barLength(scale: number, longest: number): number {
  const room = scale * longest;
  const power = 10 ** Math.floor(Math.log10(room));
  return power * (room >= 5 * power ? 5 : room >= 2 * power ? 2 : 1);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
