import { expect, test } from "vitest";
import { cardsOf, phraseText, targetGroup, type Definition } from "../src/left/groups.ts";
import { count, percent } from "../src/left/numbers.ts";
import { predict } from "../src/left/predict.ts";
import { setCatalogue, t } from "../src/left/text.ts";

const definition = {
  include: [
    { same: "series", where: [{ facet: "Modality", is_in: ["MR"] }] },
    { same: "patient", where: [{ facet: "sex", is_in: ["F"] }] },
  ],
} as unknown as Definition;

test("empty cards continue the index of the real ones", () => {
  const cards = cardsOf(definition, { include: 1, exclude: 1 });
  expect(cards.map(({ name, draft }) => `${name}${draft ? " draft" : ""}`)).toEqual([
    "include:0",
    "include:1",
    "include:2 draft",
    "exclude:0 draft",
  ]);
});

test("a click edits the group that names the facet, unless the user picked another", () => {
  const cards = cardsOf(definition, {});
  expect(targetGroup(cards, "sex", "include:0", null)).toBe("include:1");
  expect(targetGroup(cards, "age", "include:0", null)).toBe("include:0");
  expect(targetGroup(cards, "sex", "include:0", "include:0")).toBe("include:0");
  expect(targetGroup(cards, "sex", "include:0", null, "include:0")).toBe("include:0");
  expect(targetGroup(cardsOf(definition, { include: 1 }), "sex", "include:2", null)).toBe("include:2");
  expect(targetGroup([], "sex", null, null)).toBeNull();
});

test("a click is drawn before the answer, and twice is once", () => {
  const click = {
    kind: "toggle",
    facet: "Modality",
    value: null,
    group: "include:0",
    on: true,
    exclude: false,
  } as const;
  const once = predict(definition, click);
  expect(once.include?.[0]).toEqual({ same: "series", where: [{ facet: "Modality", is_in: ["MR", null] }] });
  expect(predict(once, click)).toEqual(once);
  expect(predict(once, { ...click, on: false })).toEqual(definition);
  expect(definition.include?.[0]?.where).toHaveLength(1);
});

test("chips say what the criterion wants", () => {
  const years = { name: "age", title: "Age", unit: "years" } as Parameters<typeof phraseText>[1];
  expect(phraseText({ facet: "age", between: [50, 74], missing: true }, years)).toBe("50 to 74 years or missing");
  expect(phraseText({ facet: "age", between: [50, null] }, years)).toBe("from 50 years");
  expect(phraseText({ facet: "age", between: [null, null] }, years)).toBe("recorded");
  expect(phraseText({ facet: "x", is_in: ["a", null, "b", "c"] }, undefined)).toBe("a or missing or 2 more");
  expect(phraseText({ facet: "x", contains: ["t2"] }, undefined)).toBe("“t2”");
});

test("numbers", () => {
  expect(count(58784975)).toBe("58,784,975");
  expect([0, 0.0004, 0.286, 1].map(percent)).toEqual(["0", "< 0.1 %", "28.6 %", "100.0 %"]);
});

test("texts can be translated; arguments are never read as patterns", () => {
  expect(t("%1 of %2", "$&", "%1")).toBe("$& of %1");
  setCatalogue({ missing: "ausente" });
  expect(t("missing")).toBe("ausente");
  setCatalogue({});
});
