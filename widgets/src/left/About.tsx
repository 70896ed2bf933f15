/** What a facet is, from the schema's own words: meaning, missing, where it comes from, and where it lies. */

import { CautionWords } from "./badges.tsx";
import { count } from "./numbers.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import { isRange, type Counts, type Facet } from "./wire.ts";

export function About({ store, facet, all }: { store: Store; facet: Facet; all: Counts | undefined }) {
  const cautions = all?.cautions ?? [];
  const recorded = store.wire.facets.find(({ name }) => name === facet.recorded_in);
  const facts: [string, string][] = [
    [t("One value for each"), levelName(facet.level)],
    [t("Holds"), extent(facet, all)],
    [t("Missing means"), facet.missing ?? ""],
    [t("Brings together"), recorded ? recorded.title : ""],
    [t("Name in definitions"), facet.name],
    [t("DICOM attribute"), facet.code ?? ""],
  ];
  return (
    <div class="about">
      <h4>{facet.title}</h4>
      <p>{facet.description}</p>
      <dl>
        {facts.map(([what, is]) =>
          is ? (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{is}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {facet.caution || cautions.length ? (
        <div class="warned">
          <CautionWords facet={facet} cautions={cautions} policy={store.policy} />
        </div>
      ) : null}
    </div>
  );
}

function levelName(level: Facet["level"]): string {
  return { series: t("series"), study: t("study"), patient: t("patient"), dataset: t("dataset") }[level];
}

function extent(facet: Facet, all: Counts | undefined): string {
  if (!all) return "";
  if (!isRange(all)) {
    if (all.distinct === undefined) return "";
    return all.distinct === 1 ? t("1 value") : t("%1 different values", count(all.distinct));
  }
  const [low, high] = [all.min ?? null, all.max ?? null];
  if (low === null || high === null) return "";
  const ends = t("%1 to %2", typeof low === "number" ? count(low) : low, typeof high === "number" ? count(high) : high);
  return facet.unit ? `${ends} ${facet.unit}` : ends;
}
