"""What the taken series may be used for, and how they are cited."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.counts.scratch import Scratch

__all__ = ["Citation", "Licence", "citations", "licences"]


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence (None where the catalogue names none) and what the cohort takes under it."""

    license: str | None
    patients: int
    series: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication that taken series belong to, and how it is cited; `source_doi` None: no DOI is given."""

    source_doi: str | None
    title: str | None
    citation: str | None
    url: str | None
    patients: int
    series: int


_SIZE = "count(DISTINCT taken.patient_key) AS patients, count(*) AS series"


def licences(scratch: Scratch) -> tuple[Licence, ...]:
    """Return the licences of the taken series, most patients first. One patient can count under several."""
    rows = scratch.rows(
        f"SELECT license, {_SIZE}, coalesce(sum(taken.bytes), 0)::BIGINT "
        "FROM taken JOIN series USING (series_key) GROUP BY license ORDER BY patients DESC, license NULLS LAST"
    )
    return tuple(Licence(*row) for row in rows)


def citations(scratch: Scratch) -> tuple[Citation, ...]:
    """Return the publications of the taken series, most patients first. One patient can count under several."""
    rows = scratch.rows(
        f"SELECT series.source_doi, any_value(title), any_value(citation), any_value(url), {_SIZE} "
        "FROM taken JOIN series USING (series_key) LEFT JOIN citation ON citation.source_doi = series.source_doi "
        "GROUP BY series.source_doi ORDER BY patients DESC, series.source_doi NULLS LAST"
    )
    return tuple(Citation(*row) for row in rows)
