/** Reads the groups that are set aside for a moment: explorer/cohort/paused.py. */

import type { Card, Criterion, Definition, Group } from "./groups.ts";
import { LEVELS } from "./groups.ts";
import type { Side } from "./wire.ts";

export interface PausedGroup extends Group {
  /** Its place in the list that Python keeps. */
  index: number;
  side: Side;
  /** The place that it had, and would have again if it were the last one paused. */
  at: number;
}

/** Annotations come from files too: what is not written as it should be is passed over. */
export function pausedOf(definition: Definition): PausedGroup[] {
  const found = definition.annotations?.paused;
  return Array.isArray(found) ? found.flatMap(read) : [];
}

function read(entry: unknown, index: number): PausedGroup[] {
  const { kind, at, group } = (entry ?? {}) as Partial<{ kind: Side; at: number; group: Partial<Group> }>;
  if ((kind !== "include" && kind !== "exclude") || typeof at !== "number" || !group) return [];
  const { same, where } = group;
  if (!same || !LEVELS.includes(same) || !Array.isArray(where) || where.length === 0) return [];
  return where.every(isCriterion) ? [{ index, side: kind, at, same, where }] : [];
}

function isCriterion(criterion: unknown): criterion is Criterion {
  const { facet, is_in, between, contains } = (criterion ?? {}) as Partial<Criterion>;
  return typeof facet === "string" && [is_in, between, contains].some((each) => Array.isArray(each));
}

/** The cards of one side with the paused groups where they would come back: the last one paused first. */
export function interleaved(cards: readonly Card[], paused: readonly PausedGroup[]): (Card | PausedGroup)[] {
  const all: (Card | PausedGroup)[] = [...cards];
  for (const group of paused.toReversed()) all.splice(Math.min(group.at, all.length), 0, group);
  return all;
}
