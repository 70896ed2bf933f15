"""What a fetch will do, computed from the catalogue and the disk before anything is asked of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.counts import byte_size
from explorer.errors import ExplorerError, SurroundingsError, UserError
from explorer.images.fetch.cache import cache_folder, cache_limit, free_bytes, room_bytes
from explorer.images.fetch.check import flaw_of_series
from explorer.images.fetch.folder import FetchFolder
from explorer.images.fetch.local import local_series
from explorer.images.fetch.wanted import COLUMNS, Elsewhere, Wanted, wanted_series

if TYPE_CHECKING:
    from explorer.counts import Cohort

__all__ = ["Plan", "plan_fetch"]

_BLOCK = 4096
"""Bytes that a file can take on a disk beyond its size."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fetch will do.

    Attributes
    ----------
    folder
        Where the series will be.
    cache_bytes
        Limit of the cache; None where the folder is the user's own.
    patients, series, instances, bytes
        Size of what is wanted, by the catalogue; `bytes` leaves out series whose size it does not give.
    wanted
        Series that a bucket holds, in the order of the cohort.
    there
        Those that are in the folder, whole and checked.
    missing
        Those to fetch.
    bytes_to_fetch
        Bytes of those that are still to come: parts that are there already are not counted.
    local
        Series that no bucket holds, but a folder of this machine: by SeriesInstanceUID.
    elsewhere
        Series that cannot be fetched, and why.
    free_bytes
        Free space of the disk, for the cache with what would give way.
    licences, publications
        Series under each licence and of each DOI, most first; None where the catalogue names none.
    refused
        Why this fetch will not be begun, where it will not.
    """

    folder: FetchFolder
    cache_bytes: int | None
    patients: int
    series: int
    instances: int
    bytes: int
    wanted: tuple[Wanted, ...]
    there: tuple[Wanted, ...]
    missing: tuple[Wanted, ...]
    bytes_to_fetch: int
    local: Mapping[str, Path]
    elsewhere: tuple[Elsewhere, ...]
    free_bytes: int
    licences: tuple[tuple[str | None, int], ...]
    publications: tuple[tuple[str | None, int], ...]
    refused: ExplorerError | None = None

    @property
    def instances_to_fetch(self) -> int:
        """Images of the series to fetch."""
        return sum(each.instances for each in self.missing)


def plan_fetch(
    cohort: Cohort | Iterable[Mapping[str, Any]], *, to: Path | str | None = None, limit: float | None = None
) -> Plan:
    """Return what a fetch of the cohort's selected series will do. Nothing is written, and no network is asked.

    Parameters
    ----------
    cohort
        A cohort, or rows of its series table with `explorer.images.fetch.COLUMNS`.
    to
        Folder for the series; None is the cache.
    limit
        Gigabytes, of 10^9 bytes, that may be fetched; None is as many as there is space for.

    Raises
    ------
    SurroundingsError
        Small counts are protected: then there are no rows.
    """
    rows = _rows(cohort)
    wanted, elsewhere = wanted_series(rows)
    folder = FetchFolder(cache_folder() if to is None else Path(to).expanduser().absolute())
    present = folder.names()
    there = tuple(each for each in wanted if each.series_uid in present and _is_there(folder, each))
    known = {each.series_uid for each in there}
    missing = tuple(each for each in wanted if each.series_uid not in known)
    parts = {uid: folder.part_bytes(uid) for uid in folder.part_uids()}
    coming = sum(max((each.bytes or 0) - parts.get(each.series_uid, 0), 0) for each in missing)
    keep = {each.series_uid for each in wanted}
    free = free_bytes(folder.root) if to is not None else max(room_bytes(folder, keep), 0)
    on_disk = coming + _BLOCK * sum(each.instances for each in missing)
    unknown = sum(each.bytes is None for each in missing)
    local = local_series({each.series_uid for each in elsewhere})
    cache = cache_limit(folder) if to is None else None
    return Plan(
        folder=folder,
        cache_bytes=cache,
        patients=len({(row["source"], row["dataset"], row["PatientID"]) for row in rows}),
        series=len(wanted) + len(elsewhere),
        instances=sum(int(row["instances"]) for row in rows),
        bytes=sum(int(row["bytes"] or 0) for row in rows),
        wanted=wanted,
        there=there,
        missing=missing,
        bytes_to_fetch=coming,
        local=local,
        elsewhere=tuple(each for each in elsewhere if each.series_uid not in local),
        free_bytes=free,
        licences=_counted(row["license"] for row in rows),
        publications=_counted(row["source_doi"] for row in rows),
        refused=_refusal(folder, coming, unknown, on_disk, free, cache, limit),
    )


def _refusal(
    folder: FetchFolder, coming: int, unknown: int, on_disk: int, free: int, cache: int | None, limit: float | None
) -> ExplorerError | None:
    if limit is not None and unknown:
        return UserError(
            f"the catalogue does not say how large {unknown:,} of these series are, so --limit cannot be kept; nothing "
            "was fetched. Leave it out, or choose others"
        )
    if limit is not None and coming > limit * 10**9:
        return UserError(
            f"{byte_size(coming)} are to be fetched, and the limit is {limit:g} GB; nothing was fetched. Choose fewer "
            "series, or a higher --limit"
        )
    if cache is not None and coming > min(free, cache):
        return UserError(
            f"{byte_size(coming)} are to be fetched, and the cache ({folder.root}) of {byte_size(cache)} has room for "
            f"{byte_size(free)}; nothing was fetched. Fetch into a folder of your own with --to FOLDER, choose fewer "
            "series, or raise COHORT_EXPLORER_CACHE_GB"
        )
    if cache is None and on_disk > free:
        return SurroundingsError(
            f"{byte_size(on_disk)} of disk are needed, and {byte_size(free)} are free on the disk of {folder.root}; "
            "nothing was fetched. Make room, choose fewer series, or another folder"
        )
    return None


def _is_there(folder: FetchFolder, wanted: Wanted) -> bool:
    if folder.is_done(wanted):
        return True
    # Brought here by other means, or changed since: what the files themselves say decides.
    place = folder.series(wanted.series_uid)
    return place.is_dir() and flaw_of_series(place, wanted, folder.marked(wanted.series_uid)) is None


def _rows(cohort: Cohort | Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if isinstance(cohort, Iterable):
        return list(cohort)
    frame = cohort.frame("series", columns=COLUMNS).astype(object)
    found: list[Mapping[str, Any]] = frame.where(frame.notna(), None).to_dict("records")
    return found


def _counted(values: Iterable[Any]) -> tuple[tuple[str | None, int], ...]:
    counts = Counter(None if value is None else str(value) for value in values)
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0] is None, each[0] or "")))
