/** Days between studies of two include groups: in words, and the form that makes and changes them. */

import { useState } from "preact/hooks";
import { daysOf, formOf, groupWords, pairWords, type Direction } from "./days.ts";
import { Floating } from "./Floating.tsx";
import { groupTitle, type Pair } from "./groups.ts";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import { OwnCounts } from "./OwnCounts.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Costs } from "./wire.ts";

export interface EditingPair extends Pair {
  /** Its place among those of the definition; null for a new one. */
  index: number | null;
  anchor: HTMLElement;
}

interface RowProps {
  store: Store;
  pair: Pair;
  index: number;
  editing: boolean;
  costs: Costs | undefined;
  onEdit: (anchor: HTMLElement) => void;
}

export function PairRow({ store, pair, index, editing, costs, onEdit }: RowProps) {
  const words = pairWords(pair, store.cards, store.wire.facets);
  const remove = () => store.send({ kind: "within-remove", index });
  return (
    <section class="group pair" data-pair={index} aria-label={t("Days between studies %1", count(index + 1))}>
      <div
        class="chips"
        onKeyDown={(event) => {
          if (event.key !== "Delete" && event.key !== "Backspace") return;
          event.preventDefault();
          remove();
        }}
      >
        <span class="chip">
          <button
            type="button"
            class="open"
            aria-haspopup="dialog"
            aria-expanded={editing}
            title={t("%1. Edit", words)}
            onClick={(event) => onEdit(event.currentTarget)}
          >
            <Icon name="days" />
            <b>{words}</b>
          </button>
          <button type="button" class="x" aria-label={t("Remove %1", words)} title={t("Remove")} onClick={remove}>
            <Icon name="close" />
          </button>
        </span>
      </div>
      <OwnCounts store={store} costs={costs} />
    </section>
  );
}

export function PairEditor({ store, pair, onClose }: { store: Store; pair: EditingPair; onClose: () => void }) {
  const [first, setFirst] = useState(pair.first);
  const [then, setThen] = useState(pair.then);
  const [form, setForm] = useState(formOf(pair.days));
  const { facets } = store.wire;
  const groups = store.cards.filter(({ side, draft }) => side === "include" && !draft);
  const days = daysOf(form);
  const change = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const group = (label: string, value: number, set: (index: number) => void) => (
    <select
      class="inp"
      aria-label={label}
      value={String(value)}
      onChange={(event) => set(Number(event.currentTarget.value))}
    >
      {groups.map(({ index }) => (
        <option key={index} value={String(index)}>
          {`${groupTitle("include", index)}: ${groupWords(index, groups, facets)}`}
        </option>
      ))}
    </select>
  );
  const end = (label: string, name: "low" | "high") => (
    <input
      class="inp"
      type="number"
      step="1"
      min="-99999"
      max="99999"
      aria-label={label}
      placeholder={t("any")}
      value={form[name] ?? ""}
      onInput={(event) => change({ [name]: wholeOf(event.currentTarget) })}
    />
  );
  const around = form.direction === "around";
  return (
    <Floating label={t("Days between two studies")} anchor={pair.anchor} onClose={onClose}>
      <form
        class="pairform"
        onSubmit={(event) => {
          event.preventDefault();
          if (!days) return;
          store.send({ kind: "within", index: pair.index, first, then, days });
          onClose();
        }}
      >
        <div class="eh">
          <b>{t("Days between two studies")}</b>
          <span class="sp" />
          <button type="button" class="x" aria-label={t("Close")} title={t("Close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <label>
          <span class="q2">{t("A study with")}</span>
          {group(t("The one study"), then, setThen)}
        </label>
        <div class="days">
          {around ? <span class="q2">{t("up to")}</span> : end(t("From so many days"), "low")}
          {around ? null : <span class="q2">{t("to")}</span>}
          {end(t("Up to so many days"), "high")}
          <span class="q2">{t("days")}</span>
          <select
            class="inp"
            aria-label={t("Before or after")}
            value={form.direction}
            onChange={(event) => change({ direction: event.currentTarget.value as Direction })}
          >
            <option value="after">{t("after")}</option>
            <option value="before">{t("before")}</option>
            <option value="around">{t("before or after")}</option>
          </select>
        </div>
        <label>
          <span class="q2">{t("a study with")}</span>
          {group(t("The other study"), first, setFirst)}
        </label>
        <p class="said" role="status">
          {days
            ? pairWords({ first, then, days }, groups, facets)
            : t("The first number of days is above the second one.")}
        </p>
        <div class="ef">
          <span class="sp" />
          <button type="submit" class="btn main" disabled={!days}>
            {pair.index === null ? t("Add these days") : t("Change these days")}
          </button>
        </div>
      </form>
    </Floating>
  );
}

/** A whole number as typed; null where there is none. */
function wholeOf({ valueAsNumber }: HTMLInputElement): number | null {
  return Number.isFinite(valueAsNumber) ? Math.trunc(valueAsNumber) : null;
}
