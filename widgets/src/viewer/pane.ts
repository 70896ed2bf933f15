/** One picture: a stage, and over it masks, lines, words and the layer that takes wheel, mouse and fingers. */

import { t } from "../left/text.ts";
import type { Channel } from "./channel";
import { Chain } from "./chain";
import { Corners } from "./corners";
import { clamp, dragged, flat, panned, sliceCount, toMm, zoomed, type Pair, type Size } from "./geometry";
import { Layer, type Hand } from "./layer";
import { make } from "./make";
import { Marks } from "./marks";
import { MaskLayer } from "./mask_layer";
import type { MaskStore } from "./masks";
import { lengthOf, type Line, type Rulers } from "./ruler";
import { described, spoken, type Look, type Scene } from "./scene";
import { Slider } from "./slider";
import type { Stage, View } from "./stage";
import type { Plane } from "./wire";

/** What the panes of a viewer have in common. */
export interface Shared {
  scene: Scene;
  channel: Channel;
  rulers: Rulers;
  /** Whether a drag draws a line. */
  measuring(): boolean;
  /** Something is to be drawn anew. */
  changed(): void;
  /** The reader turned to this pane. */
  entered(pane: Pane): void;
  /** Whether the point of a pane is the reader's: that of the pane turned to, or linked to it. */
  followed(pane: Pane): boolean;
  /** itk-vtk-viewer does not draw: a volume is a plane again. */
  flattened(): void;
  /** A slice is on the screen. */
  painted(): void;
  settled(pane: Pane): void;
}

/** Pixels around a line where a click chooses it. */
const NEAR_PX = 6;
const SHORT_PX = 3;

export class Pane implements Hand {
  readonly element = make("div", "cx-img-pane");
  readonly stage = make("div", "cx-img-stage");
  readonly layer: Layer;
  readonly slider: Slider;
  readonly chain: Chain;
  coarseness = 1;
  /** View and slice that are on the screen; empty before the first. */
  painted = "";

  private readonly look: Look;
  private readonly masks: MaskLayer;
  private readonly marks = new Marks();
  private readonly corners: Corners;
  /** Covers what is not the slice that is looked at. */
  private readonly cover = make("div", "cx-img-cover");
  private readonly observer: ResizeObserver;
  private shown: { view: View; index: number };
  private busy: Promise<void> | undefined;
  private ruler: Line | undefined;
  private room: Size = { width: 512, height: 512 };
  private removed = false;

  constructor(
    private readonly shared: Shared,
    readonly series: number,
    masks: MaskStore,
    /** The plane that this pane always shows. */
    private readonly fixed?: Plane,
  ) {
    const { scene, channel } = shared;
    this.look = scene.look(series);
    this.masks = new MaskLayer(this.look, masks, {
      changed: () => !this.removed && this.drawMasks(),
      amiss: () => {
        this.corners.blame(t("Segments could not be read"));
        shared.changed();
      },
    });
    this.corners = new Corners(this.look.series, () => void this.full());
    this.layer = new Layer(this);
    this.layer.element.setAttribute("role", "application");
    this.slider = new Slider((index) => this.go(index));
    const under = make("div", "cx-img-under-all");
    this.cover.setAttribute("role", "alert");
    this.cover.hidden = true;
    this.stage.append(under, this.cover, this.masks.element, this.marks.element, this.layer.element);
    this.stage.append(...this.corners.elements);
    this.element.append(this.stage, this.slider.element);
    this.element.addEventListener("focusin", () => shared.entered(this));
    this.shown = this.wanted;
    const start = { ...this.shown, window: this.look.window, camera: this.camera };
    this.chain = new Chain(channel, scene.picture, series, under, start, {
      painted: (view, index, drawn) => this.paint({ view, index }, drawn),
      settled: () => {
        this.corners.load(this.coarseness, this.chain.kind === "viewer");
        shared.settled(this);
      },
      lost: () => {
        shared.flattened();
        return this.wanted;
      },
      coarse: (coarseness) => {
        this.coarseness = coarseness;
        this.corners.load(coarseness, this.chain.kind === "viewer");
        shared.settled(this);
      },
    });
    this.observer = new ResizeObserver(() => shared.changed());
    this.observer.observe(this.stage);
  }

  start(kinds: readonly Stage["kind"][]): void {
    void this.chain.start(kinds);
  }

  get plane(): Plane {
    return this.fixed ?? this.shared.scene.planeOf(this.series);
  }

  get index(): number {
    return this.shared.scene.sliceOf(this.series, this.plane);
  }

  get view(): View {
    return !this.fixed && this.shared.scene.view === "volume" ? "volume" : this.plane;
  }

  get measured(): boolean {
    return this.look.series.measured;
  }

  /** Draws what has changed. */
  update(): void {
    const { scene, rulers } = this.shared;
    const { plane, index, view, camera, size } = this;
    const { series, window, cursor } = this.look;
    this.chain.window(window);
    this.chain.camera(camera);
    void this.follow();
    this.layer.element.classList.toggle("cx-img-through", view === "volume");
    this.layer.element.classList.toggle("cx-img-measuring", this.shared.measuring());
    const flatView = view !== "volume";
    const cross =
      scene.crosshair && flatView && this.cover.hidden && this.shared.followed(this) ? flat(plane, cursor) : undefined;
    const lines = flatView && this.cover.hidden ? rulers.on(this.series, plane, index) : [];
    this.marks.draw(camera, size, cross, lines, this.shared.measuring() ? rulers.chosen : undefined);
    this.corners.write({ view, index, window, scale: camera.scale, inside: scene.inside(this.series) });
    this.layer.element.setAttribute("aria-label", described(series, plane, index));
    this.slider.element.classList.toggle("cx-img-away", !flatView);
    this.slider.update(index, sliceCount(series, plane), plane === series.acquired ? series.missing : []);
    this.drawMasks();
  }

  /** Resolves when the slice is painted. */
  async go(index: number): Promise<void> {
    this.shared.scene.goTo(this.series, this.plane, index);
    this.shared.changed();
    await this.follow();
  }

  async full(): Promise<void> {
    await this.chain.full().catch(() => undefined);
    if (!this.removed) this.corners.load(this.coarseness, this.chain.kind === "viewer");
  }

  step(by: number): void {
    this.slider.play(false);
    void this.go(clamp(this.index + by, 0, sliceCount(this.look.series, this.plane) - 1));
  }

  zoom(at: Pair | undefined, factor: number): void {
    const { size } = this;
    this.aim(zoomed(this.camera, size, at ?? [size.width / 2, size.height / 2], factor));
  }

  pan(by: Pair): void {
    this.aim(panned(this.camera, by));
  }

  window(by: Pair): void {
    this.look.window = dragged(this.look.window, by, this.look.series.range);
    this.shared.changed();
  }

  reset(): void {
    this.shared.scene.reset(this.series);
    this.shared.changed();
  }

  point(at: Pair): void {
    if (this.look.series.planes.length > 1 || this.shared.scene.looks.length > 1) {
      this.shared.scene.point(this.series, this.plane, toMm(this.camera, this.size, at));
      this.shared.changed();
    }
  }

  drawing(): boolean {
    return this.shared.measuring();
  }

  line(phase: "start" | "move" | "end", at: Pair): void {
    const { rulers } = this.shared;
    const place = toMm(this.camera, this.size, at);
    if (phase === "start") {
      this.ruler = { series: this.series, plane: this.plane, index: this.index, from: place, to: place };
      rulers.add(this.ruler);
    } else if (this.ruler) {
      this.ruler.to = place;
      if (phase === "end") this.finish(this.ruler);
    }
    this.shared.changed();
  }

  /** A line without length was a click, which chooses the line beneath it. */
  private finish(line: Line): void {
    const { rulers } = this.shared;
    this.ruler = undefined;
    if (lengthOf(line) >= SHORT_PX * this.camera.scale) return;
    rulers.drop(line);
    rulers.chosen = rulers.near(line.to, this.lines, NEAR_PX * this.camera.scale) ?? rulers.chosen;
  }

  /** Rulers of the slice that is shown. */
  get lines(): Line[] {
    return this.shared.rulers.on(this.series, this.plane, this.index);
  }

  /** The slice in words, for those who listen. */
  get spoken(): string {
    if (this.view === "volume") return t("Volume");
    return spoken(this.index, sliceCount(this.look.series, this.plane));
  }

  remove(): void {
    this.removed = true;
    this.observer.disconnect();
    this.slider.remove();
    this.chain.remove();
    this.element.remove();
  }

  private get size(): Size {
    const { clientWidth: width, clientHeight: height } = this.stage;
    // A notebook takes outputs that are out of sight off the page; they come back as they were.
    if (width && height) this.room = { width, height };
    return this.room;
  }

  private get camera(): ReturnType<Scene["camera"]> {
    return this.shared.scene.camera(this.series, this.plane, this.size);
  }

  private get wanted(): { view: View; index: number } {
    return { view: this.view, index: this.index };
  }

  private aim(camera: ReturnType<Scene["camera"]>): void {
    this.shared.scene.aim(this.series, this.plane, camera);
    this.shared.changed();
  }

  /** Brings the stage to the slice that is wanted, one at a time; those that are passed meanwhile are left out. */
  private follow(): Promise<void> {
    this.busy ??= this.chase().finally(() => (this.busy = undefined));
    return this.busy;
  }

  private async chase(): Promise<void> {
    for (;;) {
      const next = this.wanted;
      if (this.removed || (next.view === this.shown.view && next.index === this.shown.index)) return;
      if (next.view !== "volume") this.masks.ahead({ plane: next.view, index: next.index });
      const drawn = await this.chain.show(next.view, next.index);
      this.paint(next, drawn);
    }
  }

  /** Something else must not stay on the screen where a slice could not be drawn. */
  private paint(shown: { view: View; index: number }, drawn: boolean): void {
    if (this.removed) return;
    this.shown = shown;
    this.cover.hidden = drawn;
    this.cover.textContent = drawn ? "" : t("This slice could not be drawn.");
    if (drawn) this.painted = `${shown.view} ${shown.index}`;
    this.shared.painted();
    const { view, index } = shown;
    this.masks.lie(drawn && view !== "volume" ? { plane: view, index } : undefined);
  }

  private drawMasks(): void {
    const { scene } = this.shared;
    const shown = scene.overlays ? this.look.series.segments.filter(({ bit }) => !this.look.hidden.has(bit)) : [];
    this.masks.draw(shown, scene.opacity, this.camera, this.size);
  }
}
