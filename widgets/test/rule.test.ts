/** The rule: pausing, moving between groups, order, days between studies, editing a chip where it stands. */

import { afterEach, describe, expect, test } from "vitest";
import { daysOf, formOf, pairWords } from "../src/left/days.ts";
import { dropped, type Destination } from "../src/left/drag.ts";
import { cardsOf, type Definition } from "../src/left/groups.ts";
import { interleaved, pausedOf } from "../src/left/paused.ts";
import type { Days, Facet } from "../src/left/wire.ts";
import { button, data, frame, key, row, SHAPES, show, showAll } from "./fake.ts";

afterEach(() => document.body.replaceChildren());

const CHIP = "application/x-cohort-explorer-chip";
const GROUP = "application/x-cohort-explorer-group";
const VALUE = "application/x-cohort-explorer-value";

/** What is dragged, as a browser hands it over. */
function transfer(type: string, content: unknown): DataTransfer {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return { types: [type], getData: (of: string) => (of === type ? text : "") } as unknown as DataTransfer;
}

function drag(kind: "dragover" | "drop" | "dragstart", dataTransfer: unknown): Event {
  return Object.assign(new Event(kind, { bubbles: true, cancelable: true }), { dataTransfer });
}

const group = (el: HTMLElement, name: string) => {
  const found = el.querySelector<HTMLElement>(`[data-group="${name}"]`);
  if (!found) throw new Error(`no group ${name}`);
  return found;
};

const PAUSED = {
  kind: "include",
  at: 1,
  group: { same: "series", where: [{ facet: "Modality", is_in: ["<b>PT</b>"] }] },
  within: [],
};

describe.each(SHAPES)("as %s", (shape) => {
  test("a group by its keys: moves, goes, takes the next level, and keeps the focus", async () => {
    const { model, el } = await showAll(shape);
    const pick = group(el, "include:0").querySelector<HTMLElement>(".pick");
    if (!pick) throw new Error("no title");
    pick.focus();
    key(pick, "ArrowUp", { altKey: true });
    expect(model.sent).toEqual([]);
    key(pick, "ArrowDown", { altKey: true });
    expect(model.last).toEqual({ kind: "group-move", group: "include:0", by: 1 });
    const definition = structuredClone(data().definition);
    definition.include?.reverse();
    model.set({ definition, revision: 8 });
    await frame();
    expect(document.activeElement).toBe(group(el, "include:1").querySelector(".pick"));
    if (document.activeElement) key(document.activeElement, "l");
    expect(model.last).toEqual({ kind: "level", group: "include:1", same: "study" });
    if (document.activeElement) key(document.activeElement, "Delete");
    expect(model.last).toEqual({ kind: "group-delete", group: "include:1" });
    model.set({ definition: { ...definition, include: definition.include?.slice(0, 1) ?? [] }, revision: 9 });
    await frame();
    expect(document.activeElement).toBe(group(el, "include:0").querySelector(".pick"));
  });

  test("a click right after a new group goes there, before any answer", async () => {
    const { model, el } = await showAll(shape);
    button(el, "Include").click();
    await frame();
    expect(group(el, "include:2").textContent).toContain("nothing yet");
    row(el, "sex", "O").click();
    expect(model.last).toMatchObject({ kind: "toggle", value: "O", group: "include:2" });
    await frame();
    expect(group(el, "include:2").textContent).toContain("Sex O");
    expect(el.querySelectorAll("[data-group]")).toHaveLength(3);
  });

  test("a paused group is struck through, and comes back or goes", async () => {
    const wire = data();
    wire.definition = { ...wire.definition, annotations: { paused: ["nothing", PAUSED] } };
    const { model, el } = await showAll(shape, wire);
    const sections = [...el.querySelectorAll<HTMLElement>(".groups > .group")];
    expect(sections[1]?.dataset.paused).toBe("1");
    expect(sections[1]?.textContent).toContain("<b>PT</b>");
    button(el, "Resume").click();
    expect(model.last).toEqual({ kind: "group-resume", index: 1 });
    button(el, "Delete this paused group").click();
    expect(model.last).toEqual({ kind: "paused-delete", index: 1 });
    button(group(el, "include:1"), "Group menu").click();
    await frame();
    button(group(el, "include:1"), "Pause").click();
    expect(model.last).toEqual({ kind: "group-pause", group: "include:1" });
  });

  test("what each rule is worth by itself, where there are several", async () => {
    const wire = data();
    const costs = { alone: 3723, without: 16277 };
    wire.levels = {
      include: [
        { ...wire.levels.include?.[0], ...costs },
        { ...wire.levels.include?.[1], ...costs },
      ],
    };
    const { model, el } = await showAll(shape, wire);
    const own = () => group(el, "include:0").querySelector(".own")?.textContent;
    expect(own()).toBe("3,723 patients alone+16,277 without it");
    const few = { alone: null, without: null };
    wire.levels = { include: [{ ...wire.levels.include?.[0], ...few }] };
    model.set({ levels: wire.levels, now: { ...wire.now, protected: { threshold: 10, rounding: 10 } } });
    await frame();
    expect(own()).toBe("under 10 patients aloneunder 10 without it");
    model.set({ definition: { version: 1, include: data().definition.include?.slice(0, 1) ?? [] }, revision: 8 });
    await frame();
    expect(own()).toBeUndefined();
  });

  test("a chip is edited where it stands, with the filter's own list, and moved from there", async () => {
    const { model, el } = await showAll(shape);
    button(el, "Sex F").click();
    await frame();
    const editor = el.querySelector<HTMLElement>('[role=dialog][aria-label="Edit Sex"]');
    if (!editor) throw new Error("no editor");
    expect(model.last).toEqual({ kind: "activate", group: "include:1" });
    const values = [...editor.querySelectorAll<HTMLElement>(".fr")];
    values.find((each) => each.querySelector(".lab")?.textContent === "O")?.click();
    expect(model.last).toMatchObject({ kind: "toggle", facet: "sex", value: "O", group: "include:1", on: true });
    const select = editor.querySelector("select");
    if (!select) throw new Error("no way to move");
    expect([...select.options].map(({ value }) => value)).toEqual(["", "include:0", "include:new", "exclude:new"]);
    select.value = "exclude:new";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    expect(model.last).toEqual({ kind: "move", from: "include:1", to: "exclude:new", criterion: 0 });
    await frame();
    expect(el.querySelector(".floating")).toBeNull();
  });

  test("the last value of a rule can be changed for another one without the editor going away", async () => {
    const wire = data();
    wire.definition = { version: 1, include: wire.definition.include?.slice(1) ?? [] } as never;
    const { model, el } = await showAll(shape, wire);
    button(el, "Sex F").click();
    await frame();
    const editor = () => el.querySelector<HTMLElement>('[role=dialog][aria-label="Edit Sex"]');
    editor()?.querySelector<HTMLElement>(".fr[aria-checked=true]")?.click();
    model.set({ definition: { version: 1 }, revision: 9, group: null });
    await frame();
    editor()?.querySelector<HTMLElement>(".fr")?.click();
    expect(model.last).toMatchObject({ kind: "toggle", facet: "sex", group: "include:0", on: true });
  });

  test("days between two studies: asked for, said, changed, taken away", async () => {
    const { model, el } = await showAll(shape);
    button(group(el, "include:0"), "Group menu").click();
    await frame();
    button(group(el, "include:0"), "Days to another study …").click();
    await frame();
    const form = el.querySelector("form");
    if (!form) throw new Error("no form");
    expect(form.querySelector(".said")?.textContent).toBe("F 0 to 90 days after MR, BREAST");
    const [low] = form.querySelectorAll("input");
    if (!low) throw new Error("no days");
    const type = async (text: string) => {
      low.value = text;
      low.dispatchEvent(new Event("input", { bubbles: true }));
      await frame();
    };
    await type("91");
    expect(form.querySelector("button[type=submit]")?.hasAttribute("disabled")).toBe(true);
    await type("-30");
    form.requestSubmit();
    expect(model.last).toEqual({ kind: "within", index: null, first: 0, then: 1, days: [-30, 90] });
    model.set({
      definition: { ...data().definition, within: [{ first: 0, then: 1, days: [-30, 90] }] },
      revision: 8,
    });
    await frame();
    const words = "F from 30 days before to 90 days after MR, BREAST";
    expect(el.querySelector(".pair .chip")?.textContent).toBe(words);
    button(el, words).click();
    await frame();
    el.querySelector("form")?.requestSubmit();
    expect(model.last).toEqual({ kind: "within", index: 0, first: 0, then: 1, days: [-30, 90] });
    await frame();
    key(button(el, words), "Delete");
    expect(model.last).toEqual({ kind: "within-remove", index: 0 });
  });

  test("dropping a chip on a group moves it", async () => {
    const { model, el } = await showAll(shape);
    const stored: Record<string, string> = {};
    const chip = group(el, "include:0").querySelectorAll(".chip")[1];
    chip?.dispatchEvent(drag("dragstart", { setData: (type: string, text: string) => (stored[type] = text) }));
    expect(JSON.parse(stored[CHIP] ?? "")).toEqual({ from: "include:0", criterion: 1 });
    const to = group(el, "include:1");
    const over = drag("dragover", transfer(CHIP, stored[CHIP] ?? ""));
    to.dispatchEvent(over);
    expect([over.defaultPrevented, to.classList.contains("over")]).toEqual([true, true]);
    to.dispatchEvent(drag("drop", transfer(CHIP, stored[CHIP] ?? "")));
    expect(model.last).toEqual({ kind: "move", from: "include:0", to: "include:1", criterion: 1 });
    expect(to.classList.contains("over")).toBe(false);
    const foreign = drag("dragover", transfer("text/plain", "x"));
    to.dispatchEvent(foreign);
    expect(foreign.defaultPrevented).toBe(false);
  });
});

test("a filter is asked for from elsewhere on the page; of what is unknown nothing happens", async () => {
  const { model, el } = await show();
  const ask = async (detail: unknown) => {
    window.dispatchEvent(new CustomEvent("cohort-explorer:reveal", { detail }));
    await frame();
  };
  await ask({ facet: "sex", group: "include:1" });
  expect(model.last).toEqual({ kind: "activate", group: "include:1" });
  expect(document.activeElement?.closest<HTMLElement>(".facet")?.dataset.facet).toBe("sex");
  const sent = model.sent.length;
  for (const detail of [null, {}, { pair: 0 }, { facet: "nothing" }, { facet: ["sex"] }, "sex"]) await ask(detail);
  await ask({ facet: "Modality", group: "include:9" });
  expect(model.sent).toHaveLength(sent);
  expect(row(el, "Modality", "MR")).toBeTruthy();
});

test("the days of a pair are asked for from elsewhere on the page", async () => {
  const wire = data();
  const within = [0, 1].map((first) => ({ first, then: 1, days: [60, 200 + first] as [number, number] }));
  const { el } = await show({ ...wire, definition: { ...wire.definition, within } });
  for (const pair of [2, 1]) {
    window.dispatchEvent(new CustomEvent("cohort-explorer:reveal", { detail: { pair } }));
    await frame();
    const form = el.querySelector("form.pairform");
    expect(form?.querySelector<HTMLInputElement>("input[aria-label='Up to so many days']")?.value).toBe(
      pair === 1 ? "201" : undefined,
    );
  }
});

test.each<[string, string, unknown, Destination, unknown]>([
  [
    "a value",
    VALUE,
    { facet: "sex", value: null },
    "include:1",
    { kind: "toggle", group: "include:1", exclude: false },
  ],
  [
    "a value, for a new group",
    VALUE,
    { facet: "sex", value: "F" },
    "include:new",
    { group: "include:2", exclude: false },
  ],
  ["a value to leave out", VALUE, { facet: "sex", value: "F" }, "exclude:new", { group: null, exclude: true }],
  [
    "a chip",
    CHIP,
    { from: "include:0", criterion: 1 },
    "exclude:new",
    { kind: "move", to: "exclude:new", criterion: 1 },
  ],
  [
    "one value of a chip",
    CHIP,
    { from: "include:0", facet: "sex", value: "F" },
    "include:1",
    { kind: "move", value: "F" },
  ],
  ["a group", GROUP, { group: "include:2" }, "include:0", { kind: "group-place", group: "include:2", to: 0 }],
  ["a group on the other side", GROUP, { group: "include:2" }, "exclude:0", { kind: "group-flip", group: "include:2" }],
])("dropping %s", (_what, type, content, to, expected) => {
  expect(dropped(transfer(type, content), to, 2)).toMatchObject(expected as object);
});

test("dropping what is there already, or what is none of ours, asks for nothing", () => {
  expect(dropped(transfer(CHIP, { from: "include:0", criterion: 1 }), "include:0")).toBeNull();
  expect(dropped(transfer(GROUP, { group: "include:0" }), "include:0")).toBeNull();
  for (const content of ["{", "{}", '{"facet": 1, "value": 2}'])
    expect(dropped(transfer(VALUE, content), "include:0")).toBeUndefined();
  expect(dropped(transfer("text/plain", "x"), "include:0")).toBeUndefined();
});

test("what annotations hold is read with suspicion", () => {
  const group = PAUSED.group;
  const wrong = [
    null,
    "x",
    { ...PAUSED, kind: "other" },
    { ...PAUSED, at: "1" },
    { ...PAUSED, group: { same: "series", where: [] } },
    { ...PAUSED, group: { ...group, same: "else" } },
    { ...PAUSED, group: { ...group, where: [{ facet: "x" }] } },
  ];
  const of = (paused: unknown) => pausedOf({ annotations: { paused } });
  expect(of([...wrong, PAUSED]).map(({ index }) => index)).toEqual([wrong.length]);
  expect([of({}), of("x"), pausedOf({})]).toEqual([[], [], []]);
});

test("paused groups stand where they would come back", () => {
  const group = (facet: string) => ({ same: "series", where: [{ facet, is_in: ["x"] }] });
  const paused = pausedOf({
    annotations: {
      paused: [
        { kind: "include", at: 2, group: group("c") },
        { kind: "include", at: 0, group: group("a") },
      ],
    },
  });
  const cards = cardsOf({ include: [group("b"), group("d")] } as unknown as Definition, {});
  expect(interleaved(cards, paused).map(({ where }) => where[0]?.facet)).toEqual(["a", "b", "c", "d"]);
});

test("days in words, and back from a form", () => {
  const definition = {
    include: [
      { same: "series", where: [{ facet: "Modality", is_in: ["CT"] }] },
      { same: "series", where: [{ facet: "Modality", is_in: ["MR"] }] },
    ],
  } as unknown as Definition;
  const cards = cardsOf(definition, {});
  const said: [Days, string][] = [
    [[null, null], "MR and CT, both dated"],
    [[0, 0], "MR on the same day as CT"],
    [[0, 90], "MR 0 to 90 days after CT"],
    [[1, 1], "MR 1 day after CT"],
    [[30, null], "MR at least 30 days after CT"],
    [[0, null], "MR on the same day as CT or later"],
    [[null, 0], "MR on the same day as CT or earlier"],
    [[null, 30], "MR at most 30 days after CT, or earlier"],
    [[-30, null], "MR at most 30 days before CT, or later"],
    [[null, -30], "MR at least 30 days before CT"],
    [[-90, -30], "MR 30 to 90 days before CT"],
    [[-7, -7], "MR 7 days before CT"],
    [[-30, 30], "MR within 30 days of CT, before or after"],
    [[-30, 1000], "MR from 30 days before to 1,000 days after CT"],
  ];
  for (const [days, words] of said) {
    expect(pairWords({ first: 0, then: 1, days }, cards, [] as Facet[])).toBe(words);
    expect(daysOf(formOf(days))).toEqual(days);
  }
  expect(pairWords({ first: 1, then: 1, days: [365, null] }, cards, [])).toBe(
    "MR at least 365 days after another such study",
  );
  expect(pairWords({ first: 1, then: 1, days: [0, 30] }, cards, [])).toBe(
    "MR 0 to 30 days after such a study, or itself",
  );
  const long = cardsOf(
    {
      include: [
        { same: "series", where: [{ facet: "Modality", is_in: ["CT"] }] },
        { same: "series", where: [{ facet: "SeriesDescription", contains: ["a long description ".repeat(4)] }] },
      ],
    } as unknown as Definition,
    {},
  );
  expect(pairWords({ first: 1, then: 0, days: [60, 200] }, long, [])).toBe("CT 60 to 200 days after Include 2");
  expect(daysOf({ direction: "after", low: 2, high: 1 })).toBeNull();
  expect(daysOf({ direction: "before", low: 0, high: 30 })).toEqual([-30, 0]);
  expect(daysOf({ direction: "around", low: null, high: -1 })).toBeNull();
});
