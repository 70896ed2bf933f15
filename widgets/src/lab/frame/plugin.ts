/** The app in a tab of JupyterLab: launcher, palette, restoring, opening from the address. */

import {
  ILabShell,
  ILayoutRestorer,
  IRouter,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { ICommandPalette, IThemeManager } from "@jupyterlab/apputils";
import { ILauncher } from "@jupyterlab/launcher";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import type { DockLayout } from "@lumino/widgets";
import { t } from "../../left/text.ts";
import { CATEGORY, Commands, takes, textIn } from "../commands.ts";
import { explorerIcon } from "../icons.ts";
import { IModel, type Model } from "../model.ts";
import { PLUGIN } from "../settings.ts";
import { Explorers, IExplorers } from "./explorers.ts";
import { openAt, openFromUrl } from "./url.ts";

const BEGUN = "cohort-explorer-begun";

export const framePlugin: JupyterFrontEndPlugin<Explorers> = {
  id: "@cohort-explorer/widgets:frame",
  description: "Opens Cohort Explorer in a tab, from the launcher, the palette and the address.",
  autoStart: true,
  requires: [IModel],
  optional: [
    ILabShell,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    IThemeManager,
    ISettingRegistry,
    IRouter,
    ITranslator,
  ],
  provides: IExplorers,
  activate: (
    app: JupyterFrontEnd,
    model: Model,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    themes: IThemeManager | null,
    settings: ISettingRegistry | null,
    router: IRouter | null,
    translator: ITranslator | null,
  ): Explorers => {
    const explorers = new Explorers(app, model, themes);
    follow(explorers);
    addOpen(app, model, explorers, shell);
    addSteps(app, model);
    if (shell) {
      void restorer?.restore(explorers.tabs, {
        command: Commands.open,
        args: (tab) => ({ workspace: tab.content.workspace, restored: true }),
        name: (tab) => tab.content.workspace,
      });
      if (router) openFromUrl(app, shell, router);
      void settings
        ?.load(PLUGIN)
        .then(async (ours) => {
          await app.restored;
          const place = ours.get("openOnStart").composite;
          if (typeof place !== "string" || place === "no" || begun()) return;
          await openAt(app, shell, place, router?.current.path.includes("/tree/") ?? false);
        })
        .catch((error: unknown) => console.warn("Cohort Explorer has no settings", error));
    }
    const category = (translator ?? nullTranslator).load("jupyterlab").__("Other");
    launcher?.add({ command: Commands.open, category, rank: 1 });
    for (const command of [Commands.open, Commands.undo, Commands.redo, Commands.startAgain, Commands.restartApp]) {
      palette?.addItem({ command, category: CATEGORY, args: { palette: true } });
    }
    return explorers;
  },
};

/** Whether this browser tab has started JupyterLab before: a reload opens nothing that was closed. */
function begun(): boolean {
  const before = sessionStorage.getItem(BEGUN) !== null;
  sessionStorage.setItem(BEGUN, "");
  return before;
}

/** The explorer that the user went to last says which workspace is the current one. */
function follow({ tabs, documents, model }: Explorers): void {
  tabs.currentChanged.connect((_, tab) => {
    if (tab) model.setWorkspace(tab.content.workspace);
  });
  documents.currentChanged.connect((_, tab) => {
    if (tab) model.setWorkspace(tab.content.workspace);
  });
}

function addOpen(app: JupyterFrontEnd, model: Model, explorers: Explorers, shell: ILabShell | null): void {
  app.commands.addCommand(Commands.open, {
    label: (args) => (args.palette ? t("Open Cohort Explorer") : t("Cohort Explorer")),
    caption: t("Find a cohort of cancer images"),
    icon: explorerIcon,
    describedBy: takes({
      workspace: ["string", "The workspace to open; the default one where it is left out."],
      path: ["string", "A *.cohort.json file to open instead."],
      mode: ["string", "Where the tab goes, as in JupyterLab's dock: split-left, split-right, tab-after …"],
      ref: ["string", "The id of the widget that the mode refers to."],
    }),
    execute: async (args) => {
      const path = textIn(args, "path");
      if (path) return (await app.commands.execute(Commands.openSaved, { path })) as unknown;
      const workspace = textIn(args, "workspace") || "default";
      if (!shell) {
        // Notebook 7 shows one document a page: the app gets a page of its own.
        window.open(`${model.server.address("app/")}?${new URLSearchParams({ workspace }).toString()}`, "_blank");
        return undefined;
      }
      const document = explorers.document(workspace);
      if (document) {
        app.shell.activateById(document.id);
        return document;
      }
      const tab = explorers.tab(workspace);
      if (!tab.isAttached) {
        const mode = textIn(args, "mode") as DockLayout.InsertMode | "";
        app.shell.add(tab, "main", { ...(mode && { mode, ref: textIn(args, "ref") || null }) });
        void explorers.tabs.add(tab);
      }
      // A tab that is brought back does not push itself in front.
      if (!args.restored) app.shell.activateById(tab.id);
      return tab;
    },
  });
}

/** Undo, redo and start again for the cohort of a workspace, whoever shows it. */
function addSteps(app: JupyterFrontEnd, model: Model): void {
  const workspace = takes({
    workspace: ["string", "The workspace that is meant; the current one where it is left out."],
  });
  const step = async (kind: string, args: Readonly<Record<string, unknown>>) => {
    const name = textIn(args, "workspace") || model.workspace;
    if (name === model.workspace) await model.ask({ kind });
    else await model.server.post("ask/column", { workspace: name, have: "", request: { kind } });
  };
  app.commands.addCommand(Commands.undo, {
    label: t("Undo in the Cohort"),
    describedBy: workspace,
    isEnabled: () => model.column?.can_undo ?? true,
    execute: (args) => step("undo", args),
  });
  app.commands.addCommand(Commands.redo, {
    label: t("Redo in the Cohort"),
    describedBy: workspace,
    isEnabled: () => model.column?.can_redo ?? true,
    execute: (args) => step("redo", args),
  });
  app.commands.addCommand(Commands.startAgain, {
    label: t("Start Again with Everybody"),
    caption: t("Start again with everybody; undo brings the cohort back"),
    describedBy: workspace,
    execute: (args) => step("start-again", args),
  });
  app.commands.addCommand(Commands.restartApp, {
    label: t("Restart the Explorer"),
    caption: t("Start the explorer's process again; the cohort is kept"),
    describedBy: takes(),
    execute: () => model.startApp(true),
  });
  model.columnChanged.connect(() => {
    app.commands.notifyCommandChanged(Commands.undo);
    app.commands.notifyCommandChanged(Commands.redo);
  });
}
