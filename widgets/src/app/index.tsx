/** The parts of the app's frame: one module, the trait `part` says which. */

import { render as draw, type JSX } from "preact";
import { Attrition } from "./attrition/Attrition.tsx";
import { Bar } from "./Bar.tsx";
import { Chart, ChartFoot } from "./Chart.tsx";
import { Charts } from "./Charts.tsx";
import { ChartTable } from "./ChartTable.tsx";
import { Code } from "./Code.tsx";
import { Head } from "./Head.tsx";
import { Heading } from "./Heading.tsx";
import { Rail } from "./Rail.tsx";
import { Rows } from "./Rows.tsx";
import { speak } from "../left/languages.ts";
import { save } from "./download.ts";
import css from "./app.css?inline";
import barCss from "./style/bar.css?inline";
import attritionCss from "./style/attrition.css?inline";
import frameCss from "./style/frame.css?inline";
import headCss from "./style/head.css?inline";
import menuCss from "./style/menu.css?inline";
import overviewCss from "./style/overview.css?inline";
import startCss from "./style/start.css?inline";
import tableCss from "./style/table.css?inline";
import type { ChartAsk, ChartData, ChartFootData, ChartsData, ChartTableData } from "./chart_wire.ts";
import type { AttritionData } from "./attrition/wire.ts";
import type { RowsData } from "./row_wire.ts";
import type { Ask, BarData, CodeData, Download, FootingData, HeadData, HeadingData, RailData } from "./wire.ts";

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
function drawn(part: unknown, data: unknown, ask: (what: Ask | ChartAsk) => void): JSX.Element | null {
  if (typeof data !== "object" || data === null || Object.keys(data).length === 0) return null;
  switch (part) {
    case "bar":
      return <Bar data={data as BarData} ask={ask} />;
    case "head":
      return <Head data={data as HeadData} ask={ask} />;
    case "rail":
      return <Rail data={data as RailData} />;
    case "heading":
      return <Heading data={data as HeadingData} />;
    case "footing":
      return <p class="foot">{(data as FootingData).text}</p>;
    case "rows":
      return <Rows data={data as RowsData} ask={ask} />;
    case "chart":
      return <Chart data={data as ChartData} ask={ask} />;
    case "chart-foot":
      return <ChartFoot data={data as ChartFootData} ask={ask} />;
    case "chart-table":
      return <ChartTable data={data as ChartTableData} ask={ask} />;
    case "charts":
      return <Charts data={data as ChartsData} ask={ask} />;
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
  style.textContent = [css, barCss, attritionCss, frameCss, headCss, menuCss, overviewCss, startCss, tableCss].join("");
  const root = document.createElement("div");
  root.className = `ax ax-${model.get("part")}`;
  el.append(style, root);
  const ask = (what: Ask | ChartAsk) => view.model_proxy?.send_msg?.(what);
  const refresh = () => draw(drawn(model.get("part"), JSON.parse(model.get("data") || "null"), ask), root);
  const heard = (content: unknown) => {
    if ((content as { kind?: unknown } | null)?.kind === "waiting") root.classList.add("waits");
    if ((content as Partial<Download> | null)?.kind === "download") save(content as Download);
  };
  const redraw = () => {
    root.classList.remove("waits");
    refresh();
  };
  refresh();
  model.on("change:data", redraw);
  model.on("msg:custom", heard);
  return () => {
    model.off("change:data", redraw);
    model.off("msg:custom", heard);
    draw(null, root);
    style.remove();
    root.remove();
  };
}

export default { render };
