/** The side panel as a Lumino widget: it works only while it is on screen. */

import { Widget } from "@lumino/widgets";
import { render } from "preact";
import { css as facetCss } from "../../left/style/index.ts";
import { t } from "../../left/text.ts";
import { explorerIcon } from "../icons.ts";
import type { Desk } from "./desk.ts";
import { Panel } from "./Panel.tsx";
import panelCss from "./panel.css?inline";

export class PanelWidget extends Widget {
  readonly #root = document.createElement("div");

  constructor(private readonly desk: Desk) {
    super();
    this.id = "cohort-explorer-panel";
    this.addClass("jp-CohortPanel");
    this.title.icon = explorerIcon;
    this.title.caption = t("Cohort Explorer");
    this.node.tabIndex = -1;
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", t("Cohort Explorer"));
    const style = document.createElement("style");
    style.textContent = `${facetCss}${panelCss}`;
    this.#root.className = "cx-host";
    this.node.append(style, this.#root);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.desk.dispose();
    render(null, this.#root);
    super.dispose();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.#open();
  }

  protected override onAfterShow(): void {
    this.#open();
  }

  protected override onAfterHide(): void {
    this.desk.close();
  }

  protected override onBeforeDetach(): void {
    this.desk.close();
  }

  /** The next Tab goes to the first thing in it. */
  protected override onActivateRequest(): void {
    if (!this.node.contains(document.activeElement)) this.node.focus({ preventScroll: true });
  }

  #open(): void {
    render(<Panel desk={this.desk} />, this.#root);
    this.desk.open();
  }
}
