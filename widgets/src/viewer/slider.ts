/** The slice slider beneath a pane: play, where slices are missing, which one it is. */

import { count as whole } from "../left/numbers.ts";
import { t } from "../left/text.ts";
import { button, icon, make } from "./make";
import { spoken } from "./scene";

/** Half of the thumb: the middle of the first slice lies that far from the end. */
const THUMB_PX = 6;
const CINE_MS = 100;

export class Slider {
  readonly element = make("div", "cx-img-slide");
  private readonly input = make("input");
  private readonly marks = make("span", "cx-img-gaps");
  private readonly text = make("span", "cx-img-count");
  private readonly player: HTMLButtonElement;
  private playing = false;
  private drawn = "";

  /** `go` resolves when the slice is painted, so that play never runs ahead. */
  constructor(private readonly go: (index: number) => Promise<void>) {
    this.player = button("", () => this.play(), "cx-img-icon");
    this.input.type = "range";
    this.input.min = "0";
    this.input.dataset.slices = "";
    this.input.setAttribute("aria-label", t("Slice"));
    this.input.oninput = () => void this.go(Number(this.input.value));
    const rail = make("span", "cx-img-rail");
    rail.append(this.marks, this.input);
    this.element.append(this.player, rail, this.text);
    this.face();
  }

  update(index: number, count: number, missing: readonly number[]): void {
    const { input } = this;
    input.max = String(count - 1);
    input.value = String(index);
    input.setAttribute("aria-valuetext", spoken(index, count));
    this.text.textContent = t("%1 of %2", whole(index + 1), whole(count));
    this.element.classList.toggle("cx-img-one", count < 2);
    input.disabled = this.player.disabled = count < 2;
    const share = count > 1 ? index / (count - 1) : 0;
    this.element.style.setProperty("--at", String(share));
    const key = `${count} ${missing.join(" ")}`;
    if (key === this.drawn) return;
    this.drawn = key;
    this.marks.replaceChildren(
      ...runs(missing).map(([first, last]) => {
        const mark = make("i");
        const at = (slice: number): string => `calc(${THUMB_PX}px + (100% - ${2 * THUMB_PX}px) * ${slice / (count - 1)})`;
        mark.style.left = at(first - 0.5);
        mark.style.right = `calc(100% - ${at(last + 0.5)})`;
        return mark;
      }),
    );
  }

  play(on = !this.playing): void {
    if (on === this.playing || (on && this.player.disabled)) return;
    this.playing = on;
    this.face();
    if (on) void this.run();
  }

  remove(): void {
    this.playing = false;
  }

  private async run(): Promise<void> {
    while (this.playing) {
      const next = (Number(this.input.value) + 1) % (Number(this.input.max) + 1);
      await Promise.all([this.go(next), new Promise((resolve) => setTimeout(resolve, CINE_MS))]);
    }
  }

  private face(): void {
    this.player.replaceChildren(icon(this.playing ? "pause" : "play"));
    const name = this.playing ? t("Pause") : t("Play through the slices");
    this.player.setAttribute("aria-label", name);
    this.player.title = name;
  }
}

/** Numbers that follow each other as first and last. */
export function runs(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
