/** The rule as one sentence; its underlined words open the criteria that they are about. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { cardsOf } from "../left/groups.ts";
import { partsOf, type About } from "../left/sentence.ts";
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
  const parts = partsOf(data.sentence, cardsOf(data.rule, {}), data.facets, data.days);
  return (
    <>
      <p ref={text} class={`sentence${whole ? " whole" : ""}`} role="status" aria-live="polite">
        {parts.map(({ text: words, about }, i) =>
          about ? <Marked key={i} words={words} title={titleOf(data, about)} open={() => reveal(about)} /> : words,
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
      title={title}
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

function titleOf({ facets }: HeadData, about: About): string {
  if ("pair" in about) return t("Change the days between the two studies");
  const named = facets.find(({ name }) => name === about.facet);
  return t("Show the filter “%1”", named?.title ?? about.facet);
}

/** The left column hears it: it puts the focus on the criterion, or opens the days of the pair. */
function reveal(about: About): void {
  setAside(true);
  window.dispatchEvent(new CustomEvent("cohort-explorer:reveal", { detail: about }));
}
