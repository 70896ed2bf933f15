/** A group that does not count for now: struck through, one press away from counting again. */

import { StillChip } from "./Chip.tsx";
import { Icon } from "./icons.tsx";
import type { PausedGroup } from "./paused.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";

export function PausedCard({ store, group }: { store: Store; group: PausedGroup }) {
  const { index, side, where } = group;
  const title = side === "include" ? t("Include") : t("Exclude");
  const facet = (of: string) => store.wire.facets.find(({ name }) => name === of);
  const drop = () => store.send({ kind: "paused-delete", index });
  return (
    <section
      class={`group paused ${side === "exclude" ? "ex" : ""}`}
      data-paused={index}
      aria-label={side === "include" ? t("Include, paused") : t("Exclude, paused")}
      onKeyDown={(event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        drop();
      }}
    >
      <div class="gh">
        <b>{title}</b>
        <span class="s q">{t("paused")}</span>
        <span class="sp" />
        <button type="button" class="a s" onClick={() => store.send({ kind: "group-resume", index })}>
          {t("Resume")}
        </button>
        <button type="button" class="x" aria-label={t("Delete this paused group")} title={t("Delete")} onClick={drop}>
          <Icon name="close" />
        </button>
      </div>
      <div class="chips">
        {where.map((criterion, i) => (
          <StillChip key={i} criterion={criterion} facet={facet(criterion.facet)} />
        ))}
      </div>
    </section>
  );
}
