/** The cohort in words and numbers, for the hosts that have no head of their own. */

import { briefFigure, figure, wholeOf } from "./figures.ts";
import { Icon } from "./icons.tsx";
import { reveal } from "./reveal.ts";
import { partsOf } from "./sentence.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Total } from "./wire.ts";

/** The sentence; the words that the reader chose lead to their filters. They break over lines, as no button does. */
export function Sentence({ store, text }: { store: Store; text: string }) {
  return (
    <p class="sentence" role="status" aria-live="polite">
      {partsOf(text, store.cards, store.wire.facets).map(({ text: words, about }, i) =>
        about && "facet" in about ? (
          <span
            role="button"
            tabIndex={0}
            key={i}
            class="mark"
            title={t("Show this filter")}
            onClick={() => reveal(store, about.facet, about.group)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              reveal(store, about.facet, about.group);
            }}
          >
            {words}
          </span>
        ) : (
          words
        ),
      )}
    </p>
  );
}

/** What went wrong, or what to know, in one sentence. */
export function Problem({ text, role = "alert" }: { text: string; role?: "alert" | "note" }) {
  return (
    <p class="warnline" role={role}>
      <Icon name="warn" />
      <span>{text}</span>
    </p>
  );
}

/** "3,296 patients  5,037 studies …", on one line. */
export function TotalsLine({ totals }: { totals: readonly Total[] }) {
  return (
    <p class="tline">
      {totals.map((total) => (
        <span key={total.label} class="tone" data-total={total.label} title={inFull(total)}>
          <b>{valueOf(total)}</b> {total.unit ? null : <span class="q">{t(total.label).toLocaleLowerCase()}</span>}
        </span>
      ))}
    </p>
  );
}

/** In the order of the side panel, down the columns; a total that Python adds comes after them. */
const ORDER: readonly string[] = ["Patients", "Datasets", "Studies", "Images", "Series", "Size"];

/** Six totals in two columns; numbers from a million on are shortened, and whole in the tooltip. */
export function TotalsTable({ totals }: { totals: readonly Total[] }) {
  const place = ({ label }: Total) => (ORDER.indexOf(label) + ORDER.length + 1) % (ORDER.length + 1);
  const sorted = [...totals].sort((a, b) => place(a) - place(b));
  return (
    <dl class="ttable">
      {sorted.map((total) => (
        <div key={total.label} class="tone" data-total={total.label} title={inFull(total)}>
          <dt>{t(total.label)}</dt>
          <dd>{total.unit ? valueOf(total) : briefFigure(total.value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function valueOf({ value, unit }: Total): string {
  return unit ? `${figure(value)} ${unit}` : figure(value);
}

/** "Images: 5,935,433 of 58,784,975" */
function inFull(total: Total): string {
  return `${t(total.label)}: ${valueOf(total)} ${wholeOf(total)}`.trim();
}
