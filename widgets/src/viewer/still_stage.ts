/** The stage that needs nothing of the browser: a PNG of each slice. */

import type { Channel } from "./channel";
import { t } from "../left/text.ts";
import { box, type Pair } from "./geometry";
import { make } from "./make";
import { described } from "./scene";
import type { Camera, Stage, View } from "./stage";
import { AXES, type Picture, type Plane, type SeriesPicture } from "./wire";

/** A drag of the window asks for no more pictures than this many milliseconds apart. */
const PAUSE_MS = 60;

export class StillStage implements Stage {
  readonly kind = "still";
  readonly element = make("div", "cx-img-still");
  oncoarse: (coarseness: number) => void = () => undefined;
  ondrawn: (drawn: boolean) => void = () => undefined;

  private readonly image = make("img");
  private readonly series: SeriesPicture;
  private plane: Plane;
  private index: number;
  private drawnPlane: Plane | undefined;
  private levels: Pair;
  private place: Camera = { centre: [0, 0], scale: 1 };
  private url = "";
  private clock = 0;
  private drawing: Promise<void> | undefined;
  private removed = false;

  constructor(
    private readonly channel: Channel,
    picture: Picture,
    private readonly seriesIndex: number,
  ) {
    const series = picture.series[seriesIndex];
    if (!series) throw new Error(`there is no series ${seriesIndex}`);
    this.series = series;
    this.plane = series.plane;
    this.index = series.index;
    this.levels = series.window;
    this.image.alt = series.alt;
    this.image.hidden = true;
    this.image.draggable = false;
    this.element.append(this.image);
  }

  async open(view: View, index: number, window: Pair, camera: Camera): Promise<void> {
    this.levels = window;
    this.camera(camera);
    await this.show(view, index);
  }

  async show(view: View, index: number): Promise<void> {
    if (view !== "volume") {
      this.plane = view;
      this.index = index;
    } else if (this.drawnPlane) return;
    await this.draw();
  }

  window(window: Pair): void {
    if (window[0] === this.levels[0] && window[1] === this.levels[1]) return;
    this.levels = window;
    this.clock ||= setTimeout(() => {
      this.clock = 0;
      this.draw().then(
        () => this.ondrawn(true),
        () => this.ondrawn(false),
      );
    }, PAUSE_MS);
  }

  camera(camera: Camera): void {
    this.place = camera;
    // The camera of another plane comes just before that plane; the old picture must not jump there.
    queueMicrotask(() => {
      if (this.drawnPlane === this.plane) this.lay();
    });
  }

  full(): Promise<void> {
    return Promise.resolve();
  }

  remove(): void {
    this.removed = true;
    clearTimeout(this.clock);
    URL.revokeObjectURL(this.url);
    this.element.remove();
  }

  /** The slice as it is now; resolves when the newest that was wanted meanwhile is drawn. */
  private draw(): Promise<void> {
    this.drawing ??= this.chase().finally(() => (this.drawing = undefined));
    return this.drawing;
  }

  private async chase(): Promise<void> {
    for (;;) {
      const { plane, index, levels } = this;
      const png = await this.channel.ask({ kind: "png", series: this.seriesIndex, plane, index, window: levels });
      const drawn = png !== null && (await this.put(png, plane, index));
      if (this.removed) return;
      if (plane !== this.plane || index !== this.index || levels !== this.levels) continue;
      if (drawn) return;
      throw new Error(t("There is no picture of this slice."));
    }
  }

  /** Whether it is a picture. */
  private async put(png: ArrayBuffer, plane: Plane, index: number): Promise<boolean> {
    const next = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    const whole = await loaded(next);
    URL.revokeObjectURL(this.removed || !whole ? next : this.url);
    if (this.removed || !whole) return false;
    this.url = next;
    this.image.src = next;
    this.image.hidden = false;
    const first = plane === this.series.plane && index === this.series.index;
    this.image.alt = first ? this.series.alt : described(this.series, plane, index);
    this.drawnPlane = plane;
    if (plane === this.plane) this.lay();
    const columns = this.series.shape[AXES[plane][0].axis];
    this.oncoarse(this.image.naturalWidth ? Math.max(1, columns / this.image.naturalWidth) : 1);
    return true;
  }

  /** Puts the picture where the camera sees it. */
  private lay(): void {
    const { low, high } = box(this.series, this.plane);
    const { centre, scale } = this.place;
    const style = this.image.style;
    style.left = `calc(50% + ${(low[0] - centre[0]) / scale}px)`;
    style.top = `calc(50% + ${(low[1] - centre[1]) / scale}px)`;
    style.width = `${(high[0] - low[0]) / scale}px`;
    style.height = `${(high[1] - low[1]) / scale}px`;
  }
}

/** Resolves when the browser has the picture decoded, so that changing it does not flicker; false where it is none. */
function loaded(url: string): Promise<boolean> {
  const image = new Image();
  image.src = url;
  return image.decode().then(
    () => true,
    () => image.naturalWidth > 0,
  );
}
