/** A text, and the places that use it. */
export type Strings = Map<string, string[]>;

export function findStrings(): { strings: Strings; problems: string[] };
export function schemaTexts(schema: object): string[];
export function compare(strings: Strings, catalogue: Record<string, string>): string[];
export function catalogues(): [string, Record<string, string>][];
