/** Small pieces of the page that every part of the viewer is made of. */

import { decimal } from "../left/numbers.ts";

/** An element with text; the text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** A real button. */
export function button(text: string, onclick: () => void, className = ""): HTMLButtonElement {
  const element = make("button", className, text);
  element.type = "button";
  element.onclick = onclick;
  return element;
}

/** A row of buttons that belong together. */
export function group(name: string, ...buttons: HTMLElement[]): HTMLElement {
  const element = make("div", "cx-img-seg");
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", name);
  element.append(...buttons);
  return element;
}

export function press(element: HTMLElement, on: boolean): void {
  element.setAttribute("aria-pressed", String(on));
}

const SVG = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

const PATHS = {
  warning: "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.1",
  play: "M5 3.5v9l7-4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  crosshair: "M8 1.5v5M8 9.5v5M1.5 8h5M9.5 8h5",
  ruler: "M1.5 11l9.5-9.5 3.5 3.5L5 14.5zM8.5 4l1.5 1.5M6 6.5l2 2M3.5 9L5 10.5",
  link: "M6.5 9.5l3-3M7 4.5l1.5-1.5a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5L7.5 13A3 3 0 0 1 3 8.5L4.5 7",
  reset: "M3 8a5 5 0 1 0 1.7-3.8M3 2.5v3h3",
} as const;

export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const element = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  element.append(svg("path", { d: PATHS[name] }));
  return element;
}

/** A value with three figures at most and a real minus sign: "0.8", "−1,000". */
export function figure(value: number): string {
  const written = Number(value.toPrecision(Math.abs(value) >= 1000 ? 6 : 3));
  const rounded = Math.abs(written) >= 100 ? Math.round(written) : written;
  return decimal(rounded, String(rounded).split(".")[1]?.length ?? 0).replace("-", "−");
}

