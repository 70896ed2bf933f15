/** How values become greys: presets, and centre and width to type. */

import { t } from "../left/text.ts";
import { button, group, make, press } from "./make";
import type { Pair } from "./geometry";
import { same, type Look } from "./scene";

/** More presets than these are a list to choose from. */
const IN_A_ROW = 4;
/** By how many times the range of the values a typed window may go beyond them. */
const BEYOND = 10;

export class Windowing {
  readonly presets: HTMLElement;
  readonly fields = make("div", "cx-img-fields");
  private readonly buttons: HTMLButtonElement[] = [];
  private readonly list = make("select");
  private readonly width: HTMLInputElement;
  private readonly centre: HTMLInputElement;

  constructor(
    private readonly look: Look,
    private readonly changed: () => void,
    /** Whose window it is, where there are several. */
    of: string,
    narrow: boolean,
  ) {
    const { presets } = look.series;
    const name = of ? t("Window of %1", of) : t("Window");
    if (presets.length <= IN_A_ROW && !narrow) {
      this.buttons = presets.map((preset) => button(preset.name, () => this.set(preset.window)));
      this.presets = group(name, ...this.buttons);
    } else {
      this.list.setAttribute("aria-label", name);
      this.list.append(
        ...presets.map((preset) => make("option", "", preset.name)),
        make("option", "", t("Own window")),
      );
      this.list.onchange = () => {
        const preset = presets[this.list.selectedIndex];
        if (preset) this.set(preset.window);
      };
      this.presets = this.list;
    }
    this.presets.hidden = !presets.length;
    this.width = this.field("W", t("Window width"), (typed) => [look.window[0], typed]);
    this.centre = this.field("L", t("Window centre"), (typed) => [typed, look.window[1]]);
  }

  update(): void {
    const { presets } = this.look.series;
    const [centre, width] = this.look.window;
    const chosen = presets.findIndex(({ window }) => same(window, this.look.window));
    this.buttons.forEach((element, i) => press(element, i === chosen));
    if (this.presets === this.list) {
      const own = this.list.options[presets.length];
      if (own) own.hidden = chosen >= 0;
      this.list.selectedIndex = chosen < 0 ? presets.length : chosen;
    }
    write(this.width, this.rounded(width));
    write(this.centre, this.rounded(centre));
  }

  private sane([centre, width]: Pair): boolean {
    const [low, high] = this.look.series.range;
    const reach = BEYOND * (high - low || 1);
    return width > 0 && width <= reach && centre >= low - reach && centre <= high + reach;
  }

  /** Whole HU; else three figures. */
  private rounded(value: number): string {
    const whole = this.look.series.unit === "HU" || Math.abs(value) >= 100;
    return String(whole ? Math.round(value) : Number(value.toPrecision(3)));
  }

  private set(window: [number, number]): void {
    this.look.window = window;
    this.changed();
  }

  private field(letter: string, name: string, windowOf: (typed: number) => Pair): HTMLInputElement {
    const label = make("label", "", letter);
    const input = make("input");
    input.type = "number";
    input.step = "any";
    input.setAttribute("aria-label", name);
    input.onchange = () => {
      const typed = windowOf(input.valueAsNumber);
      if (this.sane(typed)) this.set(typed);
      const [centre, width] = this.look.window;
      this.width.value = this.rounded(width);
      this.centre.value = this.rounded(centre);
    };
    label.append(input);
    this.fields.append(label);
    return input;
  }
}

/** What is being typed stays. */
function write(input: HTMLInputElement, value: string): void {
  const root = input.getRootNode() as Document | ShadowRoot;
  if (root.activeElement !== input) input.value = value;
}
