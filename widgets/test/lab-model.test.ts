import { afterEach, expect, test, vi } from "vitest";
import type { AppState } from "../src/lab/events.ts";
import { column, Fake, READY, Refused, settle } from "./lab-fake.ts";

afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

function answering(revision = 1) {
  return ({ path, body }: { path: string; body?: Record<string, unknown> }) =>
    path === "app" ? READY : column({ workspace: String(body?.workspace), revision });
}

test("nothing is counted before somebody looks and the process is ready", async () => {
  vi.useFakeTimers();
  let app: AppState = { ...READY, state: "stopped" };
  const fake = new Fake(({ method, path, body }) => {
    if (path !== "app") return column({ workspace: String(body?.workspace), revision: 1 });
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
  expect(fake.at("ask/column")).toHaveLength(1);
  const looks = fake.at("app").length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(fake.at("app")).toHaveLength(looks);
  watching.dispose();
  // The process is there anyway, so it costs little.
  fake.socket.say({ kind: "workspace", name: "default", revision: 4 });
  await settled();
  expect(fake.at("ask/column")).toHaveLength(2);
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
  expect(fake.at("ask/column")).toHaveLength(1);
});

test("what a snapshot says once is kept for the answers after it", async () => {
  const facets = [{ name: "sex" }];
  const all = { sex: { values: [] } };
  let n = 0;
  const fake = new Fake(() => {
    n += 1;
    return column({ revision: n, traits: { revision: n, ...(n === 1 ? { facets, all } : {}) } as never });
  });
  await fake.model.ask({ kind: "undo" });
  await fake.model.ask({ kind: "undo" });
  expect(fake.asked.map(({ body }) => body?.have)).toEqual(["", "s1"]);
  expect(fake.model.column?.revision).toBe(2);
  expect(fake.model.column?.traits).toMatchObject({ revision: 2, facets, all });
});

test("requests are sent one after the other", async () => {
  const fake = new Fake(answering());
  void fake.model.ask({ kind: "first" });
  void fake.model.ask({ kind: "second" });
  await Promise.resolve();
  await Promise.resolve();
  expect(fake.asked).toHaveLength(1);
  await settle();
  expect(fake.asked.map(({ body }) => (body?.request as { kind: string }).kind)).toEqual(["first", "second"]);
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
  expect(fake.at("ask/column")).toHaveLength(1);
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
