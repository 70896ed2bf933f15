/** How far the opening of the app's page has come. Without the DOM, so that it can be told step by step. */

import type { AppState } from "../events.ts";

export type Phase =
  /** The process is being started, or builds its snapshot. */
  | "starting"
  /** The process answers; the page is being fetched and drawn. */
  | "opening"
  | "open"
  /** The page was open and its process has gone. */
  | "lost"
  | "failed";

export interface Progress {
  phase: Phase;
  /** The process that the page came from. */
  generation: number;
  /** Whether the page of an earlier process still stands in the frame. */
  again: boolean;
}

export const BEGIN: Progress = { phase: "starting", generation: -1, again: false };

/** The progress after the explorer process is as `app` says. */
export function afterApp(before: Progress, app: AppState): Progress {
  const { phase, generation, again } = before;
  if (app.state === "failed") return { ...before, phase: "failed" };
  if (app.state === "ready") {
    const isSame = generation === app.generation;
    if (isSame && (phase === "open" || phase === "opening")) return before;
    return { phase: "opening", generation: app.generation, again: again || phase === "open" };
  }
  if (phase === "open") return { phase: "lost", generation, again: true };
  if (phase === "lost") return before;
  return { ...before, phase: again ? "lost" : "starting" };
}

/** The progress after the page said that it is ready. */
export function afterReady(before: Progress): Progress {
  return { ...before, phase: "open", again: false };
}

/** The progress after the page said that its connection has gone. */
export function afterLost(before: Progress): Progress {
  return before.phase === "open" ? { ...before, phase: "lost", again: true } : before;
}

/** Whether the frame has to fetch the page now. */
export function mustLoad(before: Progress, after: Progress): boolean {
  return after.phase === "opening" && (before.phase !== "opening" || before.generation !== after.generation);
}
