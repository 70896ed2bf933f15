/** Numbers as the reader sees them. Totals are never abbreviated. */

let locale = "en";
/** Formatting is the dearest part of drawing a thousand rows, and most counts come again. */
const known = new Map<number, string>();
let whole = new Intl.NumberFormat(locale);
let tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Format numbers for this language from now on. */
export function setLocale(name: string): void {
  if (name === locale || !name) return;
  locale = name;
  known.clear();
  whole = new Intl.NumberFormat(name);
  tenth = new Intl.NumberFormat(name, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** 3296 as "3,296". */
export function count(n: number): string {
  let text = known.get(n);
  if (text === undefined) {
    if (known.size > 20_000) known.clear();
    text = whole.format(n);
    known.set(n, text);
  }
  return text;
}

/** 0.286 as "28.6 %"; "< 0.1 %" where it would read 0.0, and a plain "0" for none. */
export function percent(share: number): string {
  if (share <= 0) return "0";
  if (share < 0.001) return `< ${tenth.format(0.1)} %`;
  return `${tenth.format(100 * share)} %`;
}
