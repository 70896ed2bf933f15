/** Every string on screen passes through `t`, so that it can be said in another language. */

type Translate = (text: string) => string;

let catalogue: Readonly<Record<string, string>> = {};
let translate: Translate = (text) => text;
let spoken = "en";

/** Use these translations, English text to the other language's; `{}` is English again. */
export function setCatalogue(translations: Readonly<Record<string, string>>, name = "en"): void {
  catalogue = translations;
  spoken = name;
}

/** Ask this, such as JupyterLab's translator, for what the catalogue does not have. */
export function setTranslator(translator: Translate, name = "en"): void {
  translate = translator;
  spoken = name;
}

/** The language of the texts, as HTML's `lang` wants it. */
export function language(): string {
  return spoken;
}

/**
 * The text in the reader's language; `%1`, `%2` … are replaced by the arguments. Its type names every text there is.
 * What stands before `\u0004` only tells a translator apart what English says alike.
 */
export function t(text: string, ...args: (string | number)[]): string {
  return lookedUp(text).replace(/%(\d)/g, (whole, digit: string) => String(args[Number(digit) - 1] ?? whole));
}

/** The same for a text that comes from elsewhere, such as a schema; scripts/strings.mjs reads it there. */
export function lookedUp(text: string): string {
  const said = (Object.hasOwn(catalogue, text) ? catalogue[text] : undefined) ?? translate(text);
  return said.slice(said.indexOf("\u0004") + 1);
}
