/** A chart as a picture that says what it is of: the figure with its heading, the cohort and the snapshot around it. */

import type { ChartData } from "./chart_wire.ts";
import { save } from "./download.ts";

interface Layer {
  ctx: { get_serialized_svg?: (fix?: boolean) => string };
}

interface FigureView {
  model: { id: string };
  export: (type: "auto" | "png" | "svg", hidpi?: boolean) => Layer;
}

interface Bokeh {
  index: { find_one_by_id?: (id: string) => FigureView | null };
}

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 16;
const LINE = 16;
/** Pixels of a PNG for each of the screen. */
const SHARP = 2;

export async function savePicture(data: ChartData, kind: "png" | "svg"): Promise<void> {
  const { text, width, height } = drawn(data);
  const name = `${data.file}.${kind}`;
  if (kind === "svg") {
    save({ kind: "download", name, type: "image/svg+xml", data: text });
    return;
  }
  save({ kind: "download", name, type: "image/png", data: await rastered(text, width, height) });
}

/** The whole picture as SVG, with its size in pixels. */
function drawn(data: ChartData): { text: string; width: number; height: number } {
  const { Bokeh } = window as unknown as { Bokeh?: Bokeh };
  const view = Bokeh?.index.find_one_by_id?.(data.figure);
  if (!view) throw new Error("there is no figure to save");
  const layer = view.export("svg", false);
  const inner = new DOMParser().parseFromString(layer.ctx.get_serialized_svg?.(true) ?? "", "image/svg+xml");
  const figure = inner.documentElement;
  const wide = Number(figure.getAttribute("width"));
  const high = Number(figure.getAttribute("height"));
  if (!wide || !high) throw new Error("the figure has no size");
  const look = getComputedStyle(document.documentElement);
  const colour = (name: string) => look.getPropertyValue(name).trim();
  const width = wide + 2 * MARGIN;
  const picture = document.createElementNS(SVG, "svg");
  let y = MARGIN;
  const write = (text: string, size: number, ink: string, weight = "400") => {
    for (const line of wrapped(text, wide, `${weight} ${size}px ${FONT}`)) {
      const words = document.createElementNS(SVG, "text");
      words.textContent = line;
      y += LINE + (size > 12 ? 4 : 0);
      for (const [key, value] of Object.entries({
        x: MARGIN,
        y: y - 4,
        fill: ink,
        "font-family": FONT,
        "font-size": size,
        "font-weight": weight,
      })) {
        words.setAttribute(key, String(value));
      }
      picture.append(words);
    }
  };
  const ground = document.createElementNS(SVG, "rect");
  picture.append(ground);
  write(data.title, 14, colour("--ink"), "600");
  write(data.note, 12, colour("--ink-3"));
  if (data.warning) write(data.warning, 12, colour("--warn"));
  y += 8;
  figure.setAttribute("x", String(MARGIN));
  figure.setAttribute("y", String(y));
  picture.append(document.importNode(figure, true));
  y += high + 4;
  if (data.foot) write(data.foot, 12, colour("--ink-3"));
  write(data.sentence, 12, colour("--ink-2"));
  write(data.source, 12, colour("--ink-3"));
  const height = y + MARGIN;
  for (const each of [picture, ground]) {
    each.setAttribute("width", String(width));
    each.setAttribute("height", String(height));
  }
  ground.setAttribute("fill", colour("--bg"));
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return { text: new XMLSerializer().serializeToString(picture), width, height };
}

const FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif";

/** The text in lines that are no wider than so many pixels. */
export function wrapped(text: string, width: number, font: string): string[] {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return [text];
  context.font = font;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}

async function rastered(text: string, width: number, height: number): Promise<ArrayBuffer> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SHARP * width;
  canvas.height = SHARP * height;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("the browser made no picture");
  return blob.arrayBuffer();
}
