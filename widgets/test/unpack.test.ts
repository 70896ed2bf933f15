/** Small counts as explorer/views/numbers.py writes them, read as everything else draws them. */

import { expect, test } from "vitest";
import { Unpacker } from "../src/left/unpack.ts";
import type { Counts } from "../src/left/wire.ts";

const ALL: Record<string, Counts> = {
  sex: {
    values: [
      [null, 40, 90],
      ["F", 30, 60],
      ["M", 20, 50],
    ],
    whole: [90, 200],
    distinct: 2,
  },
  age: {
    bins: [
      [0, 4, 1, 1],
      [5, 9, 2, 4],
    ],
    missing: [3, 5],
    whole: [6, 10],
    min: 0,
    max: 7,
  },
};

function told(id: string, sex: (number | null)[], more: object = {}): string {
  const age = { at: [1, 2, 4], missing: [0, 0], whole: [2, 4] };
  return JSON.stringify({ id, groups: { sex: "include:0" }, by: { sex: { at: sex, whole: [30, 60], ...more }, age } });
}

test("values and bins come back by their places", () => {
  const { all, now } = new Unpacker().read(JSON.stringify(ALL), told("a", [1, 30, 60, 0, null, null]));
  expect(all).toEqual(ALL);
  expect(now.id).toBe("a");
  expect(now.groups).toEqual({ sex: "include:0" });
  expect(now.by?.sex).toEqual({
    values: [
      ["F", 30, 60],
      [null, null, null],
    ],
    whole: [30, 60],
  });
  expect(now.by?.age).toEqual({ bins: [[5, 9, 2, 4]], missing: [0, 0], whole: [2, 4] });
});

test("a value that the whole snapshot does not list comes in full", () => {
  const { now } = new Unpacker().read(JSON.stringify(ALL), told("a", [1, 30, 60], { others: [["O", 1, 2]] }));
  expect(now.by?.sex).toEqual({
    values: [
      ["F", 30, 60],
      ["O", 1, 2],
    ],
    whole: [30, 60],
  });
});

test("what is equal is the same object, so that nothing of it is drawn again", () => {
  const [unpacker, all] = [new Unpacker(), JSON.stringify(ALL)];
  const first = unpacker.read(all, told("a", [1, 30, 60]));
  const again = unpacker.read(all, told("a", [1, 30, 60]));
  expect(again.all).toBe(first.all);
  expect(again.now).toBe(first.now);
  const other = unpacker.read(all, told("b", [1, 29, 60]));
  expect(other.now.by?.age).toBe(first.now.by?.age);
  expect(other.now.by?.sex).not.toBe(first.now.by?.sex);
});

test("counts of another snapshot are read anew", () => {
  const unpacker = new Unpacker();
  const text = told("a", [1, 30, 60]);
  unpacker.read(JSON.stringify(ALL), text);
  const other = {
    ...ALL,
    sex: {
      values: [
        ["M", 9, 9],
        ["O", 8, 8],
      ],
    },
  };
  expect(unpacker.read(JSON.stringify(other), text).now.by?.sex).toMatchObject({ values: [["O", 30, 60]] });
});

test("a host that reads JSON itself is left alone, and nothing told is nothing", () => {
  const now = { id: "a" };
  const read = new Unpacker().read(ALL, now);
  expect(read.all).toBe(ALL);
  expect(read.now).toBe(now);
  expect(new Unpacker().read("", "")).toEqual({ all: {}, now: {} });
});
