"""The files below a folder, in the order of their paths, and what is no file to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["WORK_FOLDER", "Entry", "Unread", "walk"]

WORK_FOLDER = ".cohort-explorer"
"""Where a fetch keeps what is not whole yet; nothing of it belongs to the images."""

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, a link or a folder that was not read, and why; the name is as on disk, so hostile until escaped."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file that can be read: its path below the folder, its size in bytes, its time of change in ns."""

    name: str
    size: int
    mtime_ns: int


def walk(root: Path) -> Iterator[Entry | Unread]:
    """Yield every file below a folder, as `Path` orders them; a link is not followed, wherever it leads.

    One folder's names are held at a time, and those of the folders that it stands in.

    Parameters
    ----------
    root
        An existing folder.
    """
    top = os.path.realpath(root)
    inside = _listed(root, "")
    if isinstance(inside, Unread):
        yield inside
        return
    opened = [("", inside)]  # a stack, so that no depth reaches Python's own limit
    while opened:
        below, names = opened[-1]
        if not names:
            opened.pop()
            continue
        name = os.path.join(below, names.pop())  # noqa: PTH118, paths in their thousands
        full = os.path.join(root, name)  # noqa: PTH118
        try:
            found = os.lstat(full)
        except (OSError, ValueError) as error:
            yield Unread(root / name, f"cannot be read: {_said(error)}")
            continue
        if stat.S_ISREG(found.st_mode):
            yield Entry(name, found.st_size, found.st_mtime_ns)
        elif stat.S_ISDIR(found.st_mode):
            if os.path.basename(name) == WORK_FOLDER:  # noqa: PTH119
                continue
            inside = _listed(root, name)
            if isinstance(inside, Unread):
                yield inside
            else:
                opened.append((name, inside))
        elif stat.S_ISLNK(found.st_mode):
            yield Unread(root / name, _link(full, top))
        else:
            kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
            yield Unread(root / name, f"not a regular file: {kind}")


def _listed(root: Path, name: str) -> list[str] | Unread:
    """Return the names in a folder, the first one last."""
    try:
        return sorted(os.listdir(root / name), reverse=True)  # noqa: PTH208, paths in their thousands
    except OSError as error:
        return Unread(root / name, f"a folder that cannot be read: {_said(error)}")


def _link(full: str, top: str) -> str:
    leads_to = os.path.realpath(full)
    if leads_to != top and not leads_to.startswith(os.path.join(top, "")):  # noqa: PTH118
        return "a link that leads out of the folder"
    if os.path.isdir(leads_to):  # noqa: PTH112
        return "a link to a folder that is read where it stands"
    if os.path.isfile(leads_to):  # noqa: PTH113
        return "a link to a file that is read where it stands"
    return "a link to nothing that can be read"


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
