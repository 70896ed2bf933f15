"""How far the values of a facet reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.facets import Facet, Scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Extent", "read_extent", "select_extent"]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the values of a facet reach, missing left out.

    Attributes
    ----------
    low, high
        Lowest and highest number or date (ISO 8601 text); None for other kinds, and where nobody has a value.
    distinct
        How many different values there are.
    """

    low: Scalar
    high: Scalar
    distinct: int


def select_extent(facet: Facet, source: str = "") -> str:
    """Return the SELECT of one row: ``low``, ``high``, ``distinct``.

    Parameters
    ----------
    source
        Prefix of the snapshot's tables.
    """
    held = f"{source}{facet.level}"
    if facet.kind == "many-valued":
        held = f"(SELECT unnest({facet.name}) AS {facet.name} FROM {held})"
    ordered = facet.kind in ("number", "date")
    low, high = (f"{end}({facet.name})" if ordered else "NULL" for end in ("min", "max"))
    return f'SELECT {low} AS low, {high} AS high, count(DISTINCT {facet.name}) AS "distinct" FROM {held}'


def read_extent(cursor: DuckDBPyConnection, facet: Facet, *, prepared: bool) -> Extent:
    """Return the facet's extent, from ``facet_extent`` where the file has that."""
    if not prepared:
        low, high, distinct = cursor.execute(select_extent(facet)).fetchall()[0]
        return Extent(_scalar(low), _scalar(high), distinct)
    query = 'SELECT low, high, "distinct" FROM facet_extent WHERE facet = ?'
    for low, high, distinct in cursor.execute(query, [facet.name]).fetchall():
        return Extent(_parsed(facet, low), _parsed(facet, high), distinct)
    return Extent(None, None, 0)


def _scalar(value: int | float | dt.date | None) -> Scalar:
    return value.isoformat() if isinstance(value, dt.date) else value


def _parsed(facet: Facet, text: str | None) -> Scalar:
    if text is None or facet.kind != "number":
        return text
    return int(text) if facet.column.type == "integer" else float(text)
