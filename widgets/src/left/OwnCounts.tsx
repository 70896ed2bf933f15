/** What a group is worth by itself: the patients that it keeps alone, and those gained without it. */

import { people, signed } from "./protected.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Costs } from "./wire.ts";

export function OwnCounts({ store, costs }: { store: Store; costs: Costs | undefined }) {
  const { alone, without } = costs ?? {};
  // The line keeps its place until the numbers are there.
  if (alone === undefined || without === undefined) return <p class="own" />;
  return (
    <p class="own">
      <span title={t("Patients if this were the only rule")}>
        {t("%1 patients alone", people(alone, store.policy))}
      </span>
      <span title={t("Patients gained without this rule")}>
        {t("%1 without it", signed(without, "+", store.policy))}
      </span>
    </p>
  );
}
