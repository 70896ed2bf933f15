/** A list of tens of thousands of lines: which of them are drawn, and which one has the focus. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Longer lists get a box of their own that scrolls and holds only the lines in sight. */
export const WINDOW_FROM = 200;
export const BOX_LINES = 12;
const OVERSCAN = 12;
/** The box is drawn anew when it was scrolled by so many lines. */
const STEP = 4;

export interface Windowed<L> {
  box: { current: HTMLDivElement | null };
  /** The lines to draw with their places; only these where the list is long. */
  drawn: readonly (readonly [line: L, place: number])[];
  long: boolean;
  onScroll: (top: number) => void;
  onFocus: (key: string) => void;
  /** The key of the line where the Tab key stops. */
  stop: string | undefined;
  /** Put the focus on the line at this place, drawn or not yet. */
  go: (place: number) => void;
}

export function useWindow<L extends { key: string }>(lines: readonly L[], height: number): Windowed<L> {
  const [from, setFrom] = useState(0);
  const [active, setActive] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<string | null>(null);
  const long = lines.length > WINDOW_FROM;
  const first = long ? Math.max(0, Math.min(from, lines.length - BOX_LINES) - OVERSCAN) : 0;
  const last = long ? Math.min(lines.length, first + BOX_LINES + STEP + 2 * OVERSCAN) : lines.length;
  const drawn: (readonly [L, number])[] = lines.slice(first, last).map((line, i) => [line, first + i]);
  const held = active === null ? -1 : lines.findIndex(({ key }) => key === active);
  const stopAt = lines[held];
  // What has the focus stays in the page, or the keys would lose their place.
  if (stopAt && (held < first || held >= last)) drawn.push([stopAt, held]);

  useLayoutEffect(() => {
    const key = wanted.current;
    if (key === null) return;
    wanted.current = null;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>("[data-line]") ?? [])];
    const row = rows.find(({ dataset }) => dataset.line === key);
    row?.focus({ preventScroll: long });
    if (!long) row?.scrollIntoView({ block: "nearest" });
  });

  return {
    box,
    drawn,
    long,
    onScroll: (top) => setFrom(Math.floor(top / height / STEP) * STEP),
    onFocus: setActive,
    stop: (stopAt ?? drawn[0]?.[0])?.key,
    go(place) {
      const line = lines[place];
      const element = box.current;
      if (!line || !element) return;
      if (long) {
        const [top, bottom] = [place * height, (place + 1) * height];
        if (top < element.scrollTop) element.scrollTop = top;
        else if (bottom > element.scrollTop + BOX_LINES * height) element.scrollTop = bottom - BOX_LINES * height;
        setFrom(Math.floor(element.scrollTop / height / STEP) * STEP);
      }
      wanted.current = line.key;
      setActive(line.key);
    },
  };
}
