import { afterEach, expect, test } from "vitest";
import type { Cost, Lost, LostValue } from "../src/app/attrition/wire.ts";
import { attrition, show, step } from "./app-fake.ts";
import { button, frame } from "./fake.ts";

afterEach(() => document.body.replaceChildren());

const cells = (el: HTMLElement, rows: string) =>
  [...el.querySelectorAll(rows)].map((row) => [...row.children].map((c) => c.textContent));

const MR: Cost = {
  words: "Modality is MR",
  path: "/include/0/where/0",
  alone: 300,
  without: 5,
  level: false,
  change: { kind: "remove", group: "include:0", criterion: 0 },
};
const COSTS: Cost[] = [
  MR,
  {
    words: "In the same series, not only the same study",
    path: "/include/0/same",
    alone: null,
    without: 9,
    level: true,
    change: { kind: "level", group: "include:0", same: "study" },
  },
  {
    words: "Without: sex is M",
    path: "/exclude/0",
    alone: 600,
    without: 0,
    level: false,
    change: { kind: "group-pause", group: "exclude:0" },
  },
];
const MISSING: LostValue = {
  value: null,
  high: null,
  patients: 30,
  change: { kind: "toggle", group: "include:0", facet: "BodyPartExamined", value: null, on: true },
};
const LOST: Lost = {
  step: 1,
  facet: "BodyPartExamined",
  named: true,
  naming: ["Modality", "BodyPartExamined"],
  patients: 700,
  counted: 40,
  distinct: 12,
  rows: [
    MISSING,
    { value: "<b>LEG</b>", high: "<b>LEG</b>", patients: 10, change: null },
    { value: 40, high: 44, patients: 4, change: null },
  ],
};
const FACETS = [
  { name: "sex", title: "Sex" },
  { name: "Modality", title: "Modality" },
  { name: "BodyPartExamined", title: "Body part" },
];
const STEPS = [
  step("Everybody in the snapshot", 1000),
  step("Modality is MR", 300, {
    group: 2,
    had: {
      rows: [
        { value: "CT", high: "CT", patients: 650 },
        { value: null, high: null, patients: 60 },
      ],
      more: 7,
    },
  }),
  step("Body part is LEG", 300, { group: 2, together: "series" }),
  step("The matching series", 300, { last: true, studies: 500 }),
];

test("attrition: each step with its loss, and what those lost had instead", async () => {
  const { el, model } = await show("attrition", attrition(STEPS, { costs: COSTS, lost: LOST, facets: FACETS }));
  expect(el.querySelector("h3")?.textContent).toBe("From 1,000 patients to 300");
  expect(cells(el, "tr.step").map(([, rule, patients]) => [rule, patients])).toEqual([
    ["Everybody in the snapshot ", "1,000"],
    ["Modality is MR group 2", "300"],
    ["Body part is LEG, in the same series group 2", "300"],
    ["The matching series ", "300"],
  ]);
  expect(cells(el, "tr.loss").map(([, what, patients, studies]) => [what, patients, studies])).toEqual([
    ["lostCT 650, missing 60, 7 more", "−700", "−1,400"],
    ["lost", "0", "0"],
    ["not taken", "", "−100"],
  ]);
  button(el, "lost").click();
  button(el, "CSV").click();
  expect(model.asked).toEqual([{ kind: "attrition-lost", step: 1, facet: "" }, { kind: "csv" }]);
  const pressed = [...el.querySelectorAll<HTMLButtonElement>("tr.loss button")];
  expect(pressed.map((each) => [each.getAttribute("aria-pressed"), each.disabled])).toEqual([
    ["true", false],
    ["false", true],
  ]);
});

test("attrition: what each part costs, with a click that leaves it out", async () => {
  const { el, model } = await show("attrition", attrition(STEPS, { costs: COSTS, facets: FACETS }));
  expect(cells(el, ".costs tbody tr").map((row) => [row[0], row[1], row[2], row[4]])).toEqual([
    ["Modality is MR", "300", "+5", "Remove"],
    ["In the same series, not only the same study", "–", "+9", "Use study"],
    ["Without: sex is M", "600", "0", "Pause"],
  ]);
  el.querySelectorAll<HTMLButtonElement>(".costs .link").forEach((each) => each.click());
  expect(model.asked).toEqual(COSTS.map((cost) => cost.change));
});

test("attrition: the values of those lost, all as text, with a click that keeps them", async () => {
  const { el, model } = await show("attrition", attrition(STEPS, { costs: COSTS, lost: LOST, facets: FACETS }));
  const place = el.querySelector<HTMLElement>(".lost-values");
  expect(place?.querySelector("h3")?.textContent).toBe(
    "Lost at step 1 40 of 700 patients have series that meet the rest",
  );
  expect(cells(el, ".lost-values tbody tr").map((row) => [row[0], row[1], row[3]])).toEqual([
    ["missing", "30", "Include"],
    ["<b>LEG</b>", "10", ""],
    ["40 to 44", "4", ""],
  ]);
  expect(place?.querySelector(".foot")?.textContent).toContain("9 more values.");
  const groups = [...(place?.querySelectorAll("optgroup") ?? [])].map((each) =>
    [...each.children].map((o) => o.textContent),
  );
  expect(groups).toEqual([["Modality", "Body part"], ["Sex"]]);
  const select = place?.querySelector("select");
  expect(select?.value).toBe("BodyPartExamined");
  if (select) select.value = "sex";
  select?.dispatchEvent(new Event("change", { bubbles: true }));
  button(el, "Include").click();
  expect(model.asked).toEqual([{ kind: "attrition-lost", step: 1, facet: "sex" }, MISSING.change]);
});

test("attrition: patients of each step by where they come from", async () => {
  const by = {
    facet: "dataset",
    total: 3,
    rows: [["tcga", 700, 300, 300, 300] as const, [null, 300, 0, 0, 0] as const],
  };
  const facets = [...FACETS, { name: "dataset", title: "Dataset" }];
  const { el, model } = await show("attrition", { ...attrition(STEPS), facets, sources: ["dataset"], by });
  expect(cells(el, ".sources tbody tr").map((row) => row.slice(0, 5))).toEqual([
    ["tcga", "700", "300", "300", "42.9 %"],
    ["missing", "300", "0", "0", "0"],
  ]);
  button(el, "1 more").click();
  await frame();
  expect(el.querySelector(".foot")?.textContent).toBe("1 more in the file.");
  expect(el.querySelector(".flow")).toBeNull();
  button(el, "All sources").click();
  expect(model.asked).toEqual([{ kind: "attrition-by", facet: "" }]);
});

test("attrition under a policy: Python says what was lost, and nothing is subtracted", async () => {
  const few = { studies: null, series: null, instances: null, bytes: null };
  const data = attrition(
    [
      step("Everybody in the snapshot", 86_450, { lost: 0 }),
      step("Modality is MR", 86_450, { lost: null }),
      step("Sex is O", 0, { patients: null, ...few, lost: 86_450 }),
      step("The matching series", 0, { patients: null, ...few, lost: null, last: true }),
    ],
    {
      protected: { threshold: 10, rounding: 10 },
      costs: [
        { ...MR, alone: null, without: null },
        { ...MR, path: "/include/1/where/0", alone: 86_440, without: 300 },
      ],
      lost: { ...LOST, patients: null, counted: null, rows: [{ ...MISSING, patients: null }] },
    },
  );
  const { el } = await show("attrition", data);
  expect(el.querySelector("h3")?.textContent).toBe("From ≈ 86,450 patients to under 10");
  expect(cells(el, "tr.step").map((row) => row.slice(2))).toEqual([
    ["≈ 86,450", "≈ 172,900", "≈ 778,050", "≈ 8,558,550", "≈ 86.5 GB"],
    ["≈ 86,450", "≈ 172,900", "≈ 778,050", "≈ 8,558,550", "≈ 86.5 GB"],
    ["under 10", "not shown", "not shown", "not shown", "not shown"],
    ["under 10", "not shown", "not shown", "not shown", "not shown"],
  ]);
  expect(cells(el, "tr.loss")).toEqual([
    ["", "lost", "under 10", ""],
    ["", "lost", "≈ −86,450", ""],
  ]);
  expect(cells(el, ".costs tbody tr").map((row) => row.slice(1, 3))).toEqual([
    ["under 10", "under 10"],
    ["≈ 86,440", "≈ +300"],
  ]);
  expect(cells(el, ".lost-values tbody tr").map((row) => row.slice(0, 2))).toEqual([["missing", "under 10"]]);
  expect(el.querySelector(".lost-values h3")?.textContent).toContain("under 10 patients");
  const bars = [...el.querySelectorAll(".flow .dbl i")].map((bar) => bar.className.trim());
  expect(bars).toEqual(["g", "", "g", "", "g", "few", "g few", "few"]);
});

test("attrition explains no rule and nobody", async () => {
  const none = attrition([step("Everybody", 0), step("All", 0, { last: true })]);
  expect((await show("attrition", none)).el.textContent).toContain("No rule yet");
  const nobody = attrition([step("Everybody", 9), step("x", 0), step("All", 0, { last: true })]);
  const { el } = await show("attrition", nobody);
  expect(el.querySelector<HTMLElement>(".dbl i")?.style.width).toBe("100%");
});
