"""The definition that several screens share: nothing is lost, nothing half-written, nobody overhears."""

from __future__ import annotations

import json
import multiprocessing
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer import CohortDefinition, Snapshot
from explorer.errors import ExplorerError, SurroundingsError, UserError
from explorer.facets import Modality, sex
from explorer.session import Session, Shared, Timeline, Workspace, workspace
from explorer.snapshot.lock import locked
from explorer.sources import RowsSource

CT = CohortDefinition(name="CT").including(Modality.is_in("CT"))
WOMEN = CohortDefinition().including(sex.is_in("F"), same="patient")
FOREIGN = CohortDefinition.from_dict(
    {"version": 1, "include": [{"same": "series", "where": [{"facet": "x", "is_in": ["y"]}]}]}
)


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace("default", tmp_path / "workspaces")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows: list[dict[str, Any]] = [
        {"PatientID": "a", "Modality": "CT", "sex": "F"},
        {"PatientID": "b", "Modality": "MR", "sex": "M"},
    ]
    return Snapshot.build(RowsSource(rows), store=tmp_path_factory.mktemp("snapshots"))


def to(definition: CohortDefinition) -> Callable[[Shared], Shared]:
    return lambda shared: replace(shared, timeline=shared.timeline.then(definition))


def written(**other: Any) -> bytes:
    """A workspace's file, with something that only a hand would write."""
    usual = {"version": 1, "revision": 3, "snapshot": "", "base": "", "definition": {"version": 1}}
    return json.dumps({**usual, "past": [], "future": [], **other}).encode()


def soon(condition: Callable[[], bool]) -> None:
    """Wait until it holds; a second is what people are promised, ten what a busy machine gets."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_nothing_is_there_before_the_first_change(space: Workspace) -> None:
    assert space.read() == Shared()
    assert not space.folder.exists()
    assert Workspace.names(space.folder) == []


def test_a_change_is_kept_with_its_history(space: Workspace) -> None:
    assert space.change(to(CT)).revision == 1
    assert space.change(to(WOMEN)).revision == 2
    again = Workspace(space.name, space.folder).read()
    assert again.timeline == Timeline(WOMEN, (CohortDefinition(), CT))
    assert space.change(lambda shared: replace(shared, timeline=shared.timeline.undone())).definition == CT
    assert space.read().timeline.future == (WOMEN,)
    assert Workspace.names(space.folder) == ["default"]


def test_what_changes_nothing_is_not_written(space: Workspace) -> None:
    space.change(to(CT))
    before = space.path.stat()
    assert space.change(to(CT)).revision == 1
    assert space.path.stat().st_ino == before.st_ino


def test_only_the_person_can_read_it(space: Workspace) -> None:
    space.change(to(CT))
    assert stat.S_IMODE(space.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(space.path.stat().st_mode) == 0o600


def test_a_refused_change_leaves_everything(space: Workspace) -> None:
    space.change(to(CT))
    text = space.path.read_text()

    def refuse(_shared: Shared) -> Shared:
        raise UserError("no")

    with pytest.raises(UserError):
        space.change(refuse)
    assert space.path.read_text() == text
    assert space.change(to(WOMEN)).revision == 2


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "a\\b", "a\0b", "ä", "a" * 65, "-x", "a\n", None, 5])
def test_names_stay_in_the_folder(name: Any) -> None:
    with pytest.raises(UserError, match="cannot name a workspace"):
        Workspace(name)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"version": 1}',
        b'{"version": 1, "revision": 41, "definition": {"version": 1, "x": 1}}',
        b"\xff\xfe{}",
        b"[" * 100_000,
        written(revision=float("inf")),
        written(revision=-5),
        written(revision=10**400),
        written(past=[5]),
        written(past=["["]),
        written(snapshot="\ud800"),
    ],
    ids=range(14),
)
def test_a_damaged_file_is_set_aside_by_the_next_change(space: Workspace, text: bytes) -> None:
    space.change(to(CT))
    space.path.write_bytes(text)
    shared = space.read()
    assert (shared.definition, shared.damaged) == (CohortDefinition(), True)
    # Whoever only looks moves nothing: somebody else may have written a good one meanwhile.
    assert space.path.read_bytes() == text
    changed = space.change(to(WOMEN))
    assert (changed.definition, changed.revision, changed.damaged) == (WOMEN, shared.revision + 1, False)
    assert space.path.with_suffix(".json.damaged").read_bytes() == text
    assert space.read() == changed
    assert Workspace.names(space.folder) == ["default"]


def test_a_lock_that_cannot_be_had_is_said(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "_PATIENCE", 0.2)
    space.change(to(CT))
    lock = space.folder / ".default.lock"
    with locked(lock), pytest.raises(SurroundingsError, match="cannot be locked: another process holds it"):
        space.change(to(WOMEN))
    lock.unlink()
    lock.mkdir()
    with pytest.raises(SurroundingsError, match="default cannot be locked"):
        space.change(to(WOMEN))
    assert space.read().definition == CT


def test_a_newer_file_is_left_alone(space: Workspace) -> None:
    space.folder.mkdir()
    space.path.write_text('{"version": 2}')
    with pytest.raises(SurroundingsError, match="newer"):
        space.change(to(CT))
    assert space.path.read_text() == '{"version": 2}'


def test_a_long_history_is_bounded(space: Workspace) -> None:
    for number in range(12):
        values = [f"{number}-{n}" + "x" * 200 for n in range(2_000)]
        space.change(to(CohortDefinition().including(Modality.is_in(*values))))
    assert space.path.stat().st_size < 3_500_000
    assert 1 <= len(space.read().timeline.past) < 12


def _count_up(folder: Path, who: str) -> None:
    space = Workspace("default", folder)
    for number in range(25):
        space.change(lambda shared, n=number: to(CohortDefinition(name=f"{who} {n}"))(shared))  # type: ignore[misc]


def test_no_step_of_several_processes_is_lost(space: Workspace) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count_up, args=(space.folder, who)) for who in "abc"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    shared = space.read()
    assert shared.revision == 75
    steps = [*shared.timeline.past, shared.definition]
    assert sorted(step.name for step in steps if step.name) == sorted(f"{w} {n}" for w in "abc" for n in range(25))


def test_a_reader_never_sees_a_part(space: Workspace) -> None:
    space.change(to(CT))
    end = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not end.is_set():
            seen.append(json.loads(space.path.read_text())["definition"].get("name", ""))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        space.change(to(CohortDefinition(name=str(number))))
    end.set()
    reader.join()
    assert seen


def test_changes_of_others_are_heard_until_nobody_listens(space: Workspace) -> None:
    heard: list[int] = []
    stop = space.watch(lambda shared: heard.append(shared.revision))
    Workspace(space.name, space.folder).change(to(CT))
    soon(lambda: heard == [1])
    stop()
    space.change(to(WOMEN))
    time.sleep(0.5)
    assert heard == [1]


def test_a_change_between_reading_and_listening_is_heard(space: Workspace) -> None:
    known = space.read().revision
    space.change(to(CT))
    heard: list[int] = []
    stop = space.watch(lambda shared: heard.append(shared.revision), known)
    soon(lambda: heard == [1])
    stop()


def test_two_sessions_are_in_step_and_share_one_history(snapshot: Snapshot, space: Workspace) -> None:
    one = Session(snapshot, workspace=space)
    two = Session(snapshot, workspace=Workspace(space.name, space.folder))
    heard: list[CohortDefinition] = []
    two.watch(lambda: heard.append(two.definition))
    one.apply({"kind": "toggle", "facet": "Modality", "value": "CT", "on": True})
    soon(lambda: two.definition == CohortDefinition().including(Modality.is_in("CT")))
    assert len(heard) == 1
    # Two clicks at once, each on its own screen: both count, whoever is last.
    one.apply({"kind": "toggle", "facet": "Modality", "value": "MR", "on": True})
    two.apply({"kind": "rename", "name": "both"})
    assert two.definition == CohortDefinition(name="both").including(Modality.is_in("CT", "MR"))
    soon(lambda: one.definition == two.definition)
    for _ in range(3):
        one.undo()
    assert one.definition == CohortDefinition()
    assert one.can_redo
    soon(lambda: two.definition == CohortDefinition())
    two.redo()
    assert two.definition == CohortDefinition().including(Modality.is_in("CT"))
    one.close()
    two.close()


def test_a_reload_keeps_definition_and_history(snapshot: Snapshot, space: Workspace) -> None:
    first = Session(snapshot, workspace=space)
    first.apply({"kind": "toggle", "facet": "Modality", "value": "CT", "on": True})
    first.close()
    again = Session(snapshot, workspace=space)
    assert again.definition == CohortDefinition().including(Modality.is_in("CT"))
    again.undo()
    assert again.definition == CohortDefinition()
    again.close()


def test_a_session_can_bring_a_definition(snapshot: Snapshot, space: Workspace) -> None:
    space.change(to(WOMEN))
    session = Session(snapshot, CT, workspace=space)
    assert session.definition == CT
    session.undo()
    assert session.definition == WOMEN
    session.close()


def test_one_that_does_not_fit_is_said_and_can_be_left(snapshot: Snapshot, space: Workspace) -> None:
    session = Session(snapshot, CT, workspace=space)
    space.change(to(FOREIGN))
    soon(lambda: bool(session.problem))
    assert session.definition == CT
    assert "x" in session.problem
    late = Session(snapshot, workspace=space)
    assert late.definition == CohortDefinition()
    assert late.problem
    session.apply({"kind": "toggle", "facet": "Modality", "value": "MR", "on": True})
    assert session.problem == ""
    assert session.definition == CohortDefinition(name="CT").including(Modality.is_in("CT", "MR"))
    soon(lambda: late.definition == session.definition and not late.problem)
    with pytest.raises(ExplorerError, match="x"):
        session.undo()
    session.close()
    late.close()


def test_the_empty_card_comes_back_with_undo(snapshot: Snapshot, space: Workspace) -> None:
    session = Session(snapshot, CT, workspace=space)
    session.apply({"kind": "group-add", "exclude": True})
    session.apply({"kind": "toggle", "facet": "sex", "value": "F", "on": True, "group": "exclude:0"})
    assert session.state.drafts.exclude == 0
    session.undo()
    assert session.state.drafts.exclude == 1
    session.close()


def test_a_workspace_needs_no_engine() -> None:
    code = (
        "import sys; from explorer.session import Workspace, Shared, Timeline; Workspace('x');"
        "print([m for m in ('duckdb', 'pandas', 'numpy', 'pyarrow', 'panel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
