/** What is written over a picture: caption, letters, slice, scale bar, how much is loaded. */

import { decimal } from "../left/numbers.ts";
import { t } from "../left/text.ts";
import { barLength, sliceCount, type Pair } from "./geometry";
import { button, figure, make } from "./make";
import { spoken } from "./scene";
import type { View } from "./stage";
import { LETTERS, type SeriesPicture } from "./wire";

const BAR_PX = 96;

/** What there is to write. */
export interface Written {
  view: View;
  index: number;
  window: Pair;
  /** mm for each CSS pixel. */
  scale: number;
  /** False where the cursor lies in no voxel of the series. */
  inside: boolean;
}

export class Corners {
  readonly elements: HTMLElement[];
  private readonly letters = ["l", "r", "t", "b"].map((side) => make("div", `cx-img-o cx-img-letter cx-img-${side}`));
  private readonly topRight = make("div", "cx-img-o cx-img-tr");
  private readonly bar = make("div", "cx-img-o cx-img-bl");
  private readonly length = make("i");
  private readonly mm = make("span");
  private readonly loaded = make("span", "cx-img-loaded");
  private readonly fuller: HTMLButtonElement;
  private amiss = "";

  constructor(
    private readonly series: SeriesPicture,
    full: () => void,
  ) {
    const caption = make("div", "cx-img-o cx-img-tl");
    series.caption.forEach((line, i) => caption.append(make(i ? "div" : "b", "", line)));
    const corner = make("div", "cx-img-o cx-img-br");
    this.fuller = button(t("Load full resolution"), () => {
      this.fuller.disabled = true;
      this.fuller.textContent = t("Loading…");
      full();
    });
    this.fuller.hidden = true;
    corner.append(this.loaded, this.fuller);
    this.bar.append(this.length, this.mm);
    this.bar.hidden = !series.measured;
    this.elements = [...this.letters, caption, this.topRight, this.bar, corner];
  }

  /** By how much the drawn voxels are coarser than the files, and whether more can be loaded. */
  load(coarseness: number, more: boolean): void {
    const written = decimal(coarseness, Number.isInteger(coarseness) ? 0 : 1);
    this.loaded.textContent = coarseness > 1 ? t("Loaded 1:%1", written) : t("Full resolution");
    this.loaded.title = coarseness > 1 ? t("Coarser than the files") : "";
    this.loaded.classList.toggle("cx-img-whole", coarseness <= 1);
    this.fuller.hidden = coarseness <= 1 || !more;
    this.fuller.disabled = false;
    this.fuller.textContent = t("Load full resolution");
  }

  /** Says what is not there though it should be. */
  blame(text: string): void {
    this.amiss = text;
  }

  write({ view, index, window, scale, inside }: Written): void {
    const { series } = this;
    const volume = view === "volume";
    this.letters.forEach((element, side) => {
      element.textContent = series.oriented && !volume ? (LETTERS[view][side] ?? "") : "";
    });
    const lines: HTMLElement[] = [];
    const line = (text: string, className = ""): void => void lines.push(make("div", className, text));
    if (!volume) {
      const count = sliceCount(series, view);
      if (count > 1) line(spoken(index, count));
    }
    line(`W ${figure(window[1])} · L ${figure(window[0])}${series.unit && ` ${series.unit}`}`, "cx-img-wl");
    if (view === series.acquired && series.missing.includes(index)) line(t("This slice is missing"), "cx-img-amber");
    if (this.amiss) line(this.amiss, "cx-img-amber");
    if (!inside) line(t("The point lies outside this series"), "cx-img-quiet");
    this.topRight.replaceChildren(...lines);
    const mm = barLength(scale, BAR_PX);
    this.length.style.width = `${mm / scale}px`;
    this.mm.textContent = mm >= 1 ? t("%1 mm", mm) : t("%1 mm", decimal(mm, Math.ceil(-Math.log10(mm))));
    this.bar.hidden = !series.measured || volume;
  }
}
