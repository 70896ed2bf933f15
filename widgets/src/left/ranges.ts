/** The scale of a range facet: bins side by side, equally wide; a position is a bin's index plus the part of it. */

import type { Count } from "./protected.ts";
import type { RangeCounts, Value } from "./wire.ts";

type Bins = RangeCounts["bins"];
export type Kind = "number" | "date";

/** A number to compute with; a date as days. */
export function amount(value: Value, kind: Kind): number {
  if (value === null) return NaN;
  return kind === "date" ? Date.parse(`${String(value).slice(0, 10)}T00:00:00Z`) / 86_400_000 : Number(value);
}

/** Where the value lies, 0 … bins.length; a low end at the left of its bin, a high end at the right. */
export function positionOf(value: Value, bins: Bins, kind: Kind, end: "low" | "high"): number {
  const open = end === "low" ? 0 : bins.length;
  const x = amount(value, kind);
  if (Number.isNaN(x) || bins.length === 0) return open;
  for (const [i, bin] of bins.entries()) {
    const low = amount(bin[0], kind);
    const high = amount(bin[1], kind);
    const next = bins[i + 1] ? amount(bins[i + 1]?.[0] ?? null, kind) : high;
    if (x < low) return i;
    if (end === "high" && x >= high && x < Math.max(next, high + 1e-9)) return i + 1;
    if (end === "low" && x === high && i + 1 < bins.length && next === high) continue;
    const width = Math.max(high, next) - low;
    if (x <= high || x < next) return i + (width > 0 ? Math.min(1, (x - low) / width) : 0);
  }
  return bins.length;
}

/** The ends that a brush over the bins first … last asks for; an end at the border stays open. */
export function brushed(first: number, last: number, bins: Bins): { low: Value; high: Value } {
  const from = Math.max(0, Math.min(first, last));
  const to = Math.min(bins.length - 1, Math.max(first, last));
  return {
    low: from === 0 ? null : (bins[from]?.[0] ?? null),
    high: to === bins.length - 1 ? null : (bins[to]?.[1] ?? null),
  };
}

/** What was typed, as a value; undefined when it cannot be read. Empty text is an open end. */
export function readEnd(text: string, kind: Kind, end: "low" | "high"): Value | undefined {
  const clean = text.trim().replace(/^−/, "-");
  if (clean === "") return null;
  if (kind === "number") {
    const number = Number(clean.replace(/(?<=\d),(?=\d{3})/g, ""));
    return Number.isFinite(number) ? number : undefined;
  }
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(clean);
  if (!parts) return undefined;
  const [, year = "", month, day] = parts;
  const lastDay = month ? new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate() : 31;
  const iso = `${year}-${month ?? (end === "low" ? "01" : "12")}-${day ?? (end === "low" ? "01" : String(lastDay).padStart(2, "0"))}`;
  const read = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(iso) ? iso : undefined;
}

export interface Tick {
  position: number;
  label: string;
}

const PLACES = [1, 2, 4, 5, 10, 20, 25, 50, 100];

/** At most six labels at bin borders, the last at the far end. */
export function ticksOf(bins: Bins, kind: Kind, end: Value): Tick[] {
  const label = (value: number | string) => (kind === "date" ? String(value).slice(0, 4) : shortNumber(Number(value)));
  const step = PLACES.find((size) => bins.length / size <= 5) ?? Math.ceil(bins.length / 5);
  const ticks: Tick[] = [];
  for (let i = 0; i < bins.length; i += step) {
    const bin = bins[i];
    if (bin && i + step * 0.6 <= bins.length) ticks.push({ position: i, label: label(bin[0]) });
  }
  const last = bins.at(-1);
  if (last) ticks.push({ position: bins.length, label: label(end ?? last[1]) });
  return ticks.filter((tick, i) => i === 0 || tick.label !== ticks[i - 1]?.label);
}

/** Axis labels are short: 1000000 is 1 M. Values themselves are never shortened. */
function shortNumber(n: number): string {
  const size = Math.abs(n);
  if (size >= 1e6) return `${trim(n / 1e6)} M`;
  if (size >= 1e4) return `${trim(n / 1e3)} k`;
  return trim(n);
}

function trim(n: number): string {
  return String(Math.abs(n) >= 10 ? Math.round(n) : Number(n.toPrecision(2)));
}

/** Counts now, bin by bin of all: answers may leave empty bins out; what is protected stays so. */
export function alignedBins(all: RangeCounts, now: RangeCounts | undefined, index: 2 | 3): Count[] | null {
  if (!now) return null;
  const byLow = new Map(now.bins.map((bin) => [String(bin[0]), bin[index]]));
  return all.bins.map(([low]) => byLow.get(String(low))).map((n) => (n === undefined ? 0 : n));
}
