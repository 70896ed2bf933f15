import { afterEach, expect, test } from "vitest";
import { cardsOf, type Definition } from "../src/left/groups.ts";
import { partsOf } from "../src/left/sentence.ts";
import { setCatalogue } from "../src/left/text.ts";

const FACETS = [
  { name: "Modality", level: "series" as const },
  { name: "sex", level: "patient" as const },
  { name: "dataset", level: "dataset" as const },
];

function marks(sentence: string, include: unknown[], exclude: unknown[] = [], days: string[] = []): string[] {
  const rule = { include, exclude } as Definition;
  const parts = partsOf(sentence, cardsOf(rule, {}), FACETS, days);
  expect(parts.map(({ text }) => text).join("")).toBe(sentence);
  return parts.flatMap(({ text, about }) => (about ? [`${text} ${Object.values(about).join(" ")}`] : []));
}

const group = (...where: unknown[]) => ({ same: "series", where });

afterEach(() => setCatalogue({}));

test("the words of two groups, in the order of the sentence", () => {
  const rule = [group({ facet: "sex", is_in: ["F"] }), group({ facet: "Modality", is_in: ["MR"] })];
  expect(marks("Patients with MR, whose sex is F.", rule)).toEqual(["MR Modality include:1", "F sex include:0"]);
});

test("of words that read the same, the first in the sentence is of the criterion that it says first", () => {
  const rule = [
    group({ facet: "dataset", is_in: [null] }),
    group({ facet: "sex", is_in: [null] }),
    group({ facet: "Modality", is_in: [null] }),
  ];
  const sentence = "Patients with modality missing, whose sex is missing, in datasets with dataset missing.";
  expect(marks(sentence, rule)).toEqual([
    "missing Modality include:2",
    "missing sex include:1",
    "missing dataset include:0",
  ]);
  const never = "Patients with CT; not patients with CT.";
  const both = [group({ facet: "Modality", is_in: ["CT"] })];
  expect(marks(never, both, both)).toEqual(["CT Modality include:0", "CT Modality exclude:0"]);
});

test.each([
  [[60, 69], "whose age is 60 to 69 years.", ["60 to 69"]],
  [[60, 69], "cuya edad es de 60 a 69 años.", ["60 a 69"]],
  [[1000, 20000], "with 1,000 to 20,000 images.", ["1,000 to 20,000"]],
  [[1000, 20000], "con 1.000 a 20.000 imágenes.", ["1.000 a 20.000"]],
  [[2.5, null], "with 2.5 mm or more, 22.5 or 2.", ["2.5"]],
  [[2.5, null], "con 2,5 mm o más.", ["2,5"]],
  [[-30, 0], "−30 to 0", ["−30 to 0"]],
  [["2001-01-01", "2001-12-31"], "between 2001-01-01 to 2001-12-31.", ["2001-01-01 to 2001-12-31"]],
  [[null, null], "whose age is recorded.", ["recorded"]],
  [[7, 7], "whose age is 7 years.", ["7"]],
])("the ends of a range, %j, in any language", (between, sentence, expected) => {
  const found = marks(sentence, [group({ facet: "age", between })]);
  expect(found).toEqual(expected.map((text) => `${text} age include:0`));
});

test("missing in the reader's words, and texts in quotation marks", () => {
  setCatalogue({ missing: "sin valor" });
  const rule = [group({ facet: "age", between: [1, 2], missing: true }, { facet: "x", contains: ["(T2.*)", "PET"] })];
  expect(marks("de 1 a 2 o sin valor, con “(T2.*)” o “PET”.", rule)).toEqual([
    "1 a 2 age include:0",
    "sin valor age include:0",
    "“(T2.*)” x include:0",
    "“PET” x include:0",
  ]);
});

test("a word that the sentence does not have stays plain", () => {
  expect(
    marks("Patients with one of 14 values (CT and 13 more).", [group({ facet: "a", is_in: ["CT", "ZZ", ""] })]),
  ).toEqual(["CT a include:0"]);
});

test("the days of pairs in time, in the order of the pairs, apart from texts that say the same", () => {
  const include = [group({ facet: "Modality", is_in: ["MR"] }), group({ facet: "x", contains: ["30 days after"] })];
  const days = ["0 to 30 days after", "30 days after", "30 days after"];
  const sentence =
    "Patients with MR and x containing “30 days after”, who have a study with MR 0 to 30 days after a dated study, " +
    "MR 30 days after a dated study and a dated study 30 days after MR.";
  expect(marks(sentence, include, [], days)).toEqual([
    "MR Modality include:0",
    "“30 days after” x include:1",
    "0 to 30 days after 0",
    "30 days after 1",
    "30 days after 2",
  ]);
  const spanish = "tienen un estudio con MR entre 60 y 200 días después de un estudio con fecha.";
  expect(marks(spanish, [], [], ["entre 60 y 200 días después de"])).toEqual(["entre 60 y 200 días después de 0"]);
});
