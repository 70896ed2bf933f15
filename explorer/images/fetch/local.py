"""Which series are in folders of this machine already, where a snapshot names no bucket."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from explorer.images.places import folders
from explorer.snapshot.place import is_folder
from explorer.sources.dicom.header import UnreadError
from explorer.sources.dicom.scan import scan_file

__all__ = ["local_series"]


def local_series(uids: Collection[str]) -> dict[str, Path]:
    """Return those of the series that have a file in a folder that this person knows, with that folder.

    Known are the folders that snapshots were made from or that were fetched into, and those of
    ``COHORT_EXPLORER_IMAGES``. Files are read until all are found.
    """
    left, found = set(uids), dict[str, Path]()
    for folder in dict.fromkeys((*folders(), *_named())):
        for path in _files(folder):
            if not left:
                return found
            with suppress(UnreadError, OSError):
                uid = str(scan_file(path).values.get("SeriesInstanceUID", ""))
                if uid in left:
                    left.discard(uid)
                    found[uid] = folder
    return found


def _named() -> Iterator[Path]:
    for part in os.environ.get("COHORT_EXPLORER_IMAGES", "").split(os.pathsep):
        if part.strip() and is_folder(part.strip()):
            yield Path(part.strip()).absolute()


def _files(top: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(top):
        names.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path
