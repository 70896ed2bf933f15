/** A contact sheet: a seeded sample of a cohort as small pictures, the same in the app and in a notebook. */

import { count } from "../left/numbers.ts";
import { lookedUp, t } from "../left/text.ts";
import { action, icon, type Mark } from "./elements.ts";
import { keepShortcutsOut } from "../left/shortcuts.ts";
import { make } from "./make.ts";

/** A series of the sample. Texts are as recorded. */
export interface Tile {
  uid: string;
  patient: string;
  dataset: string;
  /** Value of the column that the sample is spread over. */
  stratum: string;
  modality: string;
  /** Modality and description. */
  what: string;
  images: number;
  /** Whether its images are on this computer. */
  local: boolean;
  /** Whether a picture can be had, such as that which a snapshot carries; by default where the images are. */
  pictured?: boolean;
  mark: Mark;
  /** One sentence for those who cannot see the picture. */
  alt: string;
}

export interface SheetContent {
  heading: string;
  note: string;
  /** Name of the column that the sample is spread over. */
  by: string;
  choices: { name: string; title: string }[];
  seed: number;
  tiles: Tile[];
}

/** What a sheet asks of the place that it stands in. */
export interface SheetHost {
  /** WebP of a series; null where there is none. */
  thumbnail(uid: string): Promise<ArrayBuffer | null>;
  choose(uid: string): void;
  press(name: "by" | "seed" | "new", value: string): void;
}

interface Drawn {
  element: HTMLElement;
  picture: HTMLImageElement;
  tile: Tile;
  spread: string;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export class Sheet {
  readonly element = make("div", "cx-sheet");
  /** Stands at the right of the heading; the app puts its switch there. */
  readonly corner = make("div");
  /** Stands after the controls. */
  readonly extra = make("div");
  private readonly heading = make("h3");
  private readonly note = make("p", "cx-sheet-note");
  private readonly grid = make("div", "cx-sheet-grid");
  private readonly by = make("select");
  private readonly seed = make("input");
  private readonly drawn = new Map<string, Drawn>();
  /** Addresses of the pictures that came, by series; empty where there is none. */
  private readonly pictures = new Map<string, string>();
  private readonly eyes: IntersectionObserver | null;
  private chosen = "";
  /** Column that the sample is spread over; no tile says its value twice. */
  private spread = "";
  private seedNow = "";
  private readonly forgetKeys: () => void;

  constructor(private readonly host: SheetHost) {
    this.eyes =
      typeof IntersectionObserver === "function"
        ? new IntersectionObserver((seen) => seen.forEach((one) => one.isIntersecting && this.load(one.target)), {
            rootMargin: "200px",
          })
        : null;
    const top = make("div", "cx-sheet-do");
    this.heading.style.marginRight = "auto";
    top.append(this.heading, this.corner);
    this.grid.setAttribute("role", "listbox");
    this.grid.onkeydown = (event) => this.key(event);
    this.element.append(top, this.controls(), this.note, this.grid);
    this.forgetKeys = keepShortcutsOut(this.element);
  }

  draw(content: SheetContent): void {
    this.grid.classList.remove("waits");
    this.heading.textContent = content.heading;
    this.spread = content.by;
    this.note.textContent = content.note;
    this.grid.setAttribute("aria-label", content.heading);
    const options = content.choices.map(({ name, title }) => new Option(lookedUp(title), name, false, name === content.by));
    // A column that nothing is recorded in here is no choice, but may be what the sample is spread over.
    if (!content.choices.some(({ name }) => name === content.by)) {
      options.unshift(new Option(content.by || t("nothing"), content.by, false, true));
    }
    this.by.replaceChildren(...options);
    this.seedNow = this.seed.value = String(content.seed);
    this.grid.classList.toggle(
      "away",
      content.tiles.every((tile) => !pictured(tile)),
    );
    const wanted = new Set(content.tiles.map((tile) => tile.uid));
    for (const [uid, { element }] of this.drawn) {
      if (wanted.has(uid)) continue;
      this.eyes?.unobserve(element);
      this.drawn.delete(uid);
      this.forget(uid);
    }
    const focused = this.grid.contains(document.activeElement) || this.holdsFocus();
    const held = focused ? this.focused() : undefined;
    this.grid.replaceChildren(...content.tiles.map((tile) => this.placed(tile)));
    held?.focus();
    this.choose(this.chosen);
  }

  /** Frame the chosen one. */
  choose(uid: string): void {
    this.chosen = uid;
    const stop = this.drawn.has(uid) ? uid : this.uids()[0];
    for (const [each, { element }] of this.drawn) {
      element.setAttribute("aria-selected", String(each === uid));
      element.tabIndex = each === stop ? 0 : -1;
    }
  }

  close(): void {
    this.eyes?.disconnect();
    this.forgetKeys();
    for (const uid of [...this.pictures.keys()]) this.forget(uid);
  }

  private controls(): HTMLElement {
    const line = make("div", "cx-sheet-do");
    const by = make("label", "", t("Spread over"));
    this.by.onchange = () => this.press("by", this.by.value);
    by.append(this.by);
    const seed = make("label", "", t("Seed"));
    Object.assign(this.seed, { type: "number", min: "0", max: "999999", step: "1" });
    this.seed.onchange = () => {
      if (this.seed.validity.valid && this.seed.value) this.press("seed", this.seed.value);
      else this.seed.value = this.seedNow;
    };
    seed.append(this.seed);
    line.append(
      by,
      seed,
      action(t("New sample"), "dice", () => this.press("new", "")),
      this.extra,
    );
    return line;
  }

  private press(name: "by" | "seed" | "new", value: string): void {
    this.grid.classList.add("waits");
    this.host.press(name, value);
  }

  /** The tile's element, made or brought up to date. */
  private placed(tile: Tile): HTMLElement {
    const known = this.drawn.get(tile.uid);
    if (known?.spread === this.spread && JSON.stringify(known.tile) === JSON.stringify(tile)) return known.element;
    const element = known?.element ?? make("div");
    const picture = make("img");
    element.className = `cx-sheet-tile ${tile.mark}${pictured(tile) ? " here" : ""}`;
    element.dataset.uid = tile.uid;
    element.setAttribute("role", "option");
    element.setAttribute("aria-label", inWords(tile));
    element.title = [tile.patient, tile.what].filter(Boolean).join("\n");
    element.onclick = () => this.open(tile.uid);
    picture.alt = tile.alt;
    const box = make("div", "cx-sheet-pic");
    box.append(picture, make("span", "cx-sheet-n", count(tile.images)));
    if (!pictured(tile)) box.prepend(absent(t("not on this computer")));
    if (tile.mark) {
      const sign = make("span", "cx-sheet-mark");
      sign.append(icon(tile.mark === "flag" ? "flag" : "close"), tile.mark === "flag" ? t("Flagged") : t("Excluded"));
      box.append(sign);
    }
    const said = [this.spread === "Modality" ? "" : tile.modality, tile.stratum].filter(Boolean).join(" · ");
    const heading = this.spread === "dataset" ? tile.patient : tile.dataset;
    element.replaceChildren(box, make("b", "", heading), make("span", "s", said));
    this.drawn.set(tile.uid, { element, picture, tile, spread: this.spread });
    if (!pictured(tile)) this.forget(tile.uid);
    else if (this.pictures.has(tile.uid)) this.paint(tile.uid);
    else if (this.eyes) this.eyes.observe(element);
    else this.load(element);
    return element;
  }

  private load(element: Element): void {
    this.eyes?.unobserve(element);
    const uid = (element as HTMLElement).dataset.uid ?? "";
    if (this.pictures.has(uid)) return;
    void this.host.thumbnail(uid).then((data) => {
      if (!this.drawn.has(uid)) return;
      this.pictures.set(uid, data ? URL.createObjectURL(new Blob([data], { type: "image/webp" })) : "");
      this.paint(uid);
    });
  }

  private paint(uid: string): void {
    const drawn = this.drawn.get(uid);
    if (!drawn) return;
    const address = this.pictures.get(uid);
    if (address) {
      drawn.picture.onload = () => drawn.element.classList.add("seen");
      drawn.picture.src = address;
    } else {
      drawn.picture.before(absent(drawn.tile.local ? t("no picture") : t("not on this computer")));
    }
  }

  private forget(uid: string): void {
    const address = this.pictures.get(uid);
    if (address) URL.revokeObjectURL(address);
    this.pictures.delete(uid);
  }

  private open(uid: string): void {
    this.choose(uid);
    this.drawn.get(uid)?.element.focus();
    this.host.choose(uid);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const tiles = [...this.grid.children] as HTMLElement[];
    const now = tiles.findIndex((tile) => tile === event.target);
    const here = tiles[now];
    if (!here) return;
    if (event.key === "Enter" || event.key === " ") {
      this.open(here.dataset.uid ?? "");
    } else {
      const next = tiles[this.place(event.key, now, tiles)];
      if (!next) return;
      this.visit(next);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Where a key leads to; -1 where it leads nowhere. */
  private place(key: string, now: number, tiles: HTMLElement[]): number {
    const columns = Math.max(1, tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length);
    if (key === "Home") return 0;
    if (key === "End") return tiles.length - 1;
    if (key === "ArrowUp") return now - columns;
    if (key === "ArrowDown") return now + columns;
    const step = STEPS[key];
    return step === undefined ? -1 : now + step;
  }

  private visit(tile: HTMLElement): void {
    for (const { element } of this.drawn.values()) element.tabIndex = element === tile ? 0 : -1;
    tile.focus();
  }

  private uids(): string[] {
    return [...this.grid.children].map((tile) => (tile as HTMLElement).dataset.uid ?? "");
  }

  private holdsFocus(): boolean {
    return this.focused() !== undefined;
  }

  private focused(): HTMLElement | undefined {
    return [...this.drawn.values()].find(({ element }) => element.matches(":focus"))?.element;
  }
}

/** What stands where no picture can be. */
function absent(words: string): HTMLElement {
  const box = make("div", "cx-sheet-none");
  box.append(icon("eye"), make("span", "", words));
  return box;
}

function pictured(tile: Tile): boolean {
  return tile.pictured ?? tile.local;
}

function inWords(tile: Tile): string {
  const mark = tile.mark === "flag" ? t("Flagged") : tile.mark === "exclude" ? t("Excluded") : "";
  return [tile.alt, mark, tile.local ? "" : t("not on this computer")].filter(Boolean).join(", ");
}
