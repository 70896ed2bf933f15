"""Whether files are the whole of a series: as many, as large, DICOM, and of that series."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from explorer.cohort.texts import shown
from explorer.images.fetch.wanted import Wanted
from explorer.sources.dicom.header import UnreadError
from explorer.sources.dicom.scan import scan_file

__all__ = ["Files", "files_in", "flaw_of_file", "flaw_of_series"]

Files = dict[str, tuple[int, int]]
"""Size in bytes and time of the last change (ns since 1970), by name."""

_PREAMBLE = 128


def files_in(folder: Path) -> Files:
    """Return the files of a folder; what is no regular file (a link, a folder) has the size -1.

    Raises
    ------
    OSError
        There is no such folder, or it is a link.
    """
    if folder.is_symlink():
        raise NotADirectoryError(f"{folder} is a link")
    with os.scandir(folder) as entries:
        found: Files = {}
        for entry in entries:
            about = entry.stat(follow_symlinks=False)
            found[entry.name] = (about.st_size if stat.S_ISREG(about.st_mode) else -1, about.st_mtime_ns)
        return found


def flaw_of_series(folder: Path, wanted: Wanted, names: Collection[str] | None = None) -> str | None:
    """Return what keeps the folder from being the whole series, in words; None where it is.

    Every file's header is read.

    Parameters
    ----------
    names
        The files that count; None is all that are there.
    """
    try:
        files = {name: about for name, about in files_in(folder).items() if names is None or name in names}
    except OSError:
        return "it is not there"
    if len(files) != wanted.instances:
        return f"{len(files):,} of its {wanted.instances:,} files are there"
    size = sum(size for size, _ in files.values())
    if not wanted.fits(size):
        return f"its files have {size:,} bytes, and the catalogue says {wanted.bytes:,}"
    instances: set[str] = set()
    for name in sorted(files):
        flaw = flaw_of_file(folder / name, wanted.series_uid, instances)
        if flaw:
            return flaw
    return None


def flaw_of_file(path: Path, series_uid: str, instances: set[str]) -> str | None:
    """Return what keeps a file from being one of the series, in words; None where it is.

    Parameters
    ----------
    instances
        SOPInstanceUIDs seen so far, to which that of the file is added: none stands in two files.
    """
    name = shown(path.name)
    try:
        if path.is_symlink():
            return f"{name} is a link, not a file"
        with path.open("rb") as file:
            if file.read(_PREAMBLE + 4)[_PREAMBLE:] != b"DICM":
                return f"{name} is not a DICOM file"
        header = scan_file(path).values
    except UnreadError as error:
        return f"{name} cannot be read as DICOM: {error}"
    except OSError as error:
        return f"{name} cannot be read: {error.strerror or error}"
    found = str(header.get("SeriesInstanceUID", ""))
    if found != series_uid:
        return f"{name} is of another series: {shown(found)}"
    instance = str(header.get("SOPInstanceUID", ""))
    if instance in instances:
        return f"{name} repeats an image that is there under another name"
    instances.add(instance)
    return None
