/** The lines of a list on screen: values, under an opened one its recorded spellings, and what stands between. */

import { keyOf } from "./catalogue.ts";
import type { Row } from "./rows.ts";
import type { ValueCounts } from "./wire.ts";

export type Line =
  | { kind: "value"; key: string; row: Row }
  | { kind: "spelling"; key: string; row: Row }
  | { kind: "apart"; key: string };

/** The recorded spellings of each normalised value, by the value's key. */
export function spellingsOf(counts: ValueCounts): ReadonlyMap<string, readonly string[]> {
  return new Map((counts.spellings ?? []).map(([value, spelled]) => [keyOf(value), spelled]));
}

/**
 * The lines for these rows. `recorded` holds the rows of the recorded facet in their order, where any value is opened;
 * `opens` says which values are.
 */
export function linesOf(
  rows: readonly Row[],
  opens: ReadonlySet<string>,
  spellings: ReadonlyMap<string, readonly string[]>,
  recorded: readonly Row[],
): Line[] {
  const byValue = new Map(opens.size ? recorded.map((row, place) => [row.value, { row, place }]) : []);
  return rows.flatMap((row, i): Line[] => {
    const lines: Line[] = row.apart && !rows[i - 1]?.apart ? [{ kind: "apart", key: "apart" }] : [];
    lines.push({ kind: "value", key: row.key, row });
    if (!opens.has(row.key)) return lines;
    const spelled = (spellings.get(row.key) ?? []).flatMap((value) => byValue.get(value) ?? []);
    spelled.sort((a, b) => a.place - b.place);
    return [...lines, ...spelled.map((each): Line => spellingLine(row, each.row))];
  });
}

function spellingLine(of: Row, row: Row): Line {
  return { kind: "spelling", key: `${of.key} ${row.key}`, row };
}
