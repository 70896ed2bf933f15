/** What the attrition is drawn from. Python's side: explorer/views/attrition.py, explorer/views/flow_changes.py. */

import type { Count, Policy } from "../../left/protected.ts";
import type { GroupName, Level, Value } from "../../left/wire.ts";

export interface Step {
  rule: string;
  /** JSON pointer to the rule; empty for everybody. */
  path: string;
  /** The number of the criterion's group; 0 where there is only one. */
  group: number;
  /** The level on which the criterion holds together with those before it. */
  together: Level | "";
  patients: Count;
  studies: Count;
  series: Count;
  instances: Count;
  bytes: Count;
  alone: Count;
  without: Count;
  last: boolean;
  /** Patients lost since the step before, where small counts are protected. */
  lost?: Count;
  /** What those lost here had instead. */
  had?: { rows: Counted[]; more: number };
}

export interface Cost {
  words: string;
  path: string;
  /** Patients that it keeps alone; of a level there are none. */
  alone: Count;
  without: Count;
  level: boolean;
  change: Change;
}

/** A click that changes the rule. */
export type Change =
  | { kind: "remove"; group: GroupName; criterion: number }
  | { kind: "group-pause"; group: GroupName }
  | { kind: "level"; group: GroupName; same: Level }
  | { kind: "within-remove"; index: number }
  | { kind: "toggle"; group: GroupName; facet: string; value: Value; on: boolean }
  | { kind: "range"; group: GroupName; facet: string; low: Value; high: Value; missing: boolean }
  | { kind: "contains"; group: GroupName; facet: string; texts: string[] };

export interface Counted {
  value: Value;
  /** Of numbers and dates the other end of the bin. */
  high: Value;
  patients: Count;
}

export interface LostValue extends Counted {
  /** What would keep these patients; null where one click does not. */
  change: Change | null;
}

export interface Lost {
  step: number;
  facet: string;
  /** The step is a group that names the facet: only series count that meet its other criteria. */
  named: boolean;
  /** The facets that the step's group names. */
  naming: string[];
  patients: Count;
  counted: Count;
  distinct: number;
  rows: LostValue[];
}

/** Patients of each step by where they come from: the value, then one number for each step. */
export interface By {
  facet: string;
  rows: [Value, ...Count[]][];
  total: number;
}

export interface AttritionData {
  steps: Step[];
  snapshot: string;
  costs: Cost[];
  facets: { name: string; title: string }[];
  /** Facets that say where patients come from. */
  sources: string[];
  lost: Lost | null;
  by: By | null;
  /** Absent where small counts are not protected. */
  protected?: Policy;
}

/** What the attrition asks of Python. */
export type AttritionAsk =
  | Change
  | { kind: "csv" }
  | { kind: "attrition-by"; facet: string }
  | { kind: "attrition-lost"; step: number; facet: string };
