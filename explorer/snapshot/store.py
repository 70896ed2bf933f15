"""Where snapshots live, and finding one by name."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from explorer.errors import SnapshotError, UnknownNameError, UserError
from explorer.schema import SCHEMA_VERSION
from explorer.snapshot.about import About, read_about
from explorer.snapshot.connect import open_file
from explorer.snapshot.lock import locked
from explorer.snapshot.place import home, is_folder
from explorer.snapshot.thumbnails import thumbnail_file

__all__ = ["Entry", "Store"]

_INDEX = "index.json"
_READER = f"schema {SCHEMA_VERSION}, DuckDB {duckdb.__version__}"
"""What an index is good for: another version reads other files."""
_SHORTEST_PREFIX = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A known snapshot: what it says about itself, where its file is, and when that was written (ns since 1970)."""

    about: About
    path: Path
    written: int

    @property
    def alias(self) -> str:
        """Name for people, ``"idc-25.0.5"``."""
        return self.about.alias


class Store:
    """The snapshots of a user, and those of shared folders, which are only read.

    Parameters
    ----------
    folder
        Where the user's own snapshots live; None takes the folder ``snapshots`` of `home`.
    shared
        More folders; None takes those of ``COHORT_EXPLORER_PATH``, separated as in ``PATH``. Each holds snapshot
        files, or a folder ``snapshots`` that does.
    """

    def __init__(self, folder: Path | None = None, shared: Sequence[Path] | None = None) -> None:
        self.folder = home() / "snapshots" if folder is None else folder.absolute()
        self.shared = tuple(_shared_folders() if shared is None else shared)

    def entries(self) -> tuple[Entry, ...]:
        """Return every readable snapshot, by source, newest release first, of one release the latest built first.

        A snapshot that stands in several folders is the user's own.
        """
        found: dict[str, Entry] = {}
        for entries, _ in self._indexes():
            for entry in entries:
                found.setdefault(entry.about.id, entry)
        newest_first = sorted(found.values(), key=lambda entry: (_version(entry), entry.written), reverse=True)
        return tuple(sorted(newest_first, key=lambda entry: entry.about.source))

    def unreadable(self) -> tuple[str, ...]:
        """Return a sentence on each file that cannot be opened: of another schema version, damaged, or no snapshot."""
        return tuple(reason for _, reasons in self._indexes() for reason in reasons)

    def find(self, name: str) -> Entry:
        """Return the snapshot of that name.

        Parameters
        ----------
        name
            An id, the first 6 or more characters of one, an alias such as ``"idc-25.0.5"``, or a source such as
            ``"idc"``, which stands for its newest release. Of several with one alias it is the latest built.

        Raises
        ------
        UnknownNameError
            There is none, or the beginning fits several; the message names those that exist.
        """
        entries = self.entries()
        for chosen in (
            [entry for entry in entries if name in (entry.about.id, entry.alias)],
            [entry for entry in entries if name == entry.about.source],
        ):
            if chosen:
                return chosen[0]
        begun = [
            entry for entry in entries if len(name) >= _SHORTEST_PREFIX and entry.about.id.startswith(name.lower())
        ]
        if len(begun) == 1:
            return begun[0]
        if begun:
            raise UnknownNameError(
                f"{name!r} is the beginning of several snapshots: {_named(begun)}; write more of it."
            )
        exist = f"there are {_named(entries)}" if entries else f"none is built yet in {self.folder}"
        raise UnknownNameError(" ".join([f"There is no snapshot {name!r}; {exist}.", *self.unreadable()]))

    def remove(self, name: str) -> Entry:
        """Remove the snapshot's file, with the thumbnails beside it, and return what it was.

        Raises
        ------
        UnknownNameError
            There is none of that name.
        UserError
            It lies in a shared folder.
        """
        entry = self.find(name)
        if entry.path.parent != self.folder:
            raise UserError(f"{entry.alias} is shared: it lies in {entry.path.parent}, where nothing is removed.")
        thumbnail_file(entry.path).unlink(missing_ok=True)
        entry.path.unlink(missing_ok=True)
        _index(self.folder, writable=True)
        return entry

    def _indexes(self) -> Iterator[tuple[list[Entry], list[str]]]:
        for folder in (self.folder, *self.shared):
            yield _index(folder, writable=folder == self.folder)


def _shared_folders() -> Iterable[Path]:
    for part in os.environ.get("COHORT_EXPLORER_PATH", "").split(os.pathsep):
        if part.strip():
            path = Path(part.strip()).expanduser().absolute()
            yield path / "snapshots" if is_folder(path / "snapshots") else path


def _index(folder: Path, *, writable: bool) -> tuple[list[Entry], list[str]]:
    """Return the snapshots of the folder, from its index where that is up to date, else from the files.

    Files that are no snapshots are passed over, and those of another schema version: a new one is built beside them.
    The second list says of each why it cannot be opened. An index that is stale, damaged or of another version is
    written anew.
    """
    files = _files(folder)
    known = _read_index(folder)
    entries: list[Entry] = []
    reasons: list[str] = []
    lines, changed = {}, False
    for file in files:
        with suppress(OSError):
            stamp = [file.stat().st_size, file.stat().st_mtime_ns]
            line = known.get(file.name)
            if line is None or line.get("stamp") != stamp:
                changed = True
                try:
                    line = {"stamp": stamp, "about": _about_of(file)}
                except SnapshotError as error:
                    line = {"stamp": stamp, "about": None, "why": str(error)}
            lines[file.name] = line
            if line["about"] is None:
                reasons.append(str(line.get("why")))
            else:
                entries.append(Entry(About(**line["about"]), file, stamp[1]))
    if writable and (changed or lines.keys() != known.keys()) and is_folder(folder):
        with suppress(OSError):  # the index only saves time
            _write_index(folder, lines)
    return entries, reasons


def _files(folder: Path) -> list[Path]:
    """Return the files that may be snapshots; none where the folder is not there, or closed to us."""
    try:
        return sorted(folder.glob("*.duckdb"))
    except OSError:
        return []


def _about_of(file: Path) -> dict[str, Any]:
    with open_file(file).cursor() as cursor:
        return asdict(read_about(cursor, file))


def _read_index(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        if index["reader"] != _READER:
            return {}
        for line in index["snapshots"].values():
            if line["about"] is not None:
                About(**line["about"]).check()
        return dict(index["snapshots"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write_index(folder: Path, lines: dict[str, dict[str, Any]]) -> None:
    with locked(folder / "index.lock"):
        handle, name = tempfile.mkstemp(prefix=_INDEX, suffix=".tmp", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"reader": _READER, "snapshots": lines}, file, indent=1, ensure_ascii=False)
            Path(name).replace(folder / _INDEX)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _version(entry: Entry) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in entry.about.release.split("."))


def _named(entries: Iterable[Entry]) -> str:
    return ", ".join(f"{entry.alias} ({entry.about.id[:12]})" for entry in entries)
