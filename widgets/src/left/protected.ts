/**
 * Numbers where small counts may be protected: explorer/counts/small_counts.py for the browser. Without a policy every
 * number is told and written as it is; docs/small-counts.md says what is told of it under one.
 */

import { count } from "./numbers.ts";
import { t } from "./text.ts";
import type { Measure } from "./wire.ts";

/** How small counts are protected, both in patients. */
export interface Policy {
  threshold: number;
  rounding: number;
}

/** A number that was counted; null where it is protected. */
export type Count = number | null;

/** 3296 patients as "3,296"; under a policy "≈ 3,300", and "under 10" for so few that it is not told. */
export function people(n: Count, policy?: Policy): string {
  return n === null && policy ? t("under %1", count(policy.threshold)) : size(n, policy);
}

/** Studies, series, images or bytes: "44,303", "≈ 44,300" or "not shown"; `form` writes the bare number. */
export function size(n: Count, policy?: Policy, form: (n: number) => string = count): string {
  return n === null ? t("not shown") : about(policy, n, form(n));
}

/** A number of what is counted. */
export function tally(n: Count, measure: Measure, policy?: Policy): string {
  return measure === "patients" ? people(n, policy) : size(n, policy);
}

/** Patients lost between two steps, as Python says it: "−312", "≈ −310", "under 10", or a plain 0 for none. */
export function lostPeople(n: Count, policy?: Policy): string {
  return n === null && policy ? t("under %1", count(widest(policy))) : signed(n, "−", policy);
}

/** Patients with their sign: "+312", "≈ +310", "under 10"; a plain 0 for none. */
export function signed(n: Count, sign: "+" | "−", policy?: Policy): string {
  return n ? about(policy, n, sign + count(n)) : people(n, policy);
}

/** Two numbers that are told alike differ by less than this. */
function widest({ threshold, rounding }: Policy): number {
  return Math.max(rounding, Math.ceil(1.5 * rounding) - threshold);
}

function about(policy: Policy | undefined, n: number, written: string): string {
  return policy && n !== 0 ? `≈ ${written}` : written;
}

/** The number to compare it: one that is protected is more than none, and less than any that is told. */
export function weight(n: Count): number {
  return n ?? 0.5;
}

/** The part as a share of the whole; null where either is protected, 0 of nothing. */
export function shareOf(part: Count, whole: Count): number | null {
  if (part === null || whole === null) return null;
  return whole > 0 ? part / whole : 0;
}

/** The sum; null where a part of it is protected. */
export function sum(numbers: readonly Count[]): Count {
  return numbers.reduce<Count>((all, n) => (all === null || n === null ? null : all + n), 0);
}
