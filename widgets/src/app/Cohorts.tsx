/** Named cohorts: the note of this one, those saved, those left not long ago, and files. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { people, type Count, type Policy } from "../left/protected.ts";
import { Popup } from "../left/Popup.tsx";
import { t } from "../left/text.ts";
import type { CohortsData, SavedCohort } from "./memory_wire.ts";
import type { Ask, BarData } from "./wire.ts";

interface Props {
  data: BarData;
  ask: (what: Ask) => void;
}

const STANDING = { "": "", saved: "saved", changed: "changed" } as const;

export function Cohorts({ data, ask }: Props) {
  const standing = data.saved && t(STANDING[data.saved]);
  return (
    <Popup
      class="btn cohorts-open"
      role="dialog"
      align="left"
      wide
      label={t("Cohorts and note")}
      says={t("Cohorts and note")}
      button={
        <>
          <span class={`s ${data.saved}`}>{standing}</span>
          {data.note && <Icon name="note" />}
          <Icon name="down" />
        </>
      }
    >
      {(close) => <Content data={data} ask={ask} close={close} />}
    </Popup>
  );
}

function Content({ data, ask, close }: Props & { close: () => void }) {
  useEffect(() => {
    ask({ kind: "memory", name: "cohorts", on: true });
    return () => ask({ kind: "memory", name: "cohorts", on: false });
  }, []);
  const { cohorts, embedded } = data;
  const policy = data.protected ?? undefined;
  const go = (what: Ask) => {
    ask(what);
    close();
  };
  return (
    <div class="cohorts">
      <Note note={data.note} write={(text) => ask({ kind: "note", text })} />
      {!embedded && <Saved cohorts={cohorts} policy={policy} ask={ask} go={go} />}
      {cohorts !== null && cohorts.recent.length > 0 && (
        <section aria-label={t("Recent cohorts")}>
          <h3>
            {t("Recent")} <span class="s q">{t("left for another one")}</span>
          </h3>
          <ul>
            {cohorts.recent.map(({ key, name, sentence, patients }) => (
              <li key={key}>
                <Row name={name || sentence} title={sentence} patients={patients} policy={policy}>
                  {() => go({ kind: "recent-open", key })}
                </Row>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!embedded && (
        <div class="row files">
          <OpenFile ask={go} />
          <button class="btn sm line" onClick={() => go({ kind: "save-file" })}>
            {t("Download as a file")}
          </button>
        </div>
      )}
    </div>
  );
}

interface SavedProps {
  cohorts: CohortsData | null;
  policy: Policy | undefined;
  ask: (what: Ask) => void;
  go: (what: Ask) => void;
}

function Saved({ cohorts, policy, ask, go }: SavedProps) {
  const [leaving, setLeaving] = useState("");
  return (
    <section aria-label={t("Saved cohorts")} class="saved-list">
      <h3 title={cohorts?.folder}>
        {t("Saved cohorts")} <span class="s q">{cohorts?.saved.length ? t("patients here") : ""}</span>
      </h3>
      {cohorts?.saved.length === 0 && <p class="s q">{t("None yet. Save keeps this cohort here under its name.")}</p>}
      <ul>
        {cohorts?.saved.map((each) =>
          each.file === leaving ? (
            <li key={each.file} class="leaving">
              <span class="nm">{t("Delete “%1”?", each.name)}</span>
              <button class="btn sm" onClick={() => ask({ kind: "cohort-delete", file: each.file })}>
                {t("Delete")}
              </button>
              <button class="btn sm" onClick={() => setLeaving("")}>
                {t("Keep")}
              </button>
            </li>
          ) : (
            <li key={each.file} class={each.current ? "on" : ""}>
              <Row
                name={each.name}
                title={titleOf(each)}
                patients={each.patients}
                policy={policy}
                current={each.current}
                broken={each.problem !== ""}
              >
                {() => go({ kind: "cohort-open", file: each.file })}
              </Row>
              <button
                class="btn icon del"
                title={t("Delete this saved cohort")}
                aria-label={t("Delete %1", each.name)}
                onClick={() => setLeaving(each.file)}
              >
                <Icon name="close" />
              </button>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function titleOf({ sentence, note, problem, changed }: SavedCohort): string {
  const when = t("Saved %1", new Date(1000 * changed).toLocaleString(document.documentElement.lang));
  return [problem || sentence, note, when].filter(Boolean).join("\n");
}

interface RowProps {
  name: string;
  title: string;
  patients: Count | undefined;
  policy: Policy | undefined;
  current?: boolean;
  broken?: boolean;
  children: () => void;
}

function Row({ name, title, patients, policy, current, broken, children }: RowProps) {
  return (
    <button class="crow" title={title} aria-current={current ? "true" : undefined} disabled={broken} onClick={children}>
      {broken && <Icon name="warn" />}
      <span class="nm">{name}</span>
      <span class="num">{broken ? t("broken file") : patients === undefined ? "" : people(patients, policy)}</span>
    </button>
  );
}

/** Written when one goes on, so that a note is one step of the history and not one for each letter. */
function Note({ note, write }: { note: string; write: (text: string) => void }) {
  const [text, setText] = useState(note);
  const last = useRef({ text, note, write });
  last.current = { text, note, write };
  useEffect(() => setText(note), [note]);
  const done = () => {
    const now = last.current;
    if (now.text.trim() !== now.note) now.write(now.text.trim());
  };
  useEffect(() => done, []);
  return (
    <label class="note-of">
      <span class="row">
        <b>{t("Note")}</b>
        <span class="s q">{t("goes with the cohort into its file and its links")}</span>
      </span>
      <textarea
        rows={2}
        maxLength={4000}
        value={text}
        placeholder={t("What this cohort is for, what is still open")}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={done}
      />
    </label>
  );
}

/** Larger files are no definitions. */
const LARGEST = 20_000_000;

/** A saved definition, read by the browser and judged by Python. */
function OpenFile({ ask }: { ask: (what: Ask) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const read = async () => {
    const file = input.current?.files?.[0];
    if (!file) return;
    const text = file.size > LARGEST ? "" : await file.text();
    ask({ kind: "open", name: file.name, text });
  };
  return (
    <>
      <button class="btn sm line" onClick={() => input.current?.click()} title={t("Open a saved .cohort.json file")}>
        {t("Open a file…")}
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t("Definition to open")}
        onChange={() => void read()}
      />
    </>
  );
}
