import { afterEach, expect, test } from "vitest";
import type { AttritionData } from "../src/app/wire.ts";
import { show, step } from "./app-fake.ts";
import { button } from "./fake.ts";

afterEach(() => document.body.replaceChildren());

test("attrition: each step with its loss, each rule with its cost", async () => {
  const data: AttritionData = {
    snapshot: "Rows 1",
    steps: [
      step("Everybody in the snapshot", 1000),
      step("Modality is MR", 300, { group: "include 1", alone: 700, without: 5 }),
      step("Without: sex is M", 300, { group: "exclude 1", alone: 400, without: 0 }),
      step("The matching series", 300, { last: true, studies: 500 }),
    ],
  };
  const { el, model } = await show("attrition", data);
  expect(el.querySelector("h3")?.textContent).toBe("From 1,000 patients to 300");
  const cells = (rows: string) =>
    [...el.querySelectorAll(rows)].map((row) => [...row.children].map((c) => c.textContent));
  expect(cells("tr.step").map(([, rule, patients]) => [rule, patients])).toEqual([
    ["Everybody in the snapshot ", "1,000"],
    ["Modality is MR include 1", "300"],
    ["Without: sex is M exclude 1", "300"],
    ["The matching series ", "300"],
  ]);
  expect(cells("tr.loss").map(([, what, patients, studies]) => [what, patients, studies])).toEqual([
    ["lost", "−700", "−1,400"],
    ["lost", "0", "0"],
    ["not taken", "", "−100"],
  ]);
  expect(cells(".costs tbody tr").map((row) => row.slice(0, 3))).toEqual([
    ["Modality is MR", "−700", "+5"],
    ["Without: sex is M", "−400", "0"],
  ]);
  button(el, "Download the steps, CSV").click();
  expect(model.asked).toEqual([{ kind: "csv" }]);
});

test("attrition under a policy: Python says what was lost, and nothing is subtracted", async () => {
  const few = { studies: null, series: null, instances: null, bytes: null };
  const data: AttritionData = {
    snapshot: "Hospital",
    protected: { threshold: 10, rounding: 10 },
    steps: [
      step("Everybody in the snapshot", 86_450, { lost: 0 }),
      step("Modality is MR", 86_450, { lost: null, alone: null, without: null }),
      step("Sex is O", 0, { patients: null, ...few, lost: 86_450, alone: 86_440, without: 300 }),
      step("The matching series", 0, { patients: null, ...few, lost: null, last: true }),
    ],
  };
  const { el } = await show("attrition", data);
  expect(el.querySelector("h3")?.textContent).toBe("From ≈ 86,450 patients to under 10");
  const cells = (rows: string) =>
    [...el.querySelectorAll(rows)].map((row) => [...row.children].map((c) => c.textContent));
  expect(cells("tr.step").map((row) => row.slice(2))).toEqual([
    ["≈ 86,450", "≈ 172,900", "≈ 778,050", "≈ 8,558,550", "≈ 86.5 GB"],
    ["≈ 86,450", "≈ 172,900", "≈ 778,050", "≈ 8,558,550", "≈ 86.5 GB"],
    ["under 10", "not shown", "not shown", "not shown", "not shown"],
    ["under 10", "not shown", "not shown", "not shown", "not shown"],
  ]);
  expect(cells("tr.loss")).toEqual([
    ["", "lost", "under 10", ""],
    ["", "lost", "≈ −86,450", ""],
  ]);
  expect(cells(".costs tbody tr").map((row) => row.slice(0, 3))).toEqual([
    ["Modality is MR", "under 10", "under 10"],
    ["Sex is O", "≈ −86,440", "≈ +300"],
  ]);
  const bars = [...el.querySelectorAll(".dbl i")].map((bar) => bar.className.trim());
  expect(bars).toEqual(["g", "", "g", "", "g", "few", "g few", "few", "few", ""]);
});

test("attrition explains no rule and nobody", async () => {
  const none = { snapshot: "Rows", steps: [step("Everybody", 0), step("All", 0, { last: true })] };
  expect((await show("attrition", none)).el.textContent).toContain("No rule yet");
  const nobody = { snapshot: "Rows", steps: [step("Everybody", 9), step("x", 0), step("All", 0, { last: true })] };
  const { el } = await show("attrition", nobody);
  expect(el.querySelector<HTMLElement>(".dbl i")?.style.width).toBe("100%");
  expect((await show("attrition", { snapshot: "Rows", steps: [] })).el.textContent).toBe("");
});
