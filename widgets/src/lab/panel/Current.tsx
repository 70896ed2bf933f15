/** The current cohort: name, sentence, totals, and the ways on. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Problem, Sentence, TotalsTable } from "../../left/HeadLines.tsx";
import { t } from "../../left/text.ts";
import { Commands } from "../commands.ts";
import type { Desk } from "./desk.ts";

export function Current({ desk }: { desk: Desk }) {
  const { model, lab } = desk;
  const { column } = model;
  if (!column) return null;
  const { workspace } = model;
  const problem = model.problem || column.problem;
  return (
    <section class="pcurrent" aria-label={t("Current cohort")}>
      <div class="pname">
        <Name desk={desk} name={column.name} />
        <SavedMark desk={desk} />
      </div>
      {workspace === "default" || workspace.startsWith("file-") ? null : (
        <p class="s q">{t("Workspace %1", workspace)}</p>
      )}
      <Sentence store={desk.facets} text={column.sentence} />
      {problem ? (
        <Problem text={problem} />
      ) : (
        column.advice.map((text) => <Problem key={text} text={text} role="note" />)
      )}
      <TotalsTable totals={column.totals} />
      <div class="pways">
        <button type="button" class="btn pri" onClick={() => lab.run(Commands.open, { workspace })}>
          {t("Open explorer")}
        </button>
        <Way desk={desk} command={Commands.insertCohort} text={t("Insert cohort")} />
        <Way desk={desk} command={Commands.insertImages} text={t("Images")} title={t("Insert images")} />
      </div>
    </section>
  );
}

/** A button for a command; where no notebook is open it says so. */
function Way({ desk, command, text, title }: { desk: Desk; command: string; text: string; title?: string }) {
  const can = desk.lab.can(command);
  const { workspace } = desk.model;
  return (
    <button
      type="button"
      class="btn line"
      disabled={!can}
      aria-label={title}
      title={can ? (title ?? text) : t("Open a notebook first")}
      onClick={() => desk.lab.run(command, { workspace })}
    >
      {text}
    </button>
  );
}

function SavedMark({ desk }: { desk: Desk }) {
  const saved = desk.savedAs();
  if (saved === undefined) return null;
  return saved ? (
    <span class="s q" title={saved.path}>
      {t("saved")}
    </span>
  ) : (
    <span class="s q" title={t("No file holds this cohort under this name")}>
      {t("not saved")}
    </span>
  );
}

/** The name; a click, Enter or F2 edits it. */
function Name({ desk, name }: { desk: Desk; name: string }) {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) button.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (editing) {
    return (
      <NameInput
        label={t("Name of the cohort")}
        value={name}
        onDone={(next) => {
          setEditing(false);
          if (next !== null && next.trim() !== name) void desk.model.ask({ kind: "rename", name: next.trim() });
        }}
      />
    );
  }
  return (
    <button
      ref={button}
      type="button"
      class={`pnamed${name ? "" : " none"}`}
      title={t("Rename")}
      aria-label={t("%1, rename", name || t("Cohort without a name"))}
      onClick={() => setEditing(true)}
      onKeyDown={(event) => {
        if (event.key !== "F2") return;
        event.preventDefault();
        setEditing(true);
      }}
    >
      {name || t("Cohort without a name")}
    </button>
  );
}

interface InputProps {
  label: string;
  value: string;
  /** The new name, or null where it was given up. */
  onDone: (name: string | null) => void;
}

/** A name being edited: Enter and leaving take it, Escape gives it up. */
export function NameInput({ label, value, onDone }: InputProps) {
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const finish = (name: string | null) => {
    if (done.current) return;
    done.current = true;
    onDone(name);
  };
  return (
    <input
      ref={input}
      type="text"
      class="inp pinput"
      aria-label={label}
      maxLength={200}
      defaultValue={value}
      onBlur={(event) => finish(event.currentTarget.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") finish(event.currentTarget.value);
        if (event.key === "Escape") finish(null);
      }}
    />
  );
}
