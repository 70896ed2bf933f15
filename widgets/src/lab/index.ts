/** Cohort Explorer in JupyterLab: this registers its parts. */

import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IThemeManager, Notification } from "@jupyterlab/apputils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStateDB } from "@jupyterlab/statedb";
import { ITranslator } from "@jupyterlab/translation";
import { setLocale } from "../left/numbers.ts";
import { language, setTranslator, t } from "../left/text.ts";
import { documentPlugin } from "./document/plugin.ts";
import { Events } from "./events.ts";
import { framePlugin } from "./frame/plugin.ts";
import { showKept } from "./kept.ts";
import { IModel, Model } from "./model.ts";
import { notebookPlugin } from "./notebook.ts";
import { addPanel } from "./panel/index.ts";
import { Server } from "./request.ts";
import { PLUGIN, tellServer, translate } from "./settings.ts";
import { statusPlugin } from "./status.ts";
import "./style/index.css";

const modelPlugin: JupyterFrontEndPlugin<Model> = {
  id: "@cohort-explorer/widgets:plugin",
  description: "The current cohort of Cohort Explorer, shared by its parts.",
  autoStart: true,
  optional: [ITranslator, ISettingRegistry, IStateDB],
  provides: IModel,
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    registry: ISettingRegistry | null,
    state: IStateDB | null,
  ) => {
    if (translator) {
      const trans = translator.load("cohort_explorer");
      // JupyterLab would fill the places in at once; given their own names they stay, for t() to fill.
      const places = Array.from({ length: 9 }, (_, i) => `%${i + 1}`);
      // eslint-disable-next-line jupyter/no-dynamic-translation -- every text passes through t(), which asks here
      setTranslator((text) => trans.__(text, ...places), translator.languageCode.slice(0, 2) || "en");
      setLocale(language());
    }
    const server = new Server(app.serviceManager.serverSettings);
    const model = new Model(server, new Events(server.events), state);
    void model.start();
    if (registry) translate(registry);
    void registry
      ?.load(PLUGIN)
      .then((settings) => {
        tellServer(settings, server, {
          problem: (message) => void Notification.warning(message, { autoClose: 8000 }),
          restartNeeded: () => {
            Notification.info(t("The explorer takes over the new settings when it starts again."), {
              autoClose: false,
              actions: [{ label: t("Restart the explorer"), callback: () => void model.startApp(true) }],
            });
          },
        });
      })
      .catch((error: unknown) => console.warn("Cohort Explorer has no settings", error));
    return model;
  },
};

const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: "@cohort-explorer/widgets:panel",
  description: "The side panel of Cohort Explorer.",
  autoStart: true,
  requires: [IModel],
  optional: [ILabShell, ILayoutRestorer, IThemeManager, INotebookTracker, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    model: Model,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    themes: IThemeManager | null,
    notebooks: INotebookTracker | null,
    docs: IDocumentManager | null,
  ) => {
    // At once, not after the settings: JupyterLab restores only what is there when it starts.
    addPanel(app, model, { shell, restorer, themes, notebooks, docs, settings: null });
  },
};

const keptPlugin: JupyterFrontEndPlugin<void> = {
  id: "@cohort-explorer/widgets:kept",
  description: "Shows what a saved notebook keeps of a widget that is not there.",
  autoStart: true,
  optional: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, notebooks: INotebookTracker | null) => {
    notebooks?.forEach(({ content }) => showKept(content.rendermime));
    notebooks?.widgetAdded.connect((_, { content }) => showKept(content.rendermime));
  },
};

const plugins = [modelPlugin, framePlugin, documentPlugin, notebookPlugin, keptPlugin, panelPlugin, statusPlugin];

export default plugins;
