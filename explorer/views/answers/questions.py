"""What the Jupyter server may ask, and the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from explorer.cohort import CohortDefinition
from explorer.cohort.texts import shown
from explorer.counts import Cohort, Count, SmallCounts
from explorer.errors import DefinitionError, ExplorerError, UserError
from explorer.export import notebook
from explorer.export.insert import builder_cell, cohort_cell, images_cell
from explorer.session import DEFAULT, Workspace
from explorer.snapshot import Entry, Snapshot, Store
from explorer.views.answers.moment import Answer
from explorer.views.remembered import totalled
from explorer.views.words import file_stem

if TYPE_CHECKING:
    from explorer.views.rooms import Rooms

__all__ = ["AT_ONCE", "IN_TIME", "Content"]

Content = Mapping[str, Any]

_MOST_DEFINITIONS = 200


def _column(rooms: Rooms, content: Content) -> Future[Answer]:
    column = rooms.column(_text(content, "workspace", DEFAULT))
    counts, language = content.get("counts") is not False, _text(content, "language", "en")
    return column.ask(_text(content, "have"), content.get("request"), counts=counts, language=language)


def _snapshot(rooms: Rooms, content: Content) -> Future[Answer]:
    wanted = _text(content, "snapshot")
    if not wanted:
        raise UserError("this question names the snapshot to go to")
    return rooms.column(_text(content, "workspace", DEFAULT)).look_at(wanted, _text(content, "have"))


def _patients(rooms: Rooms, content: Content) -> Answer:
    definitions = content.get("definitions")
    if not isinstance(definitions, list) or len(definitions) > _MOST_DEFINITIONS:
        raise UserError(f"definitions is a list of at most {_MOST_DEFINITIONS} definitions")
    snapshot = rooms.snapshot(_text(content, "snapshot")).snapshot
    patients: list[Count] = []
    problems: list[str | None] = []
    for definition in definitions:
        try:
            patients.append(_patients_of(CohortDefinition.from_dict(definition), snapshot))
            problems.append(None)
        except ExplorerError as error:
            patients.append(None)
            problems.append(str(error))
    return {"patients": patients, "problems": problems}


def _patients_of(definition: CohortDefinition, snapshot: Snapshot) -> Count:
    cohort = Cohort(definition, snapshot)
    try:
        return totalled(cohort).patients
    finally:
        cohort.close()


def _compare(rooms: Rooms, content: Content) -> Answer:
    snapshot = rooms.snapshot(_text(content, "snapshot")).snapshot
    first, second = (Cohort(_definition(content, key), snapshot) for key in ("first", "second"))
    try:
        overlap = first.overlap(second)
    finally:
        first.close()
        second.close()
    return {**overlap.to_dict(), "unit": "patients", "snapshot": snapshot.title}


def _cell(rooms: Rooms, content: Content) -> Answer:
    definition, snapshot, workspace = _meant(rooms, content)
    match content.get("what"):
        case "cohort":
            return {"source": cohort_cell(definition, snapshot)}
        case "images":
            return {"source": images_cell(definition, snapshot, rooms.images)}
        case "builder":
            return {"source": builder_cell(snapshot, workspace or definition)}
        case what:
            raise UserError(f"a cell is of cohort, images or builder, not {shown(what)}")


def _notebook(rooms: Rooms, content: Content) -> Answer:
    definition, snapshot, _ = _meant(rooms, content)
    name = f"{file_stem(definition.name)}.ipynb"
    return {"name": name, "notebook": json.loads(notebook(definition, snapshot))}


def _snapshots(rooms: Rooms, content: Content) -> Answer:
    chosen = Workspace(_text(content, "workspace", DEFAULT)).read().snapshot
    store = Store()
    known = [_listed(entry, store) for entry in store.entries()]
    default = rooms.snapshot().snapshot if rooms.ready.is_set() else None
    if default is not None and all(each["id"] != default.id for each in known):
        known.append(_found(default))  # opened by its path
    here = any(each["id"] == chosen for each in known)
    return {"snapshots": known, "current": chosen if here else default.id if default else ""}


def _listed(entry: Entry, store: Store) -> Answer:
    about = entry.about
    return {
        "id": about.id,
        "title": about.title,
        "alias": about.alias,
        "date": about.date,
        "built": _time(entry.written),
        "source": about.source,
        "release": about.release,
        "patients": _protected(about.totals["patients"]),
        "bytes": entry.path.stat().st_size if entry.path.exists() else None,
        "mine": entry.path.parent == store.folder,
    }


def _found(snapshot: Snapshot) -> Answer:
    card = snapshot.card()
    kept = {key: card[key] for key in ("id", "title", "alias", "date", "source", "release")}
    built = _time(snapshot.path.stat().st_mtime_ns)
    patients = _protected(snapshot.totals["patients"])
    return {**kept, "built": built, "patients": patients, "bytes": card["file_bytes"], "mine": True}


def _protected(patients: int) -> Count:
    policy = SmallCounts.current()
    return policy.protect(patients) if policy else patients


def _time(written: int) -> str:
    return datetime.fromtimestamp(written / 1e9, UTC).isoformat(timespec="seconds")


def _meant(rooms: Rooms, content: Content) -> tuple[CohortDefinition, Snapshot, str]:
    """Return definition, snapshot, and the workspace that they are of; no workspace for a definition on its own."""
    if content.get("definition") is not None:
        return _definition(content, "definition"), rooms.snapshot(_text(content, "snapshot")).snapshot, ""
    workspace = Workspace(_text(content, "workspace", DEFAULT))
    shared = workspace.read()
    return shared.definition, rooms.snapshot(shared.snapshot).snapshot, workspace.name


def _definition(content: Content, key: str) -> CohortDefinition:
    try:
        return CohortDefinition.from_dict(content.get(key))
    except DefinitionError as error:
        raise DefinitionError(str(error).removeprefix(f"{error.path}: "), f"/{key}{error.path}") from None


def _text(content: Content, key: str, otherwise: str = "") -> str:
    value = content.get(key)
    if value is None:
        return otherwise
    if not isinstance(value, str):
        raise UserError(f"{key} is text, not {shown(value)}")
    return value


AT_ONCE: dict[str, Callable[[Rooms, Content], Future[Answer]]] = {"column": _column, "snapshot": _snapshot}
"""Taken in the order in which they arrive; answered in a while."""

IN_TIME: dict[str, Callable[[Rooms, Content], Answer]] = {
    "patients": _patients,
    "compare": _compare,
    "cell": _cell,
    "notebook": _notebook,
    "snapshots": _snapshots,
}
"""Answered in a thread, in any order."""
