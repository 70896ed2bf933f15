"""What the taken series may be used for, and how they are cited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from explorer.counts.scratch import Scratch
from explorer.counts.small_counts import Count, SmallCounts

__all__ = ["Citation", "Licence", "citations", "licences"]


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence (None where the catalogue names none) and what the cohort takes under it."""

    license: str | None
    patients: Count
    series: Count
    bytes: Count
    protected: SmallCounts | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication that taken series belong to, and how it is cited; `source_doi` None: no DOI is given."""

    source_doi: str | None
    title: str | None
    citation: str | None
    url: str | None
    patients: Count
    series: Count
    protected: SmallCounts | None = field(default=None, repr=False)


Source = TypeVar("Source", Licence, Citation)

_SIZE = "count(DISTINCT taken.patient_key) AS patients, count(*) AS series"


def licences(scratch: Scratch, policy: SmallCounts | None = None) -> tuple[Licence, ...]:
    """Return the licences of the taken series, most patients first. One patient can count under several."""
    rows = scratch.rows(
        f"SELECT license, {_SIZE}, coalesce(sum(taken.bytes), 0)::BIGINT "
        "FROM taken JOIN series USING (series_key) GROUP BY license ORDER BY patients DESC, license NULLS LAST"
    )
    return _under(policy, tuple(Licence(*row) for row in rows), "license")


def citations(scratch: Scratch, policy: SmallCounts | None = None) -> tuple[Citation, ...]:
    """Return the publications of the taken series, most patients first. One patient can count under several."""
    rows = scratch.rows(
        f"SELECT series.source_doi, any_value(title), any_value(citation), any_value(url), {_SIZE} "
        "FROM taken JOIN series USING (series_key) LEFT JOIN citation ON citation.source_doi = series.source_doi "
        "GROUP BY series.source_doi ORDER BY patients DESC, series.source_doi NULLS LAST"
    )
    return _under(policy, tuple(Citation(*row) for row in rows), "source_doi")


def _under(policy: SmallCounts | None, exact: tuple[Source, ...], key: str) -> tuple[Source, ...]:
    """Return what the policy lets be told, in an order that tells no more."""
    if policy is None:
        return exact

    def told(each: Source) -> Source:
        sizes: dict[str, Any] = {
            name: policy.protect_size(getattr(each, name), each.patients or 0)
            for name in ("series", "bytes")
            if hasattr(each, name)
        }
        return replace(each, patients=policy.protect(each.patients or 0), **sizes, protected=policy)

    def place(each: Source) -> tuple[int, bool, str]:
        value = getattr(each, key)
        return -(each.patients or 0), value is None, value or ""

    return tuple(sorted(map(told, exact), key=place))
