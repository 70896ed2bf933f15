/** The facet list where room is scarce, JupyterLab's side panel and the output of a cell: first filters first. */

import { useEffect, useRef } from "preact/hooks";
import { arranged } from "./arrange.ts";
import { firstFacets } from "./first.ts";
import { Problem, Sentence, TotalsLine, TotalsTable } from "./HeadLines.tsx";
import { HiddenFilters } from "./HiddenFilters.tsx";
import { levelMakesNoDifference, LevelSwitch } from "./Levels.tsx";
import { count } from "./numbers.ts";
import { Rule } from "./Rule.tsx";
import { Sections } from "./Sections.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import { measureName, MeasureSwitch, Search } from "./Tools.tsx";

export function Compact({ store }: { store: Store }) {
  const { wire, open, kept, cards } = store;
  const { sentence, totals, problem } = wire;
  const panel = wire.shape === "panel";
  const root = useRef<HTMLDivElement>(null);
  const opened = useRef(open);
  useEffect(() => {
    if (opened.current === open) return;
    opened.current = open;
    // The button that was pressed is gone: go on where the reader would.
    root.current?.querySelector<HTMLElement>(open ? ".find input" : ".allfilters")?.focus();
  }, [open]);

  const facets = store.query ? wire.facets : arranged(wire.facets, kept, cards);
  const first = firstFacets(facets, cards, wire.shape, kept.pinned);
  return (
    <div ref={root} class="compact" role="group" aria-label={t("Rule and filters")}>
      {sentence ? <Sentence store={store} text={sentence} /> : null}
      {problem ? <Problem text={problem} /> : null}
      <div class="line">
        {totals.length === 0 ? null : panel ? <TotalsTable totals={totals} /> : <TotalsLine totals={totals} />}
        {open ? null : <Levels store={store} />}
      </div>
      {open ? <Opened store={store} /> : null}
      <div class="facets" role="region" aria-label={t("Filters")}>
        <Sections store={store} facets={open ? facets : first} />
      </div>
      {open || facets.length === 0 ? null : (
        <div class="foot">
          {first.length < facets.length ? (
            <button type="button" class="a allfilters" aria-expanded="false" onClick={() => store.setOpen(true)}>
              {t("All %1 filters", count(facets.length))}
            </button>
          ) : null}
          <span class="sp" />
          <span class="q">{measureName(store.measure)}</span>
        </div>
      )}
    </div>
  );
}

/** What all filters come with: the whole rule, what the numbers count, and the search. */
function Opened({ store }: { store: Store }) {
  return (
    <>
      <Rule store={store} />
      <div class="tools">
        <Search store={store} />
        <MeasureSwitch store={store} />
        <HiddenFilters store={store} />
        <button type="button" class="a fewer" aria-expanded="true" onClick={() => store.setOpen(false)}>
          {t("Fewer filters")}
        </button>
      </div>
    </>
  );
}

/** The level of each group where it matters; the group is named where there are several. */
function Levels({ store }: { store: Store }) {
  const real = store.cards.filter((card) => !card.draft);
  const rows = real
    .map((card) => ({ card, levels: store.wire.levels[card.side]?.[card.index] }))
    .filter(({ card, levels }) => card.where.length > 0 && levels && !levelMakesNoDifference(levels, store.policy));
  return (
    <div class="levels">
      {rows.map(({ card, levels }) => {
        const titles = card.where.map(
          ({ facet }) => store.wire.facets.find(({ name }) => name === facet)?.title ?? facet,
        );
        const who = [...new Set(titles)].join(", ");
        const label = card.side === "include" ? t("%1 in the same", who) : t("Exclude %1 in the same", who);
        return (
          <div key={card.name} class={`level ${card.side === "exclude" ? "ex" : ""}`}>
            {rows.length > 1 ? <span class="s q who">{label}</span> : <span class="s q who">{t("in the same")}</span>}
            <LevelSwitch store={store} card={card} levels={levels} label={label} />
          </div>
        );
      })}
    </div>
  );
}
