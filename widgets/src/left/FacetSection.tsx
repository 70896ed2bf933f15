/** One facet: heading with badges and menu, and the body that its kind asks for. */

import { useMemo } from "preact/hooks";
import type { Criterion } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { count, percent } from "./numbers.ts";
import { MenuItem, Popup } from "./Popup.tsx";
import { shareOf, tally, type Policy } from "./protected.ts";
import { RangeFacet } from "./RangeFacet.tsx";
import { missingShare } from "./rows.ts";
import type { FacetUi, Store } from "./store.ts";
import { t } from "./text.ts";
import { TextFacet } from "./TextFacet.tsx";
import { ValueList } from "./ValueList.tsx";
import { isRange, type Counts, type Facet, type Measure, type Value } from "./wire.ts";

/** A list of so many values is shown whole. */
const FEW = 4;

export interface FacetProps {
  store: Store;
  facet: Facet;
  all: Counts | undefined;
  now: Counts | undefined;
  measure: Measure;
  /** The group that a click edits. */
  group: string | null;
  /** What that group wants of this facet, as JSON: equal text, nothing to draw. */
  criteria: string;
  /** Values that exclude groups name, as JSON. */
  excluded: string;
  ui: FacetUi;
  query: string;
}

export function FacetSection(props: FacetProps) {
  const { facet, all, now, measure, group, criteria, excluded, ui, query } = props;
  const { policy } = props.store;
  const protection = policy && `${policy.threshold},${policy.rounding}`;
  // The same element again tells Preact to skip the whole section.
  return useMemo(
    () => <Section {...props} />,
    [facet, all, now, measure, group, criteria, excluded, ui, query, protection],
  );
}

function Section(props: FacetProps) {
  const { store, facet, all, now, measure, ui, query } = props;
  const wanted = JSON.parse(props.criteria) as Criterion[];
  const folded = ui.folded && !query;
  // A compact list always shows the row of missing, and has no room to say it twice.
  const compact = store.wire.shape !== "column";
  const menu = <FacetMenu {...props} wanted={wanted} />;
  return (
    <section class="facet" data-facet={facet.name} aria-label={facet.title}>
      <div class="fh">
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
        <span class="s q cap">{folded && wanted.length ? t("in the rule") : compact ? "" : caption(facet)}</span>
        <span class="sp" />
        {compact ? menu : null}
        {facet.caution ? (
          <Popup label={t("Caution on %1", facet.title)} button={<Icon name="warn" />} class="badge" role="dialog">
            {() => facet.caution}
          </Popup>
        ) : null}
        {compact ? null : <MissingBadge facet={facet} counts={now ?? all} measure={measure} policy={store.policy} />}
        {compact ? null : menu}
        {store.wire.shape === "panel" && !folded ? <AllValues {...props} /> : null}
      </div>
      {folded || !all ? null : <Body {...props} all={all} wanted={wanted} />}
    </section>
  );
}

/** The side panel's way to the values beyond the first ones; it costs no line of its own. */
function AllValues({ store, facet, all, ui, query }: FacetProps) {
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

function Body(props: FacetProps & { all: Counts; wanted: Criterion[] }) {
  const { store, facet, all, now, measure, group, wanted, ui } = props;
  if (isRange(all)) {
    const range = { store, facet, all, now: isRange(now) ? now : undefined, measure, group };
    return <RangeFacet {...range} criterion={wanted[0]} />;
  }
  const chosen = wanted.flatMap((criterion) => criterion.is_in ?? []);
  const excluded = JSON.parse(props.excluded) as Value[];
  const known = isRange(now) ? undefined : now;
  const list = (
    <ValueList {...{ store, facet, all, now: known, measure, group, chosen, excluded, ui }} query={props.query} />
  );
  if (facet.kind !== "text") return list;
  return (
    <>
      <TextFacet
        store={store}
        facet={facet}
        group={group}
        texts={wanted.flatMap((c) => c.contains ?? [])}
        distinct={all.distinct}
      />
      {list}
    </>
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

interface BadgeProps {
  facet: Facet;
  counts: Counts | undefined;
  measure: Measure;
  policy: Policy | undefined;
}

function MissingBadge({ facet, counts, measure, policy }: BadgeProps) {
  const manyPerPatient = facet.level === "series" || facet.level === "study";
  const share = missingShare(counts, measure, manyPerPatient);
  if (!share) return null;
  const part = shareOf(share.missing, share.whole);
  if (part !== null && part < 0.001) return null;
  const missing = tally(share.missing, share.unit, policy);
  const text = t("%1 missing", part === null ? missing : percent(part));
  const unit = share.unit === "patients" ? t("patients") : t("series");
  return (
    <Popup label={`${facet.title}: ${text}`} button={text} class="badge" role="dialog">
      {() =>
        t(
          "%1 of %2 %3 here have no value. They meet a criterion only where “missing” is chosen.",
          missing,
          tally(share.whole, share.unit, policy),
          unit,
        )
      }
    </Popup>
  );
}

function FacetMenu({ store, facet, all, group, wanted, ui }: FacetProps & { wanted: Criterion[] }) {
  const range = isRange(all);
  const onlyMissing = () =>
    store.send({ kind: "toggle", facet: facet.name, value: null, group, on: true, exclude: false });
  return (
    <Popup
      label={t("Menu of %1", facet.title)}
      button={<Icon name="dots" />}
      class="btn icon sm"
      role="menu"
      note={facet.description}
    >
      {(close) => (
        <>
          {range || facet.kind === "text"
            ? null
            : (["count", "name"] as const).map((sort) => (
                <MenuItem
                  key={sort}
                  checked={ui.sort === sort}
                  onChoose={() => {
                    store.setFacetUi(facet.name, { sort });
                    close();
                  }}
                >
                  {sort === "count" ? t("Sort by count") : t("Sort by name")}
                </MenuItem>
              ))}
          {range ? (
            <MenuItem
              onChoose={() => {
                onlyMissing();
                close();
              }}
            >
              {t("Take only missing")}
            </MenuItem>
          ) : null}
          <MenuItem
            disabled={wanted.length === 0}
            onChoose={() => {
              store.send({ kind: "clear", facet: facet.name, group });
              close();
            }}
          >
            {t("Take out of the rule")}
          </MenuItem>
        </>
      )}
    </Popup>
  );
}
