// English texts in Python's sources: what say("…") and sayable("…") hold, and what the schema declares of its columns.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const EXPLORER = fileURLToPath(new URL("../../explorer/", import.meta.url));
const SCHEMA = "schema/tables.py";

/** One string literal, and all that follow it without anything between, as Python joins them. */
const LITERAL = /(f?)"((?:[^"\\]|\\.)*)"/.source;
const LITERALS = new RegExp(`(?:${LITERAL}\\s*)+`, "y");
const SAID = /\b(?:say|sayable)\(\s*/g;
/** What the browser shows of a facet. */
const SHOWN = ["title", "unit", "caution"];

/** Text to the files that say it. */
export function pythonTexts() {
  const found = new Map();
  const note = (text, path) => found.set(text, [...(found.get(text) ?? []), `explorer/${path}`]);
  for (const path of readdirSync(EXPLORER, { recursive: true }).sort()) {
    if (!path.endsWith(".py")) continue;
    const source = readFileSync(EXPLORER + path, "utf8");
    for (const text of saidIn(source)) note(text, path);
  }
  for (const text of columnTexts()) note(text, SCHEMA);
  return found;
}

/** Texts in calls of say() and sayable(); a text that is named elsewhere is marked there. */
export function saidIn(source) {
  const texts = [];
  for (const call of source.matchAll(SAID)) {
    const text = literalAt(source, call.index + call[0].length);
    if (text) texts.push(text);
  }
  return texts;
}

/**
 * What the schema declares of its facets: titles, descriptions, cautions, units, and what missing means; and the
 * descriptions of other columns that a table can show.
 */
export function columnTexts(source = readFileSync(EXPLORER + SCHEMA, "utf8")) {
  const named = new Map();
  for (const { 1: name, index, 0: whole } of source.matchAll(/^(_\w+) = /gm)) {
    named.set(name, literalAt(source, index + whole.length));
  }
  const texts = new Set();
  const end = source.search(/^DERIVATION = /m);
  const shown = end < 0 ? source : source.slice(0, end);
  for (const { index, 0: whole } of shown.matchAll(/\bColumn\(/g)) {
    const given = argumentsAt(source, index + whole.length).map((each) => read(each, named));
    const [name, , description, missing] = given;
    const keywords = Object.fromEntries(given.filter((each) => each.key).map((each) => [each.key, each.text]));
    if (!keywords.title) {
      if (!name.text.endsWith("key")) texts.add(description.text);
      continue;
    }
    for (const text of [description.text, missing.text, ...SHOWN.map((key) => keywords[key])])
      if (text) texts.add(text);
  }
  return [...texts];
}

function literalAt(source, place, named = new Map()) {
  LITERALS.lastIndex = place;
  const found = LITERALS.exec(source);
  if (!found) return "";
  const parts = [...found[0].matchAll(new RegExp(LITERAL, "g"))].map(([, formatted, inner]) => {
    const text = JSON.parse(`"${inner.replaceAll("\\'", "'")}"`);
    return formatted ? text.replace(/\{(\w+)\}/g, (_, name) => named.get(name) ?? "") : text;
  });
  return parts.join("");
}

/** The arguments of a call, as written; `place` is behind its opening parenthesis. */
function argumentsAt(source, place) {
  const given = [];
  let from = place;
  for (let at = place, depth = 0; depth >= 0; at++) {
    const letter = source[at];
    if (letter === '"') {
      while (source[++at] !== '"') if (source[at] === "\\") at++;
    } else if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter)) depth--;
    if (depth < 0 || (depth === 0 && letter === ",")) {
      given.push(source.slice(from, at).trim());
      from = at + 1;
    }
  }
  return given.filter(Boolean);
}

/** An argument: its keyword, if it has one, and its text. */
function read(argument, named) {
  const [, key, value] = /^(?:(\w+)=)?([^]*)$/.exec(argument);
  return { key, text: /^f?"/.test(value) ? literalAt(value, 0, named) : (named.get(value) ?? "") };
}
