/**
 * Draws a click before Python has answered: the definition as it will most likely be. Only what the user sees under
 * the pointer is foretold; Python's answer replaces it. Saying the same thing twice changes nothing.
 */

import { groupsOf, type Criterion, type Definition, type Group } from "./groups.ts";
import type { Request, Side, Value } from "./wire.ts";

export function predict(definition: Definition, request: Request): Definition {
  switch (request.kind) {
    case "toggle":
      if (request.exclude) return definition;
      return replace(definition, request.group ?? "include:0", request.facet, (old) => {
        const wanted = toggled(old?.is_in ?? [], request.value, request.on);
        return wanted.length ? { facet: request.facet, is_in: wanted } : null;
      });
    case "range":
      return replace(definition, request.group ?? "include:0", request.facet, () => {
        return { facet: request.facet, between: [request.low, request.high], missing: request.missing };
      });
    case "contains":
      return replace(definition, request.group ?? "include:0", request.facet, () => {
        return request.texts.length ? { facet: request.facet, contains: request.texts } : null;
      });
    case "clear":
      return replace(definition, request.group ?? "include:0", request.facet, () => null);
    case "level":
      return edit(definition, request.group, (group) => ({ ...group, same: request.same }));
    default:
      return definition;
  }
}

export function toggled(values: readonly Value[], value: Value, on: boolean): Value[] {
  const others = values.filter((other) => other !== value);
  if (!on) return others;
  return others.length < values.length ? [...values] : [...values, value];
}

/** The definition with this group changed; a group that is not there yet goes at the end. */
function edit(definition: Definition, name: string, change: (group: Group) => Group): Definition {
  const [side, index] = name.split(":") as [Side, string];
  const groups = groupsOf(definition, side);
  const at = Math.min(Number(index), groups.length);
  groups[at] = change(groups[at] ?? { same: "series", where: [] });
  return { ...definition, [side]: groups };
}

function replace(
  definition: Definition,
  group: string,
  facet: string,
  next: (old: Criterion | undefined) => Criterion | null,
): Definition {
  return edit(definition, group, ({ same, where }) => {
    const at = where.findIndex((criterion) => criterion.facet === facet);
    const criterion = next(where[at]);
    if (at < 0) return { same, where: criterion ? [...where, criterion] : where };
    return { same, where: criterion ? where.with(at, criterion) : where.toSpliced(at, 1) };
  });
}
