"""A cohort definition as SQL: a few named steps, each a table that later steps build on.

``study_flag``
    one row per study: which criteria and groups some series of the study meets;
``patient_flag``
    one row per patient: which rules hold;
``member``
    the patients for whom every rule holds;
``taken``
    the series that the cohort takes of them.

`explain_sql` writes them as one statement, for people to read and run, and for the tests to hold the engine
against: `explorer.counts.engine` counts without SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.cohort import CohortDefinition, Group, Within
from explorer.counts.predicates import from_series, image_criteria, meets, meets_all
from explorer.counts.sql import Sql, join
from explorer.facets import FACETS
from explorer.schema import Level

__all__ = ["NamedGroup", "Program", "Rule"]

_AGES = 10_000_000
"""More days than lie between any two dates."""

ORIGINAL_IMAGE = "series.object_kind = 'image' AND series.analysis_result IS NULL"


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group with the name that its columns carry: ``include_0``, ``exclude_1``."""

    kind: str
    index: int
    group: Group

    @property
    def name(self) -> str:
        """Column name of the group."""
        return f"{self.kind}_{self.index}"

    @property
    def label(self) -> str:
        """Name of the group on the command line: ``include:0``."""
        return f"{self.kind}:{self.index}"

    def criterion(self, index: int) -> str:
        """Return the column that says whether some series of the study meets the criterion."""
        return f"{self.name}_{index}" if len(self.group.where) > 1 else self.name

    def in_study(self) -> str:
        """Return the condition, on ``study_flag``, that the study meets the group."""
        if self.group.same == "series":
            return self.name
        return " AND ".join(self.criterion(i) for i in range(len(self.group.where)))

    def in_patient(self) -> str:
        """Return the condition, aggregated over a patient's studies, that the group holds."""
        if self.group.same == "patient":
            return " AND ".join(f"bool_or({self.criterion(i)})" for i in range(len(self.group.where)))
        return f"bool_or({self.in_study()})"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the definition: its column in ``patient_flag``, and its path in the definition."""

    name: str
    path: str


class Program:
    """The steps that compute a definition on a snapshot.

    Parameters
    ----------
    definition
        A definition that `CohortDefinition.check` has accepted for the snapshot.
    """

    def __init__(self, definition: CohortDefinition) -> None:
        self.definition = definition
        self.include = [NamedGroup("include", i, group) for i, group in enumerate(definition.include)]
        self.exclude = [NamedGroup("exclude", i, group) for i, group in enumerate(definition.exclude)]

    @property
    def groups(self) -> list[NamedGroup]:
        """Include groups, then exclude groups."""
        return [*self.include, *self.exclude]

    @property
    def rules(self) -> list[Rule]:
        """Every rule in the order of attrition: include groups, within, exclude groups."""
        include = [Rule(g.name, f"/include/{g.index}") for g in self.include]
        within = [Rule(f"within_{k}", f"/within/{k}") for k in range(len(self.definition.within))]
        return [*include, *within, *[Rule(g.name, f"/exclude/{g.index}") for g in self.exclude]]

    def steps(self) -> Iterator[tuple[str, Sql]]:
        """Yield each step's name and SELECT, in order."""
        yield "study_flag", self._study_flag()
        yield "patient_flag", self._patient_flag()
        yield "member", self._member()
        yield "taken", self._taken()

    def facet_levels(self) -> set[Level]:
        """Return the levels whose tables the criteria reach."""
        return {FACETS[c.facet].level for g in self.groups for c in g.group.where}

    def _study_flag(self) -> Sql:
        columns: list[Sql] = []
        for group in self.groups:
            where, same = group.group.where, group.group.same
            if same == "series" or len(where) == 1:
                columns.append("bool_or(" + meets_all(where) + f") AS {group.name}")
            if len(where) > 1 and same != "series":
                columns += ["bool_or(" + meets(c) + f") AS {group.criterion(i)}" for i, c in enumerate(where)]
        head = "SELECT " + join(",\n       ", ["series.patient_key", "series.study_key", *columns])
        return head + f"\n{from_series(self.facet_levels())}\nGROUP BY series.patient_key, series.study_key"

    def _patient_flag(self) -> Sql:
        columns = [f"{group.in_patient()} AS {group.name}" for group in self.groups]
        flags = ",\n       ".join(["patient_key", *columns])
        text = Sql(f"SELECT {flags}\nFROM study_flag\nGROUP BY patient_key")
        for k, within in enumerate(self.definition.within):
            pairs = self.pairs(within)
            text = f"SELECT *, patient_key IN ({pairs.text}) AS within_{k}\nFROM (" + Sql(text.text, text.values)
            text = Sql(text.text + ")", (*pairs.values, *text.values))
        return text

    def pairs(self, within: Within) -> Sql:
        """Return the SELECT of the patients who have a pair of studies the wanted days apart."""
        first, then = (self.include[i].in_study() for i in (within.first, within.then))
        return (
            f"SELECT a.patient_key FROM {_dated(first)} AS a JOIN {_dated(then)} AS b "
            "ON b.patient_key = a.patient_key WHERE " + _days_apart("b.study_day - a.study_day", within.days)
        )

    def _member(self) -> Sql:
        held = [self.holds(rule.name) for rule in self.rules]
        return Sql("SELECT patient_key FROM patient_flag" + (f"\nWHERE {' AND '.join(held)}" if held else ""))

    @staticmethod
    def holds(rule: str) -> str:
        """Return the condition on ``patient_flag`` that the rule holds."""
        return f"NOT {rule}" if rule.startswith("exclude") else rule

    def _taken(self) -> Sql:
        condition, levels = self._selection()
        keys = "series.series_key, series.study_key, series.patient_key, series.instances, series.bytes"
        text = (
            f"SELECT {keys}\n{from_series(levels)}\n"
            "WHERE series.patient_key IN (SELECT patient_key FROM member)\n  AND (" + condition + ")"
        )
        if self.definition.derived == "none":
            return text
        # One statement, so that what is taken twice, as matching and as derived, stands once.
        linked = (
            f"SELECT {keys}\nFROM derivation JOIN series ON series.series_key = derivation.derived_key\n"
            "JOIN matching ON matching.series_key = derivation.image_key\n"
            "JOIN series AS image ON image.series_key = derivation.image_key\n"
            "WHERE image.object_kind = 'image' AND series.patient_key IN (SELECT patient_key FROM member)"
        )
        return "WITH matching AS (" + text + f")\nSELECT * FROM matching\nUNION\n{linked}"

    def _selection(self) -> tuple[Sql, set[Level]]:
        if self.definition.select == "all":
            return Sql("TRUE"), set()
        naming = [g for g in self.include if image_criteria(g.group.where)]
        if self.definition.select == "images" or not naming:
            return Sql(ORIGINAL_IMAGE), set()
        levels = {FACETS[c.facet].level for g in naming for c in g.group.where}
        return join("\n    OR ", map(_matching, naming)), levels


def _matching(group: NamedGroup) -> Sql:
    if group.group.same == "series":
        return "(" + meets_all(group.group.where) + ")"
    some = join(" OR ", map(meets, image_criteria(group.group.where)))
    if group.group.same == "patient":
        return "(" + some + ")"
    return "(" + some + f") AND series.study_key IN (SELECT study_key FROM study_flag WHERE {group.in_study()})"


def _dated(condition: str) -> str:
    """Return a subquery of the studies that meet the condition on ``study_flag`` and have a day."""
    return (
        "(SELECT study_flag.patient_key, study_key, study_day FROM study_flag JOIN study USING (study_key) "
        f"WHERE study_day IS NOT NULL AND {condition})"
    )


def _days_apart(difference: str, days: tuple[int | None, int | None]) -> Sql:
    """Return the condition that `difference`, in days, lies between the two ends, both included."""
    low, high = (None if end is None else max(-_AGES, min(_AGES, end)) for end in days)
    ends = [Sql(f"{difference} >= ?", (low,))] if low is not None else []
    ends += [Sql(f"{difference} <= ?", (high,))] if high is not None else []
    return join(" AND ", ends) if ends else Sql("TRUE")
