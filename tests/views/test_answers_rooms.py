"""What is open in the explorer's process."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from explorer import Snapshot
from explorer.errors import BuildError, SnapshotError, SurroundingsError, UnknownNameError, UserError
from explorer.sources import RowsSource
from explorer.views import rooms as room
from explorer.views import wire
from explorer.views.rooms import Rooms

ROWS: list[dict[str, Any]] = [{"PatientID": "a", "Modality": "CT"}, {"PatientID": "b", "Modality": "MR"}]


def build(*rows: dict[str, Any], title: str = "A") -> Snapshot:
    return Snapshot.build(RowsSource(rows or ROWS, title=title))


@pytest.fixture
def rooms(home: Path) -> Rooms:
    first = build()
    made = Rooms(lambda _report: first)
    made.wait()
    return made


def test_the_first_snapshot_comes_in_a_while(home: Path) -> None:
    steps = [threading.Event() for _ in range(3)]
    made = build()

    def find(report: Callable[[float, str], None]) -> Snapshot:
        assert steps[0].wait(10)
        report(0.4, "reading the index")
        steps[1].set()
        assert steps[2].wait(10)
        return made

    rooms = Rooms(find)
    assert rooms.status() == {"ready": False, "doing": "Opening the snapshot", "share": None, "problem": None}
    with pytest.raises(SurroundingsError, match=r"not ready yet: Opening the snapshot\."):
        rooms.snapshot()
    steps[0].set()
    assert steps[1].wait(10)
    said = "Building the snapshot: reading the index"
    assert rooms.status() == {"ready": False, "doing": said, "share": 0.4, "problem": None}
    with pytest.raises(SurroundingsError, match="reading the index, 40%"):
        rooms.snapshot()
    assert not rooms.ready.is_set()
    steps[2].set()
    rooms.wait()
    assert rooms.ready.wait(10)
    assert rooms.status() == {"ready": True, "doing": "", "share": None, "problem": None}
    opened = rooms.snapshot()
    assert opened.snapshot == made and opened.everything == wire.everything(made)
    assert rooms.snapshot(made.id) is opened is rooms.snapshot(made.alias)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BuildError("The disk is full."), "The disk is full."),
        (ZeroDivisionError("x"), "The snapshot could not be opened; the server's log says why."),
    ],
)
def test_a_failure_is_said_and_nobody_waits_for_ever(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    def find(_: object) -> Snapshot:
        raise error

    with caplog.at_level(logging.ERROR):
        rooms = Rooms(find)
        with pytest.raises(SurroundingsError, match=said):
            rooms.wait()
    assert bool(caplog.records) == isinstance(error, ZeroDivisionError)
    assert rooms.status() == {"ready": False, "doing": "", "share": None, "problem": said}
    with pytest.raises(SurroundingsError, match=said):
        rooms.snapshot()


def test_other_snapshots_are_opened_once(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    other = build(ROWS[0], title="B")
    counted: list[str] = []

    def everything(snapshot: Snapshot) -> dict[str, Any]:
        counted.append(snapshot.id)
        return wire.everything(snapshot)

    monkeypatch.setattr(room, "everything", everything)
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(rooms.snapshot, [other.id] * 3 + [other.id[:12]] * 3))
    assert {id(each) for each in opened} == {id(opened[0])}
    assert counted == [other.id] and opened[0].snapshot == other
    # What is open stays so, although its file is gone.
    other.path.unlink()
    assert rooms.snapshot(other.id) is opened[0]


def test_only_a_few_stay_open(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rooms.snapshot()
    many = [build({"PatientID": f"p{n}"}).id for n in range(6)]
    opened = [rooms.snapshot(each) for each in many]
    assert len(rooms._opened.values()) == 4
    assert rooms.snapshot(many[-1]) is opened[-1] and rooms.snapshot(many[0]) is not opened[0]
    assert rooms.snapshot() is first


def test_names_that_are_none(rooms: Rooms, tmp_path: Path) -> None:
    damaged = build({"PatientID": "x"})
    for name in ("nowhere", "../x", str(damaged.path), "\0"):
        with pytest.raises(UnknownNameError):
            rooms.snapshot(name)
    content = damaged.path.read_bytes()
    shutil.copy(damaged.path, tmp_path / "kept")
    id_, path = damaged.id, damaged.path
    del damaged
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises((SnapshotError, UnknownNameError)):
        rooms.snapshot(id_)
    shutil.copy(tmp_path / "kept", path)
    assert rooms.snapshot(id_).snapshot.id == id_


def test_a_column_for_each_workspace(rooms: Rooms) -> None:
    column = rooms.column("default")
    assert rooms.column("default") is column is not rooms.column("other")
    assert column.ask().result(20)["snapshot"]["id"] == rooms.snapshot().snapshot.id
    for name in ("", "../x", "a/b", ".hidden", "x" * 65):
        with pytest.raises(UserError, match="cannot name a workspace"):
            rooms.column(name)
    for n in range(30):
        rooms.column(f"space-{n}")
    assert len(rooms._columns) == 24
    assert rooms.column("default") is not column
    assert rooms.column("default").ask().result(20)["problem"] == ""
