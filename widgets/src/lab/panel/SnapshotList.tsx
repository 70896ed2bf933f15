/** The snapshots: age, source and size of each; a click lets the workspace look at another one. */

import { bytes } from "../../app/format.ts";
import { Problem } from "../../left/HeadLines.tsx";
import { people, type Policy } from "../../left/protected.ts";
import { t } from "../../left/text.ts";
import { age } from "./age.ts";
import type { Desk } from "./desk.ts";
import { onListFocus, onListKey, Section } from "./Section.tsx";
import type { SnapshotInfo } from "./wire.ts";

export function SnapshotList({ desk }: { desk: Desk }) {
  const { list, problem } = desk.snapshots;
  const current = desk.model.column?.snapshot.id;
  const at = Math.max(0, list?.findIndex(({ id }) => id === current) ?? 0);
  return (
    <Section desk={desk} name="snapshots" title={t("Snapshots")}>
      {problem ? <Problem text={problem} /> : null}
      <ul class="plist" onKeyDown={onListKey} onFocusCapture={onListFocus}>
        {list?.map((snapshot, i) => (
          <Row key={snapshot.id} desk={desk} snapshot={snapshot} current={snapshot.id === current} stop={i === at} />
        ))}
      </ul>
    </Section>
  );
}

interface Props {
  desk: Desk;
  snapshot: SnapshotInfo;
  current: boolean;
  stop: boolean;
}

function Row({ desk, snapshot, current, stop }: Props) {
  const { snapshots } = desk;
  const opening = snapshots.opening === snapshot.id;
  return (
    <li class={`pitem${current ? " on" : ""}`} data-snapshot={snapshot.id}>
      <button
        type="button"
        class="prow two"
        tabIndex={stop ? 0 : -1}
        aria-current={current ? "true" : undefined}
        aria-busy={opening}
        title={aboutOf(snapshot)}
        onClick={() => {
          if (!current) void snapshots.choose(snapshot);
        }}
      >
        <span class="pline">
          <span class="nm">{snapshot.title}</span>
          <span class="num q">{opening ? t("opening …") : age(snapshot.date ?? snapshot.built)}</span>
        </span>
        <span class="pline s q">
          <span class="from">{[snapshot.alias, snapshot.source].filter(Boolean).join(" · ")}</span>
          <span class="num">{sizeOf(snapshot, desk.facets.policy)}</span>
        </span>
      </button>
    </li>
  );
}

function sizeOf({ patients, bytes: size }: SnapshotInfo, policy: Policy | undefined): string {
  if (patients !== null || policy) return t("%1 patients", people(patients, policy));
  return size === null ? "" : bytes(size);
}

function aboutOf({ title, id, date, built, release, bytes: size, mine }: SnapshotInfo): string {
  return [
    `${title} ${release ?? ""}`.trim(),
    date ? t("of %1", date.slice(0, 10)) : t("undated"),
    built ? t("built on %1", built.slice(0, 10)) : "",
    size === null ? "" : t("%1 on disk", bytes(size)),
    mine ? "" : t("shared, read only"),
    t("snapshot %1", id.slice(0, 12)),
  ]
    .filter(Boolean)
    .join("\n");
}
