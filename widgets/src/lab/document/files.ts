/** Writing a cohort and a notebook into the user's files. */

import { Dialog, InputDialog, showDialog } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import type { Contents } from "@jupyterlab/services";
import { t } from "../../left/text.ts";

/** Ask for the cohort's name; null where the user leaves. */
export async function askName(proposed: string, folder: string): Promise<string | null> {
  const answer = await InputDialog.getText({
    title: t("Save the cohort"),
    label: folder ? t("Name, for a file in %1/", folder) : t("Name, for a file in the first folder"),
    text: proposed,
    selectionRange: proposed.length,
    okLabel: t("Save"),
    cancelLabel: t("Cancel"),
    required: true,
  });
  return answer.button.accept && answer.value?.trim() ? answer.value.trim() : null;
}

/** Whether a file may be written: it is not there, or the user says so. */
export async function mayWrite(contents: Contents.IManager, path: string): Promise<boolean> {
  if (!(await exists(contents, path))) return true;
  const answer = await showDialog({
    title: t("Overwrite the file?"),
    body: t("%1 is already there.", path),
    buttons: [Dialog.cancelButton({ label: t("Cancel") }), Dialog.warnButton({ label: t("Overwrite") })],
  });
  return answer.button.accept;
}

export async function exists(contents: Contents.IManager, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch {
    return false;
  }
}

/** Make a folder, and those around it. */
export async function ensureFolder(contents: Contents.IManager, folder: string): Promise<void> {
  let path = "";
  for (const part of folder.split("/").filter(Boolean)) {
    path = PathExt.join(path, part);
    if (!(await exists(contents, path))) await contents.save(path, { type: "directory", format: "json" });
  }
}

/** A path beside others that nobody has yet: `breast.ipynb`, `breast-2.ipynb`, … */
export async function freePath(contents: Contents.IManager, folder: string, name: string): Promise<string> {
  const ending = PathExt.extname(name);
  const stem = name.slice(0, name.length - ending.length);
  for (let number = 1; ; number += 1) {
    const path = PathExt.join(folder, number === 1 ? name : `${stem}-${number}${ending}`);
    if (!(await exists(contents, path))) return path;
  }
}
