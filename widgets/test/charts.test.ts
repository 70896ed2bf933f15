import { afterEach, beforeEach, expect, test } from "vitest";
import type { ChartData, ChartsData, ChartTableData } from "../src/app/chart_wire.ts";
import { show } from "./app-fake.ts";
import { button, frame } from "./fake.ts";

const KEPT = "cohort-explorer-charts";

beforeEach(() => localStorage.clear());
afterEach(() => document.body.replaceChildren());

const CHART: ChartData = {
  name: "dataset",
  title: "Datasets <b>",
  note: "patients now",
  warning: "",
  scale: "numbers",
  table: false,
  large: false,
  figure: "p1",
  sentence: "All patients.",
  source: "Rows 1",
  foot: "",
  file: "cohort-dataset",
};

const CHARTS: ChartsData = {
  offers: [
    { name: "age-sex", title: "Age and sex", shown: true },
    { name: "dataset", title: "Datasets", shown: true },
    { name: "country", title: "Countries", shown: false },
  ],
  shown: ["age-sex", "elsewhere", "dataset"],
  usual: ["age-sex", "dataset"],
  looks: {},
  settled: true,
  large: false,
};

async function opened(el: HTMLElement, opener: string): Promise<HTMLElement> {
  el.querySelector<HTMLElement>(opener)?.click();
  await frame();
  const popup = el.querySelector<HTMLElement>(".popup");
  if (!popup) throw new Error("there is no popup");
  return popup;
}

test("a chart's menu asks for what it says, and its name is drawn as text", async () => {
  const { el, model } = await show("chart", CHART);
  expect(el.querySelector("h3")?.textContent).toBe("Datasets <b>");
  for (const [text, asked] of [
    ["Enlarge", { kind: "chart-large" }],
    ["Show as a table", { kind: "chart-table" }],
    ["Grey is everybody, in proportion", { kind: "chart-scale", scale: "proportion" }],
    ["Save numbers as CSV", { kind: "chart-csv" }],
    ["Move before", { kind: "chart-move", by: -1 }],
    ["Hide this chart", { kind: "chart-hide" }],
  ] as const) {
    const popup = await opened(el, "[aria-haspopup=menu]");
    const items = [...popup.querySelectorAll<HTMLElement>("[role^=menuitem]")];
    items.find((item) => item.textContent === text)?.click();
    await frame();
    expect(model.asked.pop()).toEqual(asked);
  }
});

test("a picture that cannot be made is said, with a way on", async () => {
  const { el } = await show("chart", CHART);
  const popup = await opened(el, "[aria-haspopup=menu]");
  [...popup.querySelectorAll<HTMLElement>("[role=menuitem]")].find((it) => it.textContent === "Save as SVG")?.click();
  await frame();
  await frame();
  expect(el.querySelector(".warnline")?.textContent).toContain("Save the numbers as CSV.");
});

test("Escape brings the other charts back", async () => {
  const { model, stop } = await show("chart", { ...CHART, large: true });
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
  expect(model.asked).toEqual([]);
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(model.asked).toEqual([{ kind: "chart-large" }]);
  stop();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(model.asked.length).toBe(1);
});

test("the browser keeps what a person has chosen, and tells it first of all", async () => {
  localStorage.setItem(KEPT, JSON.stringify({ shown: ["dataset"], looks: { dataset: { scale: "numbers" } } }));
  const { model } = await show("charts", { ...CHARTS, settled: false });
  expect(model.asked).toEqual([{ kind: "charts", shown: ["dataset"], looks: { dataset: { scale: "numbers" } } }]);
  expect(JSON.parse(localStorage.getItem(KEPT) ?? "")).toMatchObject({ shown: ["dataset"] });
  model.data = JSON.stringify(CHARTS);
  model.tell("change:data");
  await frame();
  expect(JSON.parse(localStorage.getItem(KEPT) ?? "")).toEqual({ shown: CHARTS.shown, looks: {} });
  model.data = JSON.stringify({ ...CHARTS, shown: CHARTS.usual });
  model.tell("change:data");
  await frame();
  expect(localStorage.getItem(KEPT)).toBeNull();
});

test.each(["{", "5", '{"shown": "x", "looks": null}'])("what is kept is not trusted: %s", async (kept) => {
  localStorage.setItem(KEPT, kept);
  const { model } = await show("charts", { ...CHARTS, settled: false });
  expect(model.asked).toEqual([{ kind: "charts", shown: null, looks: {} }]);
});

test("charts are chosen and put in order, also by keyboard", async () => {
  const { el, model } = await show("charts", CHARTS);
  model.asked.length = 0;
  const popup = await opened(el, "[aria-haspopup=dialog]");
  const boxes = [...popup.querySelectorAll<HTMLInputElement>("input")];
  expect(boxes.map((box) => box.checked)).toEqual([true, true, false]);
  boxes[2]?.click();
  expect(model.asked.pop()).toMatchObject({ kind: "charts", shown: ["age-sex", "elsewhere", "dataset", "country"] });
  boxes[1]?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true }));
  expect(model.asked.pop()).toMatchObject({ shown: ["dataset", "age-sex", "elsewhere"] });
  button(popup, "Move Age and sex down").click();
  expect(model.asked.pop()).toMatchObject({ shown: ["dataset", "age-sex", "elsewhere"] });
  expect(button(popup, "Back to the usual charts").hasAttribute("disabled")).toBe(true);
});

test("a table has the numbers, and a row asks for what its bar asks for", async () => {
  const data: ChartTableData = {
    title: "Datasets",
    heads: ["Dataset", "patients now", "patients of all"],
    rows: [
      { names: ["<i>a</i>"], numbers: ["3,296", "under 10"], chosen: true, asks: true },
      { names: ["b"], numbers: ["0", "5"], chosen: false, asks: false },
    ],
    more: 12,
    height: 236,
  };
  const { el, model } = await show("chart-table", data);
  expect([...el.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual([
    "<i>a</i>",
    "3,296",
    "under 10",
    "b",
    "0",
    "5",
  ]);
  const choices = [...el.querySelectorAll<HTMLButtonElement>("td button")];
  expect(choices.map((choice) => choice.getAttribute("aria-pressed"))).toEqual(["true"]);
  choices[0]?.click();
  expect(model.asked).toEqual([{ kind: "chart-row", index: 0 }]);
  expect(el.textContent).toContain("12 more rows are in the file.");
});

test("what stands under a chart may ask for something", async () => {
  const { el, model } = await show("chart-foot", {
    lines: [
      { text: "One.", offer: "" },
      { text: "Missing: 3.", offer: "Show them" },
    ],
  });
  button(el, "Show them").click();
  expect(model.asked).toEqual([{ kind: "chart-offer", index: 1 }]);
  expect(el.textContent.trim()).toBe("One. Missing: 3. Show them");
});
