import { afterEach, expect, test, vi } from "vitest";
import type { AppState } from "../src/lab/events.ts";
import type { Total } from "../src/left/wire.ts";
import { column, Fake, READY, Refused, settle, uncounted } from "./lab-fake.ts";

afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

function answering(revision = 1) {
  return ({ path, body }: { path: string; body?: Record<string, unknown> }) => {
    if (path === "app") return READY;
    return (body?.counts ? column : uncounted)({ workspace: String(body?.workspace), revision });
  };
}

/** What was asked of the column: with numbers, or the name of the request, or a look. */
function questions(fake: Fake): string[] {
  return fake
    .at("ask/column")
    .map(({ body }) => (body?.counts ? "count" : ((body?.request as { kind: string } | null)?.kind ?? "look")));
}

test("nothing is counted before somebody looks and the process is ready", async () => {
  vi.useFakeTimers();
  let app: AppState = { ...READY, state: "stopped" };
  const fake = new Fake(({ method, path, body }) => {
    if (path !== "app") return (body?.counts ? column : uncounted)({ workspace: String(body?.workspace), revision: 1 });
    if (method === "post") app = { ...READY, state: "building", doing: "Opening", share: 0.4 };
    return app;
  });
  await fake.model.start();
  fake.socket.say({ kind: "workspace", name: "default", revision: 3 });
  await settled();
  expect(fake.asked).toEqual([]);
  const watching = fake.model.watch();
  await settled();
  expect(fake.at("app").map(({ method }) => method)).toEqual(["get", "post"]);
  expect(fake.at("ask/column")).toEqual([]);
  // Its event was missed.
  app = READY;
  await vi.advanceTimersByTimeAsync(1_000);
  await settled();
  expect(questions(fake)).toEqual(["count"]);
  const looks = fake.at("app").length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(fake.at("app")).toHaveLength(looks);
  watching.dispose();
  // The process is there anyway, so it costs little.
  fake.socket.say({ kind: "workspace", name: "default", revision: 4 });
  await settled();
  expect(questions(fake)).toEqual(["count", "look", "count"]);
});

test("a process that failed is left alone until somebody wants it again", async () => {
  const fake = new Fake(({ path }) => (path === "app" ? { ...READY, state: "failed", problem: "Why." } : column({})));
  await fake.model.start();
  fake.model.watch();
  await settle();
  expect(fake.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["get app"]);
  expect(fake.model.app.problem).toBe("Why.");
});

test("a change of the workspace is asked for once, one's own not at all", async () => {
  const fake = new Fake(answering(5));
  await fake.model.start();
  fake.model.watch();
  await settle();
  fake.asked = [];
  fake.socket.say({ kind: "workspace", name: "default", revision: 5 });
  fake.socket.say({ kind: "workspace", name: "another", revision: 9 });
  await settle();
  expect(fake.asked).toEqual([]);
  fake.socket.say({ kind: "workspace", name: "default", revision: 6 });
  fake.socket.say({ kind: "workspace", name: "default", revision: 7 });
  await settle();
  expect(questions(fake)).toEqual(["look", "count"]);
});

test("what a snapshot says once is kept for the answers after it", async () => {
  const facets = [{ name: "sex" }];
  const all = { sex: { values: [] } };
  let n = 0;
  const fake = new Fake(({ body }) => {
    n += 1;
    const traits = { revision: n, ...(n === 1 ? { facets, all } : {}) } as never;
    return (body?.counts ? column : uncounted)({ revision: n, traits });
  });
  await fake.model.ask({ kind: "undo" });
  await fake.model.ask({ kind: "undo" });
  await settle();
  expect(fake.asked.map(({ body }) => body?.have)).toEqual(["", "s1", "s1"]);
  expect(fake.model.column?.revision).toBe(3);
  expect(fake.model.column?.traits).toMatchObject({ revision: 3, facets, all });
});

test("requests are sent one after the other", async () => {
  const fake = new Fake(answering());
  void fake.model.ask({ kind: "first" });
  void fake.model.ask({ kind: "second" });
  await Promise.resolve();
  await Promise.resolve();
  expect(fake.asked).toHaveLength(1);
  await settle();
  expect(fake.asked.map(({ body }) => (body?.request as { kind?: string } | null)?.kind)).toEqual([
    "first",
    "second",
    undefined,
  ]);
});

test("the sentence is drawn before its numbers, and clicks do not wait for those of the one before", async () => {
  const counts: ((answer: unknown) => void)[] = [];
  let n = 0;
  const fake = new Fake(({ body }) => {
    if (!body?.counts) return uncounted({ revision: (n += 1), id: `d${n}`, sentence: `Rule ${n}.` });
    return new Promise((answer) => counts.push(answer));
  });
  const patients = (value: string): Total[] => [{ label: "Patients", value, unit: "", of: "", share: 1 }];
  void fake.model.refresh();
  await settle();
  counts[0]?.(column({ totals: patients("1") }));
  await settle();
  expect(fake.model.waiting).toBe(false);
  await fake.model.ask({ kind: "toggle" });
  expect([fake.model.column?.sentence, fake.model.column?.totals[0]?.value]).toEqual(["Rule 1.", "1"]);
  expect(fake.model.waiting).toBe(true);
  await fake.model.ask({ kind: "toggle" });
  expect(fake.model.column?.sentence).toBe("Rule 2.");
  // The numbers of the first click are no longer wanted.
  counts[1]?.(column({ revision: 1, id: "d1", sentence: "Rule 1.", totals: patients("2") }));
  await settle();
  expect([fake.model.column?.sentence, fake.model.column?.totals[0]?.value]).toEqual(["Rule 2.", "1"]);
  counts[2]?.(column({ revision: 2, id: "d2", sentence: "Rule 2.", totals: patients("3") }));
  await settle();
  expect([fake.model.column?.sentence, fake.model.column?.totals[0]?.value]).toEqual(["Rule 2.", "3"]);
  expect(fake.model.waiting).toBe(false);
  expect(counts).toHaveLength(3);
});

test("why a click was refused is said until the next one; numbers of another snapshot are not drawn beside it", async () => {
  const fake = new Fake(({ body }) => {
    if (body?.counts) return column();
    return uncounted(
      body?.request ? { problem: "There is no facet “x”." } : { snapshot: { ...column().snapshot, id: "s2" } },
    );
  });
  await fake.model.refresh();
  await fake.model.ask({ kind: "toggle" });
  await settle();
  expect(fake.model.column?.problem).toBe("There is no facet “x”.");
  await fake.model.refresh();
  expect(fake.model.column?.snapshot.id).toBe("s1");
  await settle();
  expect(fake.model.column?.problem).toBe("");
});

test("a failure is a sentence, and the next answer takes it away", async () => {
  const fake = new Fake(() => new Refused("The snapshot is being built.", 503));
  const seen: [boolean, string][] = [];
  fake.model.columnChanged.connect((model) => seen.push([model.waiting, model.problem]));
  expect(await fake.model.ask({ kind: "undo" })).toBeNull();
  expect(fake.model.problem).toBe("The snapshot is being built.");
  fake.answer = answering();
  await fake.model.refresh();
  expect(fake.model.problem).toBe("");
  expect(seen[0]).toEqual([true, ""]);
  expect(seen.at(-1)).toEqual([false, ""]);
});

test("the workspace is remembered, and an answer for another one is dropped", async () => {
  const kept = new Map<string, unknown>([["@cohort-explorer/widgets:workspace", "file-1"]]);
  const memory = {
    fetch: (key: string) => Promise.resolve(kept.get(key)),
    save: (key: string, value: string) => Promise.resolve(kept.set(key, value)),
  };
  const fake = new Fake(answering(), memory);
  await fake.model.start();
  expect(fake.model.workspace).toBe("file-1");
  const answer = fake.model.ask({ kind: "undo" });
  await Promise.resolve();
  fake.model.setWorkspace("two");
  await answer;
  expect(fake.model.column).toBeNull();
  expect([...kept.values()]).toEqual(["two"]);
});

test("a workspace chosen before the memory answers stays", async () => {
  let tell: (value: string) => void = () => undefined;
  const memory = { fetch: () => new Promise((told) => (tell = told)), save: () => Promise.resolve() };
  const fake = new Fake(answering(), memory);
  const started = fake.model.start();
  fake.model.setWorkspace("mine");
  tell("old");
  await started;
  expect(fake.model.workspace).toBe("mine");
});

test("a new process is heard of, and its numbers are asked for", async () => {
  const fake = new Fake(answering());
  await fake.model.start();
  fake.model.watch();
  await settle();
  fake.socket.say({ kind: "app", ...READY });
  fake.socket.say({ kind: "app", ...READY, state: "starting", generation: 2 });
  expect(fake.model.app.state).toBe("starting");
  await settle();
  fake.asked = [];
  fake.socket.say({ kind: "app", ...READY, generation: 2 });
  await settle();
  expect(questions(fake)).toEqual(["look", "count"]);
});

test("starting it says why that is impossible", async () => {
  const fake = new Fake(() => new Refused("no such host", 0));
  await fake.model.startApp();
  expect(fake.model.app).toMatchObject({ state: "failed" });
  expect(fake.model.app.problem).toContain("does not answer: no such host");
});

test("the websocket is opened again, later and later, and tells what was missed", async () => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const fake = new Fake(answering());
  await fake.model.start();
  const cohorts = vi.fn();
  fake.model.cohortsChanged.connect(cohorts);
  fake.socket.onopen?.();
  expect(cohorts).toHaveBeenCalledTimes(1);
  await settle();
  expect(fake.at("app")).toHaveLength(1);
  fake.socket.onclose?.();
  vi.advanceTimersByTime(499);
  expect(fake.sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(fake.sockets).toHaveLength(2);
  fake.socket.onclose?.();
  vi.advanceTimersByTime(999);
  expect(fake.sockets).toHaveLength(2);
  vi.advanceTimersByTime(1);
  fake.socket.onopen?.();
  expect(cohorts).toHaveBeenCalledTimes(2);
  fake.model.dispose();
  expect(fake.socket.closed).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(fake.sockets).toHaveLength(3);
});

test("what is no event of ours is passed over", async () => {
  const fake = new Fake(answering());
  await fake.model.start();
  const changed = vi.fn();
  fake.model.changed.connect(changed);
  for (const data of ["", "null", "{", '{"kind":"other"}', "7"]) fake.socket.onmessage?.({ data });
  expect(changed).not.toHaveBeenCalled();
});
