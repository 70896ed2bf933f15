/** The whole side panel. */

import { useLayoutEffect, useReducer } from "preact/hooks";
import { Problem } from "../../left/HeadLines.tsx";
import { isTyping } from "../../left/keys.ts";
import { Left } from "../../left/Left.tsx";
import { language, t } from "../../left/text.ts";
import { Commands } from "../commands.ts";
import { Compared } from "./Compared.tsx";
import { Current } from "./Current.tsx";
import type { Desk } from "./desk.ts";
import { Head } from "./Head.tsx";
import { Saved } from "./Saved.tsx";
import { SnapshotList } from "./SnapshotList.tsx";

export function Panel({ desk }: { desk: Desk }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useLayoutEffect(() => {
    const listener = () => redraw(undefined);
    desk.changed.connect(listener);
    return () => {
      desk.changed.disconnect(listener);
    };
  }, [desk]);

  const { model } = desk;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || !event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.toLowerCase() !== "z" || isTyping(event.target as HTMLElement)) return;
    event.preventDefault();
    void model.ask({ kind: event.shiftKey ? "redo" : "undo" });
  };
  return (
    <div class="cx pcx" data-shape="panel" lang={language()} onKeyDown={onKeyDown}>
      <Head desk={desk} />
      <div class={`pbody${model.waiting ? " waiting" : ""}`} aria-busy={model.waiting}>
        <Starting desk={desk} />
        <Current desk={desk} />
        {model.column ? <Left store={desk.facets} /> : null}
        <Compared desk={desk} />
        <Saved desk={desk} />
        {model.column ? <SnapshotList desk={desk} /> : null}
      </div>
    </div>
  );
}

/** What stands where the numbers will be: what is being done, or why it cannot be. */
function Starting({ desk }: { desk: Desk }) {
  const { app, column, problem } = desk.model;
  if (app.state === "failed") {
    return (
      <div class="pstate" role="alert">
        <p>
          <b>{t("The explorer has stopped.")}</b>
        </p>
        <p>{app.problem}</p>
        <p class="q2">{t("Your cohort and your files are safe.")}</p>
        <button type="button" class="btn pri" onClick={() => desk.lab.run(Commands.restartApp)}>
          {t("Restart the explorer")}
        </button>
      </div>
    );
  }
  if (column) return null;
  const starting = app.state !== "ready";
  if (problem && !starting) {
    return (
      <div class="pstate">
        <Problem text={problem} />
        <button type="button" class="btn line" onClick={() => void desk.model.refresh()}>
          {t("Ask again")}
        </button>
      </div>
    );
  }
  const share = starting ? app.share : null;
  return (
    <div class="pstate">
      <p class="q2" role="status">
        {starting ? app.doing || t("Starting the explorer") : t("Counting")} …
      </p>
      {share === null ? null : (
        <div
          class="pshare"
          role="progressbar"
          aria-label={app.doing}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(100 * share)}
        >
          <i style={{ width: `${100 * share}%` }} />
        </div>
      )}
      <div class="pbones" aria-hidden="true">
        {[90, 60, 0, 40, 70, 55, 0, 45, 80, 35].map((width, i) => (
          <i key={i} style={{ width: `${width}%` }} />
        ))}
      </div>
    </div>
  );
}
