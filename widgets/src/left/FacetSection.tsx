/** One facet: heading with badges and menu, and the body that its kind asks for. */

import { useMemo } from "preact/hooks";
import { CautionBadge, MissingBadge } from "./badges.tsx";
import { PartBody } from "./FacetBody.tsx";
import { FacetMenu } from "./FacetMenu.tsx";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import { wantedOf, type FacetPart } from "./parts.ts";
import type { FacetUi, Store } from "./store.ts";
import { t } from "./text.ts";
import { isRange, type Facet, type Measure } from "./wire.ts";

/** A list of so many values is shown whole. */
const FEW = 4;

export interface FacetProps {
  store: Store;
  part: FacetPart;
  recorded: FacetPart | undefined;
  measure: Measure;
  ui: FacetUi;
  query: string;
  pinned: boolean;
  /** Hidden, and only found by a search. */
  hidden: boolean;
}

export function FacetSection(props: FacetProps) {
  const { part, recorded, measure, ui, query, pinned, hidden } = props;
  const { policy } = props.store;
  const protection = policy && `${policy.threshold},${policy.rounding}`;
  // What is being typed in a text facet is answered beside its numbers.
  const tried = part.facet.kind === "text" ? props.store.wire.tried : null;
  const of = (one: FacetPart | undefined) => [one?.facet, one?.all, one?.now, one?.group, one?.criteria, one?.excluded];
  // The same element again tells Preact to skip the whole section.
  return useMemo(
    () => <Section {...props} />,
    [...of(part), ...of(recorded), measure, ui, query, pinned, hidden, protection, tried],
  );
}

function Section(props: FacetProps) {
  const { store, part, measure, ui, query, pinned } = props;
  const { facet, all, now } = part;
  const wanted = wantedOf(part);
  const folded = ui.folded && !query;
  // A compact list always shows the row of missing, and has no room to say it twice.
  const compact = store.wire.shape !== "column";
  const menu = <FacetMenu {...props} wanted={wanted} />;
  const cautions = all?.cautions ?? [];
  return (
    <section class="facet" data-facet={facet.name} aria-label={facet.title}>
      <div class="fh">
        <div class="name">
          <h3>
            <button
              type="button"
              class="fold"
              aria-expanded={!folded}
              title={facet.description}
              onClick={() => store.setFacetUi(facet.name, { folded: !folded })}
            >
              <Icon name={folded ? "right" : "down"} />
              <span>{facet.title}</span>
            </button>
          </h3>
          {pinned ? (
            <span class="pinned" role="img" aria-label={t("pinned")} title={t("pinned")}>
              <Icon name="pin" />
            </span>
          ) : null}
          <span class="s q cap">{folded && wanted.length ? t("in the rule") : compact ? "" : caption(facet)}</span>
        </div>
        {compact ? menu : null}
        <CautionBadge {...{ facet, cautions, compact }} policy={store.policy} />
        {compact ? null : <MissingBadge facet={facet} counts={now ?? all} measure={measure} policy={store.policy} />}
        {compact ? null : menu}
        {store.wire.shape === "panel" && !folded ? <AllValues {...props} /> : null}
      </div>
      {folded ? null : <PartBody {...props} />}
    </section>
  );
}

/** The side panel's way to the values beyond the first ones; it costs no line of its own. */
export function AllValues({
  store,
  part: { facet, all },
  ui,
  query,
}: Pick<FacetProps, "store" | "part" | "ui" | "query">) {
  if (!all || isRange(all) || facet.kind === "text" || query || all.values.length <= FEW) return null;
  const label = ui.expanded
    ? t("First values of %1 only", facet.title)
    : t("All %1 values of %2", count(all.values.length), facet.title);
  return (
    <button
      type="button"
      class="a s"
      aria-expanded={ui.expanded}
      aria-label={label}
      title={label}
      onClick={() => store.setFacetUi(facet.name, { expanded: !ui.expanded })}
    >
      {ui.expanded ? t("fewer") : t("all %1", count(all.values.length))}
    </button>
  );
}

function caption(facet: Facet): string {
  if (facet.recorded) return t("as recorded");
  const { unit, level } = facet;
  const per = { series: t("per series"), study: t("per study"), patient: t("per patient"), dataset: t("per dataset") }[
    level
  ];
  if (unit && level === "study") return t("%1 at study", unit);
  return unit ? `${unit} ${per}` : level === "series" ? "" : per;
}
