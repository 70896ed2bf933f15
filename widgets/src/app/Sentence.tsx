/** The rule as one sentence; its underlined words open the criteria that they are about. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { cardsOf } from "../left/groups.ts";
import { partsOf } from "../left/sentence.ts";
import { t } from "../left/text.ts";
import { setAside } from "./aside.ts";
import type { HeadData } from "./wire.ts";

export function Sentence({ data }: { data: HeadData }) {
  const text = useRef<HTMLParagraphElement>(null);
  const [whole, setWhole] = useState(false);
  const [cut, setCut] = useState(false);
  useLayoutEffect(() => {
    const look = () => setCut(text.current !== null && text.current.scrollHeight > text.current.clientHeight + 1);
    look();
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, [data.sentence, whole]);
  const parts = partsOf(data.sentence, cardsOf(data.rule, {}), data.facets);
  return (
    <>
      <p ref={text} class={`sentence${whole ? " whole" : ""}`} role="status" aria-live="polite">
        {parts.map(({ text: words, facet, group }, i) =>
          facet && group ? (
            <Marked key={i} words={words} title={titleOf(data, facet)} open={() => reveal(facet, group)} />
          ) : (
            words
          ),
        )}
      </p>
      {(cut || whole) && (
        <button class="a" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t("Show less") : t("Show the whole sentence")}
        </button>
      )}
    </>
  );
}

/** It breaks over lines, as no button does. */
function Marked({ words, title, open }: { words: string; title: string; open: () => void }) {
  return (
    <span
      role="button"
      tabIndex={0}
      class="mark"
      title={t("Show the filter “%1”", title)}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open();
      }}
    >
      {words}
    </span>
  );
}

function titleOf({ facets }: HeadData, name: string): string {
  return facets.find((facet) => facet.name === name)?.title ?? name;
}

/** The left column hears it, and puts the focus on the criterion. */
function reveal(facet: string, group: string): void {
  setAside(true);
  window.dispatchEvent(new CustomEvent("cohort-explorer:reveal", { detail: { facet, group } }));
}
