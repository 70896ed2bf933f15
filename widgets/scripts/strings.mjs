// Every string on screen, as the sources hold it, against the translations in locale/. A string may stand in a call of
// t() or be one of the texts that its type allows; a computed one cannot be translated and is reported. What Python says
// stands in calls of say() and sayable(), and in the schema (python-texts.mjs).
// `node scripts/strings.mjs` brings locale/*.json in line, with "" for what is to be translated; `--check` only looks.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { pythonTexts } from "./python-texts.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SOURCES = here("../src/");
const LOCALES = here("../locale/");
const SCHEMA = here("../src/lab/schema/plugin.json");
const PAGE = here("../../explorer/views/page.html");

/** Names of products and formats are the same in every language. */
const NAMES = new Set(["Cohort Explorer"]);
/** Where a person reads or hears what stands in an attribute or a property. */
const READ = new Set(["title", "aria-label", "ariaLabel", "placeholder", "alt", "textContent", "innerText"]);
const LETTERS = /\p{L}{2}/u;

/** All strings with the places that use them, and what cannot be translated. */
export function findStrings() {
  const found = { strings: new Map(), problems: [] };
  const { config } = ts.readConfigFile(here("../tsconfig.json"), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, here(".."));
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(SOURCES) || source.isDeclarationFile) continue;
    const visit = (node) => {
      look(node, source, checker, found);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  const schema = JSON.parse(readFileSync(SCHEMA, "utf8"));
  for (const text of schemaTexts(schema)) note(found, text, "src/lab/schema/plugin.json");
  for (const [, text] of readFileSync(PAGE, "utf8").matchAll(/\bt\("([^"]+)"/g)) {
    note(found, text, "explorer/views/page.html");
  }
  for (const [text, places] of pythonTexts()) for (const place of places) note(found, text, place);
  return found;
}

/** The texts of a settings schema that JupyterLab shows; src/lab/settings.ts translates the same. */
export function schemaTexts(schema) {
  const texts = [schema.title, schema.description];
  for (const { title, description, oneOf = [] } of Object.values(schema.properties ?? {})) {
    texts.push(title, description, ...oneOf.map((choice) => choice.title));
  }
  for (const items of Object.values(schema["jupyter.lab.toolbars"] ?? {})) texts.push(...items.map((it) => it.label));
  return texts.filter((text) => text && !NAMES.has(text));
}

function note({ strings }, text, place) {
  if (!strings.has(text)) strings.set(text, []);
  strings.get(text).push(place);
}

function look(node, source, checker, found) {
  const place = () => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return `${relative(here(".."), source.fileName)}:${line + 1}`;
  };
  const wrong = (what) => found.problems.push(`${place()} ${what}`);
  if (ts.isCallExpression(node)) {
    if (translates(node, checker)) {
      const texts = textsOf(checker.getTypeAtLocation(node.arguments[0]));
      if (texts) for (const text of texts) note(found, text, place());
      else wrong(`t(${node.arguments[0].getText(source)}) is computed; its type has to name the texts`);
    } else if (asksJupyterLab(node)) wrong("asks JupyterLab's translator; use t()");
    else if (calls(node, "setAttribute") && isWords(node.arguments[1]) && READ.has(node.arguments[0].text)) {
      wrong(`“${node.arguments[1].text}” does not pass through t()`);
    }
  } else if (ts.isJsxText(node)) {
    const text = node.text.trim();
    if (LETTERS.test(text) && !NAMES.has(text)) wrong(`“${text}” does not pass through t()`);
  } else if (ts.isJsxAttribute(node)) {
    if (isWords(node.initializer) && READ.has(node.name.getText(source))) {
      wrong(`“${node.initializer.text}” does not pass through t()`);
    }
  } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const { left, right } = node;
    if (ts.isPropertyAccessExpression(left) && READ.has(left.name.text) && isWords(right)) {
      wrong(`“${right.text}” does not pass through t()`);
    }
  }
}

function translates({ expression }, checker) {
  if (!ts.isIdentifier(expression) || expression.text !== "t") return false;
  const symbol = checker.getSymbolAtLocation(expression);
  const named = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return named?.declarations?.[0]?.getSourceFile().fileName.endsWith("src/left/text.ts") ?? false;
}

/** The texts that a type allows; null where any text is. */
function textsOf(type) {
  const types = type.isUnion() ? type.types : [type];
  return types.every((each) => each.isStringLiteral()) ? types.map((each) => each.value) : null;
}

/** `trans.__(…)` and its like, but for the one in setTranslator() and for texts of JupyterLab's own. */
function asksJupyterLab(node) {
  if (!["__", "_n", "_p", "_np"].some((name) => calls(node, name))) return false;
  const bundle = node.expression.expression;
  if (ts.isCallExpression(bundle) && calls(bundle, "load") && bundle.arguments[0]?.text === "jupyterlab") return false;
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (ts.isCallExpression(outer) && outer.expression.getText() === "setTranslator") return false;
  }
  return true;
}

function calls({ expression }, name) {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === name;
}

function isWords(node) {
  return Boolean(node && ts.isStringLiteralLike(node) && LETTERS.test(node.text) && !NAMES.has(node.text));
}

/** What is wrong with a translation, one sentence each. */
export function compare(strings, catalogue) {
  const wrong = [];
  for (const [text, places] of strings) {
    const translation = Object.hasOwn(catalogue, text) ? catalogue[text] : "";
    if (!translation) wrong.push(`not translated: “${text}” (${places[0]})`);
    else if (marks(text) !== marks(translation)) wrong.push(`other placeholders: “${text}”, “${translation}”`);
  }
  for (const text of Object.keys(catalogue)) if (!strings.has(text)) wrong.push(`no longer used: “${text}”`);
  const texts = Object.keys(catalogue);
  if (texts.some((text, i) => i > 0 && texts[i - 1] > text)) wrong.push("not sorted");
  return wrong;
}

/** The placeholders of a text, in a fixed order. */
const marks = (text) => [...new Set(text.match(/%\d/g))].sort().join(" ");

/** Language to translations, as locale/ holds them. */
export function catalogues() {
  const files = readdirSync(LOCALES).filter((name) => name.endsWith(".json"));
  return files.map((name) => [name.slice(0, -5), JSON.parse(readFileSync(LOCALES + name, "utf8"))]);
}

function main() {
  const { strings, problems } = findStrings();
  for (const [language, catalogue] of catalogues()) {
    if (!process.argv.includes("--check")) {
      const texts = [...strings.keys()].sort();
      const renewed = Object.fromEntries(texts.map((text) => [text, catalogue[text] ?? ""]));
      writeFileSync(`${LOCALES}${language}.json`, `${JSON.stringify(renewed, null, 2)}\n`);
      problems.push(...compare(strings, renewed).map((what) => `${language}.json ${what}`));
    } else problems.push(...compare(strings, catalogue).map((what) => `${language}.json ${what}`));
  }
  for (const problem of problems) console.error(problem);
  if (problems.length) process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
