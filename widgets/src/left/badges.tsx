/** Beside a facet's title: how much of it is missing, and where it says less than it seems to. */

import { badgeOf, cautionInWords, type Caution } from "./cautions.ts";
import { Icon } from "./icons.tsx";
import { percent } from "./numbers.ts";
import { Popup } from "./Popup.tsx";
import { shareOf, tally, type Policy } from "./protected.ts";
import { missingShare } from "./rows.ts";
import { t } from "./text.ts";
import type { Counts, Facet, Measure } from "./wire.ts";

interface CautionProps {
  facet: Facet;
  cautions: readonly Caution[];
  policy: Policy | undefined;
  /** No room for words. */
  compact: boolean;
}

export function CautionBadge({ facet, cautions, policy, compact }: CautionProps) {
  if (!facet.caution && cautions.length === 0) return null;
  const text = compact ? "" : badgeOf(cautions);
  return (
    <Popup
      label={t("Caution on %1", facet.title)}
      button={
        <>
          {text ? <span>{text}</span> : null}
          <Icon name="warn" />
        </>
      }
      class={text ? "badge told" : "badge"}
      role="dialog"
    >
      {() => <CautionWords {...{ facet, cautions, policy }} />}
    </Popup>
  );
}

/** The schema's general caution after this snapshot's own numbers. */
export function CautionWords({ facet, cautions, policy }: Omit<CautionProps, "compact">) {
  const said = [...cautions.map((caution) => cautionInWords(caution, policy)), facet.caution].filter(Boolean);
  return said.length === 1 ? (
    <>{said[0]}</>
  ) : (
    <ul class="cautions">
      {said.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

interface MissingProps {
  facet: Facet;
  counts: Counts | undefined;
  measure: Measure;
  policy: Policy | undefined;
}

export function MissingBadge({ facet, counts, measure, policy }: MissingProps) {
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
