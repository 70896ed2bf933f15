/** The level of a group: a switch that says how many patients each level would give. */

import { LEVELS, type Card } from "./groups.ts";
import { people, type Count, type Policy } from "./protected.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Level, LevelCounts } from "./wire.ts";

export const LEVEL_NAMES: Record<Level, () => string> = {
  series: () => t("level\u0004series"),
  study: () => t("study"),
  patient: () => t("patient"),
};

/** Every level is known to give the same patients; equal numbers do not prove it where small counts are protected. */
export function levelMakesNoDifference(levels: LevelCounts | undefined, policy: Policy | undefined): boolean {
  if (policy) return false;
  const counts = LEVELS.map((level) => levels?.[level]);
  return counts.every((n) => n !== undefined && n === counts[0]);
}

interface Props {
  store: Store;
  card: Card;
  levels: LevelCounts | undefined;
  label?: string;
}

export function LevelSwitch({ store, card, levels, label }: Props) {
  return (
    <div class="seg" role="radiogroup" aria-label={label ?? t("In the same")}>
      {LEVELS.map((level) => (
        <LevelRadio key={level} level={level} n={levels?.[level]} card={card} store={store} />
      ))}
    </div>
  );
}

interface RadioProps {
  level: Level;
  n: Count | undefined;
  card: Card;
  store: Store;
}

function LevelRadio({ level, n, card, store }: RadioProps) {
  const on = card.same === level;
  const told = n === undefined ? "" : people(n, store.policy);
  const patients = told && t("%1 patients", told);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const radios = [...((event.currentTarget as HTMLElement).parentElement?.querySelectorAll("button") ?? [])];
    const next = (LEVELS.indexOf(level) + step + LEVELS.length) % LEVELS.length;
    radios[next]?.focus();
    radios[next]?.click();
  };
  return (
    <button
      type="button"
      role="radio"
      aria-checked={on}
      tabIndex={on ? 0 : -1}
      title={t("In the same %1: %2", LEVEL_NAMES[level](), patients)}
      onKeyDown={move}
      onClick={() => {
        if (!on) store.send({ kind: "level", group: card.name, same: level });
      }}
    >
      {LEVEL_NAMES[level]()}
      <em>{told}</em>
    </button>
  );
}
