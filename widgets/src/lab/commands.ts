/** The names of our commands; JupyterLab's palette, menus, shortcuts and other extensions use them. */

export const Commands = {
  open: "cohort-explorer:open",
  openFromUrl: "cohort-explorer:open-from-url",
  openSaved: "cohort-explorer:open-saved",
  save: "cohort-explorer:save",
  saveAs: "cohort-explorer:save-as",
  exportNotebook: "cohort-explorer:export-notebook",
  insertCohort: "cohort-explorer:insert-cohort",
  insertImages: "cohort-explorer:insert-images",
  insertBuilder: "cohort-explorer:insert-builder",
  insertFile: "cohort-explorer:insert-file",
  undo: "cohort-explorer:undo",
  redo: "cohort-explorer:redo",
  startAgain: "cohort-explorer:start-again",
  restartApp: "cohort-explorer:restart-app",
  compare: "cohort-explorer:compare",
  togglePanel: "cohort-explorer:toggle-panel",
} as const;

/** Where the palette lists them. */
export const CATEGORY = "Cohort Explorer";

type Type = "string" | "boolean";

/** What a command takes, as JSON Schema: the names of its arguments with their type and meaning. */
export function takes(properties: Record<string, [Type, string]> = {}) {
  return {
    args: {
      type: "object",
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, [type, description]]) => [name, { type, description }]),
      ),
    },
  };
}

/** A text among a command's arguments; empty where there is none. */
export function textIn(args: Readonly<Record<string, unknown>>, name: string): string {
  const value = args[name];
  return typeof value === "string" ? value : "";
}
