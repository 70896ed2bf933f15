"""Interactions with every rule of a definition, in SQL on one table: levels, several groups, exclude, within.

The rules become flags of studies and of patients in temporary tables. A facet is counted over the rows among which its
values can be chosen in the first include group that names it, else in the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from benchmarks.facets.answer import PAGE
from explorer.cohort import CohortDefinition, Group, Within
from explorer.facets import FACETS, Criterion, Facet

__all__ = ["Rules", "Table"]

Rows = list[tuple[Any, ...]]
_LEVELS = ("series", "study", "patient")


class Table(Protocol):
    """The table of all series, and how criteria and values are written on it."""

    table: ClassVar[str]
    facets: list[Facet]

    def rows(self, select: str) -> Rows: ...
    def condition(self, criterion: Criterion) -> str: ...
    def original(self) -> str: ...
    def value(self, facet: Facet) -> str: ...
    def is_missing(self, facet: Facet) -> str: ...


class Rules:
    """One definition, asked of a table."""

    def __init__(self, definition: CohortDefinition, table: Table) -> None:
        self._definition, self._table = definition, table
        self._include = {f"include_{k}": group for k, group in enumerate(definition.include)}
        self._groups = self._include | {f"exclude_{k}": group for k, group in enumerate(definition.exclude)}
        self._made: set[str] = set()

    def ask(self) -> tuple[tuple[Any, ...], list[tuple[int, ...]], list[Rows], Rows]:
        """Return totals, levels, the counts of each facet, and the page."""
        self._make("study_flag", self._study_flags())
        self._make("patient_flag", self._patient_flags())
        self._make("member", f"SELECT patient_key FROM patient_flag WHERE {self._holds({})}")
        self._make(
            "taken", f"SELECT * FROM {self._table.table} WHERE patient_key IN (FROM member) AND ({self._takes()})"
        )
        levels = [tuple(self._level(name, level) for level in _LEVELS) for name in self._include]
        return self._totals(), levels, [self._counted(facet) for facet in self._table.facets], self._page()

    def _make(self, name: str, select: str) -> None:
        self._table.rows(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")

    def _one(self, select: str) -> Any:
        ((value,),) = self._table.rows(select)
        return value

    # --- Flags --------------------------------------------------------------------------------------------------------

    def _study_flags(self) -> str:
        columns = ["patient_key", "study_key", "any_value(study_day) AS study_day"]
        for name, group in self._groups.items():
            conditions = [f"coalesce({self._table.condition(criterion)}, false)" for criterion in group.where]
            columns += [f"bool_or({condition}) AS {name}_{k}" for k, condition in enumerate(conditions)]
            columns.append(f"bool_or({' AND '.join(conditions)}) AS {name}_all")
        return f"SELECT {', '.join(columns)} FROM {self._table.table} GROUP BY patient_key, study_key"

    def _patient_flags(self) -> str:
        flags = [f"{self._in_patient(name, level)} AS {name}_{level}" for name in self._groups for level in _LEVELS]
        return f"SELECT {', '.join(['patient_key', *flags])} FROM study_flag GROUP BY patient_key"

    def _in_study(self, name: str, level: str) -> str:
        return f"{name}_all" if level == "series" else _all(self._flags(name))

    def _in_patient(self, name: str, level: str) -> str:
        if level == "patient":
            return _all(f"bool_or({flag})" for flag in self._flags(name))
        return f"bool_or({self._in_study(name, level)})"

    def _flags(self, name: str, without: Facet | None = None) -> list[str]:
        where = enumerate(self._groups[name].where)
        return [f"{name}_{k}" for k, criterion in where if without is None or criterion.facet != without.name]

    def _holds(self, levels: Mapping[str, str], without: str = "") -> str:
        """Return the condition on ``patient_flag`` that every rule holds, groups on other levels, one left out."""
        held = []
        for name, group in self._groups.items():
            if name != without:
                negated = "NOT " if name.startswith("exclude") else ""
                held.append(f"{negated}{name}_{levels.get(name, group.same)}")
        for pair in self._definition.within:
            if without not in _ends(pair):
                first, then = (
                    self._dated(self._in_study(name, levels.get(name, self._groups[name].same))) for name in _ends(pair)
                )
                joined = f"FROM {first} AS a JOIN {then} AS b ON a.patient_key = b.patient_key"
                apart = _days_apart("b.study_day - a.study_day", pair)
                held.append(f"patient_key IN (SELECT a.patient_key {joined} WHERE {apart})")
        return _all(held)

    @staticmethod
    def _dated(condition: str) -> str:
        columns = "patient_key, study_key, study_day"
        return f"(SELECT {columns} FROM study_flag WHERE study_day IS NOT NULL AND {condition})"

    # --- Answers ------------------------------------------------------------------------------------------------------

    def _level(self, name: str, level: str) -> int:
        return int(self._one(f"SELECT count(*) FROM patient_flag WHERE {self._holds({name: level})}"))

    def _takes(self) -> str:
        """Return the condition that a member's series is taken."""
        naming = {name: group for name, group in self._include.items() if _of_images(group)}
        return " OR ".join(self._matching(*each) for each in naming.items()) or self._table.original()

    def _matching(self, name: str, group: Group) -> str:
        if group.same == "series":
            return _all(map(self._table.condition, group.where))
        some = f"({' OR '.join(map(self._table.condition, _of_images(group)))})"
        if group.same == "patient":
            return some
        return f"{some} AND study_key IN (SELECT study_key FROM study_flag WHERE {self._in_study(name, 'study')})"

    def _totals(self) -> tuple[Any, ...]:
        members = f"FROM {self._table.table} WHERE patient_key IN (FROM member)"
        (who,) = self._table.rows(f"SELECT count(DISTINCT patient_key), count(DISTINCT dataset_key) {members}")
        sizes = "count(*), coalesce(sum(instances), 0), coalesce(sum(bytes), 0)"
        (what,) = self._table.rows(f"SELECT count(DISTINCT study_key), {sizes} FROM taken")
        return (*who, *what)

    def _page(self) -> Rows:
        taken = "FILTER (series_key IN (SELECT series_key FROM taken))"
        return self._table.rows(
            f"SELECT PatientID, dataset, any_value(sex), min(age) {taken}, count(DISTINCT study_key) {taken}, "
            f"count(*) {taken}, coalesce(sum(instances) {taken}, 0)::BIGINT, coalesce(sum(bytes) {taken}, 0)::BIGINT "
            f"FROM series WHERE patient_key IN (FROM member ORDER BY patient_key LIMIT {PAGE}) "
            "GROUP BY patient_key, PatientID, dataset ORDER BY patient_key"
        )

    def _counted(self, facet: Facet) -> Rows:
        named = [name for name, group in self._include.items() if any(c.facet == facet.name for c in group.where)]
        group = next(iter([*named, *self._include]), "")
        select, hits = self._choosable(group, facet)
        if named:
            source = f"({select})"
        else:
            source = f"choosable_{group or 'new'}"
            if source not in self._made:
                self._make(source, select)
                self._made.add(source)
        missing = f" WHERE {self._table.is_missing(facet)}" if facet.kind == "text" else ""
        hit_columns = "".join(f", {hit}" for hit in hits)
        values = f"SELECT patient_key, {self._table.value(facet)} AS value{hit_columns} FROM {source}{missing}"
        needed = f" HAVING {_all(f'bool_or({hit})' for hit in hits)}" if hits else ""
        per_patient = f"SELECT value, count(*) AS n FROM ({values}) GROUP BY value, patient_key{needed}"
        return self._table.rows(f"SELECT value, count(*), sum(n)::BIGINT FROM ({per_patient}) GROUP BY value")

    def _choosable(self, name: str, facet: Facet) -> tuple[str, list[str]]:
        """Return the rows to choose from, and the columns of which one row of a patient's must each be true."""
        base = f"patient_key IN (SELECT patient_key FROM patient_flag WHERE {self._holds({}, without=name)})"
        conditions, hits = [base], list[str]()
        if name:
            group, flags = self._groups[name], self._flags(name, without=facet)
            others = [criterion for criterion in group.where if criterion.facet != facet.name]
            if group.same == "series":
                conditions += map(self._table.condition, others)
            elif group.same == "patient" and others:
                each = _all(f"bool_or({flag})" for flag in flags)
                conditions.append(
                    f"patient_key IN (SELECT patient_key FROM study_flag GROUP BY patient_key HAVING {each})"
                )
            elif others:
                hits.append(f"study_key IN (SELECT study_key FROM study_flag WHERE {_all(flags)})")
            in_study = "TRUE" if group.same == "series" else _all(flags)
            hits += self._paired(name, in_study)
        columns = "".join(f", {hit} AS hit_{k}" for k, hit in enumerate(hits))
        select = f"SELECT *{columns} FROM {self._table.table} WHERE {_all(conditions)}"
        return select, [f"hit_{k}" for k in range(len(hits))]

    def _paired(self, name: str, in_study: str) -> Iterator[str]:
        """Yield, for each pair in time with this group, the condition that the row's study has a partner."""
        for pair in self._definition.within:
            first, then = _ends(pair)
            if first == then:
                raise NotImplementedError("a group paired with itself is not among the states")
            if name in (first, then):
                partner = then if name == first else first
                other = self._dated(self._in_study(partner, self._groups[partner].same))
                difference = "b.study_day - a.study_day" if name == first else "a.study_day - b.study_day"
                yield (
                    f"study_key IN (SELECT a.study_key FROM {self._dated(in_study)} AS a JOIN {other} AS b "
                    f"ON b.patient_key = a.patient_key WHERE {_days_apart(difference, pair)})"
                )


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def _of_images(group: Group) -> Sequence[Criterion]:
    return [criterion for criterion in group.where if FACETS[criterion.facet].of_image]


def _ends(pair: Within) -> tuple[str, str]:
    return f"include_{pair.first}", f"include_{pair.then}"


def _days_apart(difference: str, pair: Within) -> str:
    low, high = pair.days
    ends = [f"{difference} {sign} {end}" for sign, end in ((">=", low), ("<=", high)) if end is not None]
    return _all(ends)
