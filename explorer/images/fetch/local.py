"""Which series are in folders of this machine already, where a snapshot names no bucket."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from explorer.images.locate import image_folders
from explorer.snapshot.place import is_folder
from explorer.sources.dicom.header import UnreadError
from explorer.sources.dicom.scan import scan_file
from explorer.sources.dicom.walk import Entry, walk

__all__ = ["local_series"]


def local_series(uids: Collection[str]) -> dict[str, Path]:
    """Return those of the series that have a file in one of `image_folders`, with that folder.

    Series without pixels count too. Files are read until all are found.
    """
    left, found = set(uids), dict[str, Path]()
    for folder in filter(is_folder, image_folders() if left else ()):
        for entry in walk(folder):
            if not isinstance(entry, Entry):
                continue
            with suppress(UnreadError, OSError):
                uid = str(scan_file(folder / entry.name).values.get("SeriesInstanceUID", ""))
                if uid in left:
                    left.discard(uid)
                    found[uid] = folder
            if not left:
                return found
    return found
