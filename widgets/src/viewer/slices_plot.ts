/** One plane's plot on the page. */

import type { Bokeh, BokehDocument, Figure, FigureView, Grid, Item } from "./bokeh";
import type { Slice } from "./slices";
import type { Camera } from "./stage";
import type { Plane } from "./wire";

/** A page in the background paints nothing; nobody waits for it longer. */
const UNSEEN_MS = 250;

export class Plot {
  private place: Camera | undefined;
  private readonly figure: Figure;
  private readonly grid: Grid;

  private constructor(
    readonly plane: Plane,
    private readonly ground: HTMLElement,
    private readonly view: FigureView,
    private readonly free: () => void,
  ) {
    this.figure = view.model;
    this.grid = this.layer.data_source.data.image[0].constructor as Grid;
    this.figure.properties.inner_width.change.connect(this.fit);
    this.figure.properties.inner_height.change.connect(this.fit);
  }

  static async open(bokeh: Bokeh, item: Item, ground: HTMLElement, plane: Plane): Promise<Plot> {
    try {
      const views = await bokeh.embed.embed_item(item, ground);
      const view = [...views].find(({ model }) => model.id === item.root_id);
      if (!view) throw new Error("Bokeh drew nothing");
      const { document } = view.model;
      return new Plot(plane, ground, view, () => {
        views.clear();
        forget(bokeh, document);
      });
    } catch (error) {
      // Taken off the page meanwhile: there is a document, but it has no views.
      for (const document of [...bokeh.documents]) {
        if (!document.views_manager && document.roots().some(({ id }) => id === item.root_id)) forget(bokeh, document);
      }
      throw error;
    }
  }

  /** Resolves when the slice is on the screen. */
  paint(slice: Slice): Promise<void> {
    const { data_source } = this.layer;
    data_source.data = { ...data_source.data, image: [new this.grid(slice.values, slice.shape)] };
    return new Promise((resolve) => {
      const painted = (): void => {
        clearTimeout(unseen);
        this.view.repainted.disconnect(painted);
        resolve();
      };
      const unseen = setTimeout(painted, UNSEEN_MS);
      this.view.repainted.connect(painted);
    });
  }

  /** The values that are black and white. */
  window(low: number, high: number): void {
    this.layer.glyph.color_mapper.setv({ low, high });
  }

  camera(camera: Camera): void {
    this.place = camera;
    this.fit();
  }

  remove(): void {
    this.figure.properties.inner_width.change.disconnect(this.fit);
    this.figure.properties.inner_height.change.disconnect(this.fit);
    this.free();
    this.ground.remove();
  }

  private get layer(): Figure["renderers"][number] {
    const [layer] = this.figure.renderers;
    if (!layer) throw new Error("Bokeh has no image");
    return layer;
  }

  /** Both axes of the plot, so that a CSS pixel is as many mm as the camera says, also where Bokeh rounds its size. */
  private readonly fit = (): void => {
    if (!this.place) return;
    const { centre, scale } = this.place;
    const { clientWidth, clientHeight } = this.ground;
    // Bokeh draws half a pixel too far to the right and down.
    const left = centre[0] - (clientWidth / 2 - 0.5) * scale;
    const top = centre[1] - (clientHeight / 2 - 0.5) * scale;
    this.figure.x_range.setv({ start: left, end: left + this.figure.inner_width * scale });
    this.figure.y_range.setv({ start: top + this.figure.inner_height * scale, end: top });
  };
}

/** Bokeh lists every document for ever; who embeds one takes it out again. */
function forget(bokeh: Bokeh, document: BokehDocument): void {
  const at = bokeh.documents.indexOf(document);
  if (at >= 0) bokeh.documents.splice(at, 1);
}
