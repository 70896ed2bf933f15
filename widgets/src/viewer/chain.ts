/** The stages of one pane: a still picture at once, and over it the first stage that draws. */

import { t } from "../left/text.ts";
import type { Channel } from "./channel";
import type { Pair } from "./geometry";
import { ItkStage } from "./itk_stage";
import { SlicesStage } from "./slices_stage";
import type { Camera, Stage, View } from "./stage";
import { StillStage } from "./still_stage";
import type { Picture } from "./wire";

type Kind = Stage["kind"];
type Maker = new (channel: Channel, picture: Picture, seriesIndex: number) => Stage;

/** What draws, by its name in `Picture.stages`. */
export const MAKERS: Record<Kind, Maker> = { viewer: ItkStage, slices: SlicesStage, still: StillStage };

/** A slice that is not drawn within this is not waited for. */
const SLICE_LIMIT_S = 10;
const TICK_MS = 250;

export interface Heard {
  /** What is on the screen, or could not be drawn, where `show` was not asked for it or was not waited for. */
  painted(view: View, index: number, drawn: boolean): void;
  /** No other stage will be tried. */
  settled(kind: Kind): void;
  coarse(coarseness: number): void;
  /** itk-vtk-viewer does not draw; says what is to be shown without it. */
  lost(): { view: View; index: number };
}

interface Wanted {
  view: View;
  index: number;
  window: Pair;
  camera: Camera;
}

export class Chain {
  /** What draws, once it is settled. */
  kind: Kind | undefined;
  /** Why each stage before it does not, as sentences. */
  readonly because: string[] = [];
  private still: Stage;
  private live: Stage | undefined;
  private trying: Stage | undefined;
  private readonly gone = new AbortController();

  constructor(
    private readonly channel: Channel,
    private readonly picture: Picture,
    private readonly seriesIndex: number,
    private readonly under: HTMLElement,
    private readonly wanted: Wanted,
    private readonly heard: Heard,
  ) {
    this.still = this.made("still");
  }

  /** Tries the stages one after the other; resolves when one draws. */
  async start(kinds: readonly Kind[]): Promise<void> {
    const { view, index, window, camera } = this.wanted;
    const amiss = this.still.open(view, index, window, camera).then(
      () => {
        if (!this.live) this.told(true);
        return "";
      },
      (error: unknown) => words(error),
    );
    for (const [place, kind] of kinds.entries()) {
      if (kind === "still") break;
      if (await this.draws(kind)) {
        this.still.remove();
        const rest = kinds.slice(place + 1);
        if (this.live) this.live.onlost = (because) => void this.lost(because, rest);
        this.settle(kind);
        return;
      }
      if (this.removed) return;
      if (kind === "viewer") Object.assign(this.wanted, this.heard.lost());
    }
    const because = await amiss;
    if (because) {
      this.because.push(because);
      if (view === this.wanted.view && index === this.wanted.index) this.told(false);
    }
    this.settle("still");
  }

  /** Whether it was drawn, in time. */
  async show(view: View, index: number): Promise<boolean> {
    Object.assign(this.wanted, { view, index });
    const stage = this.drawing;
    const shown = stage.show(view, index);
    const drawn = await within(shown, this.gone.signal, SLICE_LIMIT_S, "late").then(yes, no);
    if (this.removed) return false;
    // Another stage may have taken over meanwhile.
    if (stage !== this.drawing) return this.show(view, index);
    if (!drawn) void shown.then(() => this.came(stage, view, index), no);
    return drawn;
  }

  window(window: Pair): void {
    this.wanted.window = window;
    this.drawing.window(window);
  }

  camera(camera: Camera): void {
    this.wanted.camera = camera;
    this.drawing.camera(camera);
  }

  async full(): Promise<void> {
    await this.live?.full();
  }

  remove(): void {
    this.gone.abort();
    for (const stage of [this.live, this.trying, this.still]) stage?.remove();
  }

  private get removed(): boolean {
    return this.gone.signal.aborted;
  }

  private get drawing(): Stage {
    return this.live ?? this.still;
  }

  private told(drawn: boolean): void {
    if (!this.removed) this.heard.painted(this.wanted.view, this.wanted.index, drawn);
  }

  /** A slice that was not waited for any more is there. */
  private came(stage: Stage, view: View, index: number): void {
    if (stage === this.drawing && view === this.wanted.view && index === this.wanted.index) this.told(true);
  }

  private async draws(kind: Kind): Promise<boolean> {
    const limit = this.picture.time_limit_s;
    let stage: Stage | undefined;
    try {
      stage = this.trying = this.made(kind);
      stage.element.classList.add("cx-img-trying");
      let { view, index } = this.wanted;
      const { window, camera } = this.wanted;
      const late = t("The picture was not drawn within %1 seconds.", limit);
      const inTime = (drawing: Promise<void>): Promise<void> =>
        within(drawing, this.gone.signal, limit, late, () => this.channel.silent);
      await inTime(stage.open(view, index, window, camera));
      // The reader may have moved on while it loaded.
      while (!this.removed && (this.wanted.view !== view || this.wanted.index !== index)) {
        ({ view, index } = this.wanted);
        await inTime(stage.show(view, index));
      }
      if (this.removed) return false;
      stage.window(this.wanted.window);
      stage.camera(this.wanted.camera);
    } catch (error) {
      stage?.remove();
      if (!this.removed) this.because.push(words(error));
      return false;
    }
    stage.element.classList.remove("cx-img-trying");
    this.trying = undefined;
    this.live = stage;
    this.told(true);
    return true;
  }

  private async lost(because: string, rest: readonly Kind[]): Promise<void> {
    if (this.removed) return;
    this.live?.remove();
    this.live = undefined;
    this.because.push(because);
    Object.assign(this.wanted, this.heard.lost());
    this.still = this.made("still");
    await this.start(rest);
  }

  private made(kind: Kind): Stage {
    const stage = new MAKERS[kind](this.channel, this.picture, this.seriesIndex);
    stage.oncoarse = (coarseness) => this.heard.coarse(coarseness);
    stage.ondrawn = (drawn) => {
      if (stage === this.drawing) this.told(drawn);
    };
    this.under.append(stage.element);
    return stage;
  }

  private settle(kind: Kind): void {
    if (this.removed) return;
    this.kind = kind;
    this.heard.settled(kind);
  }
}

/**
 * Rejects when a promise takes too long. Time counts only while the page is visible, for browsers draw nothing in a
 * hidden one, and not while one rests.
 */
function within(
  promise: Promise<void>,
  gone: AbortSignal,
  seconds: number,
  late: string,
  resting = () => false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = (seconds * 1000) / TICK_MS;
    const clock = setInterval(() => {
      if (document.visibilityState === "hidden" || resting() || --left > 0) return;
      reject(new Error(late));
      end();
    }, TICK_MS);
    const end = (): void => {
      clearInterval(clock);
      gone.removeEventListener("abort", end);
      resolve();
    };
    gone.addEventListener("abort", end);
    promise.then(resolve, reject).finally(end);
  });
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** An error as a sentence. */
function words(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
