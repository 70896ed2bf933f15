/** Reports whether itkwidgets can draw in this page: JupyterLab, its imjoy extension, and our copies of the viewer. */

interface Model {
  send(message: { missing: "" | "yet" | "lab" | "extension" | "page"; address?: string }): void;
}

declare global {
  interface Window {
    /** What the extension defines at last, for the code that imjoy-rpc sends. */
    connectPlugin?: unknown;
  }
}

const PREFIX = "explorer/itkwidgets";
const LIMIT_MS = 10_000;
const KERNEL_LIMIT_MS = 600_000;
const POLL_MS = 100;

/** Where this JupyterLab's server has our copies; empty outside JupyterLab. */
function address(): string {
  const text = document.getElementById("jupyter-config-data")?.textContent;
  if (!text) return "";
  const { baseUrl } = JSON.parse(text) as { baseUrl?: string };
  return baseUrl ? new URL(baseUrl + PREFIX, location.href).href : "";
}

async function until(there: () => boolean, limit: number): Promise<boolean> {
  const late = Date.now() + limit;
  while (!there()) {
    if (Date.now() > late) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** The extension knows a kernel when it has run a line in it, after all cells that were asked for before. It draws its
 * icon then; until then it drops whatever a notebook wants of it. */
function knowsKernel(el: HTMLElement): boolean {
  return !!el.closest(".jp-NotebookPanel")?.querySelector('.jp-Toolbar img[src$="/imjoy-logo-black.svg"]');
}

async function served(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    return (await fetch(url, { credentials: "same-origin", signal })).ok;
  } catch {
    return false;
  }
}

export default {
  async render({ model, el }: { model: Model; el: HTMLElement }): Promise<void> {
    model.send({ missing: "yet" });
    const found = address();
    if (!found) model.send({ missing: "lab" });
    else if (!(await served(`${found}/page.html`))) model.send({ missing: "page" });
    else if (!(await until(() => window.connectPlugin !== undefined, LIMIT_MS))) model.send({ missing: "extension" });
    else if (!(await until(() => knowsKernel(el), KERNEL_LIMIT_MS))) model.send({ missing: "extension" });
    else model.send({ missing: "", address: found });
  },
};
