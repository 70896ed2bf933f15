import { describe, expect, test } from "vitest";
import {
  barLength,
  box,
  deep,
  dragged,
  fit,
  flat,
  holds,
  middle,
  onSlice,
  panned,
  sliceAt,
  sliceNear,
  toMm,
  toPixels,
  zoomed,
} from "../src/viewer/geometry";
import { lengthOf, Rulers, type Line } from "../src/viewer/ruler";
import { series } from "./viewer-fake";

const grid = series();
const size = { width: 600, height: 300 };

describe("slices and millimetres", () => {
  test.each([
    ["axial", 4, [10, 20, 42]],
    ["coronal", 3, [10, 26, 30]],
    ["sagittal", 11, [21, 20, 30]],
  ] as const)("%s slice %i", (plane, index, point) => {
    expect(onSlice(grid, plane, [10, 20, 30], index)).toEqual(point);
    expect(sliceAt(grid, plane, [...point])).toBe(index);
  });

  test("a point outside keeps its place, and the last slice is shown", () => {
    expect(sliceNear(grid, "axial", [10, 20, 300])).toBe(90);
    expect(sliceAt(grid, "axial", [10, 20, 300])).toBe(7);
    expect(holds(grid, [10, 20, 300])).toBe(false);
    expect(holds(grid, middle(grid))).toBe(true);
  });

  test("opens at the middle voxel", () => {
    expect(middle(grid)).toEqual([16, 30, 42]);
  });
});

describe("the picture's axes", () => {
  test.each([
    ["axial", [12, 22], { low: [9.5, 19], high: [21.5, 39] }],
    ["coronal", [12, -33], { low: [9.5, -52.5], high: [21.5, -28.5] }],
    ["sagittal", [22, -33], { low: [19, -52.5], high: [39, -28.5] }],
  ] as const)("%s", (plane, place, edges) => {
    expect(flat(plane, [12, 22, 33])).toEqual(place);
    expect(box(grid, plane)).toEqual(edges);
    const [x, y, z] = [12, 22, 33];
    const depth = { axial: [0, 0, z], coronal: [0, y, 0], sagittal: [x, 0, 0] }[plane] as [number, number, number];
    expect(deep(plane, [...place], depth)).toEqual([x, y, z]);
  });

  test.each(["axial", "coronal", "sagittal"] as const)(
    "all of the %s plane is seen, to the edges of its voxels",
    (plane) => {
      const edges = box(grid, plane);
      const camera = fit(edges, size);
      const [left, top] = toPixels(camera, size, edges.low);
      const [right, bottom] = toPixels(camera, size, edges.high);
      expect(Math.min(left, top)).toBeCloseTo(0);
      expect([left + right, top + bottom]).toEqual([expect.closeTo(600), expect.closeTo(300)]);
      const place = toMm(camera, size, [123, 45]);
      expect(toPixels(camera, size, place)).toEqual([expect.closeTo(123), expect.closeTo(45)]);
    },
  );
});

describe("the camera", () => {
  const camera = fit(box(grid, "axial"), size);

  test("zooms at the pointer", () => {
    const nearer = zoomed(camera, size, [100, 50], 2);
    expect(nearer.scale).toBeCloseTo(camera.scale / 2);
    expect(toMm(nearer, size, [100, 50])).toEqual(
      toMm(camera, size, [100, 50]).map((mm) => expect.closeTo(mm) as number),
    );
  });

  test("moves with the hand", () => {
    const place = toMm(camera, size, [100, 50]);
    expect(toPixels(panned(camera, [30, -20]), size, place)).toEqual([expect.closeTo(130), expect.closeTo(30)]);
  });

  test("a scale bar is round and not too long", () => {
    expect([0.1, 0.25, 0.6, 1, 3].map((scale) => barLength(scale, 96))).toEqual([5, 20, 50, 50, 200]);
    expect(barLength(0.004, 96)).toBeCloseTo(0.2);
  });
});

test("a drag sets the window: right is wider, down is a lower centre", () => {
  expect(dragged([40, 400], [10, 0], [-1000, 1000])).toEqual([40, 415.625]);
  expect(dragged([40, 400], [0, 10], [-1000, 1000])).toEqual([24.375, 400]);
  expect(dragged([40, 400], [-1000, 0], [-1000, 1000])[1]).toBeGreaterThan(0);
});

describe("rulers", () => {
  const line = (own: Partial<Line>): Line => ({
    series: 0,
    plane: "sagittal",
    index: 2,
    from: [0, 0],
    to: [0, 0],
    ...own,
  });

  test("four voxels of 2 mm and three of 3 mm, drawn on screen, are millimetres", () => {
    const camera = { ...fit(box(grid, "sagittal"), size), scale: 0.1 };
    const corner = toPixels(camera, size, [20, -50]);
    const to = toMm(camera, size, [corner[0] + 4 * 20, corner[1] + 3 * 30]);
    expect(lengthOf(line({ from: [20, -50], to }))).toBeCloseTo(Math.hypot(8, 9));
  });

  test("Delete removes the chosen, then the newest, and none of another slice", () => {
    const rulers = new Rulers();
    const [one, two, away] = [line({ to: [5, 0] }), line({ to: [0, 5] }), line({ index: 3 })];
    for (const each of [one, two, away]) rulers.add(each);
    const here = (): Line[] => rulers.on(0, "sagittal", 2);
    expect(here()).toEqual([one, two]);
    expect(rulers.near([2, 0.5], here(), 1)).toBe(one);
    rulers.chosen = one;
    expect(rulers.remove(here())).toBe(true);
    expect(here()).toEqual([two]);
    expect(rulers.remove(here())).toBe(true);
    expect(rulers.remove(here())).toBe(false);
    expect(rulers.on(0, "sagittal", 3)).toEqual([away]);
  });
});
