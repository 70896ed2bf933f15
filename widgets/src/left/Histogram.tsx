/** Bars of all behind bars now, each as a share of its whole, with a brush for pointer and keyboard. */

import { useEffect, useRef, useState } from "preact/hooks";
import { people, shareOf, size, type Count, type Policy } from "./protected.ts";
import { alignedBins, ticksOf, type Kind } from "./ranges.ts";
import { wholeOf } from "./rows.ts";
import { t } from "./text.ts";
import type { Measure, RangeCounts } from "./wire.ts";

interface Props {
  title: string;
  kind: Kind;
  all: RangeCounts;
  now: RangeCounts | undefined;
  measure: Measure;
  policy: Policy | undefined;
  /** Positions of the chosen ends, 0 … number of bins. */
  low: number;
  high: number;
  /** No range is chosen at all. */
  idle: boolean;
  onBrush: (first: number, last: number) => void;
  /** The first and last bin under the brush while it is on its way; null when it rests. */
  onLive: (under: [number, number] | null) => void;
}

const HEIGHT = 56;
const TOP = 50;
/** Keys are gathered for so long before they are sent. */
const REST = 300;

export function Histogram({ title, kind, all, now, measure, policy, low, high, idle, onBrush, onLive }: Props) {
  const bins = all.bins;
  const n = bins.length;
  const box = useRef<HTMLDivElement>(null);
  const start = useRef<{ end: "low" | "high" | "new"; at: number } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  /** Positions while the pointer or the keys are at work. */
  const [live, draw] = useState<[number, number] | null>(null);
  const [from, to] = live ?? [low, high];
  const setLive = (next: [number, number] | null) => {
    draw(next);
    onLive(next && [bin(next[0]), bin(Math.ceil(next[1]) - 1)]);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  const bin = (x: number) => Math.max(0, Math.min(n - 1, Math.floor(x)));
  const spot = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    return rect?.width ? Math.max(0, Math.min(n, ((event.clientX - rect.left) / rect.width) * n)) : 0;
  };
  const move = (event: PointerEvent): [number, number] | null => {
    const held = start.current;
    if (!held) return null;
    const x = spot(event);
    if (held.end === "new") return [Math.min(bin(x), bin(held.at)), Math.max(bin(x), bin(held.at)) + 1];
    if (held.end === "low") return [Math.min(Math.round(x), Math.ceil(to) - 1), to];
    return [from, Math.max(Math.round(x), Math.floor(from) + 1)];
  };
  const finish = ([first, last]: [number, number]) => {
    setLive(null);
    onBrush(bin(first), bin(Math.ceil(last) - 1));
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const end = (event.target as HTMLElement).dataset.end;
    start.current = { end: end === "low" || end === "high" ? end : "new", at: spot(event) };
    box.current?.setPointerCapture(event.pointerId);
    if (!end) setLive(move(event));
  };
  const onPointerUp = (event: PointerEvent) => {
    const next = move(event);
    start.current = null;
    if (next) finish(next);
  };
  const onKeyDown = (end: "low" | "high") => (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -5,
      PageUp: 5,
      Home: -n,
      End: n,
    };
    const step = steps[event.key];
    if (event.key === "Escape") setLive(null);
    if (step === undefined) return;
    event.preventDefault();
    const next: [number, number] =
      end === "low"
        ? [Math.max(0, Math.min(Math.ceil(to) - 1, Math.floor(from) + step)), to]
        : [from, Math.min(n, Math.max(Math.floor(from) + 1, Math.ceil(to) + step))];
    setLive(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => finish(next), REST);
  };

  const handle = (end: "low" | "high") => {
    const x = end === "low" ? from : to;
    const value = end === "low" ? bins[bin(x)]?.[0] : bins[bin(Math.ceil(x) - 1)]?.[1];
    return (
      <span
        class={`brush ${end}`}
        data-end={end}
        role="slider"
        tabIndex={0}
        aria-label={end === "low" ? t("%1 from", title) : t("%1 up to", title)}
        aria-valuemin={0}
        aria-valuemax={n}
        aria-valuenow={Math.round(x)}
        aria-valuetext={String(value)}
        style={{ left: `${(100 * x) / n}%` }}
        onKeyDown={onKeyDown(end)}
      />
    );
  };
  return (
    <>
      <div
        ref={box}
        class={`hist ${idle ? "idle" : ""}`}
        onPointerDown={onPointerDown}
        onPointerMove={(event) => {
          const next = move(event);
          if (next) setLive(next);
        }}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          start.current = null;
          setLive(null);
        }}
      >
        <Bars {...{ all, now, measure, policy }} />
        {from > 0 ? <i class="veil" style={{ left: 0, width: `${(100 * from) / n}%` }} /> : null}
        {to < n ? <i class="veil" style={{ right: 0, width: `${100 - (100 * to) / n}%` }} /> : null}
        {handle("low")}
        {handle("high")}
      </div>
      <div class="axis" aria-hidden="true">
        {ticksOf(bins, kind, all.max ?? null).map(({ position, label }) => (
          <span
            key={position}
            class={position === 0 ? "l" : position === n ? "r" : ""}
            style={{ left: `${(100 * position) / n}%` }}
          >
            {label}
          </span>
        ))}
      </div>
    </>
  );
}

/** So high is the hatched stub of a bar whose height is not told. */
const STUB = 6;

function Bars({ all, now, measure, policy }: Pick<Props, "all" | "now" | "measure" | "policy">) {
  const index = measure === "patients" ? 2 : 3;
  const ofAll = all.bins.map((bin) => shareOf(bin[index], wholeOf(all, measure)));
  const counts = alignedBins(all, now, index);
  const ofNow = counts?.map((n) => shareOf(n, wholeOf(now, measure))) ?? [];
  const top = Math.max(...ofAll.map(Number), ...ofNow.map(Number)) || 1;
  const pitch = 100 / all.bins.length;
  const bar = (value: number | null, i: number, offset: number, part: number, name: string) => {
    const [x, width] = [(i + offset) * pitch, part * pitch];
    if (value === null) return <path key={`${name}${i}`} class={`${name} few`} d={hatched(x, width)} />;
    if (value <= 0) return null;
    const height = Math.max(0.8, (TOP * value) / top);
    return <rect key={`${name}${i}`} class={name} x={x} y={HEIGHT - height} width={width} height={height} />;
  };
  const words = (low: number | string, high: number | string, n: Count, of: Count) => {
    if (measure === "patients")
      return t("%1 to %2: %3 of %4 patients", low, high, people(n, policy), people(of, policy));
    if (n === null) return t("%1 to %2: series not shown", low, high);
    return t("%1 to %2: %3 of %4 series", low, high, size(n, policy), size(of, policy));
  };
  return (
    <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {ofAll.map((value, i) => bar(value, i, 0, 0.905, "al"))}
      {ofNow.map((value, i) => bar(value, i, 0.22, 0.465, "nw"))}
      <line x1="0" x2="100" y1={HEIGHT - 0.2} y2={HEIGHT - 0.2} />
      {all.bins.map(([binLow, binHigh, ...ofBin], i) => (
        <rect key={`t${i}`} class="tip" x={i * pitch} y="0" width={pitch} height={HEIGHT}>
          <title>{words(binLow, binHigh, counts ? (counts[i] ?? null) : 0, ofBin[index - 2] ?? null)}</title>
        </rect>
      ))}
    </svg>
  );
}

/** Three slanted lines; a pattern would be stretched with the drawing. */
function hatched(x: number, width: number): string {
  const lines = [0, 1, 2].map((n) => [x + (n * width) / 3, x + ((n + 1) * width) / 3] as const);
  return lines.map(([from, to]) => `M${from} ${HEIGHT}L${to} ${HEIGHT - STUB}`).join("");
}
