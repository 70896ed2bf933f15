/** Where a facet lies, in words; explorer/counts/cautions.py counts it. */

import { count, dayInWords } from "./numbers.ts";
import { people, type Count, type Policy } from "./protected.ts";
import { t } from "./text.ts";

export type Caution =
  | { kind: "early"; modality: string; year: number; patients: Count }
  | { kind: "one-day"; datasets: number; dataset: string; day: string; patients: Count }
  | { kind: "few-days"; days: string[]; patients: Count; whole: Count }
  | { kind: "several-names"; patients: Count; dataset: string; names: string[]; number: number; within: Count }
  | { kind: "shared-ids"; identifiers: Count; patients: Count }
  | { kind: "many-ids"; dataset: string; patients: Count; people: Count }
  | { kind: "mixed-licences"; datasets: number }
  | { kind: "programs"; name: string; patients: Count };

/** What the badge says; "" where a sign does. */
export function badgeOf(cautions: readonly Caution[]): string {
  switch (cautions[0]?.kind) {
    case "early":
    case "one-day":
    case "few-days":
      return t("shifted dates");
    case "several-names":
      return t("of datasets");
    case "shared-ids":
      return t("shared identifiers");
    case "many-ids":
      return t("counted twice");
    default:
      return "";
  }
}

/** One caution as a sentence. */
export function cautionInWords(caution: Caution, policy: Policy | undefined): string {
  const n = (patients: Count) => people(patients, policy);
  switch (caution.kind) {
    case "early":
      return t(
        "Patients with %1 dated before %2, when there was none: %3.",
        caution.modality,
        String(caution.year),
        n(caution.patients),
      );
    case "one-day": {
      const { datasets, dataset, day, patients } = caution;
      if (datasets === 1)
        return t("All %1 patients of %2 have the one date %3.", n(patients), dataset, dayInWords(day));
      return t(
        "%1 datasets have one date for all their studies, as have all %2 patients of %3: %4.",
        count(datasets),
        n(patients),
        dataset,
        dayInWords(day),
      );
    }
    case "few-days": {
      const { days, patients, whole } = caution;
      const said = days.map(dayInWords).join(", ");
      if (days.length === 1) return t("%1 of %2 patients have a study on one day: %3.", n(patients), n(whole), said);
      return t(
        "%1 of %2 patients have a study on one of %3 days: %4.",
        n(patients),
        n(whole),
        count(days.length),
        said,
      );
    }
    case "several-names": {
      const { dataset, names, number, within } = caution;
      const [one = "", other = ""] = names;
      const here =
        number > 2
          ? t("All %1 of %2 count under %3, %4 and %5 more.", n(within), dataset, one, other, count(number - 2))
          : t("All %1 of %2 count under %3 and under %4.", n(within), dataset, one, other);
      return `${t("Patients in datasets with several values: %1.", n(caution.patients))} ${here}`;
    }
    case "shared-ids":
      return t(
        "Identifiers that occur in more than one dataset: %1. They count in each, as %2 patients, whether or not they are the same people.",
        n(caution.identifiers),
        n(caution.patients),
      );
    case "many-ids":
      return t(
        "%1 has %2 patient identifiers for %3 people, so its people count several times.",
        caution.dataset,
        n(caution.patients),
        n(caution.people),
      );
    case "mixed-licences":
      if (caution.datasets === 1) return t("One dataset has series under more than one licence.");
      return t("%1 datasets have series under more than one licence.", count(caution.datasets));
    case "programs":
      return t(
        "Derived objects name what wrote them, often a program, most of all %1 (patients: %2).",
        caution.name,
        n(caution.patients),
      );
  }
}
