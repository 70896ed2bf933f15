"""DuckDB on integer codes, as fast as we could write it.

The rows that meet all criteria are put aside once, and all facets without a criterion are counted from them in one
statement, the rows of each patient and value added up first: of the ways tried, the fastest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.facets.answer import PAGE, Counts, is_binned
from benchmarks.facets.bins import low_end
from benchmarks.facets.by_duckdb import ByDuckdb, Rows, all_of, either, literal
from explorer.facets import Criterion, Facet, Scalar

__all__ = ["ByDuckdbCodes"]

_EPOCH = "DATE '1970-01-01'"


class ByDuckdbCodes(ByDuckdb):
    """Codes are looked up before a query, values after it."""

    table: ClassVar[str] = "coded"

    def __init__(self, snapshot: Path, flat: Path) -> None:
        super().__init__(snapshot, flat)
        self.values: dict[str, list[Any]] = {
            facet.name: [value for (value,) in self.rows(f"SELECT value FROM value_{facet.name} ORDER BY code")]
            for facet in self.facets
            if not is_binned(facet)
        }
        self._codes = {
            name: {value: code for code, value in enumerate(values)}
            for name, values in self.values.items()
            if not any(isinstance(value, list) for value in values)
        }

    def counts(self, where: Sequence[Criterion]) -> list[Rows]:
        """Return (code, patients, series) of each facet, its own criterion left out."""
        source = self.table
        if where:
            source = "chosen"
            columns = ", ".join(dict.fromkeys(["patient_key", *map(self.value, self.facets)]))
            every = all_of([self.condition(criterion) for criterion in where])
            self.rows(f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT {columns} FROM coded{every}")
        parts = []
        for number, facet in enumerate(self.facets):
            others = [self.condition(criterion) for criterion in where if criterion.facet != facet.name]
            named = len(others) < len(where)
            conditions = (others if named else []) + ([self.is_missing(facet)] if facet.kind == "text" else [])
            rows = (self.table if named else source) + all_of(conditions)
            value = f"{self.value(facet)}::UINTEGER AS value"
            per_patient = f"SELECT {value}, count(*) AS n FROM {rows} GROUP BY value, patient_key"
            counted = f"SELECT {number} AS facet, value, count(*), sum(n)::BIGINT FROM ({per_patient})"
            parts.append(f"{counted} GROUP BY value")
        found: list[Rows] = [[] for _ in self.facets]
        for number, *row in self.rows(" UNION ALL ".join(parts)):
            found[number].append(tuple(row))
        return found

    def page(self, conditions: Sequence[str], taken: str) -> Rows:
        """Return the first patients of the table; their text is looked up for these alone."""
        keys = f"SELECT DISTINCT patient_key FROM coded{all_of(conditions)} ORDER BY patient_key LIMIT {PAGE}"
        first = f"patient_key IN ({', '.join(str(key) for (key,) in self.rows(keys)) or 'NULL'})"
        rows = f"SELECT *, ({taken}) AS taken FROM coded{all_of([*conditions, first])}"
        words = f"SELECT series_key, PatientID, dataset, sex FROM series WHERE {first}"
        return self.rows(
            "SELECT any_value(words.PatientID), any_value(words.dataset), any_value(words.sex), "
            "min(rows.age) FILTER (rows.taken), count(DISTINCT rows.study_key) FILTER (rows.taken), "
            "count(*) FILTER (rows.taken), coalesce(sum(rows.instances) FILTER (rows.taken), 0)::BIGINT, "
            "coalesce(sum(rows.bytes) FILTER (rows.taken), 0)::BIGINT "
            f"FROM ({rows}) AS rows JOIN ({words}) AS words ON words.series_key = rows.series_key "
            "GROUP BY rows.patient_key ORDER BY rows.patient_key"
        )

    def wider(self, conditions: Sequence[str]) -> Sequence[int]:
        """Return the patients on the levels study and patient, from one pass over the rows that meet anything."""
        flags = [f"met_{number}" for number in range(len(conditions))]
        each = ", ".join(f"bool_or({condition}) AS {flag}" for condition, flag in zip(conditions, flags, strict=True))
        studies = f"SELECT patient_key, {each} FROM coded WHERE {either(conditions)} GROUP BY patient_key, study_key"
        in_study, in_patient = " AND ".join(flags), " AND ".join(f"bool_or({flag})" for flag in flags)
        patients = f"SELECT bool_or({in_study}) AS study, {in_patient} AS patient FROM ({studies}) GROUP BY patient_key"
        (counts,) = self.rows(f"SELECT count(*) FILTER (study), count(*) FILTER (patient) FROM ({patients})")
        return counts

    def original(self) -> str:
        """Return the condition that a series is an original image."""
        image = [f"object_kind = {self._codes['object_kind'].get('image', -1)}"]
        if "analysis_result" in self.values:
            image.append(f"analysis_result = {len(self.values['analysis_result'])}")
        return " AND ".join(image)

    def value(self, facet: Facet) -> str:
        """Return the column that the series are grouped by."""
        return f"{facet.name}_bin" if is_binned(facet) else facet.name

    def is_missing(self, facet: Facet) -> str:
        """Return the condition that a row has no value of a facet."""
        return f"{facet.name} IS NULL" if is_binned(facet) else f"{facet.name} = {len(self.values[facet.name])}"

    def told(self, facet: Facet, rows: Rows) -> Counts:
        """Return the counts by value; those of a list go to each of its values."""
        found: Counts = {}
        for code, patients, series in rows:
            for value in self._meant(facet, code):
                had = found.get(value, (0, 0))
                found[value] = had[0] + patients, had[1] + series
        return found

    def _meant(self, facet: Facet, code: int | None) -> Sequence[Scalar]:
        if is_binned(facet):
            return [None if code is None else low_end(facet, code)]
        values = self.values[facet.name]
        if code == len(values):
            return [None]
        value = values[code or 0]
        return value if isinstance(value, list) else [value]

    def is_in(self, facet: Facet, wanted: Sequence[Scalar]) -> str:
        """Return the condition that a row has one of these values."""
        if is_binned(facet):
            return super().is_in(facet, wanted)
        if facet.kind == "many-valued":
            lists = enumerate(self.values[facet.name])
            codes = [code for code, values in lists if any(value in wanted for value in values)]
        else:
            codes = [self._codes[facet.name][value] for value in wanted if value in self._codes[facet.name]]
        codes += [len(self.values[facet.name])] if None in wanted else []
        return f"{facet.name} IN ({', '.join(map(str, codes)) or 'NULL'})"

    def has_text(self, name: str, text: str) -> str:
        """Return the condition that a row's text holds this one, which is folded."""
        return f"{name} IN (SELECT code FROM value_{name} WHERE contains(lower(value), {literal(text)}))"

    def end(self, facet: Facet, value: Scalar) -> str:
        """Return the end of a range; dates are days since 1970."""
        return f"(DATE {literal(value)} - {_EPOCH})" if facet.kind == "date" else literal(value)
