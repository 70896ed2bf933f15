/** Numbers as the reader sees them. Totals are never abbreviated, but for JupyterLab's side panel. */

let locale = "en";
/** Formatting is the dearest part of drawing a thousand rows, and most counts come again. */
const known = new Map<number, string>();
let whole = format();
let tenth = format(1);

/** Format numbers for this language from now on. */
export function setLocale(name: string): void {
  if (name === locale || !name) return;
  locale = name;
  known.clear();
  whole = format();
  tenth = format(1);
}

/** Thousands are always marked: in Spanish, Intl alone would write 3296 beside 13.296. */
function format(places?: number): Intl.NumberFormat {
  const digits = places === undefined ? {} : { minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(locale, { ...digits, useGrouping: "always" });
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

/** 2.6 with two places as "2.60". */
export function decimal(n: number, places: number): string {
  return format(places).format(n);
}

/** 0.286 as "28.6 %"; "< 0.1 %" where it would read 0.0, and a plain "0" for none. */
export function percent(share: number): string {
  if (share <= 0) return "0";
  if (share < 0.001) return `< ${tenth.format(0.1)} %`;
  return `${tenth.format(100 * share)} %`;
}

/** "5,935,433" as "5.94 M" where room is scarce; below a million as it is. */
export function shortened(written: string): string {
  const n = Number(written.replace(/\D/g, ""));
  if (n < 1e6) return rewritten(written);
  const [size, letter] = n >= 999.5e6 ? [n / 1e9, "G"] : [n / 1e6, "M"];
  const places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${decimal(size, places)} ${letter}`;
}

/** "1,204.5" as Python wrote it, in the reader's language: "1.204,5". */
export function rewritten(written: string): string {
  return written.replace(/\d[\d,]*(\.\d+)?/g, (number, decimals: string | undefined) =>
    decimal(Number(number.replaceAll(",", "")), decimals ? decimals.length - 1 : 0),
  );
}

/** "2000-01-02" as "2 January 2000", in the reader's language. */
export function dayInWords(iso: string): string {
  const day = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return iso;
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "long", timeZone: "UTC" }).format(
    day,
  );
}
