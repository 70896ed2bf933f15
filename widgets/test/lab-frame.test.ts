import { expect, test, vi } from "vitest";
import type { AppState } from "../src/lab/events.ts";
import { heard, pageAddress, tell } from "../src/lab/frame/messages.ts";
import { afterApp, afterLost, afterReady, BEGIN, mustLoad, type Progress } from "../src/lab/frame/phases.ts";
import { forServer, tellServer } from "../src/lab/settings.ts";
import { READY } from "./lab-fake.ts";

const STARTING: AppState = { ...READY, state: "starting", doing: "Starting the explorer" };

function frameWith(page: unknown): HTMLIFrameElement {
  return { contentWindow: page } as HTMLIFrameElement;
}

function message(data: unknown, source: unknown, origin = window.location.origin): MessageEvent {
  return { data, source, origin } as MessageEvent;
}

test("only the page in the frame is heard", () => {
  const page = {};
  const frame = frameWith(page);
  const ready = { type: "cohort-explorer", kind: "ready" };
  expect(heard(message(ready, page), frame)).toEqual({ kind: "ready" });
  expect(heard(message(ready, {}), frame)).toBeNull();
  expect(heard(message(ready, page, "http://elsewhere"), frame)).toBeNull();
  for (const data of [null, "ready", { kind: "ready" }, { type: "cohort-explorer", kind: "quit" }]) {
    expect(heard(message(data, page), frame)).toBeNull();
  }
  const insert = { type: "cohort-explorer", kind: "insert", what: "<script>", more: 1 };
  expect(heard(message(insert, page), frame)).toEqual({ kind: "insert", what: "cohort" });
});

test("the page is spoken to within our own origin", () => {
  const postMessage = vi.fn();
  tell(frameWith({ postMessage }), { kind: "theme", theme: "dark" });
  expect(postMessage).toHaveBeenCalledWith(
    { type: "cohort-explorer", kind: "theme", theme: "dark" },
    window.location.origin,
  );
});

test("the page's address holds no more than what it shows", () => {
  expect(pageAddress("/base/explorer/app/", "default", "dark", "es")).toBe(
    "/base/explorer/app/?workspace=default&embedded=1&theme=dark&language=es",
  );
});

/** The phases that the progress goes through, and how often the page is loaded. */
function through(...steps: ((before: Progress) => Progress)[]): { phases: string[]; loads: number } {
  let now = BEGIN;
  let loads = 0;
  const phases = steps.map((step) => {
    const after = step(now);
    if (mustLoad(now, after)) loads += 1;
    now = after;
    return after.phase;
  });
  return { phases, loads };
}

const app = (state: AppState) => (before: Progress) => afterApp(before, state);

test("a page opens once its process is ready", () => {
  const building = { ...STARTING, state: "building" } as const;
  const seen = through(app(STARTING), app(building), app(READY), app(READY), afterReady, app(READY));
  expect(seen).toEqual({ phases: ["starting", "starting", "opening", "opening", "open", "open"], loads: 1 });
});

test("a process that dies comes back with its page", () => {
  const next = { ...READY, generation: 2 };
  const again = { ...STARTING, generation: 2 };
  expect(through(app(READY), afterReady, app(again), app(again), app(next), afterReady)).toEqual({
    phases: ["opening", "open", "lost", "lost", "opening", "open"],
    loads: 2,
  });
  // The page notices first; the new process is heard of without a word between.
  expect(through(app(READY), afterReady, afterLost, app(next), afterReady)).toEqual({
    phases: ["opening", "open", "lost", "opening", "open"],
    loads: 2,
  });
});

test("a process that dies while its page is being fetched is waited for", () => {
  const again = { ...STARTING, generation: 2 };
  const next = { ...READY, generation: 2 };
  expect(through(app(READY), app(again), app(next))).toEqual({ phases: ["opening", "starting", "opening"], loads: 2 });
  expect(through(app(READY), app(next))).toEqual({ phases: ["opening", "opening"], loads: 2 });
});

test("a failure stays until it is started again", () => {
  const failed = { ...READY, state: "failed", problem: "no memory" } as const;
  const next = { ...READY, generation: 3 };
  expect(through(app(READY), afterReady, app(failed), afterLost, app(STARTING), app(next), afterReady)).toEqual({
    phases: ["opening", "open", "failed", "failed", "starting", "opening", "open"],
    loads: 2,
  });
});

test("settings that were never touched are the server's own", async () => {
  expect(forServer({ openOnStart: true, memoryLimit: "2GB" })).toEqual({
    snapshot_path: null,
    image_folders: null,
    memory_limit: "2GB",
    small_counts: null,
  });
  const put = vi.fn(() => Promise.resolve({ problems: [{ name: "x", message: "Locked." }], restart_needed: true }));
  let changed = () => undefined as unknown;
  const settings = { user: {}, changed: { connect: (f: () => unknown) => (changed = f) } };
  const problem = vi.fn();
  const restartNeeded = vi.fn();
  tellServer(settings as never, { put } as never, { problem, restartNeeded });
  expect(put).not.toHaveBeenCalled();
  settings.user = { smallCounts: "10,10" };
  changed();
  await vi.waitFor(() => expect(restartNeeded).toHaveBeenCalled());
  expect(put).toHaveBeenCalledTimes(1);
  expect(problem).toHaveBeenCalledWith("Locked.");
  settings.user = {};
  changed();
  expect(put).toHaveBeenCalledTimes(2);
});
