/** Counts as Python writes them small, beside those of the whole snapshot: explorer/views/numbers.py. */

import { isRange, type Counts, type Now, type Pair, type RangeCounts, type Value, type ValueCounts } from "./wire.ts";
import type { Count } from "./protected.ts";

/** Place in the counts of the whole snapshot, patients, series, and so on. */
interface Packed {
  at: Count[];
  whole?: Pair;
  missing?: Pair;
  /** Rows that the whole snapshot does not list. */
  others?: unknown[][];
}

type PackedNow = Omit<Now, "by"> & { by?: Record<string, Packed> };

type All = Record<string, Counts>;

/** Reads `all` and `now` of one host. What is equal comes back as the same object, so that it is not drawn again. */
export class Unpacker {
  private texts = { all: "", now: "" };
  private packed: Record<string, Packed> = {};
  private all: All = {};
  private now: Now = {};

  /** Hosts that read JSON themselves give objects, which are returned as they are. */
  read(all: unknown, now: unknown): { all: All; now: Now } {
    const known = typeof all === "string" ? this.readAll(all) : (all as All);
    return { all: known, now: typeof now === "string" ? this.readNow(now, known) : (now as Now) };
  }

  private readAll(text: string): All {
    if (text !== this.texts.all) {
      this.texts = { all: text, now: "" };
      this.packed = {};
      this.now = {};
      this.all = text ? (JSON.parse(text) as All) : {};
    }
    return this.all;
  }

  private readNow(text: string, all: All): Now {
    if (text === this.texts.now) return this.now;
    this.texts.now = text;
    const packed = (text ? JSON.parse(text) : {}) as PackedNow;
    const before = this.now.by ?? {};
    const by = Object.entries(packed.by ?? {}).map(([facet, counts]): [string, Counts] => {
      const known = before[facet];
      return [facet, known && alike(this.packed[facet], counts) ? known : unpacked(counts, all[facet])];
    });
    this.packed = packed.by ?? {};
    this.now = packed.by ? { ...packed, by: Object.fromEntries(by) } : (packed as Now);
    return this.now;
  }
}

function unpacked({ at, whole, missing, others = [] }: Packed, all: Counts | undefined): Counts {
  const rows: unknown[][] = [];
  const range = isRange(all);
  for (let i = 0; i < at.length; i += 3) {
    const place = at[i] ?? 0;
    const pair = [at[i + 1] ?? null, at[i + 2] ?? null];
    if (range) rows.push([...(all.bins[place]?.slice(0, 2) ?? []), ...pair]);
    else rows.push([all?.values[place]?.[0] ?? null, ...pair]);
  }
  rows.push(...others);
  const known = whole && { whole };
  if (missing) return { bins: rows as RangeCounts["bins"], missing, ...known };
  return { values: rows as [Value, ...Pair][], ...known } satisfies ValueCounts;
}

function alike(one: Packed | undefined, other: Packed): boolean {
  return (
    one !== undefined &&
    !one.others &&
    !other.others &&
    equal(one.at, other.at) &&
    equal(one.whole ?? [], other.whole ?? []) &&
    equal(one.missing ?? [], other.missing ?? [])
  );
}

function equal(one: readonly Count[], other: readonly Count[]): boolean {
  return one.length === other.length && one.every((n, i) => n === other[i]);
}
