/** The saved cohorts: one row a file, with what can be done with it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../../left/HeadLines.tsx";
import { Icon } from "../../left/icons.tsx";
import { Popup } from "../../left/Popup.tsx";
import { people } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { Commands } from "../commands.ts";
import { NameInput } from "./Current.tsx";
import type { Desk } from "./desk.ts";
import { itemsOf } from "./menu.tsx";
import { commonFolder } from "./saved.ts";
import { onListFocus, onListKey, Section } from "./Section.tsx";
import type { SavedCohort, Trouble } from "./wire.ts";

export function Saved({ desk }: { desk: Desk }) {
  const { cohorts, problem, truncated } = desk.saved;
  const folder = commonFolder(cohorts ?? []);
  return (
    <Section desk={desk} name="saved" title={t("Saved cohorts")} note={folder ? t("in %1", folder) : undefined}>
      {problem ? <Problem text={problem} /> : null}
      {cohorts?.length === 0 && !problem ? (
        <p class="s q pnone">{t("None yet. “Save” in the menu above makes a file of the current cohort.")}</p>
      ) : null}
      {cohorts?.length ? (
        <ul class="plist" onKeyDown={onListKey} onFocusCapture={onListFocus}>
          {cohorts.map((cohort, i) => (
            <Row key={cohort.path} desk={desk} cohort={cohort} first={i === 0} />
          ))}
        </ul>
      ) : null}
      {truncated ? <p class="s q pnone">{t("There are more files than are shown here.")}</p> : null}
    </Section>
  );
}

function Row({ desk, cohort, first }: { desk: Desk; cohort: SavedCohort; first: boolean }) {
  const [editing, setEditing] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) item.current?.querySelector<HTMLElement>(".prow")?.focus();
    wasEditing.current = editing;
  }, [editing]);

  const { lab } = desk;
  const { path, name, problem } = cohort;
  const patients = desk.saved.patients(cohort);
  const told = patients === undefined ? "" : people(patients, desk.facets.policy);
  const open = () => lab.run(Commands.openSaved, { path });
  const remove = async () => {
    const go = await lab.confirm(t("Delete “%1”?", name), t("The file %1 will be deleted.", path), t("Delete"));
    if (go) await desk.saved.delete(cohort);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "F2") setEditing(true);
    else if (event.key === "Delete") void remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (editing) {
    return (
      <li class="pitem">
        <NameInput
          label={t("New name of %1", name)}
          value={name}
          onDone={(next) => {
            setEditing(false);
            if (next?.trim()) void desk.saved.rename(cohort, next);
          }}
        />
      </li>
    );
  }
  const how = told ? t("%1 patients", told) : problem ? t("broken file") : "";
  return (
    <li
      ref={item}
      class={`pitem${desk.isCurrent(cohort) ? " on" : ""}`}
      data-path={path}
      onContextMenu={(event) => {
        if ((event.target as HTMLElement).closest(".popup")) return;
        event.preventDefault();
        event.currentTarget.querySelector<HTMLElement>(".pmore")?.click();
      }}
      onPointerDown={(event) => {
        if (!problem && (event.target as HTMLElement).closest(".prow")) lab.drag(event, cohort);
      }}
    >
      <button
        type="button"
        class={problem ? "prow broken" : "prow"}
        tabIndex={first ? 0 : -1}
        aria-label={how ? `${name}, ${how}` : name}
        aria-current={desk.isCurrent(cohort) ? "true" : undefined}
        title={[path, cohort.sentence, problem ? whereOf(problem) : ""].filter(Boolean).join("\n")}
        onClick={open}
        onKeyDown={onKeyDown}
      >
        {problem ? <Icon name="warn" /> : null}
        <span class="nm">{name}</span>
        <span class="num">{told}</span>
      </button>
      <Popup label={t("Menu of %1", name)} button={<Icon name="dots" />} class="btn icon sm pmore" role="menu">
        {(close) => {
          const item = itemsOf(close);
          const command = (text: string, id: string) =>
            item(text, () => lab.run(id, { path }), { disabled: problem !== null || !lab.can(id) });
          return (
            <>
              {item(t("Open"), open)}
              {item(t("Rename"), () => setEditing(true))}
              {item(t("Duplicate"), () => void desk.saved.duplicate(cohort), { disabled: problem !== null })}
              {item(t("Delete…"), () => void remove())}
              <hr />
              {item(t("Compare with the current cohort"), () => void desk.comparison.with(cohort), {
                disabled: problem !== null || !desk.model.column,
              })}
              {command(t("Insert into the notebook"), Commands.insertCohort)}
              {command(t("Export as notebook"), Commands.exportNotebook)}
            </>
          );
        }}
      </Popup>
      {problem ? <p class="pwhat s">{whereOf(problem)}</p> : null}
    </li>
  );
}

/** "line 4, column 12: …" */
function whereOf({ message, line, column, path }: Trouble): string {
  if (line !== null) return t("Line %1, column %2: %3", line, column ?? 1, message);
  return path ? `${path}: ${message}` : message;
}
