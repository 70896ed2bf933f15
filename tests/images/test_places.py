from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from explorer.images.places import folders, remember


def test_the_latest_folder_comes_first_and_once(tmp_path: Path, home: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two\nlines é"
    one.mkdir()
    two.mkdir()
    assert folders() == ()
    for folder in (one, two, one):
        remember(folder)
    assert folders() == (one, two)
    shutil.rmtree(two)
    assert folders() == (one,)
    path = home / "images" / "folders.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_is_remembered_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    remember("here")
    assert folders() == (tmp_path / "here",)


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    remember(folder)
    assert folders() == (folder,)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"folders": 3}', b'{"folders": ["relative", 7]}', b"\xff"])
def test_a_damaged_list_is_no_list(home: Path, tmp_path: Path, content: bytes) -> None:
    path = home / "images" / "folders.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert folders() == ()
    remember(tmp_path)
    assert folders() == (tmp_path,)
