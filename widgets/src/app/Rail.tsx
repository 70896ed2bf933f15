/** What is left of a folded column: how large the rule is, and the way to open it. */

import { count } from "../left/numbers.ts";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { setAside, useAside } from "./aside.ts";
import type { RailData } from "./wire.ts";

/** "3 criteria in 2 groups" */
export function ruleSize({ criteria, groups }: RailData): string {
  if (groups === 0) return t("no rule yet");
  const [all, among] = [count(criteria), count(groups)];
  if (criteria === 1) return t("1 criterion");
  return groups === 1 ? t("%1 criteria in 1 group", all) : t("%1 criteria in %2 groups", all, among);
}

export function Rail({ data }: { data: RailData }) {
  const [open, button] = useAside();
  const label = open ? t("Fold rule and filters away, f") : t("Open rule and filters, f");
  return (
    <button
      ref={button}
      class={`fold${open ? " open" : ""}`}
      aria-expanded={open}
      aria-label={label}
      title={label}
      onClick={() => setAside(!open)}
    >
      <Icon name={open ? "left" : "right"} />
      {!open && (
        <>
          <span class="v">{t("Rule: %1", ruleSize(data))}</span>
          <span class="v">{t("Filters")}</span>
        </>
      )}
    </button>
  );
}
