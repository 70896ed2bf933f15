"""Which recorded spellings a normalised value brings together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.facets import Facet

if TYPE_CHECKING:
    from explorer.snapshot.snapshot import Snapshot

__all__ = ["Spellings", "spellings"]

Spellings = tuple[tuple[str, tuple[str, ...]], ...]
"""Normalised values, each with its recorded spellings; both sorted."""


def spellings(snapshot: Snapshot, facet: Facet) -> Spellings:
    """Return the values of a facet that hold several spellings, or one that differs from them.

    Empty for a facet that brings no spellings together.
    """
    recorded = facet.column.recorded_in
    if recorded is None:
        return ()
    select = f"""
        SELECT {facet.name} AS value, list(DISTINCT {recorded} ORDER BY {recorded}) AS spelled
        FROM {facet.level} WHERE {facet.name} IS NOT NULL AND {recorded} IS NOT NULL
        GROUP BY value HAVING spelled <> [value] ORDER BY value"""
    with snapshot.cursor() as cursor:
        return tuple((value, tuple(spelled)) for value, spelled in cursor.execute(select).fetchall())
