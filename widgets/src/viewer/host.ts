/** The ESM of both widgets: draws the viewer, and takes what its reader does. */

import { speak } from "../left/languages.ts";
import { t } from "../left/text.ts";
import type { Tool } from "./bar";
import { Channel, type Model, type PanelView } from "./channel";
import { fitToWindow } from "./fitting";
import { Frame } from "./frame";
import { deedOf, type Deed } from "./keys";
import { MaskStore } from "./masks";
import { Pane, type Shared } from "./pane";
import { Rulers } from "./ruler";
import { Scene } from "./scene";
import type { Stage, View } from "./stage";
import { AXIS, type Picture, type Segment } from "./wire";

interface Props {
  model: Model;
  el: HTMLElement;
  view?: PanelView;
}

/** A cursor that moves is reported once it rests. */
const REPORT_MS = 200;
const NEARER = 1.25;

export class Host {
  private readonly started = performance.now();
  private readonly channel: Channel;
  private readonly scene: Scene;
  private readonly frame: Frame;
  private readonly rulers = new Rulers();
  private readonly stores: MaskStore[];
  private readonly shared: Shared;
  private panes: Pane[] = [];
  private active = 0;
  private three = false;
  /** Whether itk-vtk-viewer drew when it was last tried. */
  private hasViewer = false;
  private measuring = false;
  private frameAsked = 0;
  private clock = 0;
  private openMs = 0;
  /** Ends what keeps the height in step with the window; a notebook has heights of its own. */
  private readonly letGo: () => void;

  constructor(
    { model, el, view }: Props,
    private readonly picture: Picture,
  ) {
    this.channel = new Channel(model, view);
    this.scene = new Scene(picture);
    this.scene.crosshair = picture.series.length > 1;
    this.stores = picture.series.map((series, i) => new MaskStore(this.channel, i, series));
    this.frame = new Frame(this.scene, {
      view: (wanted) => this.turn(wanted),
      use: (tool) => this.use(tool),
      jump: (series, segment) => this.jump(series, segment),
      changed: () => this.changed(),
    });
    this.shared = {
      scene: this.scene,
      channel: this.channel,
      rulers: this.rulers,
      measuring: () => this.measuring,
      changed: () => this.changed(),
      entered: (pane) => {
        this.active = this.panes.indexOf(pane);
        this.changed();
      },
      followed: (pane) => this.three || this.scene.linked || pane === this.pane,
      flattened: () => this.flattened(),
      painted: () => (this.frame.root.dataset.painted = this.panes.map(({ painted }) => painted).join(";")),
      settled: (pane) => this.settled(pane),
    };
    this.frame.root.addEventListener("keydown", this.key);
    el.append(this.frame.root);
    this.letGo = picture.page_url ? fitToWindow(this.frame.root, this.frame.body) : () => undefined;
    this.frame.excuseFor("");
    this.channel.onsilent = (silent) => this.frame.silence(silent ? this.silence : "");
    this.lay();
  }

  remove(): void {
    cancelAnimationFrame(this.frameAsked);
    clearTimeout(this.clock);
    for (const pane of this.panes) pane.remove();
    for (const store of this.stores) store.clear();
    this.panes = [];
    this.frame.root.removeEventListener("keydown", this.key);
    this.channel.close();
    this.letGo();
    this.frame.remove();
  }

  /** Makes the panes: one for each series, or three for one. */
  private lay(): void {
    for (const pane of this.panes) pane.remove();
    const [store] = this.stores;
    if (this.three && store) {
      this.panes = this.scene.planes.map((plane) => new Pane(this.shared, 0, store, plane));
      this.panes.sort((one, other) => this.first(other) - this.first(one));
    } else this.panes = this.stores.map((each, i) => new Pane(this.shared, i, each));
    this.active = 0;
    this.stores.forEach((_, i) => {
      this.frame.place(
        i,
        this.panes.filter(({ series }) => series === i),
      );
    });
    // Three WebGL viewers of one series would be too much for most computers.
    const kinds = this.picture.stages.filter((kind) => !this.three || kind !== "viewer");
    this.update();
    for (const pane of this.panes) pane.start(kinds);
  }

  private first({ plane }: Pane): number {
    return Number(plane === this.scene.look(0).series.plane);
  }

  private turn(wanted: View | "three"): void {
    if (wanted !== "three" && wanted !== "volume" && !this.scene.planes.includes(wanted)) return;
    if (wanted === "volume" && !this.canShowVolume) return;
    const three = wanted === "three";
    if (!three) this.scene.view = wanted;
    else this.scene.crosshair = true;
    if (three !== this.three) {
      this.three = three;
      this.lay();
    }
    this.changed();
  }

  private get canShowVolume(): boolean {
    return this.hasViewer && this.picture.series.every(({ volume }) => volume);
  }

  private use(tool: Tool): void {
    const { scene } = this;
    if (tool === "crosshair") scene.crosshair = !scene.crosshair;
    else if (tool === "overlays") scene.overlays = !scene.overlays;
    else if (tool === "ruler") this.measuring = !this.measuring && this.pane?.measured === true;
    else if (tool === "reset") scene.reset(this.pane?.series ?? 0);
    else if (tool === "here") scene.link("here");
    else if (tool === "link" && scene.linked) scene.unlink();
    else if (tool === "link") scene.link("mm");
    else this.frame.showHelp();
    this.changed();
  }

  private jump(series: number, { slices }: Segment): void {
    if (!slices) return;
    for (const plane of this.scene.look(series).series.planes) {
      const [first, last] = slices[AXIS[plane]];
      this.scene.goTo(series, plane, Math.floor((first + last) / 2));
    }
    this.panes.find((pane) => pane.series === series)?.stage.scrollIntoView({ block: "nearest" });
    this.changed();
  }

  private readonly key = (event: KeyboardEvent): void => {
    const deed = deedOf(event);
    if (!deed || !this.does(deed)) return;
    // Neither the notebook's command mode nor the app's own keys shall hear it.
    event.preventDefault();
    event.stopPropagation();
  };

  private does(deed: Deed): boolean {
    const { pane } = this;
    if (!pane) return false;
    if (deed.do === "step") pane.step(deed.by);
    else if (deed.do === "end") pane.step(deed.last ? Infinity : -Infinity);
    else if (deed.do === "plane") this.turn(deed.plane);
    else if (deed.do === "volume") this.turn("volume");
    else if (deed.do === "zoom") pane.zoom(undefined, deed.nearer ? NEARER : 1 / NEARER);
    else if (deed.do === "preset") this.scene.nextPreset(pane.series);
    else if (deed.do === "full") for (const each of this.panes) void each.full();
    else if (deed.do === "play") pane.slider.play();
    else if (deed.do === "delete") this.rulers.remove(pane.lines);
    else if (deed.do === "leave") return this.leave();
    else this.use(deed.do);
    this.changed();
    return true;
  }

  /** Ends what can be ended; else Escape is for others. */
  private leave(): boolean {
    const open = this.frame.helping || this.measuring;
    this.frame.showHelp(false);
    this.measuring = false;
    this.changed();
    return open;
  }

  private get pane(): Pane | undefined {
    return this.panes[this.active] ?? this.panes[0];
  }

  private changed(): void {
    this.frameAsked ||= requestAnimationFrame(() => {
      this.frameAsked = 0;
      this.update();
    });
  }

  private update(): void {
    for (const pane of this.panes) pane.update();
    this.frame.update(this.three ? "three" : this.scene.view, this.canShowVolume, this.measuring);
    this.frame.say(this.pane?.spoken ?? "");
    const { dataset } = this.frame.root;
    dataset.slice = this.panes.map(({ plane, index }) => `${plane} ${index}`).join(";");
    dataset.cursor = this.scene.looks.map(({ cursor }) => cursor.map((mm) => mm.toFixed(1)).join(",")).join(";");
    this.report();
  }

  private flattened(): void {
    this.hasViewer = false;
    if (this.scene.view === "volume") this.scene.view = this.scene.planeOf(0);
    this.changed();
  }

  /** The stage that the reader sees is known, or draws more finely. */
  private settled(pane: Pane): void {
    if (pane === this.panes[0] && pane.chain.kind) this.openMs ||= this.elapsed;
    const kinds = this.panes.map(({ chain }) => chain.kind);
    if (!kinds.every((kind) => kind !== undefined)) return;
    this.frame.root.dataset.shown = kinds[0];
    if (!this.three) this.hasViewer = kinds.every((kind) => kind === "viewer");
    if (this.scene.view === "volume" && !this.canShowVolume) this.scene.view = this.scene.planeOf(0);
    this.frame.excuseFor(this.because(kinds[0]));
    this.changed();
  }

  private because(kind: Stage["kind"] | undefined): string {
    const met = new Set(this.panes.flatMap(({ chain }) => chain.because));
    const reasons = [this.picture.stages_because, ...met].filter(Boolean);
    if (met.size && kind === "slices") reasons.push(t("Slices are drawn without the interactive viewer."));
    if (met.size && kind === "still") reasons.push(t("Still pictures are shown."));
    return reasons.join(" ");
  }

  /** The app has a page for the viewer; a notebook has a cell. */
  private get silence(): string {
    return this.picture.page_url
      ? t("The app does not answer. It may be busy, or it was ended.")
      : t("Python does not answer. It may be busy; if it was started again, run the cell again.");
  }

  private get elapsed(): number {
    return Math.round(performance.now() - this.started);
  }

  private report(): void {
    clearTimeout(this.clock);
    const shown = this.panes[0]?.chain.kind;
    if (!shown) return;
    this.clock = window.setTimeout(() => {
      const state = {
        shown,
        because: this.because(shown),
        open_ms: this.openMs,
        coarseness: Math.max(...this.panes.map(({ coarseness }) => coarseness)),
        cursor: this.scene.looks.map(({ cursor }) => cursor),
        looks: this.scene.looks.map(({ window }, i) => {
          const plane = this.scene.planeOf(i);
          return { plane, index: this.scene.sliceOf(i, plane), window };
        }),
      };
      this.channel.report({ kind: "state", state });
    }, REPORT_MS);
  }
}

function render(props: Props): () => void {
  speak();
  let host: Host | undefined;
  const open = (): void => {
    host?.remove();
    host = new Host(props, JSON.parse(String(props.model.get("picture"))) as Picture);
  };
  open();
  props.model.on("change:picture", open);
  return () => {
    props.model.off("change:picture", open);
    host?.remove();
  };
}

export default { render };
