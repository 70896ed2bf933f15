/** What is above the pictures and beneath them: planes, layout, tools. */

import { t } from "../left/text.ts";
import { button, group, icon, make, press } from "./make";
import { PLANES, type Scene } from "./scene";
import type { View } from "./stage";

const ACQUIRED = {
  axial: "Axial, as acquired",
  coronal: "Coronal, as acquired",
  sagittal: "Sagittal, as acquired",
} as const;

const NEARLY_ACQUIRED = {
  axial: "Near axial, as acquired",
  coronal: "Near coronal, as acquired",
  sagittal: "Near sagittal, as acquired",
} as const;

/** Planes that are turned by less are called by their names. */
const OBLIQUE_DEGREES = 1;

export interface BarDeeds {
  view(view: View | "three"): void;
}

/** Planes, volume, and three planes at once. */
export class Planes {
  readonly element: HTMLElement;
  private readonly buttons = new Map<View | "three", HTMLButtonElement>();

  constructor(
    private readonly scene: Scene,
    deeds: BarDeeds,
  ) {
    const add = (view: View | "three", text: string): void => {
      this.buttons.set(
        view,
        button(text, () => deeds.view(view)),
      );
    };
    const { oriented, acquired, oblique } = scene.look(0).series;
    const names = oblique >= OBLIQUE_DEGREES ? NEARLY_ACQUIRED : ACQUIRED;
    const planes = [...scene.planes].sort((one, other) => Number(other === acquired) - Number(one === acquired));
    for (const plane of planes) {
      add(plane, !oriented ? t("As stored") : plane === acquired ? t(names[plane]) : t(PLANES[plane]));
    }
    if (this.canShowThree) add("three", t("Three planes"));
    if (this.canShowVolume) add("volume", t("Volume"));
    this.element = group(t("View"), ...this.buttons.values());
    this.element.hidden = !this.buttons.size;
  }

  get canShowThree(): boolean {
    return this.scene.looks.length === 1 && this.scene.planes.length === 3;
  }

  get canShowVolume(): boolean {
    return this.scene.picture.stages.includes("viewer") && this.scene.looks.every(({ series }) => series.volume);
  }

  update(view: View | "three", volume: boolean): void {
    for (const [name, element] of this.buttons) press(element, name === view);
    const element = this.buttons.get("volume");
    if (!element) return;
    element.disabled = !volume;
    element.title = volume ? "" : t("Only the interactive viewer draws volumes");
  }
}

export type Tool = "crosshair" | "ruler" | "reset" | "overlays" | "link" | "here" | "help";

/** Tools with their keys. */
export class Tools {
  readonly element = make("div", "cx-img-tools");
  /** Takes the two positions as the same point. */
  readonly here = button("", () => this.use("here"), "cx-img-tool");
  private readonly buttons = new Map<Tool, HTMLButtonElement>();

  constructor(
    private readonly scene: Scene,
    private readonly use: (tool: Tool) => void,
  ) {
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", t("Tools"));
    this.add("crosshair", t("Crosshair"), "c");
    if (scene.looks.some(({ series }) => series.measured)) this.add("ruler", t("Ruler"), "m");
    this.add("reset", t("Reset"), "0");
    if (scene.looks.length > 1 && scene.planes.length) {
      this.add("link", t("join\u0004Link"), "");
      this.here.append(icon("link"), t("Link here"));
      this.here.title = t("Take the two positions shown as the same point");
      this.element.append(this.here);
    }
  }

  /** What stands at the right end. */
  end(...elements: HTMLElement[]): void {
    const help = button("?", () => this.use("help"), "cx-img-icon cx-img-last");
    help.title = t("Mouse and keys");
    help.setAttribute("aria-label", t("Mouse and keys"));
    help.setAttribute("aria-expanded", "false");
    this.buttons.set("help", help);
    this.element.append(make("span", "cx-img-space"), ...elements, help);
  }

  update(ruler: boolean, help: boolean, volume: boolean): void {
    const { scene } = this;
    for (const tool of ["crosshair", "ruler"] as const) {
      const element = this.buttons.get(tool);
      if (element) element.disabled = volume;
    }
    const set = (tool: Tool, on: boolean): void => {
      const element = this.buttons.get(tool);
      if (element) press(element, on);
    };
    set("crosshair", scene.crosshair);
    set("ruler", ruler);
    this.buttons.get("help")?.setAttribute("aria-expanded", String(help));
    const link = this.buttons.get("link");
    if (!link) return;
    link.replaceChildren(icon("link"), scene.linked ? t("Unlink") : t("join\u0004Link"));
    link.hidden = !scene.linked && !scene.linkable;
    this.here.hidden = scene.linked;
  }

  focusHelp(): void {
    this.buttons.get("help")?.focus();
  }

  private add(tool: Tool, text: string, key: string): void {
    const element = button("", () => this.use(tool), "cx-img-tool");
    if (tool !== "overlays" && tool !== "help" && tool !== "here") element.append(icon(tool));
    element.append(text);
    if (key) element.title = t("Key %1", key);
    this.buttons.set(tool, element);
    this.element.append(element);
  }
}
