/** An empty cohort: why, the smallest changes that find somebody, and the way back. */

import { groupsOf, phraseText } from "../left/groups.ts";
import { LEVEL_NAMES } from "../left/Levels.tsx";
import { signed } from "../left/protected.ts";
import { t } from "../left/text.ts";
import type { Ask, Change, HeadData } from "./wire.ts";

const UNDO_KEYS = "Ctrl Z";

interface Props {
  data: HeadData;
  ask: (what: Ask) => void;
}

export function Empty({ data, ask }: Props) {
  const { ways } = data;
  return (
    <section class="empty" aria-label={t("Empty cohort")}>
      <p>
        <b>{t("No patient meets all rules.")}</b> {saidOf(ways)}
      </p>
      <ul>
        {ways?.map(({ request, patients }) => (
          <li key={JSON.stringify(request)} class="way">
            <span class="t">{wordsOf(request, data)}</span>
            <span class="n">
              <b>{signed(patients, "+", data.protected ?? undefined)}</b>{" "}
              {patients === 1 ? t("patient") : t("patients")}
            </span>
            <button class="a" disabled={data.pending} onClick={() => ask(request)}>
              {t("Apply")}
            </button>
          </li>
        ))}
      </ul>
      <p class="links">
        {data.undo && (
          <button class="a" onClick={() => ask({ kind: "undo" })}>
            {t("Undo the last change")} <kbd>{UNDO_KEYS}</kbd>
          </button>
        )}
        {data.tab !== "attrition" && (
          <button class="a" onClick={() => ask({ kind: "tab", tab: "attrition" })}>
            {t("See what each rule costs")}
          </button>
        )}
      </p>
    </section>
  );
}

function saidOf(ways: HeadData["ways"]): string {
  if (!ways) return t("Looking for the smallest change that finds some …");
  return ways.length ? t("The smallest changes that find some:") : t("Leaving out one of them alone finds nobody.");
}

/** "Leave out Age 60 to 69 years" */
function wordsOf(change: Change, data: HeadData): string {
  if (change.kind === "within-remove") return t("Leave out the days between two groups");
  const [side = "include", index = "0"] = change.group.split(":");
  const group = groupsOf(data.rule, side as "include" | "exclude")[Number(index)];
  if (change.kind === "level" && group) {
    return t("Ask for the same %1, not the same %2", LEVEL_NAMES[change.same](), LEVEL_NAMES[group.same]());
  }
  const named = (group?.where ?? []).map((criterion) => {
    const facet = data.facets.find(({ name }) => name === criterion.facet);
    return `${facet?.title ?? criterion.facet} ${phraseText(criterion, facet)}`;
  });
  if (change.kind === "remove") return t("Leave out %1", named[change.criterion] ?? "");
  return t("No longer exclude %1", named.join(", "));
}
