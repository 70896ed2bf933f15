import { afterEach, expect, test, vi } from "vitest";
import { lastDay, ticks } from "../src/app/Days.tsx";
import { tabSeparated, template } from "../src/app/row_columns.ts";
import { linesOf } from "../src/app/row_lines.ts";
import type { ColumnChoice, Day, OpenStudy, RowsData, StudyLine, TableRow } from "../src/app/row_wire.ts";
import { show } from "./app-fake.ts";
import { button, frame, key } from "./fake.ts";

const HOSTILE = '<img src=x onerror="window.hacked=1">{{7*7}}</script><script>window.hacked=1</script>';

const choice = (name: string, number = false): ColumnChoice => ({ name, title: "", about: "", number });
const CHOICES = [
  choice("PatientID"),
  choice("dataset"),
  choice("sex"),
  choice("age", true),
  choice("instances", true),
  choice("bytes", true),
];
const SERIES = { number: "1", description: "T1", modality: "MR", model: "Sonata", instances: 15, bytes: 2e6 };
const OPEN: OpenStudy = {
  rows: [1, 2].map((key) => ({ ...SERIES, key, uid: `1.2.${String(key)}` })),
  taken: 5,
  left: [
    ["SEG", 4],
    [null, 1],
  ],
  linked: true,
};
const STUDY: StudyLine = {
  key: 70,
  number: 2,
  day: 33,
  uid: "1.2",
  study_date: "1985-03-16",
  age: 40,
  description: "MR BREAST",
  series: 5,
  instances: 351,
  bytes: 48e6,
  opened: null,
};
const ROW: TableRow = {
  key: 7,
  cells: ["P-7", "one", null, 40, 1884, 256e6],
  days: [
    [0, 0, 1],
    [33, 1, 2],
    [null, 1, 3],
  ],
  studies: null,
};
const DATA: RowsData = {
  level: "patient",
  levels: ["patient", "study", "series"],
  columns: ["PatientID", "dataset", "sex", "age", "instances", "bytes"],
  choices: CHOICES,
  first_columns: ["PatientID", "dataset", "sex", "age", "instances", "bytes"],
  sort: null,
  seed: null,
  text: "",
  elsewhere: 0,
  first: 51,
  last: 52,
  total: 3296,
  all: 3296,
  most: 200_000,
  page: 2,
  pages: 66,
  rows: [ROW, { ...ROW, key: 8, cells: ["P-8", HOSTILE, "F", null, 1, 4e5] }],
};

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.clear();
  document.body.replaceChildren();
  expect((window as { hacked?: number }).hacked).toBeUndefined();
});

const line = (el: HTMLElement, id: string) => {
  const found = el.querySelector<HTMLElement>(`[data-line="${id}"]`);
  if (!found) throw new Error(`no line ${id}`);
  return found;
};
const texts = (el: HTMLElement) => [...el.querySelectorAll("[role=gridcell]")].map((cell) => cell.textContent);

test("rows: values with their units, missing in words, days on a line", async () => {
  const { el } = await show("rows", DATA);
  expect(texts(line(el, "row-7"))).toEqual(["", "P-7", "one", "missing", "40", "1,884", "256", ""]);
  expect(texts(line(el, "row-8")).slice(2)).toEqual([HOSTILE, "F", "missing", "1", "< 1", ""]);
  const days = line(el, "row-7").querySelector(".days");
  expect(days?.getAttribute("aria-label")).toBe("Studies on day 0, 33");
  expect(days?.querySelectorAll(".dot:not(.other)").length).toBe(1);
  expect(days?.querySelectorAll(".dot.other").length).toBe(1);
  expect(el.querySelector(".pager")?.textContent).toContain("Patients 51–52 of 3,296.");
  expect(el.querySelector(".pager")?.textContent).toContain("The download holds all 3,296 patients.");
});

test("rows of another rule are dimmed until those of this one are drawn", async () => {
  const { el, model } = await show("rows", DATA);
  const waits = () => el.querySelector(".ax-rows")?.classList.contains("waits");
  expect(waits()).toBe(false);
  model.tell("msg:custom", { kind: "waiting" });
  expect(waits()).toBe(true);
  model.data = JSON.stringify({ ...DATA, drawn: 2 });
  model.tell("change:data");
  await frame();
  expect(waits()).toBe(false);
});

test("so many rows are not promised to the browser", async () => {
  const { el } = await show("rows", { ...DATA, all: 546_596, most: 200_000 });
  expect(el.querySelector(".pager")?.textContent).toContain("So many rows do not go through the browser;");
  expect(el.querySelector(".pager")?.textContent).not.toContain("The download holds");
});

test("the bar and the footing ask", async () => {
  const { el, model } = await show("rows", DATA);
  for (const name of ["Page before", "Next page", "Series", "Download 3,296 patients, CSV"]) button(el, name).click();
  expect(model.asked).toEqual([
    { kind: "rows-page", value: 1 },
    { kind: "rows-page", value: 3 },
    { kind: "rows-level", value: "series" },
    { kind: "download-rows" },
  ]);
});

test("a heading sorts up, then down, then no more", async () => {
  const { el, model } = await show("rows", DATA);
  const age = () => el.querySelector<HTMLElement>('[role=columnheader][data-column="age"]');
  for (const sort of [null, { name: "age", descending: false }, { name: "age", descending: true }]) {
    model.data = JSON.stringify({ ...DATA, sort });
    model.tell("change:data");
    await frame();
    expect(age()?.getAttribute("aria-sort")).toBe(sort ? (sort.descending ? "descending" : "ascending") : "none");
    age()?.querySelector("button")?.click();
  }
  expect(model.asked).toEqual([
    { kind: "rows-sort", value: "age", descending: false },
    { kind: "rows-sort", value: "age", descending: true },
    { kind: "rows-sort", value: null },
  ]);
  expect(el.querySelector("select")?.textContent).toContain("Order: by Age, years");
});

test("an order at random has a seed, and another one", async () => {
  const { el, model } = await show("rows", { ...DATA, seed: 7 });
  button(el, "New seed").click();
  const seed = el.querySelector<HTMLInputElement>("input[type=number]");
  expect(seed?.value).toBe("7");
  const order = el.querySelector("select");
  if (!order) throw new Error("no order");
  order.value = "catalogue";
  order.dispatchEvent(new Event("change"));
  expect(model.asked).toEqual([
    { kind: "rows-seed", value: 8 },
    { kind: "rows-sort", value: null },
  ]);
});

test("lines: studies under their patient, series under their study, then what is not taken", () => {
  const lines = linesOf([
    { ...ROW, studies: [{ ...STUDY, opened: OPEN }] },
    { ...ROW, key: 9 },
  ]);
  expect(lines.map(({ id, depth, parent }) => [id, depth, parent])).toEqual([
    ["row-7", 1, null],
    ["study-70", 2, "row-7"],
    ["series-1", 3, "study-70"],
    ["series-2", 3, "study-70"],
    ["rest-70", 3, "study-70"],
    ["others-7", 2, "row-7"],
    ["row-9", 1, null],
  ]);
  expect(linesOf([{ key: 1, cells: [], opened: OPEN }]).map(({ id }) => id)).toEqual([
    "row-1",
    "series-1",
    "series-2",
    "rest-1",
  ]);
  expect(linesOf([{ key: 1, cells: [], uid: "1.2.3" }]).map((each) => each.kind === "row" && each.open)).toEqual([
    null,
  ]);
});

test("what is open, and the keys that move through it", async () => {
  const rows = [{ ...ROW, studies: [{ ...STUDY, opened: OPEN }] }, ...DATA.rows.slice(1)];
  const { el, model } = await show("rows", { ...DATA, rows });
  expect(line(el, "row-7").getAttribute("aria-expanded")).toBe("true");
  expect(texts(line(el, "study-70"))).toEqual(["Study 2day 33MR BREAST", "40", "351", "48", ""]);
  expect(texts(line(el, "series-1"))).toEqual(["1MRT1", "15", "2", "ViewSonata"]);
  expect(line(el, "rest-70").textContent).toBe(
    "3 more seriesNot taken: 4 SEG, 1 missing of this study.Take linked segmentations",
  );
  expect(line(el, "others-7").textContent).toBe("1 other study of this patient is not taken.");

  const at = async (id: string, pressed: string) => {
    line(el, id).focus();
    await frame();
    key(line(el, id), pressed);
    await frame();
    return document.activeElement?.getAttribute("data-line");
  };
  expect(await at("row-7", "ArrowRight")).toBe("study-70");
  expect(await at("series-1", "ArrowLeft")).toBe("study-70");
  expect(await at("series-1", "ArrowDown")).toBe("series-2");
  expect(await at("series-1", "End")).toBe("row-8");
  expect(model.asked).toEqual([]);
  await at("study-70", "ArrowLeft");
  await at("row-8", "ArrowRight");
  await at("series-2", "Enter");
  await at("rest-70", "Enter");
  for (const name of ["3 more series", "Take linked segmentations"]) button(el, name).click();
  expect(model.asked).toEqual([
    { kind: "rows-study", value: 70 },
    { kind: "rows-open", value: 8 },
    { kind: "rows-view", value: "1.2.2" },
    { kind: "rows-more", value: 70 },
    { kind: "rows-more", value: 70 },
    { kind: "derived", derived: "linked" },
  ]);
});

test("the focus goes to what is there when its line was closed away", async () => {
  const rows = [{ ...ROW, studies: [STUDY] }];
  const { el, model } = await show("rows", { ...DATA, rows });
  line(el, "study-70").focus();
  model.data = JSON.stringify({ ...DATA, rows: [ROW] });
  model.tell("change:data");
  await frame();
  expect(document.activeElement).toBe(line(el, "row-7"));
});

test("an identifier is looked for a moment after it was typed; Escape clears it", async () => {
  vi.useFakeTimers();
  const shown = show("rows", { ...DATA, rows: [], total: 0, first: 0, last: 0, text: "ISPY9", elsewhere: 2 });
  await vi.runAllTimersAsync();
  const { el, model } = await shown;
  expect(el.querySelector(".nothing")?.textContent).toBe(
    "Nothing in this cohort has the ID ISPY9. 2 patients of the snapshot have it, outside this cohort.",
  );
  const input = el.querySelector<HTMLInputElement>("input[type=search]");
  if (!input) throw new Error("no input");
  input.value = "ISPY1 ";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  expect(model.asked).toEqual([]);
  await vi.runAllTimersAsync();
  key(input, "Escape");
  await vi.runAllTimersAsync();
  expect(model.asked).toEqual([
    { kind: "rows-find", value: "ISPY1 " },
    { kind: "rows-find", value: "" },
  ]);
});

test("columns that were chosen before come back, and are chosen by boxes", async () => {
  localStorage.setItem("cohort-explorer-columns", JSON.stringify({ patient: ["PatientID", "age"], study: 5 }));
  const { el, model } = await show("rows", DATA);
  const kept = () => JSON.parse(localStorage.getItem("cohort-explorer-columns") ?? "") as unknown;
  expect(model.asked).toEqual([{ kind: "rows-columns", value: ["PatientID", "age"] }]);
  for (const columns of [
    ["PatientID", "age"],
    ["PatientID", "sex", "age"],
  ]) {
    model.data = JSON.stringify({ ...DATA, columns, rows: [] });
    model.tell("change:data");
    await frame();
    expect(kept()).toEqual({ patient: columns });
  }
  button(el, "Columns").click();
  await frame();
  el.querySelectorAll<HTMLInputElement>(".choices input")[2]?.click();
  el.querySelectorAll<HTMLInputElement>(".choices input")[1]?.click();
  button(el, "Usual columns").click();
  expect(model.asked.slice(1)).toEqual([
    { kind: "rows-column", value: "sex", on: false },
    { kind: "rows-column", value: "dataset", on: true },
    { kind: "rows-columns", value: DATA.first_columns },
  ]);
  model.data = JSON.stringify(DATA);
  model.tell("change:data");
  await frame();
  expect(kept()).toEqual({});
});

test("rows as text for a spreadsheet: plain numbers, no line breaks inside, nothing for missing", () => {
  const columns = CHOICES.slice(0, 4).map((each, place) => ({ ...each, place }));
  expect(
    tabSeparated(columns, [
      ["a\tb\r\nc", HOSTILE, null, 1884],
      ["=1+1", "-", "+", -3],
    ]),
  ).toBe(`PatientID\tdataset\tsex\tage\na b c\t${HOSTILE}\t\t1884\n'=1+1\t'-\t'+\t-3\n`);
  expect(template(columns, "series").columns.split(" minmax").length).toBe(3);
});

test("the scale holds nearly everybody, and ticks are few", () => {
  const until = (...days: Day[]): TableRow => ({ key: 1, cells: [], days: [[0, 1, 1], ...days] });
  const rows = (days: number[]) => days.map((day) => until([day, 1, 2]));
  expect(lastDay(rows([0, 0]))).toBe(0);
  expect(lastDay(rows([90, 100, 120, 170]))).toBe(170);
  expect(lastDay(rows([90, 100, 120, 170, 0, 23_476]))).toBe(170);
  expect(lastDay([until([4000, 0, 2])])).toBe(0);
  expect(ticks(0)).toEqual([0]);
  expect(ticks(181)).toEqual([0, 60, 120, 180]);
  expect(ticks(731)).toEqual([0, 365, 730]);
});
