"""The bins of numbers and dates, written a second time: the methods beside ours do not count with our own code."""

from __future__ import annotations

from explorer.facets import Facet

__all__ = ["bin_sql", "low_end"]

_EDGES = (0, *(step * 10**power for power in range(8) for step in (1, 2, 5)))


def bin_sql(facet: Facet, column: str) -> str:
    """Return the SQL for the number of the bin that a value falls in; NULL for a missing one."""
    if facet.kind == "date":
        return f"year({column})"
    if facet.column.unit == "years":
        return f"{column} // 5"
    below = " ".join(f"WHEN {column} < {after} THEN {number}" for number, after in enumerate(_EDGES[1:]))
    return f"CASE WHEN {column} IS NULL THEN NULL {below} ELSE {len(_EDGES) - 1} END"


def low_end(facet: Facet, number: int) -> int:
    """Return where the bin of that number begins: a year, an age, or a number of the facet's unit."""
    if facet.kind == "date":
        return number
    return 5 * number if facet.column.unit == "years" else _EDGES[number]
