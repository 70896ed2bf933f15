import { expect, test } from "vitest";
import { decodeBlosc } from "../src/viewer/blosc";
import frames from "./viewer-blosc.json";

test.each(frames)("decodes $name as numcodecs wrote it", ({ frame, sum, length }) => {
  const bytes = Uint8Array.from(atob(frame), (c) => c.charCodeAt(0));
  const out = new Uint8Array(decodeBlosc(bytes.buffer));
  expect(out.length).toBe(length);
  let adler = 1;
  let b = 0;
  for (const value of out) {
    adler = (adler + value) % 65521;
    b = (b + adler) % 65521;
  }
  expect(b * 65536 + adler).toBe(sum);
});

test("refuses a damaged frame", () => {
  const [first] = frames;
  const bytes = Uint8Array.from(atob(first?.frame ?? ""), (c) => c.charCodeAt(0));
  bytes.fill(255, 24);
  expect(() => decodeBlosc(bytes.buffer)).toThrow();
});
