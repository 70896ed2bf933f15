/** The whole column: rule above, filters below; keys. */

import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { Filters } from "./Filters.tsx";
import { onKey } from "./keys.ts";
import { setLocale } from "./numbers.ts";
import { Rule } from "./Rule.tsx";
import type { Store } from "./store.ts";
import { t } from "./text.ts";

export function Left({ store }: { store: Store }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const root = useRef<HTMLDivElement>(null);
  setLocale(store.wire.locale);

  useLayoutEffect(() => store.subscribe(() => redraw(undefined)), [store]);
  useEffect(() => {
    store.focusFacet = (facet) => {
      const section = root.current?.querySelector<HTMLElement>(`[data-facet="${CSS.escape(facet)}"]`);
      section?.scrollIntoView({ block: "nearest" });
      section?.querySelector<HTMLElement>(".fold")?.focus();
    };
  }, [store]);

  const wholePage = store.wire.page_keys;
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const target: Document | HTMLElement = wholePage ? document : element;
    const listener = (event: Event) => onKey(event as KeyboardEvent, store, element);
    target.addEventListener("keydown", listener);
    return () => target.removeEventListener("keydown", listener);
  }, [store, wholePage]);

  return (
    <div
      ref={root}
      class={`cx ${store.waiting ? "waiting" : ""}`}
      data-theme={store.wire.theme || undefined}
      data-measure={store.measure}
      data-lm-suppress-shortcuts="true"
      lang="en"
    >
      <div class="column" role="group" aria-label={t("Rule and filters")}>
        <Rule store={store} />
        <Filters store={store} />
      </div>
    </div>
  );
}
