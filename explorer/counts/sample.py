"""A seeded sample of the series that a cohort takes, spread over the values of a facet; the same on every machine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.cohort import SampleChoice
from explorer.counts.predicates import column, from_series
from explorer.counts.sql import EMPTY, Sql, Value
from explorer.counts.tables import columns_of, select_keys
from explorer.facets import FACETS, Facet

if TYPE_CHECKING:
    from explorer.counts.scratch import Scratch

__all__ = ["Sample", "draw_sample"]

_DRAWN = """
, first AS (
    SELECT stratum, patient_key, arg_min(series_key, (lot, series_key)) AS series_key,
        min(lot) AS lot, count(*) AS series
    FROM candidate GROUP BY stratum, patient_key
), stratum AS (
    SELECT stratum, sum(series) AS series, count(*) AS patients,
        row_number() OVER (ORDER BY sum(series) DESC, stratum NULLS LAST) AS rank
    FROM first GROUP BY stratum
), queued AS (
    -- A stratum with patients enough shows each of them once; only the others need their further series.
    SELECT rank, first.series_key, lot, 1 AS turn
    FROM first JOIN stratum ON stratum.stratum IS NOT DISTINCT FROM first.stratum WHERE patients >= ?
    UNION ALL
    SELECT rank, series_key, lot, row_number() OVER (PARTITION BY rank, patient_key ORDER BY lot, series_key)
    FROM candidate JOIN stratum ON stratum.stratum IS NOT DISTINCT FROM candidate.stratum WHERE patients < ?
), placed AS (
    SELECT rank, series_key, row_number() OVER (PARTITION BY rank ORDER BY turn, lot, series_key) AS place FROM queued
    QUALIFY place <= ?
), once AS (
    SELECT rank, series_key, place FROM placed
    QUALIFY row_number() OVER (PARTITION BY series_key ORDER BY place, rank) = 1
)
SELECT series_key, stratum, (SELECT count(*) FROM stratum), (SELECT count(*) FROM chance)
FROM once JOIN stratum USING (rank) ORDER BY place, rank LIMIT ?"""


@dataclass(frozen=True)
class Sample:
    """Series drawn from a cohort.

    Attributes
    ----------
    rows
        The series in the order in which they were drawn, each with the columns asked for and ``stratum``: the value
        of the facet for which it was drawn, None where that is missing or nothing was asked for.
    by
        Facet over whose values the sample is spread; None: over nothing.
    seed
        What the drawing began with.
    drawn, strata
        How many values of the facet the sample has, and among how many it was spread; missing is one of them.
    among
        Series that could be drawn: images, and where so asked only some of them.
    total
        Series that the cohort takes.
    """

    rows: tuple[dict[str, Any], ...]
    by: str | None
    seed: int
    drawn: int
    strata: int
    among: int
    total: int

    def sentence(self) -> str:
        """Return what a reader has to know: ``"24 of 44,303 series, spread over 7 of 9 vendor values, seed 7"``."""
        parts = [f"{len(self.rows):,} of {self.total:,} series"]
        if self.among < self.total:
            parts.append(f"drawn from the {self.among:,} with images to show")
        if self.by is not None and self.rows:
            parts.append(f"spread over {self.drawn:,} of {self.strata:,} {_lowered(FACETS[self.by].title)} values")
        return ", ".join([*parts, f"seed {self.seed}"])


def draw_sample(
    work: Scratch, n: int, by: str | None, seed: int, columns: Sequence[str] | None, among: Collection[str] | None
) -> Sample:
    """Draw a sample; see `explorer.Cohort.sample`."""
    choice = SampleChoice(n, by, seed)
    facet = None if choice.by is None else FACETS[choice.by]
    names = [*(columns or columns_of("series"))]
    drawn = work.rows(_candidates(facet, seed, among) + Sql(_DRAWN, (n, n, n, n)))
    strata = {key: stratum for key, stratum, *_ in drawn}
    ((total,),) = work.rows("SELECT count(*) FROM taken")
    found = {key: values for key, *values in work.rows(select_keys(list(strata), names))} if strata else {}
    rows = tuple({**dict(zip(names, found[key], strict=True)), "stratum": strata[key]} for key in strata)
    many, chance = drawn[0][2:] if drawn else (0, 0)
    return Sample(rows, by, seed, len(set(strata.values())), many, chance, total)


def _candidates(facet: Facet | None, seed: int, among: Collection[str] | None) -> Sql:
    """Return the steps that give every series that could be drawn its lot, in each of its strata."""
    levels = {"series", *([] if facet is None else [facet.level])}
    value = "NULL::VARCHAR" if facet is None else column(facet)
    only = EMPTY
    if among is not None:
        uids: list[Value] = [*sorted(among)]
        only = Sql("\n    AND series.SeriesInstanceUID IN (SELECT unnest(?::VARCHAR[]))", (uids,))
    chance = (
        Sql("WITH chance AS MATERIALIZED (\n    SELECT series.series_key, series.patient_key, ")
        + f"{value} AS value, "
        + Sql("md5(? || ' ' || series.SeriesInstanceUID) AS lot\n    ", (str(seed),))
        + f"{from_series(levels)} WHERE series.series_key IN (SELECT series_key FROM taken) "
        + "AND series.object_kind = 'image'"
        + only
        + "\n)"
    )
    stratum = "value"
    if facet is not None and facet.kind == "many-valued":
        stratum = "unnest(CASE WHEN len(value) > 0 THEN value ELSE [NULL] END)"
    return chance + f", candidate AS (SELECT series_key, patient_key, lot, {stratum} AS stratum FROM chance)"


def _lowered(title: str) -> str:
    """Return a facet's title inside a sentence; SOP class stays so."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
