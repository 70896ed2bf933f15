import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beside } from "../src/app/beside.ts";
import type { HeadData } from "../src/app/wire.ts";
import { show as begin } from "./app-fake.ts";
import { button, frame, key } from "./fake.ts";

const HEAD: HeadData = {
  sentence: "Patients with MR of the BREAST in the same series, whose sex is F.",
  takes: [
    { value: "matching", title: "the matching series" },
    { value: "images", title: "all original images" },
  ],
  select: "matching",
  derived: "none",
  rule: {
    include: [
      {
        same: "series",
        where: [
          { facet: "Modality", is_in: ["MR"] },
          { facet: "BodyPartExamined", is_in: ["BREAST"] },
        ],
      },
      { same: "series", where: [{ facet: "sex", is_in: ["F"] }] },
    ],
    exclude: [],
    within: [],
  },
  days: [],
  facets: [
    { name: "Modality", title: "Modality", level: "series", unit: null },
    { name: "BodyPartExamined", title: "Body part", level: "series", unit: null },
    { name: "sex", title: "Sex", level: "patient", unit: null },
  ],
  totals: [{ label: "Patients", value: "3,296", unit: "", of: "of 86,451", share: 0.0381 }],
  counted: "9f",
  advice: [],
  tabs: [
    { name: "overview", title: "Overview" },
    { name: "attrition", title: "Attrition" },
  ],
  tab: "overview",
  hint: "",
  pending: false,
  problem: "",
  empty: false,
  ways: null,
  questions: [
    { name: "breast-mr", title: "Breast MR of women", patients: 3296 },
    { name: "lung-ct", title: "Lung screening CT (NLST)", patients: null },
  ],
  undo: true,
  embedded: false,
};
const EVERYBODY: HeadData = { ...HEAD, sentence: "All patients.", rule: { include: [], exclude: [], within: [] } };

const open: (() => void)[] = [];

/** A part that ends with the test: it listens to the page's keys. */
async function show(...what: Parameters<typeof begin>): ReturnType<typeof begin> {
  const shown = await begin(...what);
  open.push(shown.stop);
  await frame();
  return shown;
}

beforeEach(() => {
  // jsdom has no top layer.
  HTMLDialogElement.prototype.showModal = function open() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  HTMLElement.prototype.showPopover = () => undefined;
});

afterEach(() => {
  for (const stop of open.splice(0)) stop();
  localStorage.clear();
  document.documentElement.className = "";
  document.body.replaceChildren();
  vi.useRealTimers();
});

function press(name: string, more: KeyboardEventInit = {}): void {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
}

test("a word of the sentence opens its criterion, by click and by key, and a folded column", async () => {
  const { el } = await show("head", HEAD);
  const asked: unknown[] = [];
  const heard = (event: Event) => asked.push((event as CustomEvent<unknown>).detail);
  window.addEventListener("cohort-explorer:reveal", heard);
  document.documentElement.classList.add("folded");
  const marks = [...el.querySelectorAll<HTMLElement>(".mark")];
  expect(marks.map((mark) => mark.textContent)).toEqual(["MR", "BREAST", "F"]);
  expect(el.querySelector("[role=status]")?.textContent).toBe(HEAD.sentence);
  marks[2]?.click();
  if (marks[1]) key(marks[1], "Enter");
  window.removeEventListener("cohort-explorer:reveal", heard);
  expect(asked).toEqual([
    { facet: "sex", group: "include:1" },
    { facet: "BodyPartExamined", group: "include:0" },
  ]);
  expect(document.documentElement.classList.contains("folded")).toBe(false);
});

test("the days between two studies in the sentence open their editor", async () => {
  const days = ["60 to 200 days after"];
  const sentence = "Patients with MR, who have a study with MR 60 to 200 days after another study with MR.";
  const { el } = await show("head", { ...HEAD, sentence, days });
  const asked: unknown[] = [];
  const heard = (event: Event) => asked.push((event as CustomEvent<unknown>).detail);
  window.addEventListener("cohort-explorer:reveal", heard);
  const mark = [...el.querySelectorAll<HTMLElement>(".mark")].find((each) => each.textContent === days[0]);
  expect([mark?.role, mark?.title]).toEqual(["button", "Change the days between the two studies"]);
  mark?.click();
  window.removeEventListener("cohort-explorer:reveal", heard);
  expect(asked).toEqual([{ pair: 0 }]);
});

test("what the cohort takes is changed where it stands", async () => {
  const { el, model } = await show("head", HEAD);
  expect(el.querySelector(".takes")?.textContent).toContain("The cohort takes the matching series.");
  button(el, "Change what the cohort takes").click();
  await frame();
  el.querySelector<HTMLInputElement>("input[value=images]")?.click();
  el.querySelector<HTMLInputElement>("input[name=derived]")?.click();
  expect(model.asked).toEqual([
    { kind: "select", select: "images" },
    { kind: "derived", derived: "linked" },
  ]);
});

test("the first screen asks three questions until it is hidden, and the help menu brings it back", async () => {
  const { el, model } = await show("head", EVERYBODY);
  const rows = [...el.querySelectorAll<HTMLElement>(".start .qrow")];
  expect(rows.map((row) => row.textContent)).toEqual([
    "Breast MR of women3,296 patientsStart",
    "Lung screening CT (NLST)not shown patientsStart",
  ]);
  rows[0]?.click();
  expect(model.asked).toEqual([{ kind: "question", name: "breast-mr" }]);
  button(el, "Hide the questions").click();
  await frame();
  expect(el.querySelector(".start")).toBeNull();
  const again = await show("head", EVERYBODY);
  expect(again.el.querySelector(".start")).toBeNull();
  window.dispatchEvent(new CustomEvent("cohort-explorer:call", { detail: "questions" }));
  await frame();
  expect(again.el.querySelectorAll(".start .qrow")).toHaveLength(2);
});

test("few people are told as the policy says, and no question is made up", async () => {
  const policy = { threshold: 10, rounding: 10 };
  const { el } = await show("head", { ...EVERYBODY, protected: policy });
  expect([...el.querySelectorAll(".qrow .n")].map((n) => n.textContent)).toEqual([
    "≈ 3,296 patients",
    "under 10 patients",
  ]);
  const none = await show("head", { ...EVERYBODY, questions: [] });
  expect(none.el.querySelector(".start")?.textContent).toContain("Pick any value on the left.");
  const waiting = await show("head", { ...EVERYBODY, questions: null });
  expect(waiting.el.querySelectorAll(".start li")).toHaveLength(3);
  const paused = await show("head", { ...EVERYBODY, paused: 1 });
  expect(paused.el.querySelector(".start")).toBeNull();
  const chosen = await show("head", HEAD);
  expect(chosen.el.querySelector(".start")).toBeNull();
});

test("nobody: the smallest changes, in words, and the way back", async () => {
  const { el, model } = await show("head", {
    ...HEAD,
    empty: true,
    ways: [
      { request: { kind: "remove", group: "include:0", criterion: 1 }, patients: 3 },
      { request: { kind: "level", group: "include:0", same: "study" }, patients: 783 },
    ],
  });
  const ways = [...el.querySelectorAll(".way")].map((way) => way.textContent);
  expect(ways).toEqual([
    "Leave out Body part BREAST+3 patientsApply",
    "Ask for the same study, not the same series+783 patientsApply",
  ]);
  el.querySelector<HTMLElement>(".way button")?.click();
  for (const name of ["Undo the last change Ctrl Z", "See what each rule costs"]) button(el, name).click();
  expect(model.asked).toEqual([
    { kind: "remove", group: "include:0", criterion: 1 },
    { kind: "undo" },
    { kind: "tab", tab: "attrition" },
  ]);
  const none = await show("head", { ...HEAD, empty: true, ways: [] });
  expect(none.el.querySelector(".empty")?.textContent).toContain("Leaving out one of them alone finds nobody.");
});

test("keys of the page; letters are off while typing, and can be switched off", async () => {
  const { el, model } = await show("head", HEAD);
  press("e");
  press("s", { ctrlKey: true });
  press("g");
  press("a");
  press("a");
  press("g");
  press("z");
  expect(model.asked).toEqual([{ kind: "export" }, { kind: "save" }, { kind: "tab", tab: "attrition" }]);
  press("f");
  expect(document.documentElement.classList.contains("folded")).toBe(true);
  press("/");
  expect(document.documentElement.classList.contains("folded")).toBe(false);
  const input = document.createElement("input");
  document.body.append(input);
  key(input, "e");
  key(input, "?");
  expect(model.asked).toHaveLength(3);
  press("?");
  await frame();
  expect(el.querySelector("dialog")?.textContent).toContain("Attrition");
  press("e");
  expect(model.asked).toHaveLength(3);
  el.querySelector<HTMLInputElement>("dialog input")?.click();
  button(el, "Close").click();
  await frame();
  expect(el.querySelector("dialog")).toBeNull();
  press("e");
  press("f");
  expect(model.asked).toHaveLength(3);
  press("s", { ctrlKey: true });
  expect(model.asked).toHaveLength(4);
});

test("the tour turns with keys, opens tabs, is left and found again", async () => {
  const { el, model } = await show("head", HEAD);
  const call = () => window.dispatchEvent(new CustomEvent("cohort-explorer:call", { detail: "tour" }));
  call();
  await frame();
  const card = () => el.querySelector<HTMLElement>(".tour .card");
  expect(card()?.getAttribute("aria-label")).toBe("Tour, step 1 of 8");
  button(card() ?? el, "Go on with the cohort that is here").click();
  await frame();
  for (let step = 2; step < 6; step += 1) {
    expect(card()?.getAttribute("aria-label")).toBe(`Tour, step ${step} of 8`);
    key(card() ?? el, "ArrowRight");
    await frame();
  }
  key(card() ?? el, "ArrowLeft");
  await frame();
  key(card() ?? el, "Escape");
  await frame();
  expect(card()).toBeNull();
  call();
  await frame();
  expect(card()?.getAttribute("aria-label")).toBe("Tour, step 5 of 8");
  for (let step = 5; step < 9; step += 1) {
    key(card() ?? el, "ArrowRight");
    await frame();
  }
  expect(card()).toBeNull();
  call();
  await frame();
  expect(card()?.getAttribute("aria-label")).toBe("Tour, step 1 of 8");
  expect(model.asked).toContainEqual({ kind: "tab", tab: "attrition" });
});

test("a card stands beside what it is about, inside the window", () => {
  const card = document.createElement("div");
  Object.defineProperties(card, { offsetWidth: { value: 380 }, offsetHeight: { value: 160 } });
  const room = { width: 1440, height: 900 };
  const at = (box: Parameters<typeof beside>[0]) => {
    beside(box, card, room);
    return [parseInt(card.style.left, 10), parseInt(card.style.top, 10)];
  };
  expect(at(null)).toEqual([530, 370]);
  expect(at({ left: 0, top: 48, width: 360, height: 300 })[0]).toBeGreaterThan(360);
  expect(at({ left: 380, top: 60, width: 1040, height: 30 })[1]).toBeGreaterThan(90);
  expect(at({ left: 1240, top: 8, width: 80, height: 32 })).toEqual([1044, 54]);
  const [left = 0, top = 0] = at({ left: 360, top: 250, width: 1080, height: 650 });
  expect(left + 380).toBeLessThan(1440);
  expect(top + 160).toBeLessThan(900);
});

test("a folded column says how large the rule is", async () => {
  document.documentElement.classList.add("folded");
  const { el } = await show("rail", { criteria: 3, groups: 2 });
  expect(el.textContent).toBe("Rule: 3 criteria in 2 groupsFilters");
  el.querySelector("button")?.click();
  await frame();
  expect(el.textContent).toBe("");
  expect(el.querySelector("button")?.getAttribute("aria-expanded")).toBe("true");
  const none = await show("rail", { criteria: 0, groups: 0 });
  none.el.querySelector("button")?.click();
  await frame();
  expect(none.el.textContent).toBe("Rule: no rule yetFilters");
});
