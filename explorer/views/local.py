"""Which series have files on this computer, and which of a cohort the image tab offers: those first."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.cohort import CohortDefinition, SampleChoice
from explorer.counts import Cohort, Sample
from explorer.errors import ImageError
from explorer.images import ImageFolder, Volume, index_folder, index_folders, read_series
from explorer.images.fetch import COLUMNS, FetchFolder, cache_folder, reading
from explorer.images.thumbnails import thumbnail
from explorer.views.known_images import known_folders
from explorer.views.visits import Visit, visits

__all__ = ["LocalImages", "Offer", "Wish", "cohort_series", "images_here", "offer", "read_local"]

_OFFERED = 60
_COLUMNS = (*COLUMNS, "Modality", "SeriesDescription", "SeriesNumber", "object_kind", "middle_instance")


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
            self._grown = (self._grown or known or found).with_(found)
            return self._grown

    def thumbnail(self, uid: str, middle: str | None = None) -> bytes | None:
        """Return a small picture of a series as WebP; None where it has no images here, or none that can be drawn.

        Parameters
        ----------
        uid
            SeriesInstanceUID.
        middle
            SOPInstanceUID of its middle slice, where that is known.
        """
        index = self.index()
        if index is None or uid not in index:
            return None
        try:
            return thumbnail(index.files(uid), middle=middle)
        except ImageError:
            return None


def _indexed(folders: Sequence[Path]) -> ImageFolder | None:
    known = list(dict.fromkeys([*folders, *known_folders()]))
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
    return _listed(cohort, folder, _here(cohort, folder)), cohort.totals().series or 0


def _listed(cohort: Cohort, folder: ImageFolder | None, here: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {row["SeriesInstanceUID"] for row in here}
    frame = cohort.frame("series", columns=_COLUMNS, limit=_OFFERED)
    others = frame.astype(object).where(frame.notna(), None).to_dict("records")
    everything = Cohort(CohortDefinition(select="all"), cohort.snapshot)
    try:
        stray = [row for row in _here(everything, folder) if row["SeriesInstanceUID"] not in known]
    finally:
        everything.close()
    local = [_row(row) for row in here[:_OFFERED]]
    remote = [_row(row) for row in others if row["SeriesInstanceUID"] not in known]
    return [*local, *remote, *(_row(row) | {"stray": True} for row in stray[:_OFFERED])]


@dataclass(frozen=True, slots=True)
class Wish:
    """What sample a person wants to see, and which series is open.

    ``here`` draws it from the series on this computer, where there are any.
    """

    sample: SampleChoice = field(default_factory=SampleChoice)
    here: bool = True
    chosen: str = ""


@dataclass(frozen=True)
class Offer:
    """What the Image tab shows of a cohort.

    Attributes
    ----------
    rows
        The list of series, as `cohort_series` gives them.
    total, local, bytes
        Series that the cohort takes, image series among them whose files are here, and the size of all.
    here
        Series of all kinds that the cohort takes and whose files are here; some may not be in the list.
    folder
        The index of the local images.
    sample
        A sample of the cohort; None where there is none to draw from.
    visits
        When the series of list and sample were made.
    chosen_is_in
        Whether the open series is in the cohort.
    stored
        Whether the snapshot carries thumbnails, so that series that are not here have one too.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    total: int = 0
    local: int = 0
    here: int = 0
    bytes: int = 0
    folder: ImageFolder | None = None
    sample: Sample | None = None
    visits: Mapping[str, Visit] = field(default_factory=dict)
    chosen_is_in: bool = True
    stored: bool = False


def images_here(cohort: Cohort, folder: ImageFolder | None) -> list[str]:
    """Return the cohort's image series whose files are on this computer."""
    return _images(_here(cohort, folder))


def _here(cohort: Cohort, folder: ImageFolder | None) -> list[dict[str, Any]]:
    uids = sorted([*folder.series, *folder.annotations]) if folder else []
    return cohort.series(uids, columns=_COLUMNS)


def _images(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["SeriesInstanceUID"] for row in rows if row["object_kind"] == "image"]


def offer(cohort: Cohort, folder: ImageFolder | None, wish: Wish) -> Offer:
    """Return what the tab shows of the cohort; computed in a thread."""
    here = _here(cohort, folder)
    rows, totals = _listed(cohort, folder, here), cohort.totals()
    rows += _chosen(cohort, wish.chosen, {row["SeriesInstanceUID"] for row in rows})
    images = _images(here)
    among = images if wish.here and images else None
    choice = wish.sample
    sample = cohort.sample(choice.n, choice.by, choice.seed, columns=_COLUMNS, among=among)
    drawn = [row["SeriesInstanceUID"] for row in sample.rows]
    when = visits(cohort.snapshot, [*drawn, *(row["SeriesInstanceUID"] for row in rows)])
    rows.sort(key=lambda row: _place(row, folder, when))
    is_in = not wish.chosen or bool(cohort.series([wish.chosen], columns=("SeriesInstanceUID",)))
    return Offer(
        rows=rows,
        total=totals.series or 0,
        local=len(images),
        here=len(here),
        bytes=totals.bytes or 0,
        folder=folder,
        sample=sample,
        visits=when,
        chosen_is_in=is_in,
        stored=cohort.snapshot.thumbnails > 0,
    )


def _chosen(cohort: Cohort, uid: str, listed: Collection[str]) -> list[dict[str, Any]]:
    """Return the row of the open series where it is not listed anyway; ``stray`` where the cohort does not take it."""
    if not uid or uid in listed:
        return []
    mine = cohort.series([uid], columns=_COLUMNS)
    if mine:
        return [_row(row) for row in mine]
    everything = Cohort(CohortDefinition(select="all"), cohort.snapshot)
    try:
        return [_row(row) | {"stray": True} for row in everything.series([uid], columns=_COLUMNS)]
    finally:
        everything.close()


def _place(row: Mapping[str, Any], folder: ImageFolder | None, when: Mapping[str, Visit]) -> tuple[object, ...]:
    """Where a series stands in the list: as `cohort_series` says, and the studies of a patient in the order of time."""
    uid = row["SeriesInstanceUID"]
    away = folder is None or not (uid in folder or uid in folder.annotations)
    return bool(row.get("stray")), away, row["source"], row["dataset"], row["PatientID"], when[uid].number


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "patient_id": row["PatientID"]}
