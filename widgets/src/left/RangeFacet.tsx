/** A number or date facet: histogram now over all, brush, typed ends, and missing with its count. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Criterion } from "./groups.ts";
import { Histogram } from "./Histogram.tsx";
import { tally } from "./protected.ts";
import { brushed, positionOf, readEnd, type Kind } from "./ranges.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet, Measure, RangeCounts, Value } from "./wire.ts";

interface Props {
  store: Store;
  facet: Facet;
  all: RangeCounts;
  now: RangeCounts | undefined;
  measure: Measure;
  group: string | null;
  criterion: Criterion | undefined;
}

export function RangeFacet({ store, facet, all, now, measure, group, criterion }: Props) {
  const kind: Kind = facet.kind === "date" ? "date" : "number";
  const i = measure === "patients" ? 0 : 1;
  const [low, high] = criterion?.between ?? [null, null];
  const onlyMissing = criterion?.is_in?.includes(null) ?? false;
  // No criterion takes everything, so missing is ticked; a range takes missing only where it says so.
  const missing = criterion?.between ? (criterion.missing ?? false) : !criterion || onlyMissing;
  const ends = [all.min ?? all.bins[0]?.[0] ?? null, all.max ?? all.bins.at(-1)?.[1] ?? null] as const;
  const none = all.missing[0] === 0;
  /** Ends while the brush is on its way. */
  const [live, setLive] = useState<{ low: Value; high: Value } | null>(null);

  const ask = (from: Value, to: Value, withMissing: boolean) => {
    if (from === null && to === null && withMissing) store.send({ kind: "clear", facet: facet.name, group });
    else store.send({ kind: "range", facet: facet.name, low: from, high: to, missing: withMissing, group });
  };
  // A first range leaves missing out, as in the definition language; the tick shows it.
  const narrow = (from: Value, to: Value) => {
    const open = from === null && to === null;
    ask(from, to, criterion?.between ? missing : open);
  };
  const typed = (text: string, end: "low" | "high"): boolean => {
    const value = readEnd(text, kind, end);
    if (value === undefined) return false;
    const from = end === "low" ? value : low;
    const to = end === "high" ? value : high;
    if (from !== null && to !== null && from > to) return false;
    if (from !== low || to !== high) narrow(from, to);
    return true;
  };
  return (
    <>
      {all.bins.length ? (
        <Histogram
          title={facet.title}
          kind={kind}
          all={all}
          now={now}
          measure={measure}
          policy={store.policy}
          low={positionOf(low, all.bins, kind, "low")}
          high={positionOf(high, all.bins, kind, "high")}
          idle={onlyMissing}
          onLive={(under) => setLive(under && brushed(...under, all.bins))}
          onBrush={(first, last) => {
            const next = brushed(first, last, all.bins);
            narrow(next.low, next.high);
          }}
        />
      ) : (
        <p class="s q">{t("No value is recorded.")}</p>
      )}
      <div class={`ends ${kind}`}>
        <End
          label={t("%1 from", facet.title)}
          value={(live ? live.low : low) ?? ends[0]}
          onType={(text) => typed(text, "low")}
        />
        <span class="q">{t("to")}</span>
        <End
          label={t("%1 up to", facet.title)}
          value={(live ? live.high : high) ?? ends[1]}
          onType={(text) => typed(text, "high")}
        />
        {facet.unit ? <span class="q unit">{facet.unit}</span> : null}
        <button
          type="button"
          class="miss"
          role="checkbox"
          aria-checked={missing}
          disabled={none && !onlyMissing}
          title={t("Take patients without a value too")}
          onClick={() => {
            if (onlyMissing) store.send({ kind: "clear", facet: facet.name, group });
            else ask(low, high, !missing);
          }}
        >
          <span class={missing && !none ? "cb on" : "cb"} />
          <i>{t("missing")}</i>
          <b class="c1">{now ? tally(now.missing[i], measure, store.policy) : ""}</b>
        </button>
      </div>
    </>
  );
}

function End({ label, value, onType }: { label: string; value: Value; onType: (text: string) => boolean }) {
  const shown = value === null ? "" : String(value);
  const input = useRef<HTMLInputElement>(null);
  /** The text that was last taken over or sent: Enter and the blur after it are one. */
  const done = useRef(shown);
  const set = (text: string, good: boolean) => {
    done.current = text;
    if (!input.current) return;
    input.current.value = text;
    input.current.setAttribute("aria-invalid", String(!good));
  };
  useLayoutEffect(() => set(shown, true), [shown]);
  const commit = (text: string) => {
    if (text === done.current) return;
    const good = onType(text);
    // What was refused does not stay: the box says what holds, the bubble says why.
    set(good && text.trim() !== "" ? text : shown, good);
    input.current?.setCustomValidity(
      good ? "" : t("“%1” was not taken: it is no value here, or beyond the other end.", text),
    );
    if (!good) input.current?.reportValidity();
  };
  return (
    <input
      ref={input}
      class="inp sm"
      type="text"
      inputMode="decimal"
      aria-label={label}
      onBlur={(event) => commit(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit(event.currentTarget.value);
        if (event.key === "Escape") set(shown, true);
      }}
    />
  );
}
