/** What stands around the pictures: planes, banners, windows, segments, tools. No messages here. */

import { t } from "../left/text.ts";
import { Planes, Tools, type Tool } from "./bar";
import { helpList } from "./help";
import { Legend, opacitySlider } from "./legend";
import { keepShortcutsOut } from "../left/shortcuts.ts";
import { icon, make } from "./make";
import type { Pane } from "./pane";
import type { Scene } from "./scene";
import type { View } from "./stage";
import { STYLE } from "./style";
import type { Segment } from "./wire";
import { Windowing } from "./windowing";

/** More warnings than these are folded. */
const IN_SIGHT = 2;

export interface FrameDeeds {
  view(view: View | "three"): void;
  use(tool: Tool): void;
  jump(series: number, segment: Segment): void;
  changed(): void;
}

export class Frame {
  readonly root = make("div", "cx-img");
  private readonly planes: Planes;
  private readonly tools: Tools;
  private readonly columns: HTMLElement[] = [];
  private readonly windows: Windowing[] = [];
  private readonly legends: Legend[] = [];
  readonly body = make("div", "cx-img-body");
  /** Why two series are not linked, with what links them. */
  private readonly linkNote = make("div", "cx-img-apart");
  private readonly excuse = make("div", "cx-img-link");
  private readonly silent = make("div");
  private readonly live = make("div", "cx-img-hidden");
  private readonly help: HTMLElement;
  private clock = 0;
  private focused: Element | null = null;
  private readonly forgetKeys: () => void;

  constructor(
    private readonly scene: Scene,
    private readonly deeds: FrameDeeds,
  ) {
    const { picture, looks } = scene;
    this.planes = new Planes(scene, deeds);
    this.tools = new Tools(scene, (tool) => deeds.use(tool));
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", picture.alt);
    this.live.setAttribute("role", "status");
    const because = picture.unlinked_because;
    if (because) this.linkNote.append(note(because));
    this.linkNote.hidden = true;
    this.excuse.setAttribute("role", "note");
    this.help = helpList(
      looks.some(({ series }) => series.measured),
      () => this.showHelp(false),
    );
    this.help.hidden = true;
    this.root.append(make("style", "", STYLE));
    const bar = make("div", "cx-img-bar");
    bar.append(this.planes.element);
    if (looks.length === 1) this.root.append(make("div", "cx-img-title", looks[0]?.series.title));
    looks.forEach((_, i) => this.column(i, bar));
    if (scene.looks.some(({ series }) => series.segments.length)) {
      const set = (opacity: number): void => {
        scene.opacity = opacity;
        deeds.changed();
      };
      this.tools.end(...this.ends(), opacitySlider(scene.opacity, set));
    } else this.tools.end(...this.ends());
    const legends = make("div", "cx-img-legends");
    legends.append(...this.legends.map(({ element }) => element));
    legends.hidden = this.legends.every(({ element }) => element.hidden);
    this.body.append(...this.columns);
    this.body.classList.toggle("cx-img-two", looks.length > 1);
    if (because && scene.planes.length) this.linkNote.append(this.tools.here);
    this.root.append(
      bar,
      this.notes(),
      this.silent,
      this.linkNote,
      this.body,
      this.tools.element,
      legends,
      this.excuse,
    );
    this.silent.setAttribute("role", "alert");
    this.silent.hidden = true;
    this.root.append(this.live);
    // It opens above its button.
    this.tools.element.append(this.help);
    this.forgetKeys = keepShortcutsOut(this.root);
  }

  /** Puts the panes of a series in place of those before. */
  place(series: number, panes: Pane[]): void {
    const box = this.columns[series]?.querySelector(".cx-img-panes");
    box?.replaceChildren(...panes.map(({ element }) => element));
    box?.classList.toggle("cx-img-three", panes.length > 1);
  }

  update(view: View | "three", volume: boolean, ruler: boolean): void {
    const { scene } = this;
    this.planes.update(view, volume);
    this.tools.update(ruler, !this.help.hidden, view === "volume");
    for (const part of [...this.windows, ...this.legends]) part.update();
    // Nothing of masks is drawn in a volume, and without Python there are none.
    const off = view === "volume" || !this.silent.hidden;
    const inputs = this.root.querySelectorAll<HTMLInputElement>(".cx-img-legend input, .cx-img-opacity input");
    for (const input of inputs) input.disabled = off;
    this.linkNote.hidden = !scene.picture.unlinked_because || scene.linked;
  }

  /** Why it is not the first of the stages that is seen. */
  excuseFor(text: string): void {
    this.excuse.textContent = text;
    this.excuse.hidden = !text;
  }

  /** Says that nobody answers; nothing where somebody does. */
  silence(text: string): void {
    this.silent.replaceChildren(...(text ? [note(text)] : []));
    this.silent.hidden = !text;
    this.deeds.changed();
  }

  /** Says something once the reader rests. */
  say(text: string): void {
    clearTimeout(this.clock);
    this.clock = window.setTimeout(() => {
      if (this.live.textContent !== text) this.live.textContent = text;
    }, 400);
  }

  get helping(): boolean {
    return !this.help.hidden;
  }

  showHelp(on = this.help.hidden): void {
    if (on === !this.help.hidden) return;
    if (on) this.focused = (this.root.getRootNode() as Document | ShadowRoot).activeElement;
    this.help.hidden = !on;
    if (on) this.help.querySelector("button")?.focus();
    else if (this.focused instanceof HTMLElement && this.root.contains(this.focused)) this.focused.focus();
    else this.tools.focusHelp();
    this.deeds.changed();
  }

  remove(): void {
    clearTimeout(this.clock);
    this.forgetKeys();
    this.root.remove();
  }

  private column(index: number, bar: HTMLElement): void {
    const { scene, deeds } = this;
    const look = scene.look(index);
    const many = scene.looks.length > 1;
    const windowing = new Windowing(look, () => deeds.changed(), many ? look.series.title : "", many);
    this.windows.push(windowing);
    const column = make("div", "cx-img-column");
    if (many) {
      const head = make("div", "cx-img-head");
      head.append(make("div", "cx-img-title", look.series.title), windowing.presets, windowing.fields);
      column.append(head);
    } else bar.append(windowing.presets);
    column.append(make("div", "cx-img-panes"));
    this.columns.push(column);
    this.legends.push(
      new Legend(look, { changed: () => deeds.changed(), jump: (segment) => deeds.jump(index, segment) }),
    );
  }

  private ends(): HTMLElement[] {
    const [only] = this.windows;
    return this.windows.length === 1 && only ? [only.fields] : [];
  }

  private notes(): HTMLElement {
    const box = make("div", "cx-img-notes");
    const { looks } = this.scene;
    const texts = looks.flatMap(({ series }) =>
      series.warnings.map(({ text }) => (looks.length > 1 ? `${series.title}: ${text}` : text)),
    );
    const shown = texts.length > IN_SIGHT + 1 ? IN_SIGHT : texts.length;
    box.append(...texts.slice(0, shown).map(note));
    if (texts.length > shown) {
      const more = make("details");
      more.append(make("summary", "", t("%1 more notes", texts.length - shown)), ...texts.slice(shown).map(note));
      box.append(more);
    }
    box.hidden = !texts.length;
    return box;
  }
}

function note(text: string): HTMLElement {
  const box = make("div", "cx-img-note");
  box.setAttribute("role", "note");
  box.append(icon("warning"), make("span", "", text));
  return box;
}
