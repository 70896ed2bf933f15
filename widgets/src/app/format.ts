/** Numbers with their units, as the app's frame writes them. */

import { count, decimal } from "../left/numbers.ts";

export { count };

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/**
 * How to write bytes in one unit for a whole column, that of its largest number: 2169000000000 beside 99.9 TB as
 * "2.17 TB". Three figures, steps of a thousand.
 */
export function bytesLike(largest: number): (n: number) => string {
  let [unit, step] = [0, 1];
  while (largest / step >= 999.5 && unit < UNITS.length - 1) {
    step *= 1000;
    unit += 1;
  }
  const name = UNITS[unit] ?? "";
  return (n) => {
    const value = n / step;
    if (unit === 0) return `${decimal(value, 0)} ${name}`;
    if (value > 0 && value < 0.005) return `< ${decimal(0.01, 2)} ${name}`;
    return `${decimal(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${name}`;
  };
}

/** 2169000000000 as "2.17 TB", in a unit of its own. */
export function bytes(n: number): string {
  return bytesLike(n)(n);
}

/** A loss: "−312"; a plain 0 for none, and no sign where only a bound is written. */
export function minus(n: number, write: (n: number) => string = count): string {
  if (n === 0) return "0";
  const written = write(Math.abs(n));
  return written.startsWith("<") ? written : `${n < 0 ? "+" : "−"}${written}`;
}
