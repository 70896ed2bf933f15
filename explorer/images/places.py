"""Which folders of DICOM files a person has made snapshots from, so that a series is found again for viewing.

A snapshot says nothing about folders, because paths can hold names; this list stays in the person's own home.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from explorer.cohort.files import replacing
from explorer.snapshot.place import home, is_folder

__all__ = ["folders", "remember"]


def remember(folder: Path | str) -> None:
    """Put the folder first in the list of known folders.

    Raises
    ------
    SurroundingsError
        The list cannot be written.
    """
    place = Path(folder).expanduser().absolute()
    known = [place, *(each for each in _listed() if each != place)]
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({"folders": [os.fsdecode(each) for each in known]}, indent=1)
    with replacing(path) as aside:
        aside.write_text(text, "ascii")
    path.chmod(0o600)


def folders() -> tuple[Path, ...]:
    """Return the known folders that are still there, the latest first; none where the list is absent or damaged."""
    return tuple(folder for folder in _listed() if is_folder(folder))


def _listed() -> list[Path]:
    try:
        found = json.loads(_path().read_text("ascii"))["folders"]
        return [Path(each) for each in found if isinstance(each, str) and Path(each).is_absolute()]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _path() -> Path:
    return home() / "images" / "folders.json"
