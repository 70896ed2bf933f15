"""What values a snapshot holds for a facet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from explorer.errors import UnknownFacetError
from explorer.facets import FACETS, Facet, Scalar
from explorer.facets.fold import fold

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["distinct_values", "facet_named", "holds_text", "holds_value", "recorded_facets"]


def facet_named(name: str) -> Facet:
    """Return the facet of that name.

    Raises
    ------
    UnknownFacetError
        There is none; the message names those that exist.
    """
    try:
        return FACETS[name]
    except KeyError:
        raise UnknownFacetError(f"there is no facet {name!r}; the facets are {', '.join(sorted(FACETS))}") from None


def recorded_facets(cursor: DuckDBPyConnection, *, prepared: bool) -> frozenset[str]:
    """Return the names of the facets that hold a value for anybody, from ``facet_extent`` where the file has that."""
    if prepared:
        return frozenset(name for (name,) in cursor.execute("SELECT facet FROM facet_extent").fetchall())
    found: set[str] = set()
    for level in ("series", "study", "patient", "dataset"):
        names = [facet.name for facet in FACETS.values() if facet.level == level]
        chosen = ", ".join(f"count({name}) > 0" for name in names)
        row = cursor.execute(f"SELECT {chosen} FROM {level}").fetchall()[0]
        found.update(name for name, recorded in zip(names, row, strict=True) if recorded)
    return frozenset(found)


def distinct_values(cursor: DuckDBPyConnection, facet: Facet, *, prepared: bool) -> tuple[Scalar, ...]:
    """Return the facet's distinct values, sorted, without missing; dates as ISO 8601 text."""
    if prepared and facet.kind in ("category", "many-valued"):
        query = "SELECT value FROM facet_value WHERE facet = ? AND value IS NOT NULL ORDER BY code"
        return tuple(value for (value,) in cursor.execute(query, [facet.name]).fetchall())
    value = f"unnest({facet.name})" if facet.kind == "many-valued" else facet.name
    distinct = f"SELECT DISTINCT {value} AS value FROM {facet.level}"
    rows = cursor.execute(f"SELECT value FROM ({distinct}) WHERE value IS NOT NULL ORDER BY value").fetchall()
    return tuple(value.isoformat() if isinstance(value, dt.date) else value for (value,) in rows)


def holds_value(cursor: DuckDBPyConnection, facet: Facet, value: Scalar) -> bool:
    """Whether anybody has this value; None asks whether the facet is missing for anybody."""
    name = facet.name
    if value is None:
        return _any(cursor, facet, f"{name} IS NULL")
    if facet.kind == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and _any(cursor, facet, f"{name} = CAST(? AS DOUBLE)", value)
    if not isinstance(value, str):
        return False
    if facet.kind == "many-valued":
        return _any(cursor, facet, f"list_contains({name}, ?)", value)
    if facet.kind == "date":
        return _any(cursor, facet, f"{name} = TRY_CAST(? AS DATE)", value)
    return _any(cursor, facet, f"{name} = ?", value)


def holds_text(cursor: DuckDBPyConnection, facet: Facet, text: str) -> bool:
    """Whether some value of a text facet contains the text, upper and lower case alike."""
    condition = f"{facet.name} IN (SELECT text FROM text_value WHERE contains(folded, ?))"
    return facet.kind == "text" and _any(cursor, facet, condition, fold(text))


def _any(cursor: DuckDBPyConnection, facet: Facet, condition: str, *values: object) -> bool:
    return bool(cursor.execute(f"SELECT 1 FROM {facet.level} WHERE {condition} LIMIT 1", list(values)).fetchall())
