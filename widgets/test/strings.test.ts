// @vitest-environment node
import { afterEach, expect, test } from "vitest";
import es from "../locale/es.json";
import { columnTexts, saidIn } from "../scripts/python-texts.mjs";
import { catalogues, compare, findStrings } from "../scripts/strings.mjs";
import { translated } from "../src/lab/settings.ts";
import { figure } from "../src/left/figures.ts";
import { count, decimal, percent, rewritten, setLocale, shortened } from "../src/left/numbers.ts";
import { lookedUp, setCatalogue, setTranslator, t } from "../src/left/text.ts";
import { told } from "../src/left/told.ts";
import type { Facet } from "../src/left/wire.ts";

afterEach(() => {
  setCatalogue({});
  setTranslator((text) => text);
  setLocale("en");
});

const { strings, problems } = findStrings();

test("every string on screen can be translated", () => expect(problems).toEqual([]));

test("strings are found in calls, in types, in the schema and in the page", () => {
  const places = (text: string) => strings.get(text)?.join(" ") ?? "";
  expect(strings.size).toBeGreaterThan(250);
  expect(places("Undo")).toContain("src/app/Bar.tsx");
  expect(places("Attrition")).toContain("src/app/Head.tsx");
  expect(places("Memory limit")).toContain("plugin.json");
  expect(places("Opening %1")).toContain("page.html");
  expect(places("The cohort takes %1.")).toContain("explorer/views/speech.py");
  expect(places("Cancer type")).toContain("explorer/schema/tables.py");
});

test("what Python says is found in calls and in the schema", () => {
  const source = `speech.say("One %1", 1); f(sayable(
    "two words "
    'with \\"quotes\\"'), named); say(name); unsay("no")`;
  expect(saidIn(source.replaceAll("'", '"'))).toEqual(["One %1", 'two words with "quotes"']);
  const schema = `_UNREAD = "not read"
DATASET = Table("dataset", (
    Column("stack_key", "integer", "No text.", _UNREAD),
    Column("slices", "integer", "No facet.", _UNREAD),
    Column("stack", "text", "How the slices lie: one (or, more).", f"{_UNREAD}, or none",
        kind="category", title="Slice stack", caution="Take "
        "care."),
))`;
  const texts = ["No facet.", "How the slices lie: one (or, more).", "not read, or none", "Slice stack", "Take care."];
  expect(columnTexts(schema)).toEqual(texts);
  expect(columnTexts()).toContain("Earliest date recorded in the study.");
});

test("facets are told in Spanish, once", () => {
  const facets = [{ name: "age", title: "Age", unit: "years", description: "Unheard of.", caution: null }] as Facet[];
  expect(told(facets)).toBe(facets);
  setCatalogue(es, "es");
  expect(told(facets)).toEqual([{ ...facets[0], title: "Edad", unit: "años" }]);
  expect(told(facets)).toBe(told(facets));
  setCatalogue({});
  expect(told(facets)).toBe(facets);
});

test.each(catalogues())("%s says every string, and no other", (_, catalogue) => {
  expect(compare(strings, catalogue)).toEqual([]);
});

test("a catalogue that is not in line is told", () => {
  const some = new Map([
    ["%1 of %2", ["a.ts:1"]],
    ["Undo", ["a.ts:2"]],
  ]);
  expect(compare(some, { "%1 of %2": "%2 / %1", Undo: "Deshacer" })).toEqual([]);
  expect(compare(some, { "%1 of %2": "%1 de", Redo: "Rehacer", Again: "Otra vez" })).toEqual([
    "other placeholders: “%1 of %2”, “%1 de”",
    "not translated: “Undo” (a.ts:2)",
    "no longer used: “Redo”",
    "no longer used: “Again”",
    "not sorted",
  ]);
});

test("Spanish, with its placeholders", () => {
  setCatalogue(es, "es");
  expect(t("%1 to %2: %3 of %4 patients", 50, 54, "3.296", "86.451")).toBe("De 50 a 54: 3.296 de 86.451 pacientes");
  expect(t("Undo")).toBe("Deshacer");
  expect(t("level\u0004series")).toBe(es["level\u0004series"]);
  expect(t("level\u0004series")).not.toBe(t("series"));
  expect(lookedUp("constructor")).toBe("constructor");
});

test("what tells texts apart is not said, and a missing argument shows", () => {
  expect(t("level\u0004series")).toBe("series");
  expect(t("%1 of %2", 3)).toBe("3 of %2");
});

test("JupyterLab shows the settings in Spanish", () => {
  setCatalogue(es, "es");
  const found = translated({
    type: "object",
    description: "Settings of Cohort Explorer.",
    "jupyter.lab.toolbars": { Notebook: [{ name: "a", command: "b", label: "Insert cohort" }] },
    properties: {
      memoryLimit: { type: "string", title: "Memory limit", default: "" },
      other: { type: "string", oneOf: [{ const: "Save", title: "Save" }] },
    },
  } as never);
  expect(found).toEqual({
    type: "object",
    description: "Configuración de Cohort Explorer.",
    "jupyter.lab.toolbars": { Notebook: [{ name: "a", command: "b", label: "Insertar cohorte" }] },
    properties: {
      memoryLimit: { type: "string", title: "Límite de memoria", default: "" },
      other: { type: "string", oneOf: [{ const: "Save", title: "Guardar" }] },
    },
  });
});

test("numbers in Spanish", () => {
  setCatalogue(es, "es");
  setLocale("es");
  expect([count(3296), count(86451), decimal(2.6, 2), percent(0.2864)]).toEqual(["3.296", "86.451", "2,60", "28,6 %"]);
  expect(rewritten("≈ 3,300 of 1,204.50")).toBe("≈ 3.300 of 1.204,50");
  expect(shortened("58,784,975")).toBe("58,8 M");
  expect([figure("under 10"), figure("not shown"), figure("86,451")]).toEqual([
    "menos de 10",
    "no se muestra",
    "86.451",
  ]);
});
