/** Whether two definitions are the same rule, whatever they are called. */

import type { Definition } from "../../left/groups.ts";

/** What a part of a rule is where it is left out. */
const DEFAULTS: Definition = { version: 1, include: [], exclude: [], within: [], select: "matching", derived: "none" };

/** The rule as one text, without what counting ignores. */
export function ruleOf(definition: Definition): string {
  const rule = Object.fromEntries(
    Object.entries({ ...DEFAULTS, ...definition }).filter(([key]) => key !== "name" && key !== "annotations"),
  );
  return JSON.stringify(rule, (_key, value: unknown) => (isObject(value) ? sorted(value) : value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Nothing is asked for: everybody. */
export function isEverybody(definition: Definition): boolean {
  return !definition.include?.length && !definition.exclude?.length && !definition.within?.length;
}
