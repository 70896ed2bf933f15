import { describe, expect, it } from "vitest";
import type { Channel } from "../src/viewer/channel";
import { Slices } from "../src/viewer/slices";
import type { Ask, SeriesPicture } from "../src/viewer/wire";

/** A Blosc frame that is stored as it is. */
function frame(voxels: Uint16Array): ArrayBuffer {
  const out = new Uint8Array(16 + voxels.byteLength);
  out.set([2, 1, 0x02, 2]);
  new DataView(out.buffer).setUint32(4, voxels.byteLength, true);
  out.set(new Uint8Array(voxels.buffer), 16);
  return out.buffer;
}

/** Slices of 30 × side × side voxels, each with its number; and what was asked for. */
function slices(side: number, answer = (index: number) => frame(new Uint16Array(side * side).fill(index))) {
  const asked: number[] = [];
  const ask = (question: Extract<Ask, { kind: "slice" }>): Promise<ArrayBuffer | null> => {
    asked.push(question.index);
    return Promise.resolve(question.index < 30 ? answer(question.index) : null);
  };
  const picture = { shape: [30, side, side], dtype: "uint16" } as unknown as SeriesPicture;
  return { asked, of: new Slices({ ask } as unknown as Channel, picture, 0) };
}

describe("slices", () => {
  it("are asked for once, also by two at a time", async () => {
    const { asked, of } = slices(4);
    const [one, two] = await Promise.all([of.get("axial", 7), of.get("axial", 7)]);
    await of.get("axial", 7);
    expect(asked).toEqual([7]);
    expect(one).toBe(two);
    expect(one.shape).toEqual([4, 4]);
    expect([...one.values]).toEqual(new Array(16).fill(7));
  });

  it("come early in the direction of the reader, and not beyond the ends", async () => {
    const { asked, of } = slices(4);
    await of.lookAhead("axial", 27, 1);
    expect(asked).toEqual([28, 29, 26]);
    await of.lookAhead("axial", 10, -1);
    expect(asked.slice(3)).toEqual([9, 8, 11, 7, 6]);
  });

  it("are not asked for early any more once the reader is elsewhere", async () => {
    const { asked, of } = slices(4);
    await Promise.all([of.lookAhead("axial", 3, 1), of.lookAhead("axial", 20, 1)]);
    expect(asked).toEqual([4, 21, 22, 19, 23, 24]);
  });

  it("go when there is no room, the one used longest ago first", async () => {
    const { asked, of } = slices(1024); // 2 MiB each
    for (let index = 0; index < 16; index++) await of.get("axial", index);
    await of.get("axial", 0);
    await of.get("axial", 16);
    asked.length = 0;
    await of.get("axial", 0);
    await of.get("axial", 1);
    expect(asked).toEqual([1]);
  });

  it("are refused where they are missing or of another size, and asked for again", async () => {
    const { asked, of } = slices(4, () => frame(new Uint16Array(3)));
    await expect(of.get("axial", 30)).rejects.toThrow("A slice is missing.");
    await expect(of.get("axial", 1)).rejects.toThrow("A slice is damaged.");
    await expect(of.get("axial", 1)).rejects.toThrow("A slice is damaged.");
    expect(asked).toEqual([30, 1, 1]);
  });
});
