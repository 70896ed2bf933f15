from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.errors import BuildError
from explorer.sources.dicom import Found, Header, Unread, scan_folder, worker
from explorer.sources.dicom.journal import Journal
from tests.sources.dicom.objects import slice_of, write
from tests.sources.dicom.test_folder import everything, study


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that this process has scanned."""
    names: list[str] = []
    scan: Callable[[str], worker.Outcome] = worker._outcome

    def noted(path: str) -> worker.Outcome:
        names.append(Path(path).name)
        return scan(path)

    monkeypatch.setattr(worker, "_outcome", noted)
    return names


def test_what_has_not_changed_is_not_read_again(tmp_path: Path, opened: list[str]) -> None:
    folder, journal = tmp_path / "in", tmp_path / "deep" / "journal"
    paths = study(folder, 250)
    (folder / "notes.txt").write_text("hello")
    first = everything(scan_folder(folder, journal=journal, workers=1))
    assert len(opened) == 251
    assert journal.stat().st_mode & 0o777 == 0o600
    opened.clear()
    assert everything(scan_folder(folder, journal=journal, workers=1)) == first
    # three patients' names are read again, each from one file, and what was no DICOM
    assert opened == ["000000", "000100", "000200", "notes.txt"]
    opened.clear()
    write(paths[100], slice_of(PatientName="New^Person"))
    os.utime(paths[3], ns=(0, 0))
    paths[4].unlink()
    write(folder / "new", slice_of())
    again = everything(scan_folder(folder, journal=journal, workers=1))
    assert len(again) == 251
    headers = {each.path: each.header for each in again if isinstance(each, Found)}
    assert headers[paths[100]].name_words >= {"new", "person"}
    assert headers[paths[150]].name_words >= {"personb", "namea"}
    assert {"000003", "000100", "new"} <= set(opened)
    # the file that held the second patient's name is another one now, so the others are read again
    assert set(opened) == {"000000", "000003", "000200", "new", "notes.txt", *(f"{n:06d}" for n in range(100, 200))}
    assert again == everything(scan_folder(folder, workers=1))


def test_the_journal_holds_no_name_and_no_date_of_birth(tmp_path: Path) -> None:
    people = {
        "PatientName": "Zyxwvut^Qrstuv", "ReferringPhysicianName": "Refrrr^Phys", "OperatorsName": "Opratr^One",
        "PerformingPhysicianName": "Prfrmr^Two", "PatientBirthDate": "19370217",
    }  # fmt: skip
    write(tmp_path / "in" / "a", slice_of(**people))
    journal = tmp_path / "journal"
    for _ in range(2):
        (found,) = scan_folder(tmp_path / "in", journal=journal)
        assert isinstance(found, Found)
        assert found.header.values["PatientAge"] == "087Y"
        assert found.header.name_words >= {"zyxwvut", "qrstuv", "refrrr", "opratr", "prfrmr"}
    written = b"".join(path.read_bytes() for path in tmp_path.glob("journal*")).lower()
    assert b"SYN-1".lower() in written
    for secret in (b"zyxwvut", b"qrstuv", b"refrrr", b"opratr", b"prfrmr", b"19370217", b"birthdate"):
        assert secret not in written


def test_a_killed_scan_goes_on_where_it_was(tmp_path: Path, opened: list[str]) -> None:
    folder, journal = tmp_path / "in", tmp_path / "journal"
    study(folder, 4500)
    program = """
import os, signal, sys
from pathlib import Path
from explorer.sources.dicom import scan_folder
for number, _ in enumerate(scan_folder(Path(sys.argv[1]), journal=Path(sys.argv[2]), workers=int(sys.argv[3]))):
    if number == 4300:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program, str(folder), str(journal), "2"], timeout=120)
    assert done.returncode == -signal.SIGKILL
    found = everything(scan_folder(folder, journal=journal, workers=1))
    assert found == everything(scan_folder(folder, workers=1))
    assert sum(isinstance(each, Found) for each in found) == 4500
    read = opened[: len(opened) - 4500]
    assert len(read) <= 500 + 45 + 1  # what was not yet safe, and one file for each patient's name


@pytest.mark.parametrize("damage", ["text", "cut", "noise", "empty", "other tables", "older", "another folder"])
def test_a_damaged_or_foreign_journal_is_begun_again(tmp_path: Path, damage: str, opened: list[str]) -> None:
    folder, journal = tmp_path / "in", tmp_path / "journal"
    study(folder, 300)
    expected = everything(scan_folder(folder, journal=journal, workers=1))
    whole = journal.read_bytes()
    match damage:
        case "text":
            journal.write_text("this is no journal at all\n" * 100)
        case "cut":
            journal.write_bytes(whole[: len(whole) // 2])
        case "noise":
            journal.write_bytes(whole[:4096] + os.urandom(0) + bytes(len(whole) - 4096))
        case "empty":
            journal.write_bytes(b"")
        case _:
            with sqlite3.connect(journal) as connection:
                connection.executescript(
                    {
                        "other tables": "DROP TABLE file; CREATE TABLE file (something)",
                        "older": "UPDATE made_for SET value = 'older' WHERE what = 'version'",
                        "another folder": "UPDATE made_for SET value = x'2f' WHERE what = 'root'",
                    }[damage]
                )
            connection.close()
    opened.clear()
    assert everything(scan_folder(folder, journal=journal, workers=1)) == expected
    assert len(opened) == 300
    opened.clear()
    assert everything(scan_folder(folder, journal=journal, workers=1)) == expected
    assert len(opened) == 3
    set_aside = damage in ("text", "cut", "noise", "other tables")
    assert journal.with_name("journal.damaged").exists() == set_aside
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.glob("journal*"))


def test_rows_that_make_no_sense_are_read_again(tmp_path: Path) -> None:
    folder, journal = tmp_path / "in", tmp_path / "journal"
    study(folder, 4)
    expected = everything(scan_folder(folder, journal=journal))
    with sqlite3.connect(journal) as connection:
        for number, text in enumerate(("", "[1]", '[{"a":1},[],[[1,2]]]', "[null,[],[]]")):
            where = os.fsencode(f"0000/{number:06d}")
            connection.execute("UPDATE file SET header = ? WHERE path = ?", (text, where))
    connection.close()
    assert everything(scan_folder(folder, journal=journal)) == expected


def test_one_scan_at_a_time_writes_a_journal(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a", slice_of())
    held = Journal(tmp_path / "journal", tmp_path / "in", lambda entry: None)
    with pytest.raises(BuildError, match="belongs to a scan that is running"):
        list(scan_folder(tmp_path / "in", journal=tmp_path / "journal"))
    held.close()
    assert len(list(scan_folder(tmp_path / "in", journal=tmp_path / "journal"))) == 1


def test_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a", slice_of())
    with pytest.raises(BuildError, match="cannot be written"):
        list(scan_folder(tmp_path / "in", journal=tmp_path))
    with pytest.raises(BuildError, match="cannot be written"):
        list(scan_folder(tmp_path / "in", journal=tmp_path / "in" / "a" / "journal"))


def test_a_journal_in_the_folder_is_no_file_of_it(tmp_path: Path) -> None:
    write(tmp_path / "a", slice_of())
    for _ in range(2):
        (found,) = everything(scan_folder(tmp_path, journal=tmp_path / ".journal"))
        assert not isinstance(found, Unread)
        assert isinstance(found.header, Header)
