/** The parts of the app's frame: one module, the trait `part` says which. */

import { render as draw, type JSX } from "preact";
import { Attrition } from "./Attrition.tsx";
import { Bar } from "./Bar.tsx";
import { Code } from "./Code.tsx";
import { Head } from "./Head.tsx";
import { Heading } from "./Heading.tsx";
import { Pager } from "./Pager.tsx";
import { speak } from "../left/languages.ts";
import { save } from "./download.ts";
import css from "./app.css?inline";
import type {
  Ask,
  AttritionData,
  BarData,
  CodeData,
  Download,
  FootingData,
  HeadData,
  HeadingData,
  PagerData,
} from "./wire.ts";

interface Model {
  get(name: "part" | "data"): string;
  on(event: string, callback: (content: unknown) => void): void;
  off(event: string, callback: (content: unknown) => void): void;
}

interface RenderProps {
  model: Model;
  el: HTMLElement;
  view: { model_proxy?: { send_msg?: (content: unknown) => void } };
}

/** Parts have no data before the first answer. */
function drawn(part: unknown, data: unknown, ask: (what: Ask) => void): JSX.Element | null {
  if (typeof data !== "object" || data === null || Object.keys(data).length === 0) return null;
  switch (part) {
    case "bar":
      return <Bar data={data as BarData} ask={ask} />;
    case "head":
      return <Head data={data as HeadData} ask={ask} />;
    case "heading":
      return <Heading data={data as HeadingData} />;
    case "footing":
      return <p class="foot">{(data as FootingData).text}</p>;
    case "pager":
      return <Pager data={data as PagerData} ask={ask} />;
    case "attrition":
      return <Attrition data={data as AttritionData} ask={ask} />;
    case "code":
      return <Code data={data as CodeData} />;
    default:
      throw new Error(`there is no part ${String(part)}`);
  }
}

function render({ model, el, view }: RenderProps): () => void {
  speak();
  const style = document.createElement("style");
  style.textContent = css;
  const root = document.createElement("div");
  root.className = `ax ax-${model.get("part")}`;
  el.append(style, root);
  const ask = (what: Ask) => view.model_proxy?.send_msg?.(what);
  const refresh = () => draw(drawn(model.get("part"), JSON.parse(model.get("data") || "null"), ask), root);
  const heard = (content: unknown) => {
    if ((content as Partial<Download> | null)?.kind === "download") save(content as Download);
  };
  refresh();
  model.on("change:data", refresh);
  model.on("msg:custom", heard);
  return () => {
    model.off("change:data", refresh);
    model.off("msg:custom", heard);
    draw(null, root);
    style.remove();
    root.remove();
  };
}

export default { render };
