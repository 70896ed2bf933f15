/** Whether two definitions say the same, and a definition as the text of a file. */

import { JSONExt, type PartialJSONValue } from "@lumino/coreutils";

export type Definition = Readonly<Record<string, unknown>>;

/** What a part of a definition is where it is left out. */
const DEFAULTS: Definition = {
  name: "",
  include: [],
  exclude: [],
  within: [],
  select: "matching",
  derived: "none",
  annotations: {},
};

export function isSame(a: Definition, b: Definition): boolean {
  return JSONExt.deepEqual({ ...DEFAULTS, ...a } as PartialJSONValue, { ...DEFAULTS, ...b } as PartialJSONValue);
}

/** The definition in a text, or null where it holds none. Whether it is a right one, the server judges. */
export function definitionIn(text: string): Definition | null {
  try {
    const value = JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Definition) : null;
  } catch {
    return null;
  }
}

/** As Python's `CohortDefinition.save` writes it. */
export function written(definition: Definition): string {
  return `${JSON.stringify(definition, null, 1)}\n`;
}
