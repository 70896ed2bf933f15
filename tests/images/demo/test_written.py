from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer.errors import SurroundingsError, UserError
from explorer.images.demo import read_study_set, write, write_study_set
from explorer.images.demo.readme import IRREGULAR

SHA256 = "8bf04608607933dcdd4df269b7b2799c7928e98ad16975d147b031950255c82f"

WRITE = "import sys; from explorer.images.demo import write_study_set; write_study_set(sys.argv[1])"
FULL = """
import resource, signal, sys
from explorer.errors import SurroundingsError
from explorer.images.demo import write_study_set
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))
try:
    write_study_set(sys.argv[1])
except SurroundingsError as error:
    print(error)
"""


@pytest.fixture
def one_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the last patient only, which takes half a second."""
    monkeypatch.setattr(write, "PATIENTS", write.PATIENTS[-1:])


def test_every_byte_is_the_same_as_everywhere(demo_folder: Path) -> None:
    assert hashlib.sha256((demo_folder / "MANIFEST.sha256").read_bytes()).hexdigest() == SHA256


def test_the_manifest_lists_every_file_with_its_sum(demo_folder: Path) -> None:
    first, *lines = (demo_folder / "MANIFEST.sha256").read_text("ascii").splitlines()
    assert first == "# SYNTHETIC study set of Cohort Explorer, version 1"
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {path.relative_to(demo_folder).as_posix() for path in demo_folder.rglob("*") if path.is_file()}
    assert files == {*sums, "MANIFEST.sha256"}
    assert all(hashlib.sha256((demo_folder / name).read_bytes()).hexdigest() == sums[name] for name in sums)
    assert 15e6 < sum((demo_folder / name).stat().st_size for name in files) < 30e6


def test_the_readme_says_what_it_is(demo_folder: Path) -> None:
    text = (demo_folder / "README.txt").read_text("ascii")
    assert text.startswith("SYNTHETIC study set of Cohort Explorer, version 1\n\nNobody was imaged.")
    assert "Licence: CC0 1.0" in text
    assert all(line in text for line in IRREGULAR)
    assert (
        len(re.findall(r"^  SYN-[AB]-\d\d \(", text, re.MULTILINE)) == 12
        and "SYN-B-06 (M, 59 years): day 0 t2, t2-sagittal, dwi" in text
    )


def test_a_second_time_changes_nothing(demo_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo_folder.rglob("*")}
    found = write_study_set(demo_folder)
    assert (found.new, len(found.files)) == (False, 1369)
    assert {path: path.stat().st_mtime_ns for path in demo_folder.rglob("*")} == before


@pytest.mark.usefixtures("one_patient")
def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    found = write_study_set(tmp_path / "set")
    assert found.new and found == write.StudySet(found.folder, read_study_set(found.folder).files, found.bytes, True)
    assert list(tmp_path.iterdir()) == [tmp_path / "set"]
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "set").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_other_peoples_files_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match=r"holds other files.*new or an empty folder"):
        write_study_set(tmp_path)
    with pytest.raises(UserError, match="is no folder"):
        write_study_set(tmp_path / "thesis.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.usefixtures("one_patient")
def test_a_changed_set_is_said(tmp_path: Path) -> None:
    folder = write_study_set(tmp_path / "set").folder
    (folder / "notes.txt").write_text("beside it is fine")
    assert not write_study_set(folder).new
    changed, gone = read_study_set(folder).files[:2]
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    gone.unlink()
    with pytest.raises(UserError, match=r"was changed: synthetic-site-b/SYN-B-06.*nor are 1 others; remove the folder"):
        write_study_set(folder)


@pytest.mark.usefixtures("one_patient")
def test_the_folder_that_one_is_in_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="the folder that you are in; name a new folder inside it"):
        write_study_set(".")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "set")], capture_output=True, text=True, cwd=tmp_path
    )
    assert result.stdout.startswith("The disk is full: the synthetic study set needs 50 MB"), result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="cannot be written to /proc/nowhere/set"):
        write_study_set("/proc/nowhere/set")


@pytest.mark.usefixtures("one_patient")
def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(folder)])
    while not list(tmp_path.glob(".set.building-*/set/synthetic-site-a/*/*/*/*.dcm")):
        assert process.poll() is None
        time.sleep(0.01)
    # Another run leaves it alone while it lives.
    write_study_set(tmp_path / "set2")
    write._sweep(folder)
    assert list(tmp_path.glob(".set.building-*"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not folder.exists()
    assert write_study_set(folder).new
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set", "set2"]


@pytest.mark.usefixtures("one_patient")
def test_another_run_that_was_quicker_wins(tmp_path: Path) -> None:
    other = write_study_set(tmp_path / "other").folder

    def overtake(done: float, what: str) -> None:
        if done == 1.0:
            shutil.copytree(other, tmp_path / "set")
            os.utime(tmp_path / "set" / "README.txt", (1, 1))

    write_study_set(tmp_path / "set", overtake)
    assert (tmp_path / "set" / "README.txt").stat().st_mtime == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "set"]


@pytest.mark.usefixtures("one_patient")
def test_files_that_appear_meanwhile_are_not_touched(tmp_path: Path) -> None:
    def intrude(done: float, what: str) -> None:
        if done == 1.0:
            (tmp_path / "set").mkdir()
            (tmp_path / "set" / "thesis.txt").write_text("mine")

    with pytest.raises(UserError, match="holds other files"):
        write_study_set(tmp_path / "set", intrude)
    assert [path.name for path in tmp_path.rglob("*")] == ["set", "thesis.txt"]
