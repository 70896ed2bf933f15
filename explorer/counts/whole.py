"""The counts of everything in a snapshot, which its file holds ready: what a screen shows first."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from explorer.counts.answers import FacetCounts, FacetValue, Histogram
from explorer.facets import Facet, Scalar
from explorer.facets.bins import bin_of
from explorer.snapshot.connect import SnapshotFile

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["Whole"]

_GROUP = "include:0"


class Whole:
    """The counts of the definition without a rule, tried in a new group; `Whole.of` gives those that all share.

    Parameters
    ----------
    snapshot
        One whose file holds prepared tables.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.choosable = snapshot.totals["patients"], snapshot.totals["series"]
        self._rows: dict[str, list[tuple[int | None, Scalar, int, int]]] = {}
        select = "SELECT facet, code, value, patients, series FROM facet_value WHERE patients > 0"
        with snapshot.cursor() as cursor:
            for name, *row in cursor.execute(select).fetchall():
                self._rows.setdefault(name, []).append(tuple(row))

    @classmethod
    def of(cls, snapshot: Snapshot) -> Whole | None:
        """Return the counts of the snapshot; None where its file is one of before."""
        if not snapshot.prepared:
            return None
        with _opening:
            found = _open.get(snapshot.file)
            if found is None:
                found = _open[snapshot.file] = cls(snapshot)
            return found

    def values(self, facet: Facet) -> FacetCounts:
        """Return the counts of every value of a category or many-valued facet."""
        told = [(value, patients, series) for _, value, patients, series in self._rows.get(facet.name, ())]
        told.sort(key=lambda each: (-each[1], each[0] is None, each[0]))
        return FacetCounts(facet.name, _GROUP, tuple(FacetValue(*each) for each in told))

    def missing(self, facet: Facet) -> FacetCounts:
        """Return the count of "missing" of a facet."""
        missing = self._missing(facet)
        return FacetCounts(facet.name, _GROUP, (FacetValue(None, *missing),) if missing[0] else ())

    def bins(self, facet: Facet) -> Histogram:
        """Return the counts of a number or date facet in bins."""
        rows = self._rows.get(facet.name, ())
        held = sorted((code, patients, series) for code, _, patients, series in rows if code is not None)
        bins = tuple((*bin_of(facet, code), patients, series) for code, patients, series in held)
        return Histogram(facet.name, _GROUP, bins, self._missing(facet))

    def _missing(self, facet: Facet) -> tuple[int, int]:
        rows = self._rows.get(facet.name, ())
        return next(((patients, series) for _, value, patients, series in rows if value is None), (0, 0))


_opening = threading.Lock()
_open: weakref.WeakKeyDictionary[SnapshotFile, Whole] = weakref.WeakKeyDictionary()
