import { expect, test } from "vitest";
import { bytes, bytesLike, count, minus } from "../src/app/format.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.00 kB"],
  [9_995, "10.0 kB"],
  [99_949, "99.9 kB"],
  [99_950, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [2_169_000_000_000, "2.17 TB"],
  [2_600_000_000, "2.60 GB"],
  [99_900_000_000_000, "99.9 TB"],
  [5e18, "5,000 PB"],
])("%d bytes are %s", (n, written) => {
  expect(bytes(n)).toBe(written);
});

test("losses have a minus, none is a plain zero", () => {
  expect(minus(83_155)).toBe("−83,155");
  expect(minus(0)).toBe("0");
  expect(minus(-3)).toBe("+3");
  expect(minus(488_000_000_000, bytes)).toBe("−488 GB");
  expect(minus(0, bytes)).toBe("0");
  expect(minus(1_000, bytesLike(2e12))).toBe("< 0.01 TB");
  expect(count(1_044_191)).toBe("1,044,191");
});

test("bytes of a column have the unit of its largest", () => {
  const write = bytesLike(99_900_000_000_000);
  expect([99.9e12, 2.17e12, 2.6e11, 4e9, 0].map(write)).toEqual([
    "99.9 TB",
    "2.17 TB",
    "0.26 TB",
    "< 0.01 TB",
    "0.00 TB",
  ]);
  expect([999, 0].map(bytesLike(999))).toEqual(["999 bytes", "0 bytes"]);
});
