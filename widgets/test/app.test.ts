import { afterEach, expect, test, vi } from "vitest";
import type { BarData, CodeData, HeadData } from "../src/app/wire.ts";
import { attrition, show, step } from "./app-fake.ts";
import { button, frame, key } from "./fake.ts";

const HOSTILE = '<img src=x onerror="window.hacked=1">{{7*7}}</script><script>window.hacked=1</script>';

const BAR: BarData = {
  snapshot: "Rows 1",
  about: "Rows 1, undated",
  name: "Mine",
  undo: true,
  redo: false,
  undoes: "Modality is MR",
  redoes: "",
  note: "",
  saved: "",
  said: { text: "", times: 0 },
  protected: null,
  history: null,
  cohorts: null,
  link: null,
  tab: "overview",
  theme: "light",
  exporting: false,
  embedded: false,
  moved: false,
};
const HEAD: HeadData = {
  sentence: "All patients.",
  takes: [
    { value: "matching", title: "the matching series" },
    { value: "images", title: "all original images" },
  ],
  select: "images",
  totals: [
    { label: "Patients", value: "3,296", unit: "", of: "of 86,451", share: 0.0381 },
    { label: "Size", value: "2.17", unit: "TB", of: "of 99.9 TB", share: 0 },
  ],
  counted: "9f",
  advice: ["There is no BREASTS."],
  tabs: [
    { name: "overview", title: "Overview" },
    { name: "rows", title: "Patients & series" },
  ],
  tab: "overview",
  hint: "",
  pending: false,
  problem: "",
  rule: {},
  days: [],
  facets: [],
  derived: "none",
  empty: false,
  ways: null,
  questions: null,
  undo: false,
  embedded: false,
};

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.body.replaceChildren();
  delete document.documentElement.dataset.theme;
  expect((window as { hacked?: number }).hacked).toBeUndefined();
});

test("the bar asks, and says what it cannot do", async () => {
  const { el, model } = await show("bar", BAR);
  expect(button(el, "Undo").hasAttribute("disabled")).toBe(false);
  expect(button(el, "Redo").hasAttribute("disabled")).toBe(true);
  for (const name of ["Undo", "Start again", "Save", "Export", "Light or dark"]) button(el, name).click();
  const kinds = model.asked.map((what) => (what as { kind: string }).kind);
  expect(kinds).toEqual(["undo", "start-again", "save", "export", "theme"]);
  model.data = JSON.stringify({ ...BAR, exporting: true, theme: "dark" });
  model.tell("change:data");
  await frame();
  expect(button(el, "Exporting").hasAttribute("disabled")).toBe(true);
  expect(document.documentElement.dataset.theme).toBe("dark");
});

test("the name is edited in place", async () => {
  const { el, model } = await show("bar", BAR);
  const input = el.querySelector("input");
  if (!input) throw new Error("no input");
  input.value = "  Other ";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
  input.dispatchEvent(new Event("blur"));
  expect(model.asked).toEqual([{ kind: "rename", name: "Other" }]);
  input.value = "Again";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
  key(input, "Escape");
  await frame();
  expect(input.value).toBe("Mine");
});

test("where a name ends is said while it is written", async () => {
  const { el } = await show("bar", BAR);
  const input = el.querySelector<HTMLInputElement>("input.name");
  if (!input) throw new Error("no name");
  const notes = () => [...el.querySelectorAll<HTMLElement>(".note:not([hidden])")].map((note) => note.textContent);
  const write = async (text: string) => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
  };
  await write("x".repeat(input.maxLength - 1));
  expect(notes()).toEqual([]);
  await write("x".repeat(input.maxLength));
  expect(notes()).toEqual(["A name ends after 200 characters. What is longer is cut off."]);
  input.dispatchEvent(new Event("blur"));
  await frame();
  expect(notes()).toEqual([]);
});

test("the head: totals with their wholes, advice, tabs by click and by arrow", async () => {
  const { el, model } = await show("head", HEAD);
  expect(el.querySelector("[data-total=Patients]")?.textContent).toBe("Patients3,296of 86,451");
  expect(el.querySelector<HTMLElement>("[data-total=Patients] .p i")?.style.width).toBe("3.81%");
  expect(el.querySelector("[data-total=Size] .v")?.textContent).toBe("2.17 TB");
  expect(el.querySelector("[data-total=Size] .p i")).toBeNull();
  expect(el.querySelector("[role=status]")?.textContent).toBe("All patients.");
  expect(el.querySelector(".warnline")?.textContent).toBe("There is no BREASTS.");
  const tab = el.querySelector<HTMLElement>("[data-tab=overview]");
  if (!tab) throw new Error("no tab");
  key(tab, "ArrowLeft");
  button(el, "Overview").click();
  expect(model.asked).toEqual([
    { kind: "tab", tab: "rows" },
    { kind: "tab", tab: "overview" },
  ]);
  model.data = JSON.stringify({ ...HEAD, pending: true, problem: "The disk is full." });
  model.tell("change:data");
  await frame();
  expect(el.querySelector(".totals.pending")?.textContent).toContain("3,296");
  expect(el.querySelector(".warnline")?.textContent).toBe("The disk is full.");
});

const CODE: CodeData = {
  columns: [
    [{ title: "Words", note: "Rows", text: "All patients.", words: true }],
    [{ title: "SQL", note: "DuckDB", text: `SELECT '${HOSTILE}'\n  AS x;`, words: false }],
  ],
};

test("code is copied to the clipboard as it stands", async () => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  const { el } = await show("code", CODE);
  expect(el.querySelector("[data-block=SQL] pre")?.textContent).toBe(`SELECT '${HOSTILE}'\n  AS x;`);
  expect(el.querySelector("[data-block=Words] p")?.textContent).toBe("All patients.");
  button(el, "Copy SQL").click();
  await frame();
  expect(writeText).toHaveBeenCalledWith(`SELECT '${HOSTILE}'\n  AS x;`);
  expect(button(el, "Copy SQL").textContent).toBe("Copied");
});

test("without https a selection is copied", async () => {
  vi.stubGlobal("navigator", {});
  let taken = "";
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what the app falls back to
  document.execCommand = () => {
    taken = document.querySelector("textarea")?.value ?? "";
    return true;
  };
  const { el } = await show("code", CODE);
  button(el, "Copy Words").click();
  await frame();
  expect(taken).toBe("All patients.");
  expect(document.querySelector("textarea")).toBeNull();
});

test("a file is saved under its name", async () => {
  const urls = { createObjectURL: vi.fn(() => "blob:x"), revokeObjectURL: vi.fn() };
  vi.stubGlobal("URL", Object.assign(class extends URL {}, urls));
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  const { model } = await show("bar", BAR);
  model.tell("msg:custom", { kind: "other" });
  expect(clicked).not.toHaveBeenCalled();
  model.tell("msg:custom", { kind: "download", name: `${HOSTILE}.csv`, type: "text/csv", data: "a,b" });
  const link = clicked.mock.contexts[0] as HTMLAnchorElement;
  expect([link.download, link.href]).toEqual([`${HOSTILE}.csv`, "blob:x"]);
  expect(link.isConnected).toBe(false);
});

test("hostile text is text in every part", async () => {
  const counted = { value: HOSTILE, high: HOSTILE, patients: 8 };
  const hostile = attrition([step(HOSTILE, 9), step(HOSTILE, 1, { had: { rows: [counted], more: 0 } })], {
    snapshot: HOSTILE,
    facets: [{ name: "a", title: HOSTILE }],
    lost: {
      step: 1,
      facet: "a",
      named: true,
      naming: ["a"],
      patients: 8,
      counted: 8,
      distinct: 1,
      rows: [{ ...counted, change: { kind: "toggle", group: "include:0", facet: "a", value: HOSTILE, on: true } }],
    },
    costs: [
      {
        words: HOSTILE,
        path: "/within/0",
        alone: 1,
        without: 2,
        level: false,
        change: { kind: "within-remove", index: 0 },
      },
    ],
  });
  const texts = { title: HOSTILE, note: HOSTILE, text: HOSTILE, warning: HOSTILE };
  const parts: [string, unknown][] = [
    ["bar", { ...BAR, snapshot: HOSTILE, about: HOSTILE, name: HOSTILE }],
    [
      "head",
      {
        ...HEAD,
        sentence: HOSTILE,
        takes: [{ value: "images", title: HOSTILE }],
        advice: [HOSTILE],
        problem: HOSTILE,
        hint: HOSTILE,
      },
    ],
    ["heading", texts],
    ["footing", texts],
    ["attrition", hostile],
    [
      "code",
      {
        columns: [
          [
            { ...texts, words: true },
            { ...texts, title: `2 ${HOSTILE}`, words: false },
          ],
        ],
      },
    ],
  ];
  for (const [part, data] of parts) {
    const { el } = await show(part, data);
    expect(el.querySelector("img, script"), part).toBeNull();
    expect(el.textContent.toLowerCase(), part).toContain(HOSTILE.toLowerCase());
  }
});

test("nothing before the first answer, nothing left at the end, no part that is not there", async () => {
  for (const data of [undefined, null, {}])
    expect((await show("code", data)).el.textContent.trim()).not.toContain("Copy");
  const { el, model, stop } = await show("footing", { text: "Recorded for all." });
  expect(el.textContent).toContain("Recorded for all.");
  stop();
  expect([el.childElementCount, model.listening]).toEqual([0, []]);
  await expect(show("nothing", { text: "" })).rejects.toThrow("there is no part nothing");
});

test("what JupyterLab says stands in the bar; what others say does not", async () => {
  const { el } = await show("bar", { ...BAR, embedded: true });
  const say = (data: unknown, source: Window | null) =>
    window.dispatchEvent(new MessageEvent("message", { data, source, origin: location.origin }));
  const note = el.querySelector<HTMLElement>(".note");
  expect(note?.hidden).toBe(true);
  say({ type: "cohort-explorer", kind: "saved", path: "cohorts/forged.cohort.json" }, null);
  await frame();
  expect(note?.hidden).toBe(true);
  say({ type: "cohort-explorer", kind: "saved", path: "cohorts/a.cohort.json" }, window.parent);
  await frame();
  expect(note?.textContent).toBe("Saved as cohorts/a.cohort.json");
  say({ type: "cohort-explorer", kind: "told", text: HOSTILE }, window.parent);
  await frame();
  expect(note?.textContent).toBe(HOSTILE);
});
