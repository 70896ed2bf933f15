/** The whole facet list in the shape of its host: rule, filters, keys. */

import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { Compact } from "./Compact.tsx";
import { Filters } from "./Filters.tsx";
import { onKey } from "./keys.ts";
import { hearReveals } from "./reveal.ts";
import { Rule } from "./Rule.tsx";
import { keepShortcutsOut } from "./shortcuts.ts";
import type { Store } from "./store.ts";
import { language, t } from "./text.ts";

/** A drag with the browser's own ghost ends the pointer's life without an "up". */
const RELEASES = ["pointerup", "pointercancel", "dragend", "blur"];

export function Left({ store }: { store: Store }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const root = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => store.subscribe(() => redraw(undefined)), [store]);
  useEffect(() => {
    store.focusFacet = (facet) => {
      const sections = root.current?.querySelectorAll<HTMLElement>("[data-facet]") ?? [];
      const section = [...sections].find((each) => each.dataset.facet === facet);
      section?.scrollIntoView({ block: "nearest" });
      section?.querySelector<HTMLElement>(".fold")?.focus();
    };
  }, [store]);

  const { page_keys: wholePage, shape } = store.wire;
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const target: Document | HTMLElement = wholePage ? document : element;
    const listener = (event: Event) => onKey(event as KeyboardEvent, store, element);
    target.addEventListener("keydown", listener);
    return () => target.removeEventListener("keydown", listener);
  }, [store, wholePage]);

  // A page has one column; a notebook may have many lists, and nothing else that asks for filters.
  useEffect(() => (shape === "column" ? hearReveals(store) : undefined), [store, shape]);
  useEffect(() => {
    // Keys of a notebook's cells are not meant here; JupyterLab's own are still wanted in its side panel.
    return root.current && shape !== "panel" ? keepShortcutsOut(root.current) : undefined;
  }, [shape]);

  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    // The click comes after the button is up.
    const release = () => setTimeout(() => store.release());
    const press = () => store.press();
    element.addEventListener("pointerdown", press);
    for (const up of RELEASES) window.addEventListener(up, release);
    return () => {
      element.removeEventListener("pointerdown", press);
      for (const up of RELEASES) window.removeEventListener(up, release);
      store.release();
    };
  }, [store]);

  return (
    <div
      ref={root}
      class={`cx ${store.waiting ? "waiting" : ""}`}
      data-theme={store.wire.theme || undefined}
      data-measure={store.measure}
      data-shape={shape}
      data-counted={store.wire.now.id}
      data-took={JSON.stringify(store.wire.took)}
      data-protected={store.policy ? "true" : undefined}
      lang={language()}
    >
      {shape === "column" ? (
        <div class="column" role="group" aria-label={t("Rule and filters")}>
          <Rule store={store} />
          <Filters store={store} />
        </div>
      ) : (
        <Compact store={store} />
      )}
    </div>
  );
}
