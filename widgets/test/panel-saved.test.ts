/** The side panel's lists: saved cohorts, what can be done with them, and snapshots. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { age } from "../src/lab/panel/age.ts";
import { hold } from "../src/lab/panel/drag.ts";
import { Newest } from "../src/lab/panel/newest.ts";
import { ruleOf } from "../src/lab/panel/same.ts";
import { commonFolder } from "../src/lab/panel/saved.ts";
import { button, data, key } from "./fake.ts";
import { FakeServer, IDC, later, openPanel, saved, settle, TEACHING } from "./panel-fake.ts";

const dragged = vi.hoisted(() => [] as { mimeData: { getData(type: string): unknown }; proposedAction: string }[]);
vi.mock("@jupyterlab/services", () => ({ ServerConnection: {} }));
vi.mock("@lumino/dragdrop", () => ({
  Drag: class {
    constructor(options: (typeof dragged)[number]) {
      dragged.push(options);
    }
    start = () => Promise.resolve();
    dispose = () => undefined;
  },
}));
afterEach(() => document.body.replaceChildren());

const NOW = data().definition;
const CT = {
  version: 1,
  name: "Chest CT",
  include: [{ same: "series", where: [{ facet: "Modality", is_in: ["CT"] }] }],
};
const BROKEN = {
  ...saved("cohorts/bad.cohort.json", "bad"),
  problem: { message: "“is_in” is empty", path: "/include/0/where/0/is_in", line: 4, column: 12 },
};

async function withCohorts(change: (server: FakeServer) => void = () => undefined) {
  const shown = await openPanel((server) => {
    const cohorts = [
      saved("cohorts/breast.cohort.json", "Breast MR of women", NOW),
      saved("cohorts/Chest CT.cohort.json", "Chest CT", CT),
      BROKEN,
    ];
    server.answers.cohorts = () => ({ cohorts, folder: "/home/alice", truncated: false });
    change(server);
  });
  shown.files.set("cohorts/Chest CT.cohort.json", JSON.stringify({ ...CT, annotations: { note: "mine" } }));
  return shown;
}

const rows = (el: HTMLElement) => [...el.querySelectorAll<HTMLElement>('[data-section="saved"] .prow')];
const named = (el: HTMLElement, name: string) => {
  const found = rows(el).find((candidate) => candidate.querySelector(".nm")?.textContent === name);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};

async function choose(el: HTMLElement, cohort: string, item: string) {
  button(el, `Menu of ${cohort}`).click();
  await settle();
  button(el, item).click();
  await settle();
}

test("lists files with their patients, marks the current, says what is wrong with a broken one", async () => {
  const { el, server } = await withCohorts();
  expect(rows(el).map((one) => one.textContent)).toEqual(["bad", "Breast MR of women100", "Chest CT101"]);
  expect(server.of("ask/patients")).toHaveLength(1);
  expect(server.of("ask/patients")[0]).toMatchObject({ snapshot: IDC });
  expect(rows(el).map((one) => one.getAttribute("aria-current"))).toEqual([null, "true", null]);
  expect(named(el, "Chest CT").title).toContain("cohorts/Chest CT.cohort.json");
  expect(el.querySelector(".pwhat")?.textContent).toBe("Line 4, column 12: “is_in” is empty");
  expect(el.querySelector('[data-section="saved"] .note')?.textContent).toBe("in cohorts/");
  expect(el.querySelector(".pname .s")?.textContent).toBe("saved");
});

test("numbers come later than the list, and a failure of the count leaves the list", async () => {
  const { el } = await withCohorts((server) => {
    server.answers["ask/patients"] = () => Promise.reject(new Error("busy"));
  });
  expect(rows(el)).toHaveLength(3);
  expect(el.querySelector('[data-section="saved"] [role=alert]')).toBeNull();
});

test("arrows move, Enter opens, F2 renames, Delete asks and deletes, → leads to the menu", async () => {
  const { el, ran, files, said } = await withCohorts();
  const ct = named(el, "Chest CT");
  named(el, "Breast MR of women").focus();
  key(named(el, "Breast MR of women"), "ArrowDown");
  expect(document.activeElement).toBe(ct);
  expect(rows(el).map((one) => one.tabIndex)).toEqual([-1, -1, 0]);
  key(ct, "ArrowRight");
  expect(document.activeElement).toBe(button(el, "Menu of Chest CT"));
  key(button(el, "Menu of Chest CT"), "ArrowLeft");
  expect(document.activeElement).toBe(ct);
  ct.click();
  expect(ran).toEqual([["cohort-explorer:open-saved", { path: "cohorts/Chest CT.cohort.json" }]]);
  said.confirm = false;
  key(ct, "Delete");
  await settle();
  expect(files.size).toBe(1);
  said.confirm = true;
  key(ct, "Delete");
  await settle();
  expect(files.size).toBe(0);
});

test("renames in the file and the file itself, and keeps its notes", async () => {
  const { el, files } = await withCohorts();
  key(named(el, "Chest CT"), "F2");
  await settle();
  const input = el.querySelector<HTMLInputElement>('[data-section="saved"] .pinput');
  if (!input) throw new Error("no input");
  input.value = "CT of the chest";
  key(input, "Enter");
  await settle();
  expect([...files.keys()]).toEqual(["cohorts/CT of the chest.cohort.json"]);
  expect(JSON.parse([...files.values()][0] ?? "")).toEqual({
    ...CT,
    name: "CT of the chest",
    annotations: { note: "mine" },
  });
});

test("does not rename under the hands of somebody who has it open with changes", async () => {
  const { el, files, lab, desk } = await withCohorts();
  lab.files.opened = () => ({ dirty: true, revert: () => Promise.resolve() });
  const ct = desk.saved.cohorts?.find(({ name }) => name === "Chest CT");
  expect(ct && (await desk.saved.rename(ct, "Other"))).toBe(false);
  await settle();
  expect([...files.keys()]).toEqual(["cohorts/Chest CT.cohort.json"]);
  expect(el.querySelector('[data-section="saved"] [role=alert]')?.textContent).toContain("Save it first");
});

test("duplicates beside, under a name of its own", async () => {
  const { el, files } = await withCohorts();
  await choose(el, "Chest CT", "Duplicate");
  const copy = files.get("cohorts/Chest CT, copy.cohort.json") ?? "{}";
  expect(JSON.parse(copy)).toMatchObject({ name: "Chest CT, copy", include: CT.include });
});

test("inserts and exports by the file", async () => {
  const { el, ran } = await withCohorts();
  await choose(el, "Chest CT", "Insert into the notebook");
  await choose(el, "Chest CT", "Export as notebook");
  const path = "cohorts/Chest CT.cohort.json";
  expect(ran).toEqual([
    ["cohort-explorer:insert-cohort", { path }],
    ["cohort-explorer:export-notebook", { path }],
  ]);
});

test("a broken file can be opened, renamed and deleted only", async () => {
  const { el } = await withCohorts();
  button(el, "Menu of bad").click();
  await settle();
  const items = [...el.querySelectorAll<HTMLButtonElement>("[role=menuitem]")];
  expect(items.filter((item) => !item.disabled).map((item) => item.textContent)).toEqual(["Open", "Rename", "Delete…"]);
});

test("compares with the current cohort; the newest answer counts", async () => {
  const answers = [later<unknown>(), later<unknown>()];
  let n = 0;
  const { el, server } = await withCohorts((fake) => {
    fake.answers["ask/compare"] = () => answers[n++]?.promise;
  });
  await choose(el, "Chest CT", "Compare with the current cohort");
  await choose(el, "Breast MR of women", "Compare with the current cohort");
  expect(server.of("ask/compare")[0]).toMatchObject({ snapshot: IDC, first: NOW, second: CT });
  const result = { unit: "patients", snapshot: "Imaging Data Commons 25.0.5" };
  answers[1]?.answer({ both: 3296, first: 0, second: 0, ...result });
  await settle();
  answers[0]?.answer({ both: 12, first: 3284, second: 29_328, ...result });
  await settle();
  const shown = el.querySelector(".pcompared");
  expect([...(shown?.querySelectorAll("dl > div") ?? [])].map((one) => one.textContent)).toEqual([
    "In both3,296",
    "Only in the current cohort0",
    "Only in Breast MR of women0",
  ]);
  expect(shown?.textContent).toContain("patients, in Imaging Data Commons 25.0.5");
  button(el, "Close the comparison").click();
  await settle();
  expect(el.querySelector(".pcompared")).toBeNull();
});

test("snapshots: age, source, current; choosing another switches", async () => {
  const { el, server } = await openPanel();
  const current = el.querySelector(`[data-snapshot="${IDC}"] .prow`);
  expect(current?.getAttribute("aria-current")).toBe("true");
  expect(el.querySelector(`[data-snapshot="${TEACHING}"]`)?.textContent).toContain("idc");
  server.answers["ask/snapshot"] = () => ({});
  el.querySelector<HTMLElement>(`[data-snapshot="${TEACHING}"] .prow`)?.click();
  await settle();
  expect(server.of("ask/snapshot")).toEqual([{ workspace: "default", snapshot: TEACHING }]);
  expect(server.asked.at(-1)?.[0]).toBe("ask/column");
});

test("a snapshot that cannot be taken leaves all as it was and says why", async () => {
  const { el, server } = await openPanel();
  server.answers["ask/snapshot"] = () => Promise.reject(new Error("This snapshot has no facet “sex”."));
  const before = el.querySelector(".pcurrent")?.textContent;
  el.querySelector<HTMLElement>(`[data-snapshot="${TEACHING}"] .prow`)?.click();
  await settle();
  expect(el.querySelector('[data-section="snapshots"] [role=alert]')?.textContent).toBe(
    "This snapshot has no facet “sex”.",
  );
  expect(el.querySelector(".pcurrent")?.textContent).toBe(before);
});

test("what is dragged is a cell, asked for when the button goes down", async () => {
  const server = new FakeServer();
  const pointer = (type: string, x: number) => {
    const event = new MouseEvent(type, { clientX: x, clientY: 0, bubbles: true, cancelable: true });
    document.dispatchEvent(event);
    return event as PointerEvent;
  };
  hold(pointer("pointerdown", 0), saved("a.cohort.json", "A", CT), server, {});
  expect(server.of("ask/cell")).toEqual([{ definition: CT, what: "cohort" }]);
  pointer("pointermove", 3);
  await settle();
  pointer("pointermove", 4);
  expect(dragged).toHaveLength(0);
  pointer("pointermove", 20);
  pointer("pointermove", 40);
  expect(dragged).toHaveLength(1);
  expect(dragged[0]?.proposedAction).toBe("copy");
  expect(dragged[0]?.mimeData.getData("application/vnd.jupyter.cells")).toEqual([
    { cell_type: "code", source: "cohort = 1", metadata: {}, outputs: [], execution_count: null },
  ]);
});

test("a press without a move, or without a cell, drags nothing", async () => {
  dragged.length = 0;
  const server = new FakeServer();
  server.answers["ask/cell"] = () => Promise.reject(new Error("not now"));
  hold(new MouseEvent("pointerdown") as PointerEvent, saved("a.cohort.json", "A", CT), server, {});
  await settle();
  document.dispatchEvent(new MouseEvent("pointermove", { clientX: 50 }));
  expect(dragged).toHaveLength(0);
});

describe("parts", () => {
  test.each([
    ["2026-11-22", "today"],
    ["2026-11-21T23:59:00Z", "1 day"],
    ["2026-11-19", "3 days"],
    ["2026-06-22", "5 months"],
    ["2023-11-22", "3 years"],
    [null, ""],
    ["never", ""],
  ])("the age of %s is %s", (date, words) => expect(age(date, Date.parse("2026-11-22T12:00:00Z"))).toBe(words));

  test("a rule is the same under another name, with its defaults and in another order of keys", () => {
    expect(ruleOf({ select: "matching", version: 1, name: "a", include: [] })).toBe(ruleOf({ version: 1, name: "b" }));
    expect(ruleOf({ version: 1, select: "all" })).not.toBe(ruleOf({ version: 1 }));
  });

  test("the folder is named where there is one", () => {
    expect(commonFolder([saved("a/x.cohort.json", "x"), saved("a/y.cohort.json", "y")])).toBe("a/");
    expect(commonFolder([saved("a/x.cohort.json", "x"), saved("y.cohort.json", "y")])).toBe("");
  });

  test("only the newest question is answered, and an old failure is dropped", async () => {
    const newest = new Newest();
    const first = later<number>();
    const second = later<number>();
    const answers = [newest.of(() => first.promise), newest.of(() => second.promise)];
    second.answer(2);
    first.refuse(new Error("late"));
    expect(await Promise.all(answers)).toEqual([undefined, 2]);
    await expect(newest.of(() => Promise.reject(new Error("new")))).rejects.toThrow("new");
  });
});
