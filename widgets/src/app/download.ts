/** Saving what Python sends as a file of the person's computer. */

import type { Download } from "./wire.ts";

export function save({ name, type, data }: Download): void {
  const url = URL.createObjectURL(new Blob([data as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
