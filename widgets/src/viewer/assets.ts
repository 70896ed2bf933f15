/** The viewer page as a blob: URL, for a notebook whose server serves no files of ours. */

import type { Channel } from "./channel";

const KEPT = Symbol.for("cohort-explorer.viewer-page");
interface Keeper {
  [KEPT]?: Promise<string> | undefined;
}

/** The page's markup with blob: URLs; loaded once per browser tab (about 1 MB over the kernel). */
export function pageMarkup(channel: Channel): Promise<string> {
  const keeper = globalThis as Keeper;
  keeper[KEPT] ??= load(channel).catch((error: unknown) => {
    keeper[KEPT] = undefined;
    throw error;
  });
  return keeper[KEPT];
}

async function load(channel: Channel): Promise<string> {
  const [html, page, viewer] = await Promise.all([
    inflated(channel, "page.html"),
    inflated(channel, "page.js"),
    inflated(channel, "itkVtkViewer.js"),
  ]);
  const url = (script: Blob): string => URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const markup = await html.text();
  return markup
    .replace(/src="itkVtkViewer\.js[^"]*"/, `src="${url(viewer)}"`)
    .replace(/src="page\.js[^"]*"/, `src="${url(page)}"`);
}

async function inflated(channel: Channel, name: string): Promise<Blob> {
  const packed = await channel.ask({ kind: "asset", name });
  if (!packed) throw new Error(`the viewer's ${name} is not installed`);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).blob();
}
