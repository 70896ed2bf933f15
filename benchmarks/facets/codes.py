"""The table of integer codes as data frames get it: columns, and what their codes stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.facets.answer import Counts, Pair, is_binned
from benchmarks.facets.bins import low_end
from benchmarks.facets.flat import held_facets, open_flat
from explorer.facets import Criterion, Facet
from explorer.facets.fold import fold

__all__ = ["Codes", "read_codes"]


@dataclass(frozen=True, slots=True)
class Codes:
    """What a data frame is made from.

    Attributes
    ----------
    values
        The values of each facet that is not binned, by code; one more code is missing.
    """

    connection: duckdb.DuckDBPyConnection
    facets: list[Facet]
    values: dict[str, list[Any]]

    def wanted(self, facet: Facet, criterion: Criterion) -> list[int]:
        """Return the codes of a text or many-valued facet that meet a criterion."""
        values = self.values[facet.name]
        if criterion.contains is not None:
            sought = [fold(text) for text in criterion.contains]
            return [code for code, text in enumerate(values) if any(each in text.lower() for each in sought)]
        wanted = criterion.is_in or ()
        met = [code for code, value in enumerate(values) if any(v in wanted for v in _listed(value))]
        return met + ([len(values)] if None in wanted else [])

    def told(self, facet: Facet, counted: list[tuple[Any, Pair]]) -> Counts:
        """Return counts by value, from those by what the frame's column holds."""
        found: Counts = {}
        for held, (patients, series) in counted:
            for value in self._meant(facet, held):
                had = found.get(value, (0, 0))
                found[value] = had[0] + patients, had[1] + series
        return found

    def _meant(self, facet: Facet, held: Any) -> list[Any]:
        if is_binned(facet):
            return [None if held is None else low_end(facet, int(held))]
        if facet.kind == "category":
            return [held]
        values = self.values[facet.name]
        return [None] if held == len(values) else _listed(values[held])


def read_codes(flat: Path) -> Codes:
    """Return the codes of all series."""
    connection = open_flat(flat)
    facets = held_facets(connection)
    values = {
        facet.name: [
            value for (value,) in connection.execute(f"SELECT value FROM value_{facet.name} ORDER BY code").fetchall()
        ]
        for facet in facets
        if not is_binned(facet)
    }
    return Codes(connection, facets, values)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
