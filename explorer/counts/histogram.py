"""Counts of numbers and dates in bins, each bin tried like a value."""

from __future__ import annotations

from datetime import date

from explorer.counts.answers import Histogram
from explorer.counts.facet_counts import label_of, tally
from explorer.counts.predicates import column
from explorer.counts.program import NamedGroup
from explorer.counts.scratch import Scratch
from explorer.facets import Facet, Scalar

__all__ = ["bin_of", "count_bins"]

_YEARS = 5
_EDGES = (0, *(step * 10**power for power in range(8) for step in (1, 2, 5)))
"""Where bins of a size begin: sizes spread over many powers of ten."""


def count_bins(scratch: Scratch, facet: Facet, group: NamedGroup | None) -> Histogram:
    """Return the counts of a number or date facet in bins, tried in `group` (None: in a new one).

    Ages fall in bins of five years, dates in calendar years, all other numbers in bins that begin at 0, 1,
    2, 5, 10, 20, 50 …, since sizes spread over many powers of ten.
    """
    counted = tally(scratch, facet, group, _bin(facet))
    missing = next(((patients, series) for low, patients, series in counted if low is None), (0, 0))
    numbered = sorted((int(k), patients, series) for k, patients, series in counted if k is not None)
    bins = tuple((*bin_of(facet, k), patients, series) for k, patients, series in numbered)
    return Histogram(facet.name, label_of(scratch.program, group), bins, missing)


def bin_of(facet: Facet, number: int) -> tuple[Scalar, Scalar]:
    """Return the ends of the numbered bin as a criterion has them, both included; None is open.

    Bins of whole numbers and dates do not share an end; those of other numbers do, so that the end reads well.
    A value that two of those could hold is counted in the upper one.
    """
    if facet.kind == "date":
        return date(number, 1, 1).isoformat(), date(number, 12, 31).isoformat()
    if facet.column.unit == "years":
        return number * _YEARS, number * _YEARS + _YEARS - 1
    low, after = _EDGES[number], _EDGES[number + 1] if number + 1 < len(_EDGES) else None
    return low, after - 1 if after is not None and facet.column.type == "integer" else after


def _bin(facet: Facet) -> str:
    name = column(facet)
    if facet.kind == "date":
        return f"year({name})"
    if facet.column.unit == "years":
        return f"{name} // {_YEARS}"
    below = " ".join(f"WHEN {name} < {after} THEN {k}" for k, after in enumerate(_EDGES[1:]))
    return f"CASE WHEN {name} IS NULL THEN NULL {below} ELSE {len(_EDGES) - 1} END"
