/** What stands over a chart: its name, what its numbers are, what a reader could get wrong, and its menu. */

import { useEffect, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { MenuItem, Popup } from "../left/Popup.tsx";
import { t } from "../left/text.ts";
import type { ChartAsk, ChartData, ChartFootData } from "./chart_wire.ts";
import { CHOOSE_CHARTS } from "./Charts.tsx";
import { savePicture } from "./picture.ts";

interface Props {
  data: ChartData;
  ask: (what: ChartAsk) => void;
}

export function Chart({ data, ask }: Props) {
  const [problem, setProblem] = useState("");
  // The other charts come back by the key that closes everything else.
  useEffect(() => {
    if (!data.large) return undefined;
    const close = (event: KeyboardEvent) => {
      const typing = event.composedPath().some((each) => each instanceof HTMLElement && each.matches(":popover-open"));
      if (event.key === "Escape" && !event.defaultPrevented && !typing) ask({ kind: "chart-large" });
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [data.large]);
  const picture = (kind: "png" | "svg") => {
    setProblem("");
    savePicture(data, kind).catch(() => setProblem(t("The picture could not be made. Save the numbers as CSV.")));
  };
  return (
    <div class="chart-head" data-chart={data.name}>
      <div class="row">
        <h3>{data.title}</h3>
        <span class="s q clip" title={data.note}>
          {data.note}
        </span>
        <span class="sp" />
        {data.large && (
          <button class="btn sm" onClick={() => ask({ kind: "chart-large" })}>
            {t("Back to all charts")}
          </button>
        )}
        <Menu data={data} ask={ask} picture={picture} />
      </div>
      {(data.warning || problem) && (
        <p class="warnline">
          <Icon name="warn" />
          <span>{problem || data.warning}</span>
        </p>
      )}
    </div>
  );
}

function Menu({ data, ask, picture }: Props & { picture: (kind: "png" | "svg") => void }) {
  return (
    <Popup
      label={t("Menu of the chart %1", data.title)}
      title={t("Chart menu")}
      button={<Icon name="dots" />}
      class="btn icon sm"
      role="menu"
    >
      {(close) => {
        const item = (text: string, act: () => void, checked?: boolean) => (
          <MenuItem
            key={text}
            checked={checked}
            onChoose={() => {
              close();
              act();
            }}
          >
            {text}
          </MenuItem>
        );
        const scale = (name: "numbers" | "proportion", text: string) =>
          item(text, () => ask({ kind: "chart-scale", scale: name }), data.scale === name);
        return (
          <>
            {item(data.large ? t("Back to all charts") : t("Enlarge"), () => ask({ kind: "chart-large" }))}
            {item(data.table ? t("Show as a chart") : t("Show as a table"), () => ask({ kind: "chart-table" }))}
            {data.scale && (
              <>
                <hr />
                {scale("numbers", t("Grey is everybody"))}
                {scale("proportion", t("Grey is everybody, in proportion"))}
              </>
            )}
            <hr />
            {data.figure && !data.table && (
              <>
                {item(t("Save as PNG"), () => picture("png"))}
                {item(t("Save as SVG"), () => picture("svg"))}
              </>
            )}
            {item(t("Save numbers as CSV"), () => ask({ kind: "chart-csv" }))}
            <hr />
            {!data.large && (
              <>
                {item(t("Move before"), () => ask({ kind: "chart-move", by: -1 }))}
                {item(t("Move after"), () => ask({ kind: "chart-move", by: 1 }))}
              </>
            )}
            {item(t("Hide this chart"), () => ask({ kind: "chart-hide" }))}
            {!data.large && item(t("Choose charts …"), () => window.dispatchEvent(new Event(CHOOSE_CHARTS)))}
          </>
        );
      }}
    </Popup>
  );
}

/** What stands under a chart; the last part of a line may ask for something. */
export function ChartFoot({ data, ask }: { data: ChartFootData; ask: (what: ChartAsk) => void }) {
  return (
    <p class="chart-foot">
      {data.lines.map(({ text, offer }, index) => (
        <span key={index}>
          {index > 0 && " "}
          {text}
          {offer && (
            <>
              {" "}
              <button class="a" onClick={() => ask({ kind: "chart-offer", index })}>
                {offer}
              </button>
            </>
          )}
        </span>
      ))}
    </p>
  );
}
