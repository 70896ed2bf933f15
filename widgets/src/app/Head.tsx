/** The cohort at a glance: its sentence, its totals, and the tabs. */

import { useEffect } from "preact/hooks";
import { figure, wholeOf } from "../left/figures.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { Total } from "../left/wire.ts";
import { tellLab } from "./lab.ts";
import type { Ask, HeadData } from "./wire.ts";

interface Props {
  data: HeadData;
  ask: (what: Ask) => void;
}

export function Head({ data, ask }: Props) {
  // The page waits under a cover until the first numbers are there.
  useEffect(() => {
    if (data.pending) return;
    document.documentElement.classList.add("ready");
    tellLab({ kind: "ready" });
  }, [data.pending]);
  return (
    <div class="head">
      <p class="sentence" role="status" aria-live="polite">
        {data.sentence}
      </p>
      <label class="sub">
        {t("The cohort takes")}{" "}
        <select value={data.select} onChange={(event) => ask({ kind: "select", select: event.currentTarget.value })}>
          {data.takes.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {data.info && <p class="sub">{data.info}</p>}
      {data.problem && <Warning text={data.problem} />}
      {data.advice.map((text) => (
        <Warning key={text} text={text} />
      ))}
      <div
        class={`totals${data.pending ? " pending" : ""}${data.tab === "images" ? " small" : ""}`}
        data-counted={data.counted}
      >
        {data.totals.map((total) => (
          <One key={total.label} total={total} />
        ))}
      </div>
      <Tabs data={data} ask={ask} />
    </div>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <p class="warnline">
      <Icon name="warn" />
      <span>{text}</span>
    </p>
  );
}

function One({ total }: { total: Total }) {
  return (
    <div class="tot" data-total={total.label}>
      <div class="l">{t(total.label)}</div>
      <div class="v">
        {figure(total.value)}
        {total.unit && <small> {total.unit}</small>}
      </div>
      <div class="o">{wholeOf(total)}</div>
      <div class="p">{total.share > 0 && <i style={{ width: `${100 * total.share}%` }} />}</div>
    </div>
  );
}

function Tabs({ data, ask }: Props) {
  const open = (tab: string) => ask({ kind: "tab", tab });
  const move = (event: KeyboardEvent, index: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = data.tabs[(index + step + data.tabs.length) % data.tabs.length];
    if (!step || !next) return;
    event.preventDefault();
    open(next.name);
    const list = (event.currentTarget as HTMLElement).parentElement;
    list?.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus();
  };
  return (
    <nav class="tabs" role="tablist" aria-label={t("Views of the cohort")}>
      {data.tabs.map(({ name, title }, index) => (
        <button
          key={name}
          data-tab={name}
          class={name === data.tab ? "tab on" : "tab"}
          role="tab"
          aria-selected={name === data.tab}
          tabIndex={name === data.tab ? 0 : -1}
          onClick={() => open(name)}
          onKeyDown={(event) => move(event, index)}
        >
          {t(title)}
        </button>
      ))}
      <span class="hint">{data.hint && t(data.hint)}</span>
    </nav>
  );
}
