/** The open explorers: tabs on a workspace, and documents. The one used last decides which cohort is the current one. */

import type { JupyterFrontEnd } from "@jupyterlab/application";
import { MainAreaWidget, WidgetTracker, type IThemeManager } from "@jupyterlab/apputils";
import type { IDocumentWidget } from "@jupyterlab/docregistry";
import { Token } from "@lumino/coreutils";
import { language, t } from "../../left/text.ts";
import { Commands } from "../commands.ts";
import { explorerIcon } from "../icons.ts";
import type { Model } from "../model.ts";
import { ExplorerFrame } from "./ExplorerFrame.tsx";
import type { Said, Theme, Told } from "./messages.ts";

export const IExplorers = new Token<Explorers>(
  "@cohort-explorer/widgets:IExplorers",
  "The open tabs and documents of Cohort Explorer.",
);

export type Tab = MainAreaWidget<ExplorerFrame>;
export type DocumentTab = IDocumentWidget<ExplorerFrame>;

interface Workspace {
  name: string;
}

export class Explorers {
  /** Tabs on a workspace; JupyterLab brings them back after a reload. */
  readonly tabs = new WidgetTracker<Tab>({ namespace: "cohort-explorer" });
  /** Documents; they come back with their files. */
  readonly documents = new WidgetTracker<DocumentTab>({ namespace: "cohort-explorer-document" });

  constructor(
    readonly app: JupyterFrontEnd,
    readonly model: Model,
    private readonly themes: IThemeManager | null,
  ) {
    themes?.themeChanged.connect(this.#retheme, this);
    model.changed.connect(this.#rename, this);
  }

  /** A new frame on a workspace, which takes part in everything. */
  frame(workspace: string): ExplorerFrame {
    const frame = new ExplorerFrame(this.model, { workspace, theme: this.#theme(), language: language() });
    frame.said.connect(this.#asked, this);
    frame.focused.connect(this.#entered, this);
    return frame;
  }

  /** The tab on a workspace; made where there is none. */
  tab(workspace: string): Tab {
    const open = this.tabs.find((tab) => tab.content.workspace === workspace);
    if (open) return open;
    const tab = new MainAreaWidget({ content: this.frame(workspace) });
    tab.id = `cohort-explorer-${workspace}`;
    tab.addClass("cxf-tab");
    tab.toolbar.hide();
    tab.title.label = t("Cohort Explorer");
    tab.title.icon = explorerIcon;
    tab.title.closable = true;
    void this.#name(tab);
    return tab;
  }

  /** The explorer on a workspace, a tab or a document. */
  on(workspace: string): Tab | DocumentTab | undefined {
    const isOn = (open: Tab | DocumentTab) => open.content.workspace === workspace;
    return this.documents.find(isOn) ?? this.tabs.find(isOn);
  }

  /** The document on a workspace. */
  document(workspace: string): DocumentTab | undefined {
    return this.documents.find((open) => open.content.workspace === workspace);
  }

  /** Say something to every page on a workspace. */
  tell(workspace: string, message: Told): void {
    for (const tracker of [this.tabs, this.documents]) {
      tracker.forEach((open) => {
        if (open.content.workspace === workspace) open.content.tell(message);
      });
    }
  }

  #theme(): Theme {
    const { themes } = this;
    return themes?.theme && !themes.isLight(themes.theme) ? "dark" : "light";
  }

  #retheme(): void {
    const theme = this.#theme();
    for (const tracker of [this.tabs, this.documents]) {
      tracker.forEach((open) => {
        open.content.theme = theme;
      });
    }
  }

  #entered(frame: ExplorerFrame): void {
    const open = this.tabs.find((tab) => tab.content === frame) ?? this.documents.find((tab) => tab.content === frame);
    if (!open) return;
    this.model.setWorkspace(frame.workspace);
    if (this.app.shell.currentWidget !== open) this.app.shell.activateById(open.id);
  }

  #asked(frame: ExplorerFrame, said: Said): void {
    const { workspace } = frame;
    const run = (command: string) => {
      this.app.commands.execute(command, { workspace }).catch((error: unknown) => {
        frame.tell({ kind: "told", text: error instanceof Error ? error.message : String(error) });
      });
    };
    if (said.kind === "save") run(Commands.save);
    else if (said.kind === "open") run(Commands.openSaved);
    else if (said.kind === "export") run(Commands.exportNotebook);
    else if (said.kind === "insert") run(said.what === "images" ? Commands.insertImages : Commands.insertCohort);
  }

  #rename(_: Model, { name }: Workspace): void {
    this.tabs.forEach((tab) => {
      if (tab.content.workspace === name) void this.#name(tab);
    });
    this.documents.forEach((open) => {
      if (open.content.workspace === name) void this.#name(open);
    });
  }

  /** A tab bears the cohort's name; a document that of its file. */
  async #name(open: Tab | DocumentTab): Promise<void> {
    const cohort = await cohortName(this.model, open.content.workspace);
    if (open.isDisposed) return;
    open.content.name = cohort;
    if (!("context" in open)) open.title.label = cohort || t("Cohort Explorer");
  }
}

/** The name that the cohort of a workspace has; empty where it has none, or nobody answers. */
export async function cohortName(model: Model, workspace: string): Promise<string> {
  try {
    const { definition } = await model.server.get<{ definition: { name?: string } }>(`workspaces/${workspace}`);
    return definition.name ?? "";
  } catch {
    return "";
  }
}
