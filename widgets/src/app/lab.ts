/** What the page and the JupyterLab around it say to each other; widgets/src/lab is the other side. */

export type Theme = "light" | "dark";

/** What the page tells JupyterLab. */
export type ToLab =
  | { kind: "ready" }
  | { kind: "lost" }
  | { kind: "save" }
  | { kind: "open" }
  | { kind: "export" }
  | { kind: "insert"; what: "cohort" | "images" };

/** What JupyterLab tells the page. */
export type FromLab =
  { kind: "theme"; theme: Theme } | { kind: "saved"; path: string } | { kind: "told"; text: string };

const TYPE = "cohort-explorer";

/** Whether another page of the same server holds this one. */
export function embedded(): boolean {
  return window.parent !== window;
}

export function tellLab(what: ToLab): void {
  if (embedded()) window.parent.postMessage({ type: TYPE, ...what }, location.origin);
}

/** Calls back with what JupyterLab says, and nobody else; gives the function that ends it. */
export function hearLab(heard: (what: FromLab) => void): () => void {
  const listener = (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== location.origin) return;
    const said = event.data as ({ type?: unknown } & FromLab) | null;
    if (said?.type === TYPE) heard(said);
  };
  window.addEventListener("message", listener);
  return () => window.removeEventListener("message", listener);
}
