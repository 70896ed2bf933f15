/** Cells for the notebook that was used last: the cohort, its images, the builder; and the notebook that checks itself. */

import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, Notification } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { IDefaultFileBrowser, IFileBrowserFactory } from "@jupyterlab/filebrowser";
import { INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import type { Contents } from "@jupyterlab/services";
import { t } from "../left/text.ts";
import { CATEGORY, Commands, takes, textIn } from "./commands.ts";
import { freePath } from "./document/files.ts";
import { ENDING } from "./document/naming.ts";
import { IExplorers, type Explorers } from "./frame/explorers.ts";
import { explorerIcon } from "./icons.ts";
import { IModel, type Model } from "./model.ts";
import type { Server } from "./request.ts";

export type What = "cohort" | "images" | "builder";

/** Whose cohort: a workspace's, or the one saved in a file. */
export interface Whose {
  workspace?: string;
  path?: string;
}

interface Notebook {
  name: string;
  notebook: object;
}

export const notebookPlugin: JupyterFrontEndPlugin<void> = {
  id: "@cohort-explorer/widgets:notebook",
  description: "Puts cohorts into notebooks.",
  autoStart: true,
  requires: [IModel, IExplorers],
  optional: [INotebookTracker, ICommandPalette, IFileBrowserFactory, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    model: Model,
    explorers: Explorers,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null,
    browsers: IFileBrowserFactory | null,
    browser: IDefaultFileBrowser | null,
  ) => {
    addInsert(app, model, explorers, notebooks, browsers);
    addExport(app, model, explorers, () => browser?.model.path ?? "");
    const commands = [Commands.insertCohort, Commands.insertImages, Commands.insertBuilder, Commands.exportNotebook];
    for (const command of commands) palette?.addItem({ command, category: CATEGORY });
  },
};

/** The source of a cell for a cohort. */
export async function cellOf(server: Server, contents: Contents.IManager, whose: Whose, what: What): Promise<string> {
  const { source } = await server.post<{ source: string }>("ask/cell", { ...(await meant(contents, whose)), what });
  return source;
}

/** The cohort as a question names it: a workspace, or the definition that a file holds now. */
async function meant(contents: Contents.IManager, { workspace, path }: Whose): Promise<object> {
  if (!path) return { workspace };
  const file = await contents.get(path, { type: "file", format: "text", content: true });
  return { definition: JSON.parse(String(file.content)) as unknown };
}

/** Put a code cell below the active one and show it; an empty active cell is filled instead. */
export function insert(panel: NotebookPanel, source: string): void {
  const { content } = panel;
  const active = content.activeCell;
  const isEmpty = active?.model.type === "code" && active.model.sharedModel.getSource().trim() === "";
  if (!isEmpty) {
    NotebookActions.insertBelow(content);
    const type = content.activeCell?.model.type;
    if (type !== "code") NotebookActions.changeCellType(content, "code");
  }
  const cell = content.activeCell;
  if (!cell) return;
  cell.model.sharedModel.setSource(source);
  content.deselectAll();
  void content.scrollToCell(cell, "auto");
}

function addInsert(
  app: JupyterFrontEnd,
  model: Model,
  explorers: Explorers,
  notebooks: INotebookTracker | null,
  browsers: IFileBrowserFactory | null,
): void {
  const { commands, serviceManager, shell } = app;
  const put = async (whose: Whose, what: What) => {
    const panel = notebooks?.currentWidget;
    if (!panel) {
      Notification.info(noNotebook(), { autoClose: 5000 });
      explorers.tell(whose.workspace ?? model.workspace, { kind: "told", text: noNotebook() });
      return;
    }
    const source = await cellOf(model.server, serviceManager.contents, whose, what);
    if (panel.isDisposed) return;
    insert(panel, source);
    if (!panel.isVisible) shell.activateById(panel.id);
    const text = t("Inserted into %1", PathExt.basename(panel.context.localPath));
    explorers.tell(whose.workspace ?? model.workspace, { kind: "told", text });
  };
  const whose = (args: Readonly<Record<string, unknown>>): Whose => {
    const path = textIn(args, "path");
    return path ? { path } : { workspace: textIn(args, "workspace") || model.workspace };
  };
  const isEnabled = () => notebooks?.currentWidget != null;
  const captioned = (caption: string) => () => (isEnabled() ? caption : noNotebook());
  const describedBy = takes({
    workspace: ["string", "The workspace whose cohort it is; the current one where it is left out."],
    path: ["string", "A *.cohort.json file to take instead."],
  });

  const addCell = (id: string, what: What, label: string, caption: string) =>
    commands.addCommand(id, {
      label,
      caption: captioned(caption),
      icon: explorerIcon,
      describedBy,
      isEnabled,
      execute: (args) => put(whose(args), what),
    });

  addCell(
    Commands.insertCohort,
    "cohort",
    t("Insert Cohort"),
    t("Insert the current cohort into the notebook, as a cell"),
  );
  addCell(
    Commands.insertImages,
    "images",
    t("Insert Images"),
    t("Insert a cell that shows images of the current cohort"),
  );
  addCell(
    Commands.insertBuilder,
    "builder",
    t("Insert Cohort Builder"),
    t("Insert a cell with the filters as a widget"),
  );
  commands.addCommand(Commands.insertFile, {
    label: t("Insert into Notebook"),
    caption: captioned(t("Insert this cohort into the notebook, as a cell")),
    icon: explorerIcon,
    describedBy: takes(),
    isEnabled,
    isVisible: () => selected(browsers) !== "",
    execute: () => put({ path: selected(browsers) }, "cohort"),
  });
  notebooks?.currentChanged.connect(() => {
    for (const id of [Commands.insertCohort, Commands.insertImages, Commands.insertBuilder, Commands.insertFile]) {
      commands.notifyCommandChanged(id);
    }
  });
}

function noNotebook(): string {
  return t("Open a notebook first; the cell goes below its active one.");
}

/** The path of the saved cohort that is selected in the file browser. */
function selected(browsers: IFileBrowserFactory | null): string {
  for (const { path } of browsers?.tracker.currentWidget?.selectedItems() ?? [])
    return path.endsWith(ENDING) ? path : "";
  return "";
}

function addExport(app: JupyterFrontEnd, model: Model, explorers: Explorers, folderShown: () => string): void {
  const { commands, serviceManager } = app;
  commands.addCommand(Commands.exportNotebook, {
    label: t("Export the Cohort as a Notebook"),
    caption: t("Export a notebook that checks itself"),
    icon: explorerIcon,
    describedBy: takes({
      workspace: ["string", "The workspace whose cohort it is; the current one where it is left out."],
      path: ["string", "A *.cohort.json file to take instead."],
    }),
    execute: async (args) => {
      const { contents } = serviceManager;
      const workspace = textIn(args, "workspace") || model.workspace;
      const file = textIn(args, "path") || explorers.document(workspace)?.context.path;
      const asked = textIn(args, "path") ? await meant(contents, { path: file ?? "" }) : { workspace };
      const { name, notebook } = await model.server.post<Notebook>("ask/notebook", asked);
      // Beside the cohort's file, or where the file browser is.
      const path = await freePath(contents, file === undefined ? folderShown() : PathExt.dirname(file), name);
      await contents.save(path, { type: "notebook", format: "json", content: notebook });
      explorers.tell(workspace, { kind: "told", text: t("Written to %1", path) });
      const ref = explorers.on(workspace)?.id;
      const options = ref ? { mode: "split-right", ref } : {};
      return (await commands.execute("docmanager:open", { path, factory: "Notebook", options })) as unknown;
    },
  });
}
