"""Some series, from what the bucket lists of them to their place in the folder."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing

from explorer.images.fetch.bucket import Listing, Report, Trouble, get, list_objects
from explorer.images.fetch.check import files_in, flaw_of_file, flaw_of_series
from explorer.images.fetch.endpoint import require_answer
from explorer.images.fetch.folder import FetchFolder
from explorer.images.fetch.wanted import Wanted

__all__ = ["Batch", "DiskFull", "NetworkLost"]

_IN_A_ROW = 24
"""Files that fail one after the other, for reasons of the network, before it is given up."""
_SILENCE = 120.0
"""Seconds without a byte before it is given up."""
_LOOK = 1.0
_SHOW = 0.1
_WATCHED = 64

_WORDS: dict[Trouble, str] = {
    "denied": "access to {} was denied",
    "gone": "{} listed, but not there",
    "network": "the connection broke off for {}",
    "full": "the disk was full for {}",
}


class DiskFull(Exception):
    """The disk took no more."""


class NetworkLost(Exception):
    """Nothing came any more; the message says what was seen."""


class Batch:
    """The series of one round, which nobody else writes to meanwhile.

    Parameters
    ----------
    folder
        Where they go.
    series
        Which.
    address
        Address of the object store; None is the public one.
    stop
        Ends the round early when set.
    """

    def __init__(
        self, folder: FetchFolder, series: Sequence[Wanted], address: str | None, stop: threading.Event
    ) -> None:
        self.folder, self.address, self.stop = folder, address, stop
        self._series = {each.series_uid: each for each in series}
        self._listed: dict[str, Listing] = {}
        self._pending: dict[str, set[str]] = {}
        self._failed: dict[str, list[Report]] = {}
        self._landed: Counter[str] = Counter()
        self._in_flight = 0
        self._in_a_row = 0

    def outcomes(self, tick: Callable[[], None]) -> Generator[tuple[str, str | None], None, None]:
        """Fetch, and yield each series once it is settled: with None where it is complete, else with why it is not.

        Parameters
        ----------
        tick
            Called a few times a second.

        Raises
        ------
        DiskFull, NetworkLost
            It makes no sense to go on.
        ImageError
            The image store cannot be reached any more.
        """
        yield from self._opened()
        open_series = [each for each in self._series.values() if each.series_uid in self._pending]
        self._listed = list_objects(open_series, self.folder.parts, self.address, self.stop.is_set)
        if self.stop.is_set():
            return
        if open_series and all(each.trouble == "network" for each in self._listed.values()):
            require_answer(self.address)
        for uid in [*self._pending]:
            flaw = self._prepared(uid)
            if flaw is not None or not self._pending[uid]:
                yield uid, flaw or self._settled(uid)
        yield from self._got(tick)

    def bytes_there(self) -> int:
        """Return the bytes that have come so far."""
        return sum(self._landed.values()) + self._in_flight

    def size_of(self, uid: str) -> int:
        """Return the bytes that the bucket lists for a series."""
        return sum(self._listed[uid].objects.values()) if uid in self._listed else 0

    def _opened(self) -> Iterator[tuple[str, str | None]]:
        """Make ready the folders of incomplete series; yield those that are settled without asking anybody."""
        for uid, wanted in self._series.items():
            if self.folder.is_done(wanted):  # by another process, meanwhile
                yield uid, None
                continue
            self.folder.reopen(uid)
            place = self.folder.series(uid)
            if os.path.lexists(place) and not self.folder.has_mark(uid):
                flaw = flaw_of_series(place, wanted)
                if flaw is None:
                    self.folder.note(uid)
                yield uid, flaw and f"{place} is there already, and is not this series: {flaw}; move it away"
            elif self.folder.part(uid).is_symlink():
                yield uid, f"{self.folder.part(uid)} is a link, where nothing is written; remove it"
            else:
                self._pending[uid] = set()

    def _prepared(self, uid: str) -> str | None:
        """Note which objects are lacking, and remove what is not as listed; return what speaks against fetching."""
        wanted, listing = self._series[uid], self._listed[uid]
        flaw = _flaw_of_listing(wanted, listing)
        if flaw is not None:
            del self._pending[uid]
            return flaw
        place, seen = self.folder.part(uid), set[str]()
        place.mkdir(exist_ok=True)
        self._pending[uid] = set(listing.objects)
        for name, (size, _) in sorted(files_in(place).items()):
            if listing.objects.get(name) == size and flaw_of_file(place / name, uid, seen) is None:
                self._pending[uid].discard(name)
                self._landed[uid] += size
            elif size >= 0 or (place / name).is_symlink():
                (place / name).unlink()
        return None

    def _got(self, tick: Callable[[], None]) -> Iterator[tuple[str, str | None]]:
        """Fetch what is pending and yield each series when its last file has come or failed."""
        orders = {uid: (self._series[uid], sorted(names)) for uid, names in self._pending.items() if names}
        if not orders:
            return
        moved = looked = shown = time.monotonic()
        before = -1
        with closing(get(orders, self.folder.parts, self.address)) as reports:
            for report in reports:
                now = time.monotonic()
                if report is not None:
                    moved = now
                    if self._noted(report):
                        yield report.series_uid, self._settled(report.series_uid)
                elif now - looked > _LOOK:
                    looked, before, self._in_flight = now, self._in_flight, self._count_in_flight()
                    moved = now if self._in_flight != before else moved
                if self.stop.is_set():
                    return
                if now - moved > _SILENCE:
                    raise NetworkLost(f"nothing came for {_SILENCE:.0f} seconds")
                if now - shown > _SHOW:
                    shown = now
                    tick()
        if self._in_a_row:
            require_answer(self.address)
        for uid in [uid for uid, names in self._pending.items() if names]:
            yield uid, self._settled(uid)

    def _noted(self, report: Report) -> bool:
        """Take note of a report, and return whether it was the last of its series."""
        uid, name = report.series_uid, report.name
        if report.trouble == "full":
            raise DiskFull
        self._in_a_row = self._in_a_row + 1 if report.trouble == "network" else 0
        if self._in_a_row >= _IN_A_ROW:
            raise NetworkLost(f"{self._in_a_row} files failed one after the other")
        self._pending[uid].discard(name)
        if report.trouble is None:
            self._landed[uid] += self._listed[uid].objects[name]
        else:
            self._failed.setdefault(uid, []).append(report)
        return not self._pending[uid]

    def _settled(self, uid: str) -> str | None:
        """Check a series and give it its place; return what keeps it from being complete."""
        wanted, place, objects = self._series[uid], self.folder.part(uid), self._listed[uid].objects
        lacking = len(self._pending.pop(uid))
        files = files_in(place)
        for name in files.keys() - objects.keys():  # half a file of a fetch that was killed and is still ending
            (place / name).unlink(missing_ok=True)
            del files[name]
        short = [name for name, size in objects.items() if name in files and files[name][0] != size]
        for name in short:
            (place / name).unlink()
        there = f"{len(files) - len(short):,} of its {wanted.instances:,} files are there"
        if uid in self._failed:
            said = Counter(report.trouble for report in self._failed[uid] if report.trouble)
            reasons = "; ".join(_WORDS[trouble].format(_files(number)) for trouble, number in said.items())
            return f"{reasons} (for example {self._failed[uid][0].name}); {there}"
        if short:
            return f"{_files(len(short))} came cut short (for example {short[0]}); {there}"
        if lacking:
            return f"it was not fetched to its end; {there}"
        flaw = flaw_of_series(place, wanted)
        if flaw is None:
            self.folder.publish(uid)
        return flaw

    def _count_in_flight(self) -> int:
        watched = [uid for uid, names in self._pending.items() if names][:_WATCHED]
        return sum(max(self.folder.part_bytes(uid) - self._landed[uid], 0) for uid in watched)


def _flaw_of_listing(wanted: Wanted, listing: Listing) -> str | None:
    """Return why what the bucket lists cannot be the series, or is more than the catalogue says."""
    if listing.trouble == "denied":
        return f"the bucket does not let {wanted.location} be read (access denied)"
    if listing.trouble == "network":
        return "the connection broke off while its files were listed"
    if listing.odd is not None:
        return f"the bucket lists a file whose name is none: {listing.odd[:100]!r}"
    if not listing.objects:
        return f"the bucket has no files at {wanted.location}"
    size = sum(listing.objects.values())
    if len(listing.objects) > wanted.instances:
        return f"the bucket has {len(listing.objects):,} files, and the catalogue says {wanted.instances:,}"
    if wanted.bytes is not None and size > wanted.bytes + wanted.slack:
        return f"the bucket has {size:,} bytes, and the catalogue says {wanted.bytes:,}"
    return None


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"
