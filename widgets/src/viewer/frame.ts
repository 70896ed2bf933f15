/** What stands around the picture: planes, banners, letters, caption, slice slider. No messages here. */

import { decimal, count as whole } from "../left/numbers.ts";
import { t } from "../left/text.ts";
import { AXIS, LETTERS, type Picture, type Plane } from "./wire";
import { STYLE } from "./style";

const NAMES = { axial: "Axial", coronal: "Coronal", sagittal: "Sagittal" } as const;
const ACQUIRED = {
  axial: "Axial, as acquired",
  coronal: "Coronal, as acquired",
  sagittal: "Sagittal, as acquired",
} as const;

/** An element with text; the text is never read as markup. */
function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function number(value: number): string {
  const written = String(Number(value.toPrecision(3)));
  return decimal(Number(written), written.split(".")[1]?.length ?? 0).replace("-", "−");
}

export interface Deeds {
  plane(plane: Plane): void;
  slice(plane: Plane, index: number): void;
  full(): void;
}

export class Frame {
  readonly root = make("div", "cx-img");
  readonly stage = make("div", "cx-img-stage");
  plane: Plane;
  index = 0;

  private readonly notes = make("div");
  private readonly image = make("img");
  private readonly buttons = new Map<Plane, HTMLButtonElement>();
  private readonly letters = ["l", "r", "t", "b"].map((side) => make("div", `cx-img-o cx-img-letter cx-img-${side}`));
  private readonly topRight = make("div", "cx-img-o cx-img-tr");
  private readonly scale = make("span");
  private readonly fullButton = make("button", "", t("Load full resolution"));
  private readonly slider = make("input");
  private readonly position = make("output");
  private readonly slide = make("div", "cx-img-slide");
  private imageUrl = "";

  constructor(
    private readonly picture: Picture,
    private readonly deeds: Deeds,
  ) {
    this.plane = picture.plane;
    this.root.append(make("style", "", STYLE), this.bar(), this.notes, this.stage, this.slide);
    this.notes.style.display = "contents";
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", picture.alt);
    this.image.alt = picture.alt;
    this.image.hidden = true;
    for (const warning of picture.warnings) this.warn(warning.text);

    const caption = make("div", "cx-img-o cx-img-tl");
    picture.caption.forEach((line, i) => caption.append(make(i ? "div" : "b", "", line)));
    const corner = make("div", "cx-img-o cx-img-br");
    this.fullButton.type = "button";
    this.fullButton.onclick = () => {
      this.fullButton.disabled = true;
      this.fullButton.textContent = t("Loading…");
      this.deeds.full();
    };
    this.fullButton.hidden = true;
    corner.append(this.scale, make("br"), this.fullButton);
    this.stage.append(this.image, ...this.letters, caption, this.topRight, corner);

    this.slider.type = "range";
    this.slider.min = "0";
    this.slider.setAttribute("aria-label", t("Slice"));
    this.slider.oninput = () => {
      this.place(this.plane, Number(this.slider.value));
      this.deeds.slice(this.plane, this.index);
    };
    this.slide.append(this.slider, this.position);
    this.turn(this.plane);
  }

  /** Shows which plane it is, in the middle of the stack. */
  turn(plane: Plane): void {
    this.letters.forEach((element, side) => {
      element.textContent = this.picture.oriented ? (LETTERS[plane][side] ?? "") : "";
    });
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === plane));
    this.place(plane, Math.floor(this.picture.shape[AXIS[plane]] / 2));
  }

  /** Shows which slice it is. */
  place(plane: Plane, index: number): void {
    this.plane = plane;
    this.index = index;
    const count = this.picture.shape[AXIS[plane]];
    this.slider.max = String(count - 1);
    this.slider.value = String(index);
    this.slide.hidden = count < 2;
    this.position.textContent = t("%1 of %2", whole(index + 1), whole(count));
    const [centre, width] = this.picture.window;
    const lines = count > 1 ? [t("Slice %1 of %2", index + 1, count)] : [];
    lines.push(`W ${number(width)} · L ${number(centre)}`);
    this.topRight.replaceChildren(...lines.map((line) => make("div", "", line)));
  }

  /** By how much the drawn voxels are coarser than the files. */
  coarse(coarseness: number): void {
    this.scale.textContent = coarseness > 1 ? t("Loaded 1:%1, coarser than the files", coarseness) : t("Full resolution");
    this.fullButton.hidden = coarseness <= 1;
    this.fullButton.disabled = false;
    this.fullButton.textContent = t("Load full resolution");
  }

  still(png: ArrayBuffer): void {
    URL.revokeObjectURL(this.imageUrl);
    this.imageUrl = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    this.image.src = this.imageUrl;
    this.image.hidden = false;
  }

  warn(text: string): HTMLElement {
    const note = make("div", "cx-img-note");
    note.setAttribute("role", "note");
    note.append(warningSign(), make("span", "", text));
    this.notes.append(note);
    return note;
  }

  remove(): void {
    URL.revokeObjectURL(this.imageUrl);
    this.root.remove();
  }

  private bar(): HTMLElement {
    const bar = make("div", "cx-img-bar");
    bar.append(make("span", "cx-img-title", this.picture.title));
    const planes = make("div", "cx-img-planes");
    planes.setAttribute("role", "group");
    planes.setAttribute("aria-label", t("Plane"));
    for (const plane of this.picture.planes) {
      const name = plane === this.picture.acquired ? t(ACQUIRED[plane]) : t(NAMES[plane]);
      const button = make("button", "", this.picture.oriented ? name : t("As stored"));
      button.type = "button";
      button.onclick = () => {
        this.turn(plane);
        this.deeds.plane(plane);
      };
      this.buttons.set(plane, button);
      planes.append(button);
    }
    bar.append(planes);
    return bar;
  }
}

function warningSign(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.1");
  svg.append(path);
  return svg;
}
