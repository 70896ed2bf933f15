/** `*.cohort.json` as a file type, and saving and opening for everybody: page, side panel, palette. */

import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { FileDialog } from "@jupyterlab/filebrowser";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { t } from "../../left/text.ts";
import { CATEGORY, Commands, takes, textIn } from "../commands.ts";
import { IExplorers, type Explorers } from "../frame/explorers.ts";
import { IModel, type Model } from "../model.ts";
import { PLUGIN, textOf } from "../settings.ts";
import { ExplorerFactory, FILE_TYPE } from "./factory.ts";
import { askName, ensureFolder, mayWrite } from "./files.ts";
import { ENDING, fileName } from "./naming.ts";
import { written, type Definition } from "./same.ts";

const FACTORY = "Cohort Explorer";
const FOLDER = "cohorts";

export const documentPlugin: JupyterFrontEndPlugin<void> = {
  id: "@cohort-explorer/widgets:document",
  description: "Opens and saves cohorts as files.",
  autoStart: true,
  requires: [IModel, IExplorers],
  optional: [ILabShell, ILayoutRestorer, ICommandPalette, ISettingRegistry, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    model: Model,
    explorers: Explorers,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    registry: ISettingRegistry | null,
    documents: IDocumentManager | null,
  ) => {
    addFileType(app, explorers);
    // In Notebook 7 a document is a page of its own, which restores itself.
    if (shell) {
      void restorer?.restore(explorers.documents, {
        command: "docmanager:open",
        args: ({ context }) => ({ path: context.path, factory: FACTORY }),
        name: ({ context }) => context.path,
      });
    }
    const settings = registry?.load(PLUGIN).catch(() => null) ?? Promise.resolve(null);
    const folder = async () => textOf(await settings, "cohortsFolder", FOLDER).replace(/^\/+|\/+$/g, "");
    addSave(app, model, explorers, folder);
    addOpenSaved(app, documents);
    for (const command of [Commands.save, Commands.saveAs, Commands.openSaved]) {
      palette?.addItem({ command, category: CATEGORY });
    }
  },
};

function addFileType(app: JupyterFrontEnd, explorers: Explorers): void {
  app.docRegistry.addFileType(FILE_TYPE);
  const factory = new ExplorerFactory(
    {
      name: FACTORY,
      label: t("Cohort Explorer"),
      fileTypes: ["cohort-explorer"],
      defaultFor: ["cohort-explorer"],
    },
    explorers,
    (path) => void app.commands.execute("docmanager:open", { path, factory: "Editor" }),
  );
  factory.widgetCreated.connect((_, view) => {
    void explorers.documents.add(view);
    view.context.pathChanged.connect(() => void explorers.documents.save(view));
  });
  app.docRegistry.addWidgetFactory(factory);
}

function addSave(app: JupyterFrontEnd, model: Model, explorers: Explorers, folder: () => Promise<string>): void {
  const { contents } = app.serviceManager;
  const which = takes({ workspace: ["string", "The workspace to save; the current one where it is left out."] });

  /** Write a new file for a cohort that has none; its path, or null where the user leaves. */
  const saveNew = async (workspace: string): Promise<string | null> => {
    const { definition } = await model.server.get<{ definition: Definition }>(`workspaces/${workspace}`);
    const into = await folder();
    const old = typeof definition.name === "string" ? definition.name : "";
    const name = await askName(old, into);
    if (!name) return null;
    const path = [into, fileName(name)].filter(Boolean).join("/");
    if (!(await mayWrite(contents, path))) return null;
    await ensureFolder(contents, into);
    const content = written({ version: definition.version, name, ...definition, ...(old ? {} : { name }) });
    await contents.save(path, { type: "file", format: "text", content });
    // A cohort without a name takes the file's.
    if (!old && workspace === model.workspace) await model.ask({ kind: "rename", name });
    explorers.tell(workspace, { kind: "saved", path });
    return path;
  };

  app.commands.addCommand(Commands.save, {
    label: t("Save the Cohort"),
    caption: t("Save the definition as a .cohort.json file"),
    describedBy: which,
    execute: async (args) => {
      const workspace = textIn(args, "workspace") || model.workspace;
      const document = explorers.document(workspace);
      if (!document) return saveNew(workspace);
      await document.context.save();
      explorers.tell(workspace, { kind: "saved", path: document.context.localPath });
      return document.context.path;
    },
  });
  app.commands.addCommand(Commands.saveAs, {
    label: t("Save the Cohort as…"),
    describedBy: which,
    execute: async (args) => {
      const workspace = textIn(args, "workspace") || model.workspace;
      const document = explorers.document(workspace);
      if (!document) return saveNew(workspace);
      await document.context.saveAs();
      return document.context.path;
    },
  });
}

function addOpenSaved(app: JupyterFrontEnd, documents: IDocumentManager | null): void {
  const choose = async (): Promise<string> => {
    if (!documents) return "";
    const answer = await FileDialog.getOpenFiles({
      manager: documents,
      title: t("Open a saved cohort"),
      filter: ({ type, name }) => (type === "directory" || name.endsWith(ENDING) ? {} : null),
    });
    const chosen = answer.button.accept ? answer.value?.find(({ type }) => type !== "directory") : undefined;
    return chosen?.path ?? "";
  };
  app.commands.addCommand(Commands.openSaved, {
    label: t("Open a Saved Cohort…"),
    caption: t("Open a saved .cohort.json file"),
    describedBy: takes({ path: ["string", "The *.cohort.json file; the user is asked where it is left out."] }),
    isEnabled: (args) => documents !== null || textIn(args, "path") !== "",
    execute: async (args) => {
      const path = textIn(args, "path") || (await choose());
      if (path) return (await app.commands.execute("docmanager:open", { path, factory: FACTORY })) as unknown;
      return undefined;
    },
  });
}
