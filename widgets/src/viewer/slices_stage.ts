/** Slices as a HoloViews plot without WebGL: Python composes it once, BokehJS draws slice after slice into it. */

import { t } from "../left/text.ts";
import { bokehOf, type Item } from "./bokeh";
import type { Channel } from "./channel";
import { Slices, type Slice } from "./slices";
import { Plot } from "./slices_plot";
import type { Camera, Stage, View } from "./stage";
import type { Picture, Plane } from "./wire";

const FILL = "position: absolute; inset: 0; overflow: hidden; background: black";

export class SlicesStage implements Stage {
  readonly kind = "slices";
  readonly element = document.createElement("div");
  oncoarse: (coarseness: number) => void = () => undefined;

  private readonly slices: Slices;
  private plot: Plot | undefined;
  private wanted: { plane: Plane; index: number } = { plane: "axial", index: 0 };
  private drawing: Promise<void> | undefined;
  private drawn = 0;
  private ends: [number, number] = [0, 1];
  private place: Camera = { centre: [0, 0], scale: 1 };
  private gone = false;

  constructor(
    private readonly channel: Channel,
    picture: Picture,
    private readonly series: number,
  ) {
    const described = picture.series[series];
    if (!described) throw new Error(`there is no series ${series}`);
    this.slices = new Slices(channel, described, series);
    this.element.style.cssText = FILL;
    this.element.inert = true; // the host's layer above has the pointer and the keys
  }

  async open(view: View, index: number, window: [number, number], camera: Camera): Promise<void> {
    this.window(window);
    this.camera(camera);
    await this.show(view, index);
    this.oncoarse(1);
  }

  /** Draws the newest that is wanted; what was wanted meanwhile is passed over. */
  show(view: View, index: number): Promise<void> {
    if (view === "volume") return Promise.reject(new Error(t("Slices are flat and show no volume.")));
    this.wanted = { plane: view, index };
    this.drawing ??= this.draw().finally(() => (this.drawing = undefined));
    return this.drawing;
  }

  window([centre, width]: [number, number]): void {
    this.ends = [centre - width / 2, centre + width / 2];
    this.plot?.window(...this.ends);
  }

  camera(camera: Camera): void {
    this.place = camera;
    // The camera of another plane comes just before that plane; what is on screen does not jump meanwhile.
    queueMicrotask(() => {
      if (this.plot?.plane === this.wanted.plane) this.plot.camera(this.place);
    });
  }

  /** Every slice has every voxel as it is. */
  full(): Promise<void> {
    return Promise.resolve();
  }

  remove(): void {
    this.gone = true;
    this.plot?.remove();
    this.plot = undefined;
    this.slices.clear();
    this.element.remove();
  }

  private async draw(): Promise<void> {
    for (;;) {
      const wanted = this.wanted;
      await this.drawOne(wanted).catch((error: unknown) => {
        if (!this.passed(wanted)) throw error; // else nobody waits for it any more
      });
      if (this.gone || !this.passed(wanted)) return;
    }
  }

  private async drawOne(wanted: { plane: Plane; index: number }): Promise<void> {
    const { plane, index } = wanted;
    const slice = await this.slices.get(plane, index);
    const plot = await this.plotOf(plane);
    if (!this.passed(wanted)) await this.put(plot, slice, index);
    if (this.gone || plot !== this.plot) plot.remove();
  }

  /** Whether the reader has gone on since, or closed the view. */
  private passed(wanted: { plane: Plane; index: number }): boolean {
    return this.gone || wanted !== this.wanted;
  }

  private async put(plot: Plot, slice: Slice, index: number): Promise<void> {
    const before = this.plot;
    this.plot = plot;
    plot.window(...this.ends);
    plot.camera(this.place);
    await plot.paint(slice);
    if (before !== plot) before?.remove();
    void this.slices.lookAhead(plot.plane, index, index < this.drawn ? -1 : 1);
    this.drawn = index;
  }

  /** The plot on screen, or a new one beneath it. */
  private async plotOf(plane: Plane): Promise<Plot> {
    if (this.plot?.plane === plane) return this.plot;
    const json = await this.channel.ask({ kind: "plot", series: this.series, plane });
    if (!json) throw new Error(t("HoloViews could not compose the plot."));
    const item = JSON.parse(new TextDecoder().decode(json)) as Item;
    const bokeh = await bokehOf(item.doc.version, this.channel);
    const ground = document.createElement("div");
    ground.style.cssText = FILL;
    this.element.prepend(ground);
    // Bokeh embeds only into the document, and a notebook attaches a widget after it was made.
    while (!this.element.isConnected && !this.gone) await new Promise((resolve) => setTimeout(resolve, 20));
    return Plot.open(bokeh, item, ground, plane);
  }
}
