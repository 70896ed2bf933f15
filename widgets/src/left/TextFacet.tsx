/** A text facet: texts that the value should contain, each a chip; what is typed is tried before it is added. */

import { useEffect, useState } from "preact/hooks";
import { fold } from "./catalogue.ts";
import { Icon } from "./icons.tsx";
import { count } from "./numbers.ts";
import { people, type Count, type Policy } from "./protected.ts";
import type { Store } from "./store.ts";
import { t } from "./text.ts";
import type { Facet, Tried, Value } from "./wire.ts";

interface Props {
  store: Store;
  facet: Facet;
  group: string | null;
  texts: string[];
  /** Whole values that are chosen, which a text would replace. */
  exact: Value[];
  distinct: number | undefined;
}

/** What is typed is tried when the fingers rest for so long. */
const REST = 250;

export function TextFacet({ store, facet, group, texts, exact, distinct }: Props) {
  const [typed, setTyped] = useState("");
  const text = typed.normalize("NFC");
  const fresh = text.trim() !== "" && !texts.includes(text);
  const { shape, definition_id: id } = store.wire;
  // The side panel's host answers changes only.
  const tries = shape !== "panel" && fresh;
  useEffect(() => {
    if (!tries) return undefined;
    const ask = () => store.ask({ kind: "try-text", facet: facet.name, texts, text, group });
    const timer = setTimeout(ask, REST);
    return () => clearTimeout(timer);
  }, [tries, text, group, id, texts.join("\n")]);

  const send = (next: string[]) => store.send({ kind: "contains", facet: facet.name, texts: next, group });
  const add = () => {
    setTyped("");
    if (fresh) send([...texts, text]);
  };
  const { tried } = store.wire;
  const answered = tries && tried.facet === facet.name && tried.text === text ? (tried as Tried) : null;
  const label = distinct ? t("Contains … (%1 texts)", count(distinct)) : t("Contains …");
  return (
    <>
      <label class="inp sm">
        <Icon name="search" />
        <input
          type="text"
          placeholder={texts.length ? t("Or contains …") : label}
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
        {fresh ? (
          <button type="button" class="a" onClick={add}>
            {t("Add")}
          </button>
        ) : null}
      </label>
      {tries ? <Trial store={store} tried={answered} text={text} take={setTyped} replaces={exact.length > 0} /> : null}
      {texts.length ? (
        <div class="chips">
          {texts.map((each) => (
            <span
              class="chip"
              key={each}
              onKeyDown={(event) => {
                if (event.key === "Delete" || event.key === "Backspace") send(texts.filter((other) => other !== each));
              }}
            >
              <b title={each}>{`“${each}”`}</b>
              <button
                type="button"
                class="x"
                aria-label={t("Remove “%1”", each)}
                onClick={() => send(texts.filter((other) => other !== each))}
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

interface TrialProps {
  store: Store;
  /** Null until the answer comes. */
  tried: Tried | null;
  text: string;
  take: (text: string) => void;
  /** Adding takes the values that are chosen out of the rule. */
  replaces: boolean;
}

/** What adding would give: patients, and the recorded texts that hold it most often. */
function Trial({ store, tried, text, take, replaces }: TrialProps) {
  const { policy } = store;
  const said = tried ? [gives(tried.patients, policy), holds(tried.texts)].filter(Boolean).join("; ") : " ";
  return (
    <div class="trial">
      <p class="s q2" role="status">
        {said}
        {tried && replaces ? ` ${t("The values chosen below are left out then.")}` : ""}
      </p>
      {tried?.most.map(([held, patients]) => (
        <button type="button" class="held" key={held} title={held} onClick={() => take(held)}>
          <Marked text={held} part={text} />
          <span class="c1">{people(patients, policy)}</span>
        </button>
      ))}
    </div>
  );
}

function gives(patients: Count, policy: Policy | undefined): string {
  return patients === 1 ? t("would give 1 patient") : t("would give %1 patients", people(patients, policy));
}

function holds(texts: number | null): string {
  if (texts === null) return "";
  return texts === 1 ? t("1 text holds it") : t("%1 texts hold it", count(texts));
}

/** A text with what was typed set in bold, where it stands as it was typed but for upper and lower case. */
function Marked({ text, part }: { text: string; part: string }) {
  const at = text.toLowerCase().indexOf(fold(part));
  const plain = at < 0 || text.toLowerCase().length !== text.length;
  if (plain) return <span class="lab">{text}</span>;
  const end = at + fold(part).length;
  return (
    <span class="lab">
      {text.slice(0, at)}
      <b>{text.slice(at, end)}</b>
      {text.slice(end)}
    </span>
  );
}
