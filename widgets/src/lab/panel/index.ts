/** Puts the side panel into JupyterLab's left area. */

import type { ILabShell, ILayoutRestorer, JupyterFrontEnd } from "@jupyterlab/application";
import { Dialog, InputDialog, showDialog } from "@jupyterlab/apputils";
import type { IThemeManager } from "@jupyterlab/apputils";
import type { IDocumentManager } from "@jupyterlab/docmanager";
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import type { Widget } from "@lumino/widgets";
import { t } from "../../left/text.ts";
import { Commands, takes, textIn } from "../commands.ts";
import { explorerIcon } from "../icons.ts";
import type { Model } from "../model.ts";
import { Desk } from "./desk.ts";
import { hold } from "./drag.ts";
import { PanelWidget } from "./PanelWidget.tsx";
import { said } from "./saved.ts";
import type { Lab } from "./wire.ts";

export interface PanelOptions {
  /** Null in Notebook 7. */
  shell: ILabShell | null;
  restorer: ILayoutRestorer | null;
  themes: IThemeManager | null;
  notebooks: INotebookTracker | null;
  docs: IDocumentManager | null;
  settings: ISettingRegistry.ISettings | null;
}

/** The panel, or null where the shell has no place for it. It asks nothing before it is shown. */
export function addPanel(app: JupyterFrontEnd, model: Model, options: PanelOptions): Widget | null {
  const desk: Desk = new Desk(
    model,
    labOf(app, model, options.docs, () => widget),
  );
  const widget = new PanelWidget(desk);
  try {
    app.shell.add(widget, "left", { rank: 350, type: "Cohort Explorer" });
  } catch (error) {
    console.warn(`Cohort Explorer: no side panel here: ${said(error)}`);
    widget.dispose();
    return null;
  }
  options.restorer?.add(widget, widget.id);
  // Buttons follow whether their commands can be run, such as with a notebook in front.
  app.commands.commandChanged.connect((_, { id }) => {
    if ((Object.values(Commands) as string[]).includes(id ?? "")) desk.look();
  });
  options.notebooks?.currentChanged.connect(() => desk.look());
  addCommands(app, desk, widget);
  return widget;
}

function addCommands(app: JupyterFrontEnd, desk: Desk, widget: Widget): void {
  app.commands.addCommand(Commands.compare, {
    label: t("Compare with the current cohort"),
    caption: t("How many patients a saved cohort and the current one share"),
    icon: explorerIcon,
    describedBy: takes({ path: ["string", "Path of the *.cohort.json file"] }),
    execute: async (args) => {
      app.shell.activateById(widget.id);
      await desk.compareWith(textIn(args, "path"));
    },
  });
  app.commands.addCommand(Commands.togglePanel, {
    label: t("Show Cohort Explorer's side panel"),
    describedBy: takes(),
    isToggled: () => widget.isVisible,
    execute: () => {
      const shell = app.shell as JupyterFrontEnd.IShell & Partial<Pick<ILabShell, "collapseLeft">>;
      if (widget.isVisible && shell.collapseLeft) shell.collapseLeft();
      else shell.activateById(widget.id);
    },
  });
}

function labOf(app: JupyterFrontEnd, model: Model, docs: IDocumentManager | null, widget: () => Widget): Lab {
  const { contents } = app.serviceManager;
  return {
    files: {
      get: (path, wanted) => contents.get(path, wanted),
      save: (path, file) => contents.save(path, file),
      rename: (path, to) => contents.rename(path, to),
      delete: (path) => contents.delete(path),
      opened: (path) => {
        const document = docs?.findWidget(path, null);
        const context = document && docs?.contextForWidget(document);
        return context ? { dirty: context.model.dirty, revert: () => context.revert() } : null;
      },
    },
    run: (command, args = {}) => {
      void app.commands.execute(command, args).catch((error: unknown) => {
        console.error(`Cohort Explorer: ${command}: ${said(error)}`);
      });
    },
    can: (command) => app.commands.hasCommand(command) && app.commands.isEnabled(command),
    confirm: async (title, body, go) => {
      const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: go })];
      const { button } = await showDialog({ title, body, buttons, defaultButton: 0 });
      return button.accept;
    },
    askText: async (title, label, go) => (await InputDialog.getText({ title, label, okLabel: go })).value,
    drag: (event, cohort) => hold(event, cohort, model.server, widget()),
    memory: window.localStorage,
  };
}
