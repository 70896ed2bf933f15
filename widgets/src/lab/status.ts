/** The current cohort's patients, in the status bar. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Signal, type ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { figure } from "../left/figures.ts";
import { t } from "../left/text.ts";
import { Commands } from "./commands.ts";
import { IModel, type Model } from "./model.ts";

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: "@cohort-explorer/widgets:status",
  description: "Shows the size of the current cohort in the status bar.",
  autoStart: true,
  requires: [IModel],
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, model: Model, statusBar: IStatusBar | null) => {
    if (!statusBar) return;
    const item = new StatusItem(model, () => void app.commands.execute(Commands.open, { workspace: model.workspace }));
    statusBar.registerStatusItem("@cohort-explorer/widgets:status", {
      item,
      align: "right",
      rank: 900,
      isActive: () => item.text !== "",
      activeStateChanged: item.shown,
    });
  },
};

class StatusItem extends Widget {
  readonly #text = document.createElement("button");
  readonly #shown = new Signal<this, void>(this);

  constructor(
    private readonly model: Model,
    open: () => void,
  ) {
    super();
    this.addClass("cxf-status-item");
    this.#text.type = "button";
    this.#text.title = t("Open Cohort Explorer");
    this.#text.addEventListener("click", open);
    this.node.append(this.#text);
    model.columnChanged.connect(this.#draw, this);
  }

  get text(): string {
    return this.#text.textContent;
  }

  /** The text came or went. */
  get shown(): ISignal<this, void> {
    return this.#shown;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    Signal.clearData(this);
    super.dispose();
  }

  #draw(): void {
    const before = this.text;
    this.toggleClass("waiting", this.model.waiting);
    const patients = this.model.column?.totals.find(({ label }) => label === "Patients");
    const text = patients ? t("Cohort: %1 patients", figure(patients.value)) : "";
    if (text === before) return;
    this.#text.textContent = text;
    if (Boolean(text) !== Boolean(before)) this.#shown.emit();
  }
}
