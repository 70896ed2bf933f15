"""DuckDB as quak asks it through Mosaic: one query for each client, filtered by the clauses of all others.

The statements are those of quak's clients ValueCounts (a CASE for missing values, counted in a WITH clause), Histogram
(grouped by both ends of a bin) and StatusBar, their clauses those of Mosaic's clausePoints, clauseInterval and
clauseMatch. quak counts rows only and lumps values of one row together; here distinct patients are counted beside the
rows, and every value is kept. Mosaic's pre-aggregated views add up, so they cannot hold distinct patients: every query
reads the table, as Mosaic itself would have it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from benchmarks.facets.answer import is_binned
from benchmarks.facets.bins import bin_sql
from benchmarks.facets.by_duckdb import ByDuckdb, Rows, all_of
from explorer.facets import Facet

__all__ = ["ByMosaic"]

_NULL = "__quak_null__"
_COUNTS = 'count(*) AS "count", count(DISTINCT "patient_key") AS "patients"'


class ByMosaic(ByDuckdb):
    """Totals, levels and page, which quak does not have, are asked as plain SQL."""

    further: ClassVar[bool] = False

    def counted(self, facet: Facet, conditions: Sequence[str]) -> Rows:
        """Return (value, patients, series) of one facet under the clauses of all other clients."""
        where = all_of([f"({condition})" for condition in conditions])
        if facet.kind in ("text", "many-valued"):
            return super().counted(facet, conditions)
        if is_binned(facet):
            low = bin_sql(facet, f'"{facet.name}"')
            ends = f'{low} AS "x1", {low} + 1 AS "x2"'
            bins = f'SELECT {ends}, {_COUNTS} FROM "series" AS "source"{where} GROUP BY "x1", "x2"'
            return [(x1, patients, series) for x1, _, series, patients in self.rows(bins)]
        key = f'CASE WHEN "{facet.name}" IS NULL THEN \'{_NULL}\' ELSE "{facet.name}" END'
        counts = f'SELECT {key} AS "value", {_COUNTS} FROM "series" AS "source"{where} GROUP BY "value"'
        select = f'WITH "counts" AS ({counts}) SELECT "value" AS "key", "patients", "count" AS "total" FROM "counts"'
        return [(None if value == _NULL else value, patients, series) for value, patients, series in self.rows(select)]
