/** What stands over the page until it is ready: the app's shape and what is being done, or what went wrong. */

import type { ComponentChildren } from "preact";
import { t } from "../../left/text.ts";
import type { AppState } from "../events.ts";
import type { Progress } from "./phases.ts";

interface Props {
  progress: Progress;
  app: AppState;
  /** The page takes longer than it ever should. */
  slow: boolean;
  start: () => void;
  reload: () => void;
}

export function Cover({ progress, app, slow, start, reload }: Props) {
  const { phase, again } = progress;
  if (phase === "open") return null;
  if (phase === "failed") return <Failed app={app} start={start} />;
  if (again) {
    return (
      <Veil>
        <h2>{t("The explorer stopped; starting it again")}</h2>
        <p>{t("The cohort is kept. %1", doing(progress, app))}</p>
        <Bar share={app.state === "ready" ? null : app.share} />
      </Veil>
    );
  }
  return (
    <div class="cxf-skeleton">
      <Shape />
      <div class="cxf-status" role="status" aria-live="polite">
        <span class="cxf-doing">{doing(progress, app)}</span>
        <Bar share={app.state === "ready" ? null : app.share} />
        {slow && (
          <p>
            {t("This takes longer than usual.")}{" "}
            <button type="button" class="jp-Button jp-mod-styled" onClick={reload}>
              {t("Load the page again")}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

/** What is being done, in words. */
export function doing(progress: Progress, app: AppState): string {
  if (progress.phase === "opening" || app.state === "ready") return t("Opening the page");
  const words = app.doing || t("Starting the explorer");
  return app.share === null ? words : t("%1, %2 %", words, Math.round(100 * app.share));
}

function Bar({ share }: { share: number | null }) {
  return (
    <div class={share === null ? "cxf-bar cxf-endless" : "cxf-bar"} aria-hidden="true">
      <div style={share === null ? undefined : { width: `${100 * Math.min(1, Math.max(0, share))}%` }} />
    </div>
  );
}

function Veil({ children }: { children: ComponentChildren }) {
  return (
    <div class="cxf-veil" role="alert">
      <div class="cxf-say">{children}</div>
    </div>
  );
}

function Failed({ app, start }: { app: AppState; start: () => void }) {
  return (
    <Veil>
      <h2>{t("The explorer cannot start")}</h2>
      <p class="cxf-problem">{app.problem || t("The process ended without a word.")}</p>
      <p>{t("The cohort is kept. What the process said stands in the log of the Jupyter server.")}</p>
      <button type="button" class="jp-Button jp-mod-styled jp-mod-accept" onClick={start}>
        {t("Start it again")}
      </button>
    </Veil>
  );
}

/** The app's outline: bar, column with filters, sentence, totals, charts. */
function Shape() {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => <i key={i} style={{ width: `${90 - 13 * i}%` }} />);
  return (
    <div class="cxf-shape" aria-hidden="true">
      <div class="cxf-top">
        <i />
        <i />
        <i />
      </div>
      <div class="cxf-left">
        {[4, 5, 3, 5].map((count, i) => (
          <section key={i}>
            <b />
            {rows(count)}
          </section>
        ))}
      </div>
      <div class="cxf-main">
        <b />
        <div class="cxf-totals">
          {Array.from({ length: 6 }, (_, i) => (
            <section key={i}>
              <i />
              <b />
              <i />
            </section>
          ))}
        </div>
        <div class="cxf-charts">
          <section>{rows(6)}</section>
          <section>{rows(6)}</section>
        </div>
      </div>
    </div>
  );
}
