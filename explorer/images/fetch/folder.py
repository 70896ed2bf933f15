"""A folder of fetched series: one folder each, named by its SeriesInstanceUID, and what is known of them.

::

    FOLDER/1.3.6.1.…/uuid.dcm          a series: whole and checked, or not there
    FOLDER/.cohort-explorer/done/      what was checked, one file per series; its time says when it was last used
    FOLDER/.cohort-explorer/part/      series that are not complete yet
    FOLDER/.cohort-explorer/claims/    who fetches or reads what at the moment
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
            return files_in(self.series(wanted.series_uid)) == files
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def has_mark(self, uid: str) -> bool:
        """Return whether the folder of this series is ours: it was once complete."""
        return self._mark(uid).is_file()

    def publish(self, uid: str) -> None:
        """Give a checked series its place, and remember what was checked."""
        if self.part(uid).is_dir():
            self.part(uid).rename(self.series(uid))
        files = files_in(self.series(uid))
        with replacing(self._mark(uid)) as aside:
            aside.write_text(json.dumps({"series": uid, "files": files}), "ascii")

    def reopen(self, uid: str) -> None:
        """Make a series incomplete again: what is left of it stays, for the next fetch to complete."""
        if self.has_mark(uid) and self.series(uid).is_dir() and not self.part(uid).exists():
            self.series(uid).rename(self.part(uid))
        self._mark(uid).unlink(missing_ok=True)

    def use(self, uid: str) -> None:
        """Remember that the series was used now."""
        with suppress(OSError):
            os.utime(self._mark(uid))

    def remove(self, uid: str) -> None:
        """Remove a series, complete or not."""
        self._mark(uid).unlink(missing_ok=True)  # first: a half removed series must not count as complete
        for place in (self.series(uid), self.part(uid)):
            with suppress(FileNotFoundError):
                shutil.rmtree(place)

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
