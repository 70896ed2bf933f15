/** The stage that itk-vtk-viewer draws: an iframe with our page, and what the two say to each other. */

import { t } from "../left/text.ts";
import type { Channel } from "./channel";
import { Ahead } from "./page_ahead";
import { findPage } from "./page_place";
import { pick, type FromPage, type Stand, type ToPage } from "./page_wire";
import type { Camera, Stage, View } from "./stage";
import type { Picture, SeriesPicture } from "./wire";

interface Settle {
  resolve: () => void;
  reject: (error: Error) => void;
}

type Question = Extract<ToPage, { cx: "open" | "show" | "full" }>;
type Without<T> = T extends Question ? Omit<T, "id"> : never;

export class ItkStage implements Stage {
  readonly kind = "viewer";
  readonly element = document.createElement("iframe");
  oncoarse: (coarseness: number) => void = () => undefined;
  onlost: (because: string) => void = () => undefined;

  private readonly series: SeriesPicture;
  private readonly waiting = new Map<number, Settle>();
  private lastId = 0;
  private stand: Stand | undefined;
  private opening: Settle | undefined;
  private opened = false;
  private ahead: Ahead | undefined;
  private loaded: () => void = () => undefined;

  constructor(
    private readonly channel: Channel,
    private readonly picture: Picture,
    private readonly index: number,
  ) {
    const series = picture.series[index];
    if (!series) throw new RangeError("there is no such series");
    this.series = series;
    this.element.title = t("Image viewer");
    this.element.tabIndex = -1;
    this.element.style.cssText = "position:absolute;inset:0;width:100%;height:100%;border:0;background:#000";
  }

  async open(view: View, index: number, window: [number, number], camera: Camera): Promise<void> {
    if (!hasWebGL()) throw new Error(t("This browser has no WebGL."));
    this.stand = { view, index, window, camera };
    this.ahead = new Ahead(this.channel, this.index, this.series.coarseness.length);
    addEventListener("message", this.receive);
    const painted = new Promise<void>((resolve, reject) => (this.opening = { resolve, reject }));
    findPage(this.picture.page_url, this.channel).then(
      ({ url, loaded }) => {
        this.loaded = loaded;
        this.element.src = url;
      },
      (error: unknown) => this.giveUp(error instanceof Error ? error.message : String(error)),
    );
    await painted;
    this.opened = true;
  }

  show(view: View, index: number): Promise<void> {
    if (this.stand) Object.assign(this.stand, { view, index });
    return this.ask({ cx: "show", view, index });
  }

  window(window: [number, number]): void {
    if (this.stand) this.stand.window = window;
    this.post({ cx: "window", window });
  }

  camera(camera: Camera): void {
    if (this.stand) this.stand.camera = camera;
    this.post({ cx: "camera", camera });
  }

  full(): Promise<void> {
    return this.ask({ cx: "full" });
  }

  remove(): void {
    removeEventListener("message", this.receive);
    this.waiting.clear();
    this.loaded();
    this.ahead = undefined;
    this.element.remove(); // the page frees its WebGL context then
  }

  private ask(question: Without<Question>): Promise<void> {
    const id = ++this.lastId;
    const answer = new Promise<void>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.post({ ...question, id });
    return answer;
  }

  private post(message: ToPage, transfer: Transferable[] = []): void {
    this.element.contentWindow?.postMessage(message, "*", transfer);
  }

  /** Nothing can be drawn, or nothing any more. */
  private giveUp(because: string): void {
    const error = new Error(t("The viewer could not draw this image (%1).", because));
    this.opening?.reject(error);
    for (const settle of this.waiting.values()) settle.reject(error);
    this.waiting.clear();
    if (this.opened) this.onlost(error.message);
  }

  private readonly receive = (event: MessageEvent<FromPage>): void => {
    if (!this.element.contentWindow || event.source !== this.element.contentWindow) return;
    const message = event.data;
    switch (message.cx) {
      case "hello":
        this.greet();
        break;
      case "get":
        void this.fetch(message.id, message.key);
        break;
      case "painted":
        this.settled(message.id)?.resolve();
        break;
      case "level":
        this.oncoarse(this.series.coarseness[message.level] ?? 1);
        break;
      case "failed":
        this.failed(message.id, message.because);
        break;
      case "key":
        this.element.dispatchEvent(new KeyboardEvent("keydown", { ...message, bubbles: true, cancelable: true }));
        break;
    }
  };

  private failed(id: number, because: string): void {
    if (id && this.opened) this.settled(id)?.reject(new Error(because));
    else this.giveUp(because);
  }

  /** The page runs: it is told what to draw first. */
  private greet(): void {
    this.loaded();
    const { opening, stand } = this;
    if (!opening || !stand) return;
    this.ask({ cx: "open", series: pick(this.series), stand }).then(opening.resolve, opening.reject);
  }

  private settled(id: number): Settle | undefined {
    const settle = this.waiting.get(id);
    this.waiting.delete(id);
    return settle;
  }

  private async fetch(id: number, key: string): Promise<void> {
    const data = (await this.ahead?.get(key)) ?? null;
    this.post({ cx: "got", id, data }, data ? [data] : []);
  }
}

function hasWebGL(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}
