"""DuckDB on one table of strings, numbers and dates, the way a person would write it: one query for each question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.facets.answer import PAGE, Answer, Counts, is_binned
from benchmarks.facets.bins import bin_sql, low_end
from benchmarks.facets.flat import held_facets, open_flat
from benchmarks.facets.further import Rules
from explorer.cohort import CohortDefinition
from explorer.facets import FACETS, Criterion, Facet, Scalar
from explorer.facets.fold import fold

__all__ = ["ByDuckdb", "Rows", "literal"]

Rows = list[tuple[Any, ...]]


class ByDuckdb:
    """One SELECT for the totals, one for each level, one for each facet, one for the page."""

    further: ClassVar[bool] = True
    table: ClassVar[str] = "series"

    def __init__(self, snapshot: Path, flat: Path) -> None:
        self.connection = open_flat(flat)
        self.facets = held_facets(self.connection)

    def rows(self, select: str) -> Rows:
        """Return all rows of a query."""
        return self.connection.execute(select).fetchall()

    def ask(self, definition: CohortDefinition) -> Any:
        """Return totals, levels, counts of each facet and the page, as DuckDB gives them."""
        if not is_one_group(definition):
            return Rules(definition, self).ask()
        where = definition.include[0].where if definition.include else ()
        conditions = [self.condition(criterion) for criterion in where]
        taken = "TRUE" if any(FACETS[criterion.facet].of_image for criterion in where) else self.original()
        (totals,) = self.rows(f"{totals_of(taken)} FROM {self.table}{all_of(conditions)}")
        levels = [(totals[0], *self.wider(conditions))] if where else []
        return totals, levels, self.counts(where), self.page(conditions, taken)

    def answer(self, asked: Any) -> Answer:
        """Return it in the form that all methods are compared in."""
        totals, levels, counts, page = asked
        facets = {facet.name: self.told(facet, rows) for facet, rows in zip(self.facets, counts, strict=True)}
        return Answer(tuple(map(int, totals)), tuple(levels), facets, tuple(page))

    def counts(self, where: Sequence[Criterion]) -> list[Rows]:
        """Return (value, patients, series) of each facet, its own criterion left out."""
        return [
            self.counted(facet, [self.condition(c) for c in where if c.facet != facet.name]) for facet in self.facets
        ]

    def counted(self, facet: Facet, conditions: Sequence[str]) -> Rows:
        """Return (value, patients, series) of one facet under all conditions."""
        if facet.kind == "text":
            conditions = [*conditions, self.is_missing(facet)]
        values = f"SELECT {self.value(facet)} AS value, patient_key FROM {self.table}{all_of(conditions)}"
        return self.rows(f"SELECT value, count(DISTINCT patient_key), count(*) FROM ({values}) GROUP BY value")

    def page(self, conditions: Sequence[str], taken: str) -> Rows:
        """Return the first patients of the table."""
        return self.rows(
            f"SELECT PatientID, dataset, any_value(sex), min(age) FILTER ({taken}), "
            f"count(DISTINCT study_key) FILTER ({taken}), count(*) FILTER ({taken}), "
            f"coalesce(sum(instances) FILTER ({taken}), 0)::BIGINT, coalesce(sum(bytes) FILTER ({taken}), 0)::BIGINT "
            f"FROM series{all_of(conditions)} GROUP BY patient_key, PatientID, dataset "
            f"ORDER BY patient_key LIMIT {PAGE}"
        )

    def wider(self, conditions: Sequence[str]) -> Sequence[int]:
        """Return the patients on the levels study and patient."""
        each = " AND ".join(f"bool_or({condition})" for condition in conditions)
        groups = [
            f"SELECT patient_key FROM {self.table} GROUP BY {keys} HAVING {each}"
            for keys in ("patient_key, study_key", "patient_key")
        ]
        return [self.rows(f"SELECT count(DISTINCT patient_key) FROM ({group})")[0][0] for group in groups]

    def original(self) -> str:
        """Return the condition that a series is an original image."""
        names = [facet.name for facet in self.facets]
        return "object_kind = 'image'" + (" AND analysis_result IS NULL" if "analysis_result" in names else "")

    def value(self, facet: Facet) -> str:
        """Return what the series are grouped by."""
        if facet.kind == "many-valued":
            return f"unnest(coalesce({facet.name}, [NULL]))"
        if facet.kind == "text":
            return "NULL"
        return bin_sql(facet, facet.name) if is_binned(facet) else facet.name

    def is_missing(self, facet: Facet) -> str:
        """Return the condition that a row has no value of a facet."""
        return f"{facet.name} IS NULL"

    def told(self, facet: Facet, rows: Rows) -> Counts:
        """Return the counts by value."""
        return {
            low_end(facet, value) if is_binned(facet) and value is not None else value: (patients, series)
            for value, patients, series in rows
            if series
        }

    def condition(self, criterion: Criterion) -> str:
        """Return a criterion as a condition on one row; NULL counts as false."""
        facet, name = FACETS[criterion.facet], criterion.facet
        if facet not in self.facets:
            raise ValueError(f"nothing is recorded for {name}")
        if criterion.contains is not None:
            return either([self.has_text(name, fold(text)) for text in criterion.contains])
        if criterion.between is not None:
            low, high = criterion.between
            ends = [
                f"{name} {sign} {self.end(facet, end)}" for sign, end in ((">=", low), ("<=", high)) if end is not None
            ]
            inside = " AND ".join(ends) or f"{name} IS NOT NULL"
            return either([inside, self.is_missing(facet)] if criterion.missing else [inside])
        return self.is_in(facet, criterion.is_in or ())

    def is_in(self, facet: Facet, wanted: Sequence[Scalar]) -> str:
        """Return the condition that a row has one of these values."""
        values = ", ".join(self.end(facet, value) for value in wanted if value is not None)
        among = (
            f"list_has_any({facet.name}, [{values}])" if facet.kind == "many-valued" else f"{facet.name} IN ({values})"
        )
        return either(([among] if values else []) + ([self.is_missing(facet)] if None in wanted else []))

    def has_text(self, name: str, text: str) -> str:
        """Return the condition that a row's text holds this one, which is folded."""
        return f"contains(lower({name}), {literal(text)})"

    def end(self, facet: Facet, value: Scalar) -> str:
        """Return a value, or the end of a range, as it is compared with the column."""
        return f"DATE {literal(value)}" if facet.kind == "date" else literal(value)


def is_one_group(definition: CohortDefinition) -> bool:
    """Whether there is at most one include group, on the level of series, and no other rule."""
    if definition.exclude or definition.within or len(definition.include) > 1:
        return False
    return all(group.same == "series" for group in definition.include)


def totals_of(taken: str) -> str:
    """Return the SELECT of patients, datasets, studies, series, instances and bytes; the last four of what is taken."""
    return (
        f"SELECT count(DISTINCT patient_key), count(DISTINCT dataset_key), count(DISTINCT study_key) FILTER ({taken}), "
        f"count(*) FILTER ({taken}), coalesce(sum(instances) FILTER ({taken}), 0), "
        f"coalesce(sum(bytes) FILTER ({taken}), 0)"
    )


def all_of(conditions: Sequence[str]) -> str:
    """Return the WHERE clause that all conditions hold."""
    return " WHERE " + " AND ".join(conditions) if conditions else ""


def either(conditions: Sequence[str]) -> str:
    """Return the condition that one of these holds."""
    return f"({' OR '.join(conditions)})"


def literal(value: object) -> str:
    """Return a value as SQL has it."""
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
