/** A text facet: texts that the value should contain, each a chip that can be taken away. */

import { useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet } from "./wire.ts";

interface Props {
  store: Store;
  facet: Facet;
  group: string | null;
  texts: string[];
  distinct: number | undefined;
}

export function TextFacet({ store, facet, group, texts, distinct }: Props) {
  const [typed, setTyped] = useState("");
  const send = (next: string[]) => store.send({ kind: "contains", facet: facet.name, texts: next, group });
  const label = distinct ? t("Contains … (%1 texts)", count(distinct)) : t("Contains …");
  const add = () => {
    const text = typed.normalize("NFC");
    setTyped("");
    if (text.trim() && !texts.includes(text)) send([...texts, text]);
  };
  return (
    <>
      <label class="inp sm">
        <Icon name="search" />
        <input
          type="text"
          placeholder={label}
          aria-label={t("%1 contains", facet.title)}
          maxLength={1000}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") add();
            else if (event.key === "Escape") setTyped("");
            else return;
            event.preventDefault();
          }}
        />
        {typed.trim() ? (
          <button type="button" class="a" onClick={add}>
            {t("Add")}
          </button>
        ) : null}
      </label>
      {texts.length ? (
        <div class="chips">
          {texts.map((text) => (
            <span
              class="chip"
              key={text}
              onKeyDown={(event) => {
                if (event.key === "Delete" || event.key === "Backspace") send(texts.filter((other) => other !== text));
              }}
            >
              <b title={text}>{`“${text}”`}</b>
              <button
                type="button"
                class="x"
                aria-label={t("Remove “%1”", text)}
                onClick={() => send(texts.filter((other) => other !== text))}
              >
                <Icon name="close" />
              </button>
            </span>
          ))}
        </div>
      ) : null}
    </>
  );
}
