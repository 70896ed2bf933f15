/** The ESM of both widgets: the picture at once as a PNG, then the interactive viewer over it. */

import { speak } from "../left/languages.ts";
import { t } from "../left/text.ts";
import { pageMarkup } from "./assets";
import { Channel, type Model, type PanelView } from "./channel";
import { Frame } from "./frame";
import type { FromPage, Picture, Plane, ToPage } from "./wire";

interface Props {
  model: Model;
  el: HTMLElement;
  view?: PanelView;
}

class Host {
  private readonly started = performance.now();
  private readonly channel: Channel;
  private readonly frame: Frame;
  private readonly iframe = document.createElement("iframe");
  private clock = 0;
  private live = false;
  private asked = 0;
  private excuse: HTMLElement | undefined;

  constructor(
    { model, el, view }: Props,
    private readonly picture: Picture,
  ) {
    this.channel = new Channel(model, view);
    this.frame = new Frame(picture, {
      plane: (plane) => this.show({ cx: "plane", plane }),
      slice: (plane, index) => this.show({ cx: "slice", plane, index }),
      full: () => this.post({ cx: "full" }),
    });
    el.append(this.frame.root);
    addEventListener("message", this.receive);
    void this.draw();
    if (picture.still_because) this.giveUp(picture.still_because);
    else if (!hasWebGL()) this.giveUp(t("This browser has no WebGL, so this is a still picture of each slice."));
    else void this.start();
  }

  remove(): void {
    clearTimeout(this.clock);
    removeEventListener("message", this.receive);
    this.channel.close();
    this.iframe.remove();
    this.frame.remove();
  }

  private async start(): Promise<void> {
    const limit = this.picture.time_limit_s;
    this.clock = window.setTimeout(
      () => this.giveUp(t("The viewer did not draw within %1 seconds, so this is a still picture of each slice.", limit)),
      limit * 1000,
    );
    this.iframe.title = t("Image viewer");
    this.iframe.tabIndex = -1;
    this.frame.stage.prepend(this.iframe);
    if (this.picture.page_url) {
      this.iframe.src = this.picture.page_url;
      return;
    }
    try {
      const url = URL.createObjectURL(new Blob([await pageMarkup(this.channel)], { type: "text/html" }));
      this.iframe.onload = () => URL.revokeObjectURL(url);
      this.iframe.src = url;
    } catch (error) {
      this.giveUp(t("The viewer could not start (%1), so this is a still picture of each slice.", String(error)));
    }
  }

  private show(message: ToPage): void {
    if (this.live) this.post(message);
    else void this.draw();
  }

  /** The current slice as a PNG; only the newest answer counts. */
  private async draw(): Promise<void> {
    const mine = ++this.asked;
    const png = await this.channel.ask({ kind: "png", plane: this.frame.plane, index: this.frame.index });
    if (png && mine === this.asked && !this.live) this.frame.still(png);
  }

  private giveUp(because: string): void {
    clearTimeout(this.clock);
    if (this.live) return;
    this.excuse?.remove();
    this.excuse = this.frame.warn(because);
    this.state("still", because, 1);
  }

  private state(shown: "viewer" | "still", because: string, coarseness: number): void {
    const open_ms = Math.round(performance.now() - this.started);
    this.frame.root.dataset.shown = shown;
    this.channel.report({ kind: "state", state: { shown, because, open_ms, coarseness } });
  }

  private post(message: ToPage, transfer: Transferable[] = []): void {
    this.iframe.contentWindow?.postMessage(message, "*", transfer);
  }

  private readonly receive = (event: MessageEvent<FromPage>): void => {
    if (!this.iframe.contentWindow || event.source !== this.iframe.contentWindow) return;
    const message = event.data;
    if (message.cx === "hello") this.post({ cx: "open", picture: this.picture });
    else if (message.cx === "get") void this.fetch(message.id, message.key);
    else if (message.cx === "rendered") this.rendered(message.level);
    else if (message.cx === "level") this.level(message.level);
    else if (message.cx === "sliced") this.frame.place(message.plane, message.index);
    else
      this.giveUp(
        t("The viewer could not draw this image (%1), so this is a still picture of each slice.", message.because),
      );
  };

  private async fetch(id: number, key: string): Promise<void> {
    const data = await this.channel.ask({ kind: "get", key });
    this.post({ cx: "got", id, data }, data ? [data] : []);
  }

  private rendered(level: number): void {
    clearTimeout(this.clock);
    this.live = true;
    this.excuse?.remove();
    this.resume(this.frame.plane, this.frame.index);
    this.frame.stage.classList.add("live");
    this.level(level);
  }

  /** The reader may have moved on while the viewer loaded. */
  private resume(plane: Plane, index: number): void {
    if (plane !== this.picture.plane) this.post({ cx: "plane", plane });
    this.post({ cx: "slice", plane, index });
  }

  private level(level: number): void {
    const coarseness = this.picture.coarseness[level] ?? 1;
    this.frame.coarse(coarseness);
    this.state("viewer", "", coarseness);
  }
}

function hasWebGL(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

function render(props: Props): () => void {
  speak();
  let host: Host | undefined;
  const open = (): void => {
    host?.remove();
    host = new Host(props, JSON.parse(String(props.model.get("picture"))) as Picture);
  };
  open();
  return () => host?.remove();
}

export default { render };
