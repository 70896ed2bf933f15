import { describe, expect, test } from "vitest";
import { Channel } from "../src/viewer/channel";
import { blend, MaskStore } from "../src/viewer/masks";
import { outline } from "../src/viewer/outline";
import { FakeModel, picture, segment, series, stored } from "./viewer-fake";

/** Rows of text as bits: "#" has the bit. */
function drawn(rows: string[], bit = 0): Uint32Array {
  return Uint32Array.from(rows.join(""), (sign) => (sign === "#" ? (1 << bit) >>> 0 : 0));
}

describe("outlines", () => {
  test("follow the edges of voxels, and keep only corners", () => {
    expect(outline(drawn(["....", ".##.", "...."]), 4, 3, 0)).toEqual([[1, 1, 3, 1, 3, 2, 1, 2]]);
  });

  test("reach the edge of the picture", () => {
    expect(outline(drawn(["##", "##"]), 2, 2, 0)).toEqual([[0, 0, 2, 0, 2, 2, 0, 2]]);
  });

  test("go around holes too", () => {
    const loops = outline(drawn(["###", "#.#", "###"]), 3, 3, 0);
    expect(loops).toHaveLength(2);
    expect(loops.map((loop) => loop.length)).toEqual([8, 8]);
  });

  test("keep voxels that touch at a corner apart", () => {
    expect(outline(drawn(["#.", ".#"]), 2, 2, 0)).toHaveLength(2);
  });

  test("see their own bit alone, the highest too", () => {
    const bits = drawn(["#.#"], 31);
    bits[1] = 1;
    expect(outline(bits, 3, 1, 31)).toHaveLength(2);
    expect(outline(bits, 3, 1, 0)).toEqual([[1, 0, 2, 0, 2, 1, 1, 1]]);
    expect(outline(bits, 3, 1, 5)).toEqual([]);
  });

  test("are as long as the border of any shape", () => {
    const columns = 23;
    const bits = new Uint32Array(columns * columns);
    let seed = 7;
    for (let i = 0; i < bits.length; i++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      bits[i] = seed > 1e9 ? 1 : 0;
    }
    const at = (x: number, y: number): number =>
      x < 0 || y < 0 || x >= columns || y >= columns ? 0 : (bits[y * columns + x] ?? 0);
    let border = 0;
    for (let y = 0; y <= columns; y++) {
      for (let x = 0; x <= columns; x++)
        border += Number(at(x, y) !== at(x - 1, y)) + Number(at(x, y) !== at(x, y - 1));
    }
    let length = 0;
    for (const loop of outline(bits, columns, columns, 0)) {
      for (let i = 0; i < loop.length; i += 2) {
        const [x = 0, y = 0] = loop.slice(i, i + 2);
        const [nextX = 0, nextY = 0] = i + 2 < loop.length ? loop.slice(i + 2, i + 4) : loop;
        expect(x === nextX).not.toBe(y === nextY);
        length += Math.abs(nextX - x) + Math.abs(nextY - y);
      }
    }
    expect(length).toBe(border);
  });
});

test("colours lie over each other where segments overlap", () => {
  const pixels = new Uint8ClampedArray(3 * 4);
  const parts = new Map([[0, Uint32Array.from([1, 3, 0])]]);
  const red = segment({ bit: 0, colour: "#ff0000" });
  const blue = segment({ bit: 1, colour: "#0000ff" });
  blend(pixels, parts, [red, blue], 0.5);
  expect([...pixels]).toEqual([255, 0, 0, 128, 85, 0, 170, 192, 0, 0, 0, 0]);
});

describe("masks of slices", () => {
  const segments = [
    segment({
      bit: 0,
      slices: [
        [2, 5],
        [0, 9],
        [0, 11],
      ],
    }),
    segment({
      bit: 40,
      slices: [
        [5, 6],
        [0, 9],
        [0, 11],
      ],
    }),
    segment({ bit: 70, slices: null }),
  ];
  const shown = series({ segments });
  const bits = new Uint32Array(120).fill(1);

  function store(): { model: FakeModel; masks: MaskStore } {
    const model = new FakeModel(picture([shown]), () => stored(bits));
    return { model, masks: new MaskStore(new Channel(model), 0, shown) };
  }

  test("are asked for in parts that have something there, once", async () => {
    const { model, masks } = store();
    await masks.get("axial", 3);
    expect(model.of("mask").map(({ part }) => part)).toEqual([0]);
    const parts = await masks.get("axial", 5);
    expect(model.of("mask").map(({ index, part }) => `${index} ${part}`)).toEqual(["3 0", "5 0", "5 1"]);
    expect(parts.get(1)).toEqual(bits);
    expect((await masks.get("axial", 7)).size).toBe(0);
    await masks.get("axial", 5);
    expect(model.of("mask")).toHaveLength(3);
    expect(masks.here("axial", 5)).toBe(parts);
  });

  test("are not kept without bound", async () => {
    const { model, masks } = store();
    for (let round = 0; round < 60; round++) await masks.get("sagittal", round % 12);
    expect(model.of("mask")).toHaveLength(24);
    const large = series({
      segments: [
        segment({
          slices: [
            [0, 99],
            [0, 0],
            [0, 0],
          ],
        }),
      ],
      shape: [100, 2048, 2048],
    });
    const asked = new FakeModel(picture([large]), () => stored(bits));
    const few = new MaskStore(new Channel(asked), 0, large);
    for (let index = 0; index < 10; index++) await few.get("axial", index);
    expect(few.here("axial", 9)).toBeDefined();
    expect(few.here("axial", 0)).toBeUndefined();
  });
});
