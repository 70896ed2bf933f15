/** The cohort at a glance: its sentence, its totals, and the tabs; under them where to start, or the way out of nobody. */

import { useEffect, useState } from "preact/hooks";
import { figure, wholeOf } from "../left/figures.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import type { Total } from "../left/wire.ts";
import { setAside, useAside, useDrawerClosing } from "./aside.ts";
import { callFor, useCall } from "./calls.ts";
import { Empty } from "./Empty.tsx";
import { keep, kept } from "./kept.ts";
import { Keys } from "./Keys.tsx";
import { tellLab } from "./lab.ts";
import { ruleSize } from "./Rail.tsx";
import { Sentence } from "./Sentence.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { Start } from "./Start.tsx";
import { Takes } from "./Takes.tsx";
import { Tour } from "./Tour.tsx";
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
  const [keys, setKeys] = useState(false);
  const [tour, setTour] = useState(false);
  useCall("keys", () => setKeys(true));
  useCall("tour", () => setTour(true));
  useShortcuts(data, ask);
  useDrawerClosing();
  const start = useStart(data);
  const short = useShort();
  // Beside images the totals take one line, and so beside all that is not about them where there is little height.
  const small = data.tab === "images" || (short && data.tab !== "overview");
  return (
    <div class="head">
      <Narrow data={data} />
      <Sentence data={data} />
      <Takes data={data} ask={ask} />
      {data.info && <p class="sub">{data.info}</p>}
      {data.problem && <Warning text={data.problem} />}
      {data.advice.map((text) => (
        <Warning key={text} text={text} />
      ))}
      <div class={`totals${data.pending ? " pending" : ""}${small ? " small" : ""}`} data-counted={data.counted}>
        {data.totals.map((total) => (
          <One key={total.label} total={total} />
        ))}
      </div>
      <Tabs data={data} ask={ask} />
      {start.shown && <Start data={data} ask={start.answered(ask)} hide={start.hide} />}
      {data.empty && <Empty data={data} ask={ask} />}
      {keys && <Keys tabs={data.tabs} close={() => setKeys(false)} />}
      {tour && <Tour data={data} ask={ask} close={() => setTour(false)} />}
    </div>
  );
}

/** page.css says the same height. */
const SHORT = 560;

function useShort(): boolean {
  const [short, setShort] = useState(window.innerHeight <= SHORT);
  useEffect(() => {
    const look = () => setShort(window.innerHeight <= SHORT);
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);
  return short;
}

const HIDDEN = "cohort-explorer-questions";

/** The questions stand on the first screen until somebody hides them, and anywhere when they are called for. */
function useStart({ rule, paused = 0, tab }: HeadData) {
  const [hidden, setHidden] = useState(kept(HIDDEN) === "hidden");
  const [called, setCalled] = useState(false);
  const everybody = paused === 0 && ![rule.include, rule.exclude, rule.within].some((rules) => rules?.length);
  const show = (shown: boolean) => {
    keep(HIDDEN, shown ? "" : "hidden");
    setHidden(!shown);
    setCalled(shown);
  };
  useCall("questions", () => show(true));
  return {
    shown: called || (everybody && tab === "overview" && !hidden),
    hide: () => show(false),
    answered: (ask: Props["ask"]) => (what: Ask) => {
      setCalled(false);
      ask(what);
    },
  };
}

/** Where there is no room for rule and filters beside the cohort: how large the rule is, and the way to both. */
function Narrow({ data }: { data: HeadData }) {
  const [open, button] = useAside();
  const groups = [...(data.rule.include ?? []), ...(data.rule.exclude ?? [])];
  const criteria = groups.reduce((all, group) => all + group.where.length, 0);
  return (
    <div class="narrow">
      <button ref={button} class="btn sm drawer" aria-expanded={open} onClick={() => setAside(!open)}>
        <Icon name={open ? "left" : "right"} />
        {t("Rule and filters")}
      </button>
      <span class="s q">{ruleSize({ criteria, groups: groups.length })}</span>
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
    <div class="tabline">
      <nav class="tabs" role="tablist" aria-label={t("Views of the cohort")}>
        {data.tabs.map(({ name, title }, index) => (
          <button
            key={name}
            data-tab={name}
            data-title={t(title)}
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
      </nav>
      <span class="hint">{data.hint && t(data.hint)}</span>
      <button class="keyhint" onClick={() => callFor("keys")}>
        {t("Press ? for keys.")}
      </button>
    </div>
  );
}
