"""A criterion as a condition on one series row, with the joins that it needs.

Every condition is two-valued: a missing value meets nothing but ``null`` and ``"missing": true``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from explorer.counts.sql import TRUE, Sql, Value, join
from explorer.facets import FACETS, Criterion, Facet, Scalar
from explorer.facets.fold import fold
from explorer.schema import Level

__all__ = ["column", "from_series", "image_criteria", "meets", "meets_all"]

_EXACT = 2**53
"""Beyond this no column holds integers, and DuckDB's own integers end; doubles compare alike."""

_LISTED = 20
"""Values that are written out one by one."""

_JOIN: Mapping[Level, str] = {
    "series": "",
    "study": " JOIN study ON study.study_key = series.study_key",
    "patient": " JOIN patient ON patient.patient_key = series.patient_key",
    "dataset": " JOIN dataset ON dataset.dataset_key = series.dataset_key",
}


def column(facet: Facet) -> str:
    """Return the facet's column with its table: ``study.age``."""
    return f"{facet.level}.{facet.name}"


def from_series(levels: Iterable[Level]) -> str:
    """Return the FROM clause over series rows that reaches the columns of `levels`."""
    wanted = set(levels)
    return "FROM series" + "".join(text for level, text in _JOIN.items() if level in wanted)


def image_criteria(where: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Return the criteria on image facets, those that can choose series."""
    return tuple(criterion for criterion in where if FACETS[criterion.facet].of_image)


def meets_all(where: Iterable[Criterion]) -> Sql:
    """Return the condition that one series row meets every criterion."""
    return join(" AND ", map(meets, where)) if where else TRUE


def meets(criterion: Criterion) -> Sql:
    """Return the condition that one series row meets the criterion; true or false, never NULL."""
    facet = FACETS[criterion.facet]
    if criterion.is_in is not None:
        return _is_in(facet, criterion.is_in)
    if criterion.between is not None:
        return _between(facet, criterion.between, missing=criterion.missing)
    return _contains(facet, criterion.contains or ())


def _is_in(facet: Facet, wanted: tuple[Scalar, ...]) -> Sql:
    name = column(facet)
    many = facet.kind == "many-valued"
    values = tuple(_value(facet, value) for value in wanted if value is not None)
    marks = ", ".join("?" * len(values))
    either: list[Sql | str] = []
    if len(values) > _LISTED:
        either.append(_among(facet, list(values)))
    elif values:
        either.append(Sql(f"list_has_any({name}, [{marks}])" if many else f"{name} IN ({marks})", values))
    if None in wanted:
        either.append(f"{name} IS NULL OR len({name}) = 0" if many else f"{name} IS NULL")
    return _two_valued(either)


def _among(facet: Facet, values: list[Value]) -> Sql:
    """Ask for one of very many values; a written-out list DuckDB compares value by value, row by row."""
    if facet.kind == "many-valued":
        return Sql(f"list_has_any({column(facet)}, ?::VARCHAR[])", (values,))
    listed = {"date": "DATE", "number": "DOUBLE"}.get(facet.kind, "VARCHAR")
    return Sql(f"{column(facet)} IN (SELECT unnest(?::{listed}[]))", (values,))


def _between(facet: Facet, ends: tuple[Scalar, Scalar], *, missing: bool) -> Sql:
    name = column(facet)
    low, high = (None if end is None else _value(facet, end) for end in ends)
    inside: list[Sql | str] = [Sql(f"{name} >= ?", (low,))] if low is not None else []
    inside += [Sql(f"{name} <= ?", (high,))] if high is not None else []
    recorded = join(" AND ", inside or [f"{name} IS NOT NULL"])
    return _two_valued([recorded, f"{name} IS NULL"] if missing else [recorded])


def _contains(facet: Facet, texts: tuple[str, ...]) -> Sql:
    found = join(" OR ", (Sql("contains(folded, ?)", (fold(text),)) for text in texts))
    return _two_valued([f"{column(facet)} IN (SELECT text FROM text_value WHERE " + found + ")"])


def _two_valued(either: list[Sql | str]) -> Sql:
    return "coalesce(" + join(" OR ", either) + ", FALSE)"


def _value(facet: Facet, value: Scalar) -> Value:
    if facet.kind == "date":
        return date.fromisoformat(str(value))
    if isinstance(value, int) and abs(value) > _EXACT:
        return float(value)
    return value
