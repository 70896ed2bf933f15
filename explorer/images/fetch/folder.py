"""A folder of fetched series: one folder each, named by its SeriesInstanceUID, and what is known of them.

::

    FOLDER/1.3.6.1.…/uuid.dcm          a series: whole and checked, or not there
    FOLDER/.cohort-explorer/done/      what was checked, one file per series; its time says when it was last used
    FOLDER/.cohort-explorer/part/      series that are not complete yet
    FOLDER/.cohort-explorer/claims/    who fetches or reads what at the moment

Other files in a series' folder are somebody's own: they are neither counted, nor moved, nor removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from explorer.cohort.files import replacing
from explorer.images.fetch.check import Files, files_in
from explorer.images.fetch.wanted import Wanted, is_uid
from explorer.sources.dicom.walk import WORK_FOLDER

__all__ = ["Done", "FetchFolder"]


@dataclass(frozen=True, slots=True)
class Done:
    """A series that was fetched and checked: its size in bytes, and when it was last used (ns since 1970)."""

    series_uid: str
    bytes: int
    used: int


@dataclass(frozen=True, slots=True)
class FetchFolder:
    """The folder at `root`, which need not be there yet."""

    root: Path

    @property
    def claims(self) -> Path:
        """Folder of what is being fetched or read."""
        return self.root / WORK_FOLDER / "claims"

    @property
    def parts(self) -> Path:
        """Folder of incomplete series."""
        return self.root / WORK_FOLDER / "part"

    def series(self, uid: str) -> Path:
        """Return the folder of a complete series."""
        return self.root / _named(uid)

    def part(self, uid: str) -> Path:
        """Return the folder of an incomplete series."""
        return self.parts / _named(uid)

    def make(self) -> None:
        """Make the folder and those inside for our own use."""
        for place in (self.claims, self.parts, self._marks):
            place.mkdir(parents=True, exist_ok=True)

    def is_done(self, wanted: Wanted) -> bool:
        """Return whether the series is there as it was when it was checked, and as the catalogue counts it now."""
        try:
            files = self._read_mark(wanted.series_uid)
            size = sum(each for each, _ in files.values())
            if len(files) != wanted.instances or not wanted.fits(size):
                return False
            there = files_in(self.series(wanted.series_uid))
            return {name: about for name, about in there.items() if name in files} == files
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def has_mark(self, uid: str) -> bool:
        """Return whether the folder of this series is ours: it was once complete."""
        return self._mark(uid).is_file()

    def marked(self, uid: str) -> frozenset[str] | None:
        """Return the names of the files that the series had when it was checked; None where it was not."""
        try:
            return frozenset(self._read_mark(uid))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def note(self, uid: str) -> None:
        """Remember a checked series that is in its place already."""
        names, files = self.marked(uid), files_in(self.series(uid))
        self._write_mark(uid, {name: files[name] for name in files if names is None or name in names})

    def publish(self, uid: str) -> None:
        """Give a checked series its place, and remember what was checked."""
        part, place = self.part(uid), self.series(uid)
        files = files_in(part)
        self._write_mark(uid, files)  # first: what is moved until a power cut is known to be ours
        if not os.path.lexists(place):
            part.rename(place)
            return
        for name in files:
            (part / name).replace(place / name)
        part.rmdir()

    def reopen(self, uid: str) -> None:
        """Make a series incomplete again: what is left of it waits for the next fetch to complete it.

        Where somebody's own files stand beside it, its folder stays with them, and stays ours.
        """
        part, place, names = self.part(uid), self.series(uid), self.marked(uid)
        if names is None or place.is_symlink() or not place.is_dir():
            self._mark(uid).unlink(missing_ok=True)
        elif not part.is_symlink():
            part.mkdir(exist_ok=True)
            for name in names & files_in(place).keys():
                (place / name).replace(part / name)
            self._leave(uid)

    def use(self, uid: str) -> None:
        """Remember that the series was used now."""
        with suppress(OSError):
            os.utime(self._mark(uid))

    def remove(self, uid: str) -> None:
        """Remove a series, complete or not, but nobody's own files."""
        place, names = self.series(uid), self.marked(uid)
        if names is None or place.is_symlink() or not place.is_dir():
            self._mark(uid).unlink(missing_ok=True)
        else:
            for name in names & files_in(place).keys():
                (place / name).unlink(missing_ok=True)
            self._leave(uid)
        with suppress(FileNotFoundError):
            shutil.rmtree(self.part(uid))

    def done(self) -> Iterator[Done]:
        """Yield every series that was checked, in no order; those whose folder is gone are passed over."""
        for path in _children(self._marks):
            uid = path.stem
            with suppress(OSError, ValueError, KeyError, TypeError):
                if is_uid(uid) and self.series(uid).is_dir():
                    size = sum(each for each, _ in self._read_mark(uid).values())
                    yield Done(uid, size, path.stat().st_mtime_ns)

    def part_bytes(self, uid: str) -> int:
        """Return how many bytes of an incomplete series are there."""
        with suppress(OSError):
            return sum(size for size, _ in files_in(self.part(uid)).values())
        return 0

    def names(self) -> frozenset[str]:
        """Return the names of what stands in the folder: its series, whole or not ours."""
        return frozenset(path.name for path in _children(self.root))

    def part_uids(self) -> tuple[str, ...]:
        """Return the incomplete series."""
        return tuple(path.name for path in _children(self.parts) if is_uid(path.name))

    @property
    def _marks(self) -> Path:
        return self.root / WORK_FOLDER / "done"

    def _mark(self, uid: str) -> Path:
        return self._marks / f"{_named(uid)}.json"

    def _leave(self, uid: str) -> None:
        """Remove a series' folder that has none of its files any more, or mark it as ours and empty."""
        if files_in(self.series(uid)):
            self._write_mark(uid, {})
        else:
            self.series(uid).rmdir()
            self._mark(uid).unlink()

    def _write_mark(self, uid: str, files: Files) -> None:
        with replacing(self._mark(uid)) as aside:
            aside.write_text(json.dumps({"series": uid, "files": files}), "ascii")

    def _read_mark(self, uid: str) -> Files:
        content = json.loads(self._mark(uid).read_text("ascii"))
        return {str(name): (int(size), int(written)) for name, (size, written) in content["files"].items()}


def _named(uid: str) -> str:
    if not is_uid(uid):
        raise ValueError(f"{uid!r} cannot name a folder")
    return uid


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
