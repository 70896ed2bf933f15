/** Every string on screen passes through `t`, so that a translation can be put in its place later. */

let catalogue: Readonly<Record<string, string>> = {};

/** Use these translations, English text to the other language's; `{}` is English again. */
export function setCatalogue(translations: Readonly<Record<string, string>>): void {
  catalogue = translations;
}

/** The text in the reader's language; `%1`, `%2` … are replaced by the arguments. */
export function t(text: string, ...args: (string | number)[]): string {
  return (catalogue[text] ?? text).replace(/%(\d)/g, (whole, digit: string) =>
    String(args[Number(digit) - 1] ?? whole),
  );
}
