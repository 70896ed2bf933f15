import { afterEach, expect, test } from "vitest";
import { linkTo } from "../src/app/address.ts";
import type { BarData } from "../src/app/wire.ts";
import { show } from "./app-fake.ts";
import { button, frame, key } from "./fake.ts";

const HOSTILE = '<img src=x onerror="window.hacked=1">';

const BAR: BarData = {
  snapshot: "Rows 1",
  about: "Rows 1, undated",
  name: "Mine",
  undo: true,
  redo: true,
  undoes: HOSTILE,
  redoes: "Sex is F",
  note: "",
  saved: "changed",
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
const HISTORY = {
  steps: [
    { by: -2, words: "All patients", sentence: "All patients.", patients: 40 },
    { by: -1, words: HOSTILE, sentence: HOSTILE, patients: null },
    { by: 0, words: "Modality is CT", sentence: "Patients with CT." },
    { by: 1, words: "Sex is F", sentence: "Patients with CT, whose sex is F.", patients: 20 },
  ],
  earlier: 12,
  later: 0,
};

afterEach(() => {
  localStorage.clear();
  document.body.replaceChildren();
  expect((window as { hacked?: number }).hacked).toBeUndefined();
});

test("the strip is asked for, told under the policy, and goes where one clicks", async () => {
  const { el, model } = await show("bar", { ...BAR, protected: { threshold: 10, rounding: 10 } });
  expect(el.querySelector("nav.history")).toBeNull();
  button(el, "History").click();
  await frame();
  expect(model.asked.at(-1)).toEqual({ kind: "memory", name: "history", on: true });
  model.data = JSON.stringify({ ...BAR, protected: { threshold: 10, rounding: 10 }, history: HISTORY });
  model.tell("change:data");
  await frame();
  const numbers = [...el.querySelectorAll(".history .n")].map((each) => each.textContent);
  expect(numbers).toEqual(["≈ 40", "under 10", "", "≈ 20"]);
  expect(el.querySelector(".history img")).toBeNull();
  const now = el.querySelector<HTMLElement>('[aria-current="step"]');
  expect(now?.textContent).toContain("Modality is CT");
  if (now) key(now, "ArrowRight");
  expect(document.activeElement).toBe(button(el, "Sex is F, ≈ 20 patients, undone"));
  button(el, "Sex is F, ≈ 20 patients, undone").click();
  button(el, "12 earlier steps").click();
  expect(model.asked.slice(-2)).toEqual([{ kind: "history", by: 1 }, { kind: "history-more" }]);
  button(el, "History").click();
  await frame();
  expect(model.asked.at(-1)).toEqual({ kind: "memory", name: "history", on: false });
});

test("the strip that was open is open again", async () => {
  localStorage.setItem("cohort-explorer-history", "open");
  const { el } = await show("bar", { ...BAR, history: HISTORY });
  expect(el.querySelectorAll(".history li")).toHaveLength(4);
});

test("undo and redo say what they do", async () => {
  const { el } = await show("bar", BAR);
  expect(button(el, "Undo").title).toBe(`Undo, Ctrl+Z: ${HOSTILE}`);
  expect(button(el, "Redo").title).toBe("Redo, Ctrl+Shift+Z: Sex is F");
});

test("what was done is said for a moment, each time anew", async () => {
  const { el, model } = await show("bar", { ...BAR, said: { text: "Saved as “Mine”.", times: 1 } });
  const note = el.querySelector<HTMLElement>(".note");
  expect(note?.textContent).toBe("Saved as “Mine”.");
  model.data = JSON.stringify({ ...BAR, said: { text: HOSTILE, times: 2 } });
  model.tell("change:data");
  await frame();
  expect(note?.textContent).toBe(HOSTILE);
});

test("a link holds an id or the definition, the snapshot and the tab; nothing of the page's own address", () => {
  const link = { cohort: "0a", definition: "eJ-_", snapshot: "7e41" };
  history.replaceState(null, "", "?workspace=mine&theme=dark&tab=code");
  const base = `${location.origin}${location.pathname}`;
  expect(linkTo(link, "rows", false)).toBe(`${base}?cohort=0a&snapshot=7e41&tab=rows`);
  expect(linkTo(link, "overview", true)).toBe(`${base}?definition=eJ-_&snapshot=7e41`);
});

test("the address keeps the tab and forgets the link that was followed", async () => {
  history.replaceState(null, "", "?workspace=mine&cohort=0a&definition=x&snapshot=7&tab=code");
  const { model } = await show("bar", { ...BAR, tab: "rows" });
  expect(location.search).toBe("?workspace=mine&tab=rows");
  model.data = JSON.stringify(BAR);
  model.tell("change:data");
  await frame();
  expect(location.search).toBe("?workspace=mine");
});
