/** The app's page in a frame, covered until it is ready; brings it back when its process dies. */

import { Signal, type ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { render } from "preact";
import { t } from "../../left/text.ts";
import type { AppState } from "../events.ts";
import type { Model } from "../model.ts";
import { Cover } from "./Cover.tsx";
import { passKeys } from "./keys.ts";
import { heard, pageAddress, tell, type Said, type Theme, type Told } from "./messages.ts";
import { afterApp, afterLost, afterReady, BEGIN, mustLoad, type Progress } from "./phases.ts";

const SANDBOX = "allow-scripts allow-same-origin allow-downloads allow-popups allow-forms allow-modals";
const SLOW_MS = 45_000;
const FADE_MS = 200;
const TRY_AGAIN_MS = 2_000;

interface Options {
  workspace: string;
  theme: Theme;
  language: string;
}

export class ExplorerFrame extends Widget {
  #progress = BEGIN;
  #workspace: string;
  #theme: Theme;
  #slow = false;
  #begun = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #language: string;
  readonly #frame = document.createElement("iframe");
  readonly #cover = document.createElement("div");
  readonly #said = new Signal<this, Said>(this);
  readonly #focused = new Signal<this, void>(this);

  constructor(
    private readonly model: Model,
    { workspace, theme, language }: Options,
  ) {
    super();
    this.#workspace = workspace;
    this.#theme = theme;
    this.#language = language;
    this.addClass("cxf");
    this.#frame.setAttribute("sandbox", SANDBOX);
    this.#frame.referrerPolicy = "same-origin";
    this.name = "";
    this.#cover.className = "cxf-cover";
    this.node.append(this.#frame, this.#cover);
    this.#frame.addEventListener("load", this.#onLoad);
    model.appChanged.connect(this.#onApp, this);
    window.addEventListener("message", this.#onMessage);
    window.addEventListener("blur", this.#onBlur);
    this.#draw();
  }

  /** What the page asks of JupyterLab. */
  get said(): ISignal<this, Said> {
    return this.#said;
  }

  /** The user went into the page. */
  get focused(): ISignal<this, void> {
    return this.#focused;
  }

  get workspace(): string {
    return this.#workspace;
  }

  /** Show another workspace's cohort. */
  set workspace(name: string) {
    if (name === this.#workspace) return;
    this.#workspace = name;
    if (this.#progress.phase === "open" || this.#progress.phase === "opening") this.#reload();
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.tell({ kind: "theme", theme });
  }

  /** The cohort's name, for those who hear the page instead of seeing it. */
  set name(name: string) {
    this.#frame.title = name ? t("Cohort Explorer: %1", name) : t("Cohort Explorer");
  }

  tell(message: Told): void {
    if (this.#progress.phase === "open") tell(this.#frame, message);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    clearTimeout(this.#timer);
    window.removeEventListener("message", this.#onMessage);
    window.removeEventListener("blur", this.#onBlur);
    render(null, this.#cover);
    Signal.clearData(this);
    super.dispose();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) void this.#begin();
  }

  protected override onAfterShow(): void {
    void this.#begin();
  }

  protected override onActivateRequest(): void {
    if (document.activeElement === this.#frame) return;
    if (this.#progress.phase === "open") this.#frame.focus();
    else this.node.querySelector("button")?.focus();
  }

  /** Start the process, once the tab is seen for the first time. */
  async #begin(): Promise<void> {
    if (this.isDisposed || this.#begun) return;
    this.#begun = true;
    await this.model.startApp();
  }

  readonly #onApp = (_: Model, app: AppState): void => {
    if (!this.#begun) return;
    this.#go(afterApp(this.#progress, app));
    if (app.state === "stopped") this.#later(() => void this.model.startApp());
  };

  readonly #onMessage = (event: MessageEvent): void => {
    const said = heard(event, this.#frame);
    if (said?.kind === "ready") this.#ready();
    else if (said?.kind === "lost") void this.#lost();
    else if (said) this.#said.emit(said);
  };

  /** A click into a frame is seen by its own page only; that the window lost the focus to it is all that we see. */
  readonly #onBlur = (): void => {
    if (document.activeElement === this.#frame) this.#focused.emit();
  };

  /** A page that is not the app says why itself: a sentence of the explorer's, or a form to log in. */
  readonly #onLoad = (): void => {
    passKeys(this.#frame);
    const page = this.#frame.contentDocument;
    if (this.#progress.phase !== "opening" || !page || page.URL === "about:blank") return;
    if (!page.querySelector(".app")) this.#go(afterReady(this.#progress));
  };

  #ready(): void {
    this.#go(afterReady(this.#progress));
    tell(this.#frame, { kind: "theme", theme: this.#theme });
    if (this.node.contains(document.activeElement)) this.#frame.focus();
    this.#said.emit({ kind: "ready" });
  }

  /** The page has no server any more: the process died, or the network was away. */
  async #lost(): Promise<void> {
    this.#go(afterLost(this.#progress));
    if (this.#progress.phase !== "lost" || this.isDisposed) return;
    try {
      const app = await this.model.lookAtApp();
      if (app.state === "stopped") await this.model.startApp();
      // The same process answers: only the connection was away.
      else if (app.state === "ready" && this.#isLost()) this.#reload();
    } catch {
      this.#later(() => void this.#lost());
    }
  }

  #isLost(): boolean {
    return this.#progress.phase === "lost";
  }

  #go(after: Progress): void {
    if (this.isDisposed) return;
    const before = this.#progress;
    this.#progress = after;
    if (mustLoad(before, after)) this.#load();
    if (before.phase !== after.phase || after.phase === "starting" || after.phase === "lost") this.#draw();
  }

  readonly #reload = (): void => {
    this.#progress = { ...this.#progress, phase: "opening" };
    this.#load();
    this.#draw();
  };

  #load(): void {
    this.#slow = false;
    this.#frame.src = pageAddress(this.model.server.address("app/"), this.#workspace, this.#theme, this.#language);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#progress.phase !== "opening") return;
      this.#slow = true;
      this.#draw();
    }, SLOW_MS);
  }

  #later(step: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(step, TRY_AGAIN_MS);
  }

  #draw(): void {
    const { phase } = this.#progress;
    this.node.dataset.phase = phase;
    // While the page cannot be seen it cannot be reached by keyboard either.
    this.#frame.inert = phase !== "open";
    if (phase === "open") {
      // The cover fades over the page first.
      setTimeout(() => {
        if (this.#progress.phase === "open") render(null, this.#cover);
      }, FADE_MS);
      return;
    }
    render(
      <Cover
        progress={this.#progress}
        app={this.model.app}
        slow={this.#slow}
        start={() => void this.model.startApp()}
        reload={this.#reload}
      />,
      this.#cover,
    );
  }
}
