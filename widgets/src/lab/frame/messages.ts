/** What the app's page and JupyterLab say to each other, by postMessage within one origin. */

export type Theme = "light" | "dark";

/** From the page. */
export type Said =
  { kind: "ready" | "lost" | "save" | "open" | "export" } | { kind: "insert"; what: "cohort" | "images" };

/** To the page. */
export type Told = { kind: "theme"; theme: Theme } | { kind: "saved"; path: string } | { kind: "told"; text: string };

const TYPE = "cohort-explorer";
const KINDS = ["ready", "lost", "save", "open", "export"];

/** What the page in `frame` said, or null where the message is another's or nothing we know. */
export function heard(event: MessageEvent, frame: HTMLIFrameElement): Said | null {
  if (event.source !== frame.contentWindow || event.origin !== window.location.origin) return null;
  const message = event.data as { type?: unknown; kind?: unknown; what?: unknown } | null;
  if (typeof message !== "object" || message?.type !== TYPE) return null;
  const { kind, what } = message;
  if (kind === "insert") return { kind, what: what === "images" ? "images" : "cohort" };
  return typeof kind === "string" && KINDS.includes(kind) ? ({ kind } as Said) : null;
}

export function tell(frame: HTMLIFrameElement, message: Told): void {
  frame.contentWindow?.postMessage({ type: TYPE, ...message }, window.location.origin);
}

/** The address of the page; nothing in it opens a door. */
export function pageAddress(base: string, workspace: string, theme: Theme, language: string): string {
  const query = new URLSearchParams({ workspace, embedded: "1", theme, language });
  return `${base}?${query.toString()}`;
}
