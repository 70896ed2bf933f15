/** Where the viewer's page comes from: the app's server, the Jupyter server, or the kernel's messages. */

import { pageMarkup } from "./assets";
import type { Channel } from "./channel";

/** Set by the build: which page belongs to this host. */
declare const VIEWER_VERSION: string;

const KEPT = Symbol.for("cohort-explorer.viewer-served");
interface Keeper {
  [KEPT]?: Promise<string>;
}

export interface Place {
  url: string;
  /** To be called once the page is there. */
  loaded: () => void;
}

/** `pageUrl`: where the app serves it; empty in a notebook. */
export async function findPage(pageUrl: string, channel: Channel): Promise<Place> {
  const url = pageUrl || (await servedPage());
  if (url) return { url, loaded: () => undefined };
  const blob = URL.createObjectURL(new Blob([await pageMarkup(channel)], { type: "text/html" }));
  return { url: blob, loaded: () => URL.revokeObjectURL(blob) };
}

/** The page on the Jupyter server, if that has our extension with the same page; empty otherwise. */
function servedPage(): Promise<string> {
  const keeper = globalThis as Keeper;
  return (keeper[KEPT] ??= probed());
}

async function probed(): Promise<string> {
  const base = jupyterBase();
  if (!base || typeof VIEWER_VERSION === "undefined") return "";
  const url = new URL(`explorer/viewer/${VIEWER_VERSION}/page.html`, base);
  if (url.origin !== location.origin) return "";
  try {
    const response = await fetch(url, { redirect: "error" });
    return response.ok && response.headers.get("Content-Type")?.startsWith("text/html") ? url.href : "";
  } catch {
    return "";
  }
}

/** The address below which this page's Jupyter server has its routes; undefined where no such server made the page. */
export function jupyterBase(): URL | undefined {
  const written = document.getElementById("jupyter-config-data")?.textContent;
  let base: unknown = document.body.dataset.baseUrl;
  try {
    if (written) base = (JSON.parse(written) as { baseUrl?: unknown }).baseUrl;
  } catch {
    return undefined;
  }
  if (typeof base !== "string" || !base) return undefined;
  return new URL(base.endsWith("/") ? base : `${base}/`, location.href);
}
