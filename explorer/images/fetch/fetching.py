"""Fetching: what is missing is listed, got, checked and only then given its place."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.counts import byte_size
from explorer.errors import ImageError, SurroundingsError
from explorer.images.fetch.batch import Batch, DiskFull, NetworkLost
from explorer.images.fetch.cache import make_room
from explorer.images.fetch.check import flaw_of_series
from explorer.images.fetch.claims import Held, claimed, reading
from explorer.images.fetch.endpoint import endpoint, require_answer
from explorer.images.fetch.plan import Plan, plan_fetch
from explorer.images.fetch.program import program
from explorer.images.fetch.wanted import Elsewhere, Wanted
from explorer.images.places import remember
from explorer.sources.source import Progress, quiet

if TYPE_CHECKING:
    from explorer.counts import Cohort

__all__ = ["Fetched", "fetch", "fetch_plan"]

_SERIES, _IMAGES = 500, 20_000
"""The most of one round: what is held in memory, and what is listed ahead."""
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a fetch ended.

    Attributes
    ----------
    folder
        Where the series are, each in a folder named by its SeriesInstanceUID.
    complete
        Series that are there, whole and checked, in the order of the cohort.
    incomplete
        Series that are not, and why; with those that no bucket gives.
    new_series, new_bytes
        Series that came with this fetch, and their size.
    stopped
        Whether it was stopped before its end.
    """

    folder: Path
    complete: tuple[str, ...]
    incomplete: tuple[Elsewhere, ...]
    new_series: int
    new_bytes: int
    stopped: bool = False


def fetch(
    cohort: Cohort | Iterable[Mapping[str, Any]],
    *,
    to: Path | str | None = None,
    limit: float | None = None,
    progress: Progress = quiet,
    cancel: threading.Event | None = None,
) -> Fetched:
    """Return where the files of the cohort's selected series are, once those that are missing have been fetched.

    They come from the public bucket that the snapshot names. A series counts as complete when it has as many files
    and bytes as the catalogue says, and each is a DICOM file of that series. What is complete is not fetched again;
    what is not is completed.

    Parameters
    ----------
    cohort
        A cohort, or rows of its series table with `explorer.images.fetch.COLUMNS`.
    to
        Folder for the series; None is the cache.
    limit
        Gigabytes, of 10^9 bytes, that may be fetched.
    progress
        Called with the share of the bytes that is there, 0 to 1, and what is being done.
    cancel
        Stops the fetch when set; what is complete stays, and the same call goes on.

    Raises
    ------
    UserError
        It is more than the limit, or than the cache may hold. Nothing is fetched then.
    SurroundingsError
        The disk has too little space, or small counts are protected: then no series is named.
    ImageError
        The image store cannot be reached, the connection was lost, or the disk is full; what is complete stays.

    Examples
    --------
    >>> import explorer
    >>> from explorer.images.fetch import fetch
    >>> cohort = explorer.Cohort(definition, explorer.Snapshot.open())    # doctest: +SKIP
    >>> fetch(cohort, to="images", limit=5).incomplete                    # doctest: +SKIP
    ()
    """
    return fetch_plan(plan_fetch(cohort, to=to, limit=limit), progress=progress, cancel=cancel)


def fetch_plan(plan: Plan, *, progress: Progress = quiet, cancel: threading.Event | None = None) -> Fetched:
    """Do what a plan says; as `fetch`."""
    if plan.refused is not None:
        raise plan.refused
    stop = cancel or threading.Event()
    work = _Work(plan, progress, stop)
    if plan.missing:
        program()
        require_answer(endpoint())
    if plan.missing or plan.there:
        try:
            if plan.cache_bytes is not None:
                plan.folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            plan.folder.make()
            with reading(plan.folder, [each.series_uid for each in plan.there]):
                work.run()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ImageError(f"cannot write into {plan.folder.root}: {reason}; {work.told()}") from None
    return work.result()


class _Work:
    """One fetch while it goes on."""

    def __init__(self, plan: Plan, progress: Progress, stop: threading.Event) -> None:
        self.plan, self.progress, self.stop = plan, progress, stop
        self.done: set[str] = set()
        self.flaws: dict[str, str] = {}
        self.address = endpoint()
        self._new: dict[str, int] = {}
        self._earlier = 0
        self._said = f"fetching {len(plan.missing):,} series, {byte_size(plan.bytes_to_fetch)}"

    def run(self) -> None:
        """Fetch what is missing; what another process fetches at the moment is waited for."""
        rest = [*self._gone(), *self.plan.missing]
        while rest and not self.stop.is_set():
            sizes = {each.series_uid: self._to_come(each) for each in rest}
            with claimed(self.plan.folder, sizes, self._make_room) as mine:
                for batch in _batches([each for each in rest if each.series_uid in mine]):
                    if self.stop.is_set():
                        return
                    self._fetch(batch)
            rest = [each for each in rest if each.series_uid not in mine and not self._came(each)]
            if rest and not mine:
                self.progress(self._share(), f"waiting for another fetch of {len(rest):,} series")
                time.sleep(_PAUSE)

    def _gone(self) -> Iterator[Wanted]:
        """Take what is there for done; yield what has given way since the plan was made."""
        for each in self.plan.there:
            if not self.plan.folder.is_done(each):
                uid = each.series_uid
                if flaw_of_series(self.plan.folder.series(uid), each, self.plan.folder.marked(uid)) is not None:
                    yield each
                    continue
                self.plan.folder.note(uid)
            self._done(each.series_uid)

    def told(self) -> str:
        """Return in words how far it came."""
        whole = len(self.plan.wanted)
        return (
            f"{len(self.done):,} of {whole:,} series are complete in {self.plan.folder.root}; run the same command "
            "again to go on"
        )

    def result(self) -> Fetched:
        """Return how it ended."""
        uids = [each.series_uid for each in self.plan.wanted]
        left = [uid for uid in uids if uid not in self.done]
        flaws = [Elsewhere(uid, self.flaws.get(uid, "it was not fetched yet")) for uid in left]
        return Fetched(
            folder=self.plan.folder.root,
            complete=tuple(uid for uid in uids if uid in self.done),
            incomplete=(*flaws, *self.plan.elsewhere),
            new_series=len(self._new),
            new_bytes=sum(self._new.values()),
            stopped=self.stop.is_set() and bool(left),
        )

    def _fetch(self, series: Sequence[Wanted]) -> None:
        batch = Batch(self.plan.folder, series, self.address, self.stop)
        try:
            with closing(batch.outcomes(lambda: self._show(batch))) as outcomes:
                for uid, flaw in outcomes:
                    self._take(uid, flaw, batch)
            self._earlier += batch.bytes_there()
        except DiskFull:
            raise ImageError(
                f"the disk of {self.plan.folder.root} is full, or takes no more of ours; make room, then: {self.told()}"
            ) from None
        except NetworkLost as lost:
            require_answer(self.address)
            raise ImageError(f"the image store stopped giving files ({lost}); {self.told()}") from None

    def _came(self, wanted: Wanted) -> bool:
        """Take for done what another process has completed meanwhile."""
        if self.plan.folder.is_done(wanted):
            self._done(wanted.series_uid)
            return True
        return False

    def _take(self, uid: str, flaw: str | None, batch: Batch) -> None:
        if flaw is not None:
            self.flaws[uid] = flaw
            return
        self._done(uid)
        if size := batch.size_of(uid):  # nothing is listed of what another process fetched meanwhile
            self._new[uid] = size
        self._show(batch)

    def _done(self, uid: str) -> None:
        if not self.done:
            with suppress(SurroundingsError):  # the series are there all the same
                remember(self.plan.folder.root)
        self.done.add(uid)

    def _show(self, batch: Batch) -> None:
        self.progress(self._share(batch.bytes_there()), self._said)

    def _make_room(self, mine: frozenset[str], others: tuple[Held, ...]) -> None:
        if self.plan.cache_bytes is not None:
            needed = sum(self._to_come(each) for each in self.plan.missing if each.series_uid in mine)
            keep = {each.series_uid for each in self.plan.wanted}
            make_room(self.plan.folder, needed, keep, others)

    def _to_come(self, wanted: Wanted) -> int:
        if wanted.series_uid in self.done or self.plan.folder.is_done(wanted):
            return 0
        return max((wanted.bytes or 0) - self.plan.folder.part_bytes(wanted.series_uid), 0)

    def _share(self, batch: int = 0) -> float:
        whole = sum(each.bytes or 0 for each in self.plan.missing)
        return min((self._earlier + batch) / whole, 1.0) if whole else 1.0


def _batches(series: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    batch: list[Wanted] = []
    images = 0
    for each in series:
        if batch and (len(batch) == _SERIES or images + each.instances > _IMAGES):
            yield batch
            batch, images = [], 0
        batch.append(each)
        images += each.instances
    if batch:
        yield batch
