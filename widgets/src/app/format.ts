/** Numbers with their units, as the app's frame writes them. */

import { count, decimal } from "../left/numbers.ts";

export { count };

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** 2169000000000 as "2.17 TB": three figures, steps of a thousand. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const places = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${decimal(value, places)} ${UNITS[unit] ?? ""}`;
}

/** A loss: "−312"; a plain 0 for none. */
export function minus(n: number, write: (n: number) => string = count): string {
  return n === 0 ? "0" : `${n < 0 ? "+" : "−"}${write(Math.abs(n))}`;
}
