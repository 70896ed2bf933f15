/** The list of segments: what each is, who made it, whether it is shown. */

import { t } from "../left/text.ts";
import { figure, make, button } from "./make";
import type { Look } from "./scene";
import type { Segment } from "./wire";

export interface LegendDeeds {
  changed(): void;
  /** Shows the middle of a segment. */
  jump(segment: Segment): void;
}

export class Legend {
  readonly element = make("div", "cx-img-legend");
  private readonly checks = new Map<number, HTMLInputElement>();
  /** A switch for all segments of an overlay. */
  private readonly switches: { check: HTMLInputElement; bits: number[] }[] = [];

  constructor(
    private readonly look: Look,
    private readonly deeds: LegendDeeds,
  ) {
    const { overlays, segments } = look.series;
    this.element.hidden = !overlays.length;
    overlays.forEach((overlay, place) => {
      const list = make("ul");
      const own = segments.filter((segment) => segment.overlay === place);
      list.append(...own.map((segment) => this.row(segment)));
      list.setAttribute("aria-label", overlay.name);
      const head = make("div", "cx-img-made");
      const bits = own.map(({ bit }) => bit);
      if (bits.length > 1) head.append(this.all(overlay.name, bits));
      head.append(make("b", "", overlay.name), ` ${this.heading(place)}`);
      this.element.append(head, ...overlay.warnings.map((text) => make("div", "cx-img-warn", text)), list);
    });
  }

  update(): void {
    const { hidden } = this.look;
    for (const [bit, check] of this.checks) check.checked = !hidden.has(bit);
    for (const { check, bits } of this.switches) {
      check.checked = bits.every((bit) => !hidden.has(bit));
      check.indeterminate = !check.checked && bits.some((bit) => !hidden.has(bit));
    }
  }

  /** What a segmentation is and who made it. */
  private heading(overlay: number): string {
    const { kind = "", made_by = "" } = this.look.series.overlays[overlay] ?? {};
    return [kind, made_by].filter(Boolean).join(", ");
  }

  private all(name: string, bits: number[]): HTMLInputElement {
    const check = this.check(t("Show all of %1", name), bits);
    this.switches.push({ check, bits });
    return check;
  }

  private check(name: string, bits: number[]): HTMLInputElement {
    const check = make("input");
    check.type = "checkbox";
    check.setAttribute("aria-label", name);
    check.onchange = () => {
      for (const bit of bits) {
        if (check.checked) this.look.hidden.delete(bit);
        else this.look.hidden.add(bit);
      }
      this.deeds.changed();
    };
    return check;
  }

  private row(segment: Segment): HTMLElement {
    const row = make("li");
    const check = this.check(t("Show %1", segment.name), [segment.bit]);
    this.checks.set(segment.bit, check);
    const swatch = make("i", segment.overlay ? "cx-img-swatch cx-img-dashed" : "cx-img-swatch");
    swatch.style.setProperty("--colour", segment.colour);
    const name = button(segment.name, () => this.deeds.jump(segment), "cx-img-jump");
    name.title = t("Go to the middle of %1", segment.name);
    name.disabled = !segment.slices;
    const size = segment.cm3 === null ? "" : t("%1 cm³", figure(segment.cm3));
    const detail = this.heading(segment.overlay).includes(segment.detail) ? "" : segment.detail;
    // What is cut where there is no room is the detail, never the size.
    const rest = [size, segment.slices ? "" : t("no voxel here"), detail].filter(Boolean).join(", ");
    const about = make("span", "cx-img-size", rest);
    about.title = rest;
    row.append(check, swatch, name, about);
    return row;
  }
}

/** How strongly the inside of segments is coloured. */
export function opacitySlider(value: number, set: (value: number) => void): HTMLElement {
  const label = make("label", "cx-img-opacity", t("Opacity"));
  const input = make("input");
  const said = make("span");
  const say = (): void => {
    said.textContent = `${input.value} %`;
    input.setAttribute("aria-valuetext", said.textContent);
  };
  Object.assign(input, { type: "range", min: "0", max: "100", step: "5", value: String(Math.round(100 * value)) });
  input.oninput = () => {
    say();
    set(Number(input.value) / 100);
  };
  say();
  label.append(input, said);
  return label;
}
