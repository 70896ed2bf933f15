from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from explorer.server import saved
from explorer.server.saved import SavedCohorts

CT = '{"same": "series", "where": [{"facet": "Modality", "is_in": ["CT"]}]}'
GOOD = f'{{"version": 1, "name": "Chest", "include": [{CT}]}}'
BARE = '{"version": 1}'


def write(path: Path, text: str = BARE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def paths(root: Path) -> list[str]:
    return [cohort["path"] for cohort in SavedCohorts(root).shown()["cohorts"]]


def test_a_time_that_no_calendar_has(tmp_path: Path) -> None:
    assert saved._time(10**21) == "" and saved._time(-(10**20)) == ""
    assert saved._time(0) == "1970-01-01T00:00:00.000000Z"


def test_good_and_broken_files_are_listed(tmp_path: Path) -> None:
    write(tmp_path / "a.cohort.json", GOOD)
    write(tmp_path / "deep" / "ñ b.cohort.json")
    write(tmp_path / "broken.cohort.json", '{"version": 1,\n "selec": 1}')
    write(tmp_path / "other.json")
    shown = SavedCohorts(tmp_path).shown()
    assert (shown["folder"], shown["truncated"]) == (str(tmp_path), False)
    good, broken, deep = shown["cohorts"]
    assert (good["path"], good["name"], good["problem"]) == ("a.cohort.json", "Chest", None)
    assert good["sentence"] == "Patients with CT." and good["definition"]["include"]
    assert good["modified"].endswith("Z")
    assert (deep["path"], deep["name"]) == ("deep/ñ b.cohort.json", "ñ b")
    assert (broken["name"], broken["definition"], broken["sentence"]) == ("broken", None, "")
    assert "did you mean" in broken["problem"]["message"]
    assert broken["problem"]["line"] == 1


def test_a_file_that_cannot_be_read_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "big.cohort.json", " " * 200)
    monkeypatch.setattr(saved, "_LARGEST", 100)
    (cohort,) = SavedCohorts(tmp_path).shown()["cohorts"]
    assert "larger than" in cohort["problem"]["message"]

    def denied(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(SavedCohorts, "_content", denied)
    (cohort,) = SavedCohorts(tmp_path).shown()["cohorts"]
    assert cohort["problem"]["message"] == "The file cannot be read: Permission denied."


def test_folders_that_hold_no_cohorts_are_passed_over(tmp_path: Path) -> None:
    for folder in (".hidden", "node_modules", "a/site-packages", ".ipynb_checkpoints"):
        write(tmp_path / folder / "x.cohort.json")
    write(tmp_path / "venv" / "pyvenv.cfg", "")
    write(tmp_path / "venv" / "x.cohort.json")
    write(tmp_path / ".x.cohort.json")
    (tmp_path / "folder.cohort.json").mkdir()
    os.mkfifo(tmp_path / "pipe.cohort.json")
    assert paths(tmp_path) == []


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "root-beside"
    inside = write(root / "in.cohort.json")
    write(outside / "secret.cohort.json")
    (root / "out.cohort.json").symlink_to(outside / "secret.cohort.json")
    (root / "away").symlink_to(outside)
    (root / "round").symlink_to(root)
    (root / "dangling.cohort.json").symlink_to(root / "nothing")
    (root / "link.cohort.json").symlink_to(inside)
    assert paths(root) == ["in.cohort.json", "link.cohort.json"]
    # The root itself may be reached through a link.
    (tmp_path / "home").symlink_to(root)
    assert paths(tmp_path / "home") == ["in.cohort.json", "link.cohort.json"]


def test_what_is_looked_at_is_bounded_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "/".join("abcdefghij") / "x.cohort.json")
    shown = SavedCohorts(tmp_path).shown()
    assert shown["cohorts"] == [] and shown["truncated"]
    for number in range(5):
        write(tmp_path / f"{number}.cohort.json")
    monkeypatch.setattr(saved, "_MOST_FILES", 3)
    assert len(paths(tmp_path)) == 3 and SavedCohorts(tmp_path).shown()["truncated"]
    monkeypatch.setattr(saved, "_MOST_FOLDERS", 2)
    assert SavedCohorts(tmp_path).shown()["truncated"]


def test_a_file_is_read_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "a.cohort.json", GOOD)
    cohorts = SavedCohorts(tmp_path)
    cohorts.shown()
    before = cohorts.stamps()
    read: list[str] = []
    content = SavedCohorts._content
    monkeypatch.setattr(SavedCohorts, "_content", lambda self, path: read.append(path) or content(self, path))
    cohorts.shown()
    assert read == []
    time.sleep(0.02)
    write(file)
    assert cohorts.stamps() != before
    assert cohorts.shown()["cohorts"][0]["name"] == "a" and read == ["a.cohort.json"]
    file.unlink()
    assert cohorts.shown()["cohorts"] == []


def test_files_that_are_kept_elsewhere() -> None:
    assert SavedCohorts(None).shown() == {"cohorts": [], "folder": "", "truncated": False}
