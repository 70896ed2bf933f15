/** How a document and its workspace find each other: by the hash of the path, and of the text last opened or saved. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** SHA-256 in hexadecimal digits. The browser's own is missing where JupyterLab is served over plain HTTP. */
export function hash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The workspace of the `*.cohort.json` file at a Jupyter path. */
export function workspaceOf(path: string): string {
  return `file-${hash(path).slice(0, 16)}`;
}

export const ENDING = ".cohort.json";

/** A file name for a cohort: its name without what file systems refuse. */
export function fileName(name: string): string {
  const plain = name
    .normalize("NFC")
    // eslint-disable-next-line no-control-regex -- they are what is taken out
    .replace(/[/\\:*?"<>|\u0000-\u001f\u007f]+/g, " ")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "")
    .slice(0, 100)
    .trim();
  return `${plain || "cohort"}${ENDING}`;
}
