/** The side panel: the current cohort, clicks and their answers, and how the explorer is. */

import { afterEach, expect, test, vi } from "vitest";
import { button, frame, key, row } from "./fake.ts";
import { column, later, openPanel, READY, settle, showPanel } from "./panel-fake.ts";

vi.mock("@jupyterlab/services", () => ({ ServerConnection: {} }));
afterEach(() => document.body.replaceChildren());

const checked = (el: HTMLElement, label: string) => row(el, "sex", label).getAttribute("aria-checked");

test("asks nothing of the explorer before it is looked at, and nothing after", async () => {
  const { server, desk, events, model } = await showPanel((fake) => {
    fake.answers.app = () => ({ ...READY, state: "stopped" });
  });
  await settle();
  expect(server.asked.map(([path]) => path)).toEqual(["app"]);
  desk.open();
  await settle();
  expect(server.of("ask/column")).toEqual([]);
  events.heard.emit({ kind: "app", ...READY });
  await settle();
  expect(server.of("ask/column")).toEqual([{ workspace: "default", have: "", request: null, counts: true }]);
  desk.close();
  events.heard.emit({ kind: "app", ...READY, state: "stopped" });
  const before = server.asked.length;
  events.heard.emit({ kind: "workspace", name: "default", revision: 99 });
  events.heard.emit({ kind: "cohorts" });
  await settle();
  expect(server.asked).toHaveLength(before);
  model.dispose();
});

test("shows the current cohort: name, sentence, totals, ways on", async () => {
  const { el, ran } = await openPanel();
  expect(el.querySelector(".pnamed")?.textContent).toBe("Breast MR of women");
  expect([...el.querySelectorAll(".sentence .mark")].map((mark) => mark.textContent)).toEqual(["MR", "BREAST", "F"]);
  expect(el.querySelector('[data-total="Images"]')?.textContent).toBe("Images5.94 M");
  button(el, "Open explorer").click();
  button(el, "Insert cohort").click();
  expect(ran).toEqual([
    ["cohort-explorer:open", { workspace: "default" }],
    ["cohort-explorer:insert-cohort", { workspace: "default" }],
  ]);
});

test("a click is one question, drawn before it is answered", async () => {
  const { el, server } = await openPanel();
  const answer = later<unknown>();
  server.answers["ask/column"] = () => answer.promise;
  row(el, "sex", "O").click();
  await settle();
  expect(checked(el, "O")).toBe("true");
  expect(server.clicks.at(-1)).toMatchObject({
    have: "aaaa1111",
    counts: false,
    request: { kind: "toggle", facet: "sex", value: "O", group: "include:1", on: true, exclude: false, revision: 7 },
  });
  const { client, n } = server.clicks.at(-1)?.request as { client: string; n: number };
  // Python says something else, and is right.
  // What the panel has already is not sent again.
  const traits = { revision: 8, seen: `${client}:${n}`, facets: undefined, all: undefined };
  answer.answer(JSON.parse(JSON.stringify(column({ revision: 8 }, traits))));
  await settle();
  expect(checked(el, "O")).toBe("false");
  expect(server.clicks).toHaveLength(1);
});

test("a refused click is no longer drawn, and a sentence says why", async () => {
  const { el, server } = await openPanel();
  server.answers["ask/column"] = () => Promise.reject(new Error("The explorer ran out of memory."));
  row(el, "sex", "O").click();
  await settle();
  expect(checked(el, "O")).toBe("false");
  expect(el.querySelector(".pcurrent [role=alert]")?.textContent).toBe("The explorer ran out of memory.");
  expect(el.querySelector(".cx.waiting")).toBeNull();
});

test("clicks are answered in their order: the first answer does not undo the second click", async () => {
  const { el, server } = await openPanel();
  const answers = [later<unknown>(), later<unknown>()];
  let n = 0;
  server.answers["ask/column"] = (body) => (body.request ? answers[n++]?.promise : later().promise);
  row(el, "sex", "O").click();
  row(el, "sex", "missing").click();
  await settle();
  expect(n).toBe(1);
  const definition = structuredClone(column().traits as { definition?: unknown }).definition as {
    include: { where: object[] }[];
  };
  definition.include[1]?.where.splice(0, 1, { facet: "sex", is_in: ["F", "O"] });
  const request = server.clicks.at(-1)?.request as { client: string; n: number };
  answers[0]?.answer(column({ revision: 8 }, { definition, revision: 8, seen: `${request.client}:${request.n}` }));
  await settle();
  expect(n).toBe(2);
  expect([checked(el, "O"), checked(el, "missing")]).toEqual(["true", "true"]);
});

test("follows changes that others make to its workspace, and only to that", async () => {
  const { server, events, el } = await openPanel();
  const before = server.of("ask/column").length;
  events.heard.emit({ kind: "workspace", name: "second", revision: 3 });
  events.heard.emit({ kind: "workspace", name: "default", revision: 7 });
  await settle();
  expect(server.of("ask/column")).toHaveLength(before);
  server.answers["ask/column"] = () => column({ name: "Of the other tab", revision: 8 });
  events.heard.emit({ kind: "workspace", name: "default", revision: 8 });
  await settle();
  expect(el.querySelector(".pnamed")?.textContent).toBe("Of the other tab");
});

test("says what is loading while the explorer starts, then why it could not", async () => {
  const answer = later<unknown>();
  const { el, events, ran } = await openPanel((fake) => {
    fake.answers.app = () => ({ ...READY, state: "starting", doing: "Starting the explorer" });
    fake.answers["ask/column"] = () => answer.promise;
  });
  expect(el.querySelector(".pstate")?.textContent).toContain("Starting the explorer …");
  expect(el.querySelector(".pbones")).not.toBeNull();
  events.heard.emit({
    kind: "app",
    ...READY,
    state: "building",
    doing: "Building the default snapshot",
    share: 0.4,
  });
  await settle();
  expect(el.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("40");
  events.heard.emit({ kind: "app", ...READY, state: "failed", problem: "No room is left on the disk." });
  await settle();
  expect(el.querySelector(".pstate[role=alert]")?.textContent).toContain("No room is left on the disk.");
  button(el, "Restart the explorer").click();
  expect(ran).toEqual([["cohort-explorer:restart-app", undefined]]);
});

test("the name is edited in place; Escape gives it up", async () => {
  const { el, server } = await openPanel();
  button(el, "Breast MR of women, rename").click();
  await settle();
  let input = el.querySelector<HTMLInputElement>(".pinput");
  expect(document.activeElement).toBe(input);
  if (!input) throw new Error("no input");
  input.value = "Other";
  key(input, "Escape");
  await settle();
  expect(server.clicks).toEqual([]);
  key(button(el, "Breast MR of women, rename"), "F2");
  await settle();
  input = el.querySelector<HTMLInputElement>(".pinput");
  if (!input) throw new Error("no input");
  input.value = " Women ";
  key(input, "Enter");
  await settle();
  expect(server.clicks.at(-1)).toMatchObject({ request: { kind: "rename", name: "Women" } });
  expect((document.activeElement as HTMLElement).className).toContain("pnamed");
});

test("undo and redo are offered where there is something to undo; Ctrl+Z does it anywhere in the panel", async () => {
  const { el, server } = await openPanel();
  expect([button(el, "Undo"), button(el, "Redo")].map((b) => (b as HTMLButtonElement).disabled)).toEqual([false, true]);
  key(button(el, "Open explorer"), "z", { ctrlKey: true });
  await settle();
  expect(server.clicks.at(-1)).toMatchObject({ request: { kind: "undo" } });
  key(row(el, "sex", "F"), "Z", { ctrlKey: true, shiftKey: true });
  await settle();
  expect(server.clicks).toHaveLength(2);
});

test("the menu lists workspaces and switches; a new one is asked for", async () => {
  const { el, model, server, said } = await openPanel();
  const opener = button(el, "Menu of Cohort Explorer");
  opener.focus();
  opener.click();
  await settle();
  button(el, "second").click();
  await settle();
  expect(model.workspace).toBe("second");
  expect(server.of("ask/column").at(-1)).toMatchObject({ workspace: "second" });
  said.text = "for the paper";
  opener.click();
  await settle();
  button(el, "New workspace…").click();
  await settle();
  expect(model.workspace).toBe("for-the-paper");
});

test("sections stay folded over a reload", async () => {
  const { el, kept, desk } = await openPanel();
  el.querySelector<HTMLElement>('[data-section="snapshots"] .pfold')?.click();
  await frame();
  expect(el.querySelector("[data-snapshot]")).toBeNull();
  expect([...kept.values()]).toEqual(["snapshots"]);
  expect(desk.isFolded("snapshots")).toBe(true);
});
