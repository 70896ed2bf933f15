from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from explorer.errors import BuildError
from explorer.snapshot import Snapshot, build
from explorer.sources import IdcSource, Progress, Recipe, RowsSource

DIES = """
import os, signal, sys
from pathlib import Path
from explorer.snapshot import Snapshot
from explorer.sources import IdcSource

def progress(done, what):
    if done >= float(sys.argv[2]):
        print("dying", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

Snapshot.build(IdcSource(), store=Path(sys.argv[1]), progress=progress)
"""


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@pytest.mark.parametrize("share", ["0.3", "0.75", "0.95"])
def test_a_killed_build_leaves_nothing_published_and_the_next_one_sweeps(tmp_path: Path, share: str) -> None:
    result = subprocess.run([sys.executable, "-c", DIES, str(tmp_path), share], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (-signal.SIGKILL, "dying\n")
    (leftover,) = left(tmp_path)
    assert leftover.endswith(".building")
    assert Snapshot.known(build_store(tmp_path)) == ()
    snapshot = Snapshot.build(RowsSource([{"PatientID": "p"}]), store=tmp_path)
    assert left(tmp_path) == [snapshot.path.name, "index.json"]


def build_store(folder: Path) -> object:
    from explorer.snapshot import Store

    return Store(folder, shared=())


FULL = """
import resource, signal, sys
from pathlib import Path
from explorer.errors import BuildError
from explorer.snapshot import Snapshot
from explorer.sources import IdcSource

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
try:
    Snapshot.build(IdcSource(), store=Path(sys.argv[1]))
except BuildError as error:
    print(error)
"""


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    result = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True)
    assert result.stdout.startswith("The disk is full"), result.stdout + result.stderr
    assert left(tmp_path) == []


class Broken:
    """A source that fails in the middle."""

    recipe = Recipe("broken", "1", "Broken")

    def __init__(self, error: type[Exception], *about: object) -> None:
        self.error, self.about = error, about

    def load(self, connection: duckdb.DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        connection.execute("CREATE TABLE snapshot.half AS SELECT 1 AS x")
        raise self.error(*self.about)


@pytest.mark.parametrize(
    ("error", "raised", "says"),
    [
        ((BuildError, "no such archive"), BuildError, "no such archive"),
        ((duckdb.OutOfMemoryException, "oom"), BuildError, "COHORT_EXPLORER_MEMORY"),
        ((OSError, 28, "No space left on device"), BuildError, "disk is full"),
        ((PermissionError, 13, "Permission denied"), BuildError, "Permission denied"),
        ((KeyError, "bug"), KeyError, "bug"),
    ],
)
def test_a_broken_source_leaves_nothing(
    tmp_path: Path, error: tuple[type[Exception], object], raised: type[Exception], says: str
) -> None:
    with pytest.raises(raised, match=says):
        Snapshot.build(Broken(*error), store=tmp_path)
    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BuildError, match="Nothing can be written"):
        Snapshot.build(RowsSource([{"PatientID": "p"}]), store=tmp_path / "file" / "store")


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    path = Snapshot.build(RowsSource([{"PatientID": "p"}]), store=tmp_path / "store").path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_content_is_not_written_twice(tmp_path: Path) -> None:
    source = RowsSource([{"PatientID": "p"}])
    first = Snapshot.build(source, store=tmp_path).path.stat()
    assert Snapshot.build(source, store=tmp_path).path.stat() == first


def test_a_damaged_file_of_the_same_content_is_replaced(tmp_path: Path) -> None:
    source = RowsSource([{"PatientID": "p"}])
    path = Snapshot.build(source, store=tmp_path).path
    path.write_bytes(b"not what it was")
    Snapshot.build(source, store=tmp_path).verify()


def test_builds_take_turns_and_the_second_finds_the_first_ones_work(tmp_path: Path) -> None:
    said: list[str] = []
    asked: list[bool] = []
    running = threading.Event()

    def first(done: float, what: str) -> None:
        running.set()
        time.sleep(0.05)

    source = RowsSource([{"PatientID": "p"}])
    thread = threading.Thread(target=build.build_file, args=(source, tmp_path, first))
    thread.start()
    assert running.wait(10)

    def existing() -> Path | None:
        asked.append(True)
        return next(tmp_path.glob("*.duckdb"))

    found = build.build_file(source, tmp_path, lambda done, what: said.append(what), existing)
    thread.join()
    assert said == ["waiting for another build to finish"]
    assert asked and found.exists()


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    shares: list[float] = []
    Snapshot.build(RowsSource([{"PatientID": "p"}]), store=tmp_path, progress=lambda done, what: shares.append(done))
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1


def test_an_empty_catalogue(tmp_path: Path) -> None:
    snapshot = Snapshot.build(RowsSource([]), store=tmp_path)
    assert set(snapshot.totals.values()) == {0}
    snapshot.verify()


def test_nothing_of_this_machine_is_in_the_file(tmp_path: Path) -> None:
    folder = IdcSource()._folder
    path = Snapshot.build(RowsSource([{"PatientID": "p"}]), store=tmp_path).path
    content = path.read_bytes()
    assert str(tmp_path).encode() not in content
    assert str(folder).encode() not in content
    assert os.uname().nodename.encode() not in content
