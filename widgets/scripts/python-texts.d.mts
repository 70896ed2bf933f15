/** Text to the files of explorer/ that say it. */
export function pythonTexts(): Map<string, string[]>;
export function saidIn(source: string): string[];
export function columnTexts(source?: string): string[];
