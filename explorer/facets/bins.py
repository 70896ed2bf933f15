"""Bins of numbers and dates: where they begin, what they are called, and how SQL finds a value's bin."""

from __future__ import annotations

from datetime import date

from explorer.facets.criterion import Scalar
from explorer.facets.facet import Facet

__all__ = ["EDGES", "YEARS", "bin_of", "bin_sql"]

EDGES = (0, *(step * 10**power for power in range(8) for step in (1, 2, 5)))
"""Where bins of a size begin: sizes spread over many powers of ten."""

YEARS = 5
"""Years of a bin of ages."""


def bin_of(facet: Facet, number: int) -> tuple[Scalar, Scalar]:
    """Return the ends of the numbered bin as a criterion has them, both included; None is open.

    Ages fall in bins of five years, dates in calendar years, all other numbers in bins that begin at 0, 1, 2, 5, 10,
    20, 50 …. Bins of whole numbers and dates do not share an end; those of other numbers do, so that the end reads
    well. A value that two of those could hold is counted in the upper one.
    """
    if facet.kind == "date":
        return date(number, 1, 1).isoformat(), date(number, 12, 31).isoformat()
    if facet.column.unit == "years":
        return number * YEARS, number * YEARS + YEARS - 1
    low, after = EDGES[number], EDGES[number + 1] if number + 1 < len(EDGES) else None
    return low, after - 1 if after is not None and facet.column.type == "integer" else after


def bin_sql(facet: Facet, value: str) -> str:
    """Return the SQL expression of the number of the bin that `value` falls in; NULL for a missing value."""
    if facet.kind == "date":
        return f"year({value})"
    if facet.column.unit == "years":
        return f"CAST(floor({value} / {YEARS}) AS BIGINT)"
    below = " ".join(f"WHEN {value} < {after} THEN {k}" for k, after in enumerate(EDGES[1:]))
    return f"CASE WHEN {value} IS NULL THEN NULL {below} ELSE {len(EDGES) - 1} END"
