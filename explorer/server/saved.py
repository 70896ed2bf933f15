"""The saved cohorts of a person: every ``*.cohort.json`` below the server's root folder, broken ones too."""

from __future__ import annotations

import os
import stat
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.cohort.texts import one_line
from explorer.errors import DefinitionError
from explorer.server.broken import Problem, problem_of, read_text

__all__ = ["SavedCohorts", "Stamps"]

_ENDING = ".cohort.json"
_DEEPEST = 8
_MOST_FOLDERS = 3_000
_MOST_FILES = 500
_LARGEST = 5_000_000
_PASSED_OVER = {"node_modules", "site-packages", "dist-packages", "__pycache__", "lost+found"}
_ENVIRONMENTS = {"pyvenv.cfg", "conda-meta"}
"""What tells a folder of installed programs, in which nobody keeps cohorts."""

Stamps = dict[str, tuple[int, int]]
"""Time of change (ns) and size of each file, by its path from the root."""


@dataclass(frozen=True, slots=True)
class _Walk:
    stamps: Stamps
    truncated: bool


class SavedCohorts:
    """The saved cohorts below a folder. Each file is read once and again when it changes.

    Parameters
    ----------
    root
        The folder; None where the server keeps its files elsewhere than on a disk.
    """

    def __init__(self, root: Path | None) -> None:
        self.root = root
        self._read: dict[tuple[str, int, int], dict[str, Any]] = {}
        self._lock = threading.Lock()

    def stamps(self) -> Stamps:
        """Return what tells whether anything changed."""
        return self._walk().stamps

    def shown(self) -> dict[str, Any]:
        """Return all saved cohorts for JSON, by path; `truncated`: the folder holds more than was looked at."""
        walk = self._walk()
        with self._lock:
            known = self._read
            self._read = {
                (path, *stamp): known.get((path, *stamp)) or self._entry(path, stamp[0])
                for path, stamp in sorted(walk.stamps.items())
            }
            cohorts = list(self._read.values())
        return {"cohorts": cohorts, "folder": str(self.root or ""), "truncated": walk.truncated}

    def _entry(self, path: str, changed: int) -> dict[str, Any]:
        entry = {
            "path": path,
            "name": path.rpartition("/")[2].removesuffix(_ENDING),
            "sentence": "",
            "definition": None,
            "modified": _time(changed),
            "problem": None,
        }
        try:
            definition = read_text(self._content(path))
        except DefinitionError as error:
            return entry | {"problem": problem_of(error)}
        except OSError as error:
            said = f"The file cannot be read: {error.strerror or one_line(str(error))}."
            return entry | {"problem": Problem(message=said, path="", line=None, column=None)}
        return entry | {
            "name": definition.name or entry["name"],
            "sentence": definition.describe(),
            "definition": definition.to_dict(),
        }

    def _content(self, path: str) -> bytes:
        assert self.root is not None
        with (self.root / path).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise DefinitionError(f"the file is larger than {_LARGEST // 1_000_000} MB, which no definition needs")
        return content

    def _walk(self) -> _Walk:
        """Look at the folders nearest to the root first, so that what is cut off lies deepest."""
        stamps: Stamps = {}
        if self.root is None:
            return _Walk(stamps, False)
        root = os.path.realpath(self.root)
        waiting, looked, truncated = deque([(root, "", 0)]), 0, False
        while waiting:
            folder, before, depth = waiting.popleft()
            looked += 1
            if looked > _MOST_FOLDERS or len(stamps) >= _MOST_FILES:
                truncated = True
                break
            for entry in _entries(folder):
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEEPEST:
                        waiting.append((entry.path, f"{before}{entry.name}/", depth + 1))
                    else:
                        truncated = True
                elif entry.name.endswith(_ENDING) and len(stamps) < _MOST_FILES:
                    stamp = _stamp(entry, root)
                    if stamp is not None:
                        stamps[before + entry.name] = stamp
        return _Walk(stamps, truncated)


def _time(changed: int) -> str:
    """Return the time as text; a clock that was far off may have written one that no calendar has."""
    try:
        return datetime.fromtimestamp(changed / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (OSError, OverflowError, ValueError):
        return ""


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Yield what can be looked at in a folder, in alphabetical order; nothing of a folder of installed programs."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    if any(entry.name in _ENVIRONMENTS for entry in entries):
        return
    for entry in entries:
        if not entry.name.startswith(".") and entry.name not in _PASSED_OVER and entry.name.isprintable():
            yield entry


def _stamp(entry: os.DirEntry[str], root: str) -> tuple[int, int] | None:
    """Return time and size of a plain file; None for anything else, and for links that lead out of the root."""
    try:
        if entry.is_symlink() and not os.path.realpath(entry.path).startswith(root.rstrip("/") + "/"):
            return None
        found = entry.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None
