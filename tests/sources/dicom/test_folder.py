from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from explorer.errors import BuildError
from explorer.sources.dicom import Found, Unread, scan_file, scan_folder, scan_with_pydicom, worker
from explorer.sources.dicom.walk import WORK_FOLDER
from explorer.sources.dicom.worker import Workers, scan_each
from tests.sources.dicom.mutants import mutants, originals
from tests.sources.dicom.objects import ROOT, segmentation, slice_of, write


def study(folder: Path, files: int, **values: object) -> list[Path]:
    """Write copies of one slice that differ in number and patient, and return where, in order."""
    template = write(folder.with_name(folder.name + "-template"), slice_of(PatientName="P" * 20, **values))
    whole = template.read_bytes()
    template.unlink()
    assert whole.count(b"P" * 20) == whole.count(b" SYN-1") == whole.count(b"IS\x02\x0017") == 1
    paths = []
    for number in range(files):
        data = whole.replace(b" SYN-1", b"S%05d" % (number // 100))
        data = data.replace(b"P" * 20, b"Person%c^Name%c" % (97 + number // 100 % 26, 97 + number // 2600) + b" " * 6)
        path = folder / f"{number // 500:04d}" / f"{number:06d}"
        if number % 500 == 0:
            path.parent.mkdir(parents=True)
        path.write_bytes(data.replace(b"IS\x02\x0017", b"IS\x02\x00%02d" % (number % 100)))
        paths.append(path)
    return paths


def everything(results: Iterator[Found | Unread]) -> list[Found | Unread]:
    """Return the results; each is found or has a reason."""
    found = list(results)
    assert all(isinstance(each, Found) or each.reason for each in found)
    return found


def test_every_file_comes_back_in_the_order_of_the_paths(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("b/2", "b/10", "b.dcm", "a", "B", "b/c/d/e", "ä", "b c"):
        write(folder / name, slice_of())
    (folder / "b" / "notes.txt").write_text("hello")
    (folder / "nothing").mkdir()
    found = everything(scan_folder(folder))
    # What a fetch has not completed is no image yet.
    write(folder / "b" / WORK_FOLDER / "part" / "1", slice_of())
    assert found == everything(scan_folder(folder))
    shutil.rmtree(folder / "b" / WORK_FOLDER)
    assert [each.path for each in found] == sorted(path for path in folder.rglob("*") if path.is_file())
    assert found == everything(scan_folder(folder, workers=2))
    for each in found:
        if isinstance(each, Found):
            assert each.header == scan_file(each.path) == scan_with_pydicom(each.path)
            assert each.size == each.path.stat().st_size
        else:
            assert (each.path.name, each.reason) == ("notes.txt", "not a DICOM file")


def test_links_pipes_and_strange_names(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", write(tmp_path / "out" / "secret", slice_of())
    write(folder / "a", slice_of())
    strange = [os.fsencode(folder) + b"/" + name for name in (b"new\nline", b"\xff\xfe", b"\x1b[31m", b"-rf", b" ")]
    for name in strange:
        shutil.copy(folder / "a", name)
    links = {
        "out": (outside, "a link that leads out of the folder"),
        "out-folder": (outside.parent, "a link that leads out of the folder"),
        "sibling": (Path("../in-other"), "a link that leads out of the folder"),
        "inside": (folder / "a", "a link to a file that is read where it stands"),
        "loop": (folder, "a link to a folder that is read where it stands"),
        "self": (folder / "self", "a link to nothing that can be read"),
        "gone": (folder / "gone-away", "a link to nothing that can be read"),
    }
    for name, (target, _) in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe")
    shutil.copy(Path(sys.modules["pydicom"].__file__ or "").parent / "data/test_files/dicomdirtests/DICOMDIR", folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket"))
        found = everything(scan_folder(folder))
    assert {os.fsencode(each.path) for each in found if isinstance(each, Found)} == {
        *strange,
        os.fsencode(folder / "a"),
    }
    reasons = {each.path.name: each.reason for each in found if isinstance(each, Unread)}
    assert reasons == {name: reason for name, (_, reason) in links.items()} | {
        "pipe": "not a regular file: a pipe",
        "socket": "not a regular file: a socket",
        "DICOMDIR": "a DICOMDIR: a list of other files, no image",
    }


def test_a_link_to_the_folder_itself_is_followed_and_none_in_it(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a", slice_of())
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (found,) = scan_folder(tmp_path / "link")
    assert found.path == tmp_path / "link" / "a"
    assert isinstance(found, Found)


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "a", slice_of())
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert scan_each([str(tmp_path / "b")]) == ["cannot be read: Too many levels of symbolic links"]
    assert scan_file(tmp_path / "b") == scan_file(tmp_path / "a")


def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "a", slice_of())
    write(folder / "locked" / "b", slice_of()).parent.chmod(0)
    write(folder / "secret", slice_of()).chmod(0)
    inside = """
import os, sys
from pathlib import Path
from explorer.sources.dicom import Unread, scan_folder
if os.geteuid() == 0:
    os.setgroups([]); os.setegid(65534); os.seteuid(65534)
for each in scan_folder(Path(".")):
    print(each.path, each.reason if isinstance(each, Unread) else "read", sep=": ")
"""
    done = subprocess.run([sys.executable, "-c", inside], cwd=folder, capture_output=True, text=True, check=True)
    (folder / "locked").chmod(0o700)
    assert done.stdout.splitlines() == [
        "a: read",
        "locked: a folder that cannot be read: Permission denied",
        "secret: cannot be read: Permission denied",
    ]


def test_deep_folders(tmp_path: Path) -> None:
    dig = "import os\nfor _ in range(300): os.mkdir('d' * 20); os.chdir('d' * 20)"
    subprocess.run([sys.executable, "-c", dig], cwd=tmp_path, check=True)
    (found,) = scan_folder(tmp_path)
    assert isinstance(found, Unread)
    assert "File name too long" in found.reason


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="is no folder"):
        scan_folder(tmp_path / "nowhere")
    assert everything(scan_folder(tmp_path)) == []


def test_two_thousand_files_by_processes_with_progress(tmp_path: Path) -> None:
    paths = study(tmp_path / "in", 2400)
    told: list[tuple[float, str]] = []
    found = everything(scan_folder(tmp_path / "in", workers=2, progress=lambda done, what: told.append((done, what))))
    assert [each.path for each in found] == paths
    assert all(isinstance(each, Found) for each in found)
    assert found == everything(scan_folder(tmp_path / "in", workers=1))
    assert told[-1] == (1.0, "2,400 of 2,400 files")
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) <= 101


def test_a_scan_that_is_left_early_leaves_no_process(tmp_path: Path) -> None:
    study(tmp_path / "in", 2600)
    results = scan_folder(tmp_path / "in", workers=2)
    for _ in range(2400):
        next(results)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    assert results.close() is None  # type: ignore[attr-defined]
    assert "explorer.sources.dicom.worker" not in " ".join(
        Path(f"/proc/{each}/cmdline").read_text() for each in children.read_text().split()
    )


def test_a_process_that_dies_takes_one_file_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(path) for path in study(tmp_path / "in", 5)]
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nopen_ = os.open\n"
        "def opened(path, *more, **options):\n"
        "    if str(path).endswith('000003'): os.kill(os.getpid(), 9)\n"
        "    return open_(path, *more, **options)\n"
        "os.open = opened\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    workers = Workers(1)
    try:
        outcomes = workers.scan(paths).result()
    finally:
        workers.close()
    assert [isinstance(each, tuple) for each in outcomes] == [True, True, True, False, True]
    assert outcomes[3] == "cannot be read: the process that read it ended"


def test_a_process_that_hangs_takes_one_file_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(path) for path in study(tmp_path / "in", 3)]
    (tmp_path / "sitecustomize.py").write_text(
        "import os, time\nopen_ = os.open\n"
        "def opened(path, *more, **options):\n"
        "    if str(path).endswith('000001'): time.sleep(600)\n"
        "    return open_(path, *more, **options)\n"
        "os.open = opened\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(worker, "PATIENCE", 4.0)
    with closing(Workers(1)) as workers:
        outcomes = workers.scan(paths).result(timeout=60)
    assert [isinstance(each, tuple) for each in outcomes] == [True, False, True]
    assert outcomes[1] == "cannot be read: not within 4 seconds"


def test_processes_that_cannot_be_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(path) for path in study(tmp_path / "in", 3)]
    started = worker._started
    room = [True]

    def tried() -> subprocess.Popen[bytes]:
        if not room[0]:
            raise BlockingIOError("no room")
        return started()

    monkeypatch.setattr(worker, "_started", tried)
    with closing(Workers(2)) as workers:
        first = workers._idle.get()
        assert first is not None
        first.kill()
        first.wait()
        workers._idle.put(first)
        room[0] = False
        futures = [workers.scan(paths) for _ in range(4)]
        outcomes = [future.result(timeout=60) for future in futures]
        assert ["cannot be read: no process could be started to read it"] * 3 in outcomes
        assert outcomes.count(scan_each(paths)) == 3
        room[0] = True
        assert workers.scan(paths).result(timeout=60) == scan_each(paths)
        assert workers._idle.qsize() == 2


@pytest.mark.slow
def test_a_hundred_thousand_files(tmp_path: Path) -> None:
    count = 100_000
    study(tmp_path / "in", count)
    tracemalloc.start()
    found = sum(isinstance(each, Found) for each in scan_folder(tmp_path / "in", journal=tmp_path / "journal"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == count
    assert peak < 64 * 2**20
    assert sum(1 for _ in scan_folder(tmp_path / "in", journal=tmp_path / "journal")) == count


@pytest.mark.slow
def test_a_hundred_thousand_files_in_one_folder_and_damaged_ones_among_them(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (small,) = study(tmp_path / "one", 1)
    folder.mkdir()
    for number in range(50_000):
        os.link(small, folder / f"{number:06d}")
        (folder / f"{number:06d}.txt").write_bytes(b"")
    for number, data in enumerate(mutants(originals(tmp_path), 500, 5)):
        (folder / f"m{number:06d}").write_bytes(data)
    found = everything(scan_folder(folder))
    assert len(found) == 100_500
    assert sum(isinstance(each, Found) for each in found) > 50_000


def test_references_come_through_processes_and_journals(tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a", segmentation())
    journal = tmp_path / "journal"
    for _ in range(2):
        (found,) = scan_folder(tmp_path / "in", journal=journal)
        assert isinstance(found, Found)
        assert found.header == scan_file(path)
        assert found.header.refers_to == (ROOT + "77.1", ROOT + "77.2")
        assert len(found.header.positions) == 3
