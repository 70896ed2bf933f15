/** Above the filters: what the numbers count, and the search over filters and values. */

import { Icon } from "./icons.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Measure } from "./wire.ts";

export function measureName(measure: Measure): string {
  return measure === "patients" ? t("patients") : t("series");
}

export function MeasureSwitch({ store }: { store: Store }) {
  const choices: [Measure, string][] = [
    ["patients", t("Patients")],
    ["series", t("Series")],
  ];
  return (
    <div class="seg" role="radiogroup" aria-label={t("Numbers show")}>
      {choices.map(([value, label]) => (
        <button
          type="button"
          key={value}
          role="radio"
          aria-checked={store.measure === value}
          tabIndex={store.measure === value ? 0 : -1}
          onClick={() => {
            if (store.measure !== value) store.send({ kind: "measure", value });
          }}
          onKeyDown={(event) => {
            if (!event.key.startsWith("Arrow")) return;
            event.preventDefault();
            const other = event.currentTarget.parentElement?.querySelector<HTMLElement>("[aria-checked=false]");
            other?.focus();
            other?.click();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

export function Search({ store }: { store: Store }) {
  const label = t("Find a filter or a value");
  return (
    <div class="ftools">
      <label class="inp find">
        <Icon name="search" />
        <input
          type="text"
          role="searchbox"
          placeholder={label}
          aria-label={label}
          aria-keyshortcuts="/"
          value={store.query}
          onInput={(event) => store.search(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            if (store.query) store.search("");
            else event.currentTarget.blur();
          }}
        />
        {store.query ? (
          <button type="button" class="x" aria-label={t("Clear the search")} onClick={() => store.search("")}>
            <Icon name="close" />
          </button>
        ) : null}
      </label>
    </div>
  );
}
