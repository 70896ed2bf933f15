"""Which series have files on this computer, and which of a cohort the image tab offers: those first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort
from explorer.images import ImageFolder, Volume, index_folder, index_folders, read_series
from explorer.images.fetch import COLUMNS, FetchFolder, cache_folder, reading
from explorer.images.locate import image_folders
from explorer.snapshot.place import is_folder

__all__ = ["LocalImages", "cohort_series", "read_local"]

_OFFERED = 60
_COLUMNS = (*COLUMNS, "Modality", "SeriesDescription")


class LocalImages:
    """The index of the images on this computer, one for all pages of a process; it grows when a series is fetched.

    Parameters
    ----------
    folders
        Where to look, beside the folders that this person made snapshots from or fetched series into.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._lock = threading.Lock()
        self._first = ThreadPoolExecutor(1, thread_name_prefix="explorer-images").submit(_indexed, tuple(folders))
        self._grown: ImageFolder | None = None

    def index(self) -> ImageFolder | None:
        """Return the index once it is read; None where there is no folder."""
        first = self._first.result()
        with self._lock:
            return self._grown or first

    def add(self, folder: Path) -> ImageFolder:
        """Return the index with the series of one more folder, from now on for everybody."""
        found, known = index_folder(folder), self.index()
        with self._lock:
            known = self._grown or known or found
            self._grown = replace(known, series=MappingProxyType({**known.series, **found.series}))
            return self._grown


def _indexed(folders: Sequence[Path]) -> ImageFolder | None:
    known = list(dict.fromkeys([*folders, *filter(is_folder, image_folders())]))
    return index_folders(known) if known else None


def read_local(files: Sequence[Path]) -> Volume:
    """Return the volume of a series; one in the cache does not give way to others meanwhile."""
    place = files[0].parent
    cached = place.parent == cache_folder()
    with reading(FetchFolder(place.parent), [place.name]) if cached else nullcontext():
        return read_series(files)


def cohort_series(cohort: Cohort, folder: ImageFolder | None) -> tuple[list[dict[str, Any]], int]:
    """Return the series that the tab offers, and how many series the cohort takes.

    First the cohort's series whose files are here, then others of the cohort, then series of the snapshot that are here
    but not in the cohort (``stray``); 60 at the most of each. A local series that the snapshot does not hold is not
    offered, and all are called what the snapshot calls them: a file's header can say more than the snapshot may.
    """
    uids = sorted(folder.series) if folder else []
    here = cohort.series(uids, columns=_COLUMNS)
    known = {row["SeriesInstanceUID"] for row in here}
    frame = cohort.frame("series", columns=_COLUMNS, limit=_OFFERED)
    others = frame.astype(object).where(frame.notna(), None).to_dict("records")
    everything = Cohort(CohortDefinition(select="all"), cohort.snapshot)
    try:
        stray = [row for row in everything.series(uids, columns=_COLUMNS) if row["SeriesInstanceUID"] not in known]
    finally:
        everything.close()
    local = [_row(row) for row in here[:_OFFERED]]
    remote = [_row(row) for row in others if row["SeriesInstanceUID"] not in known]
    return [*local, *remote, *(_row(row) | {"stray": True} for row in stray[:_OFFERED])], cohort.totals().series or 0


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "patient_id": row["PatientID"]}
