"""The series rows among which a value of a facet can still be chosen, in one group of a definition.

They depend on the group's other criteria and on all other rules, not on the facet's own criterion; so the
facets that the group does not name share them, as one temporary table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.cohort import Within
from explorer.counts.predicates import column, from_series, meets_all
from explorer.counts.program import NamedGroup, dated, days_apart
from explorer.counts.scratch import Scratch
from explorer.counts.sql import Sql, join
from explorer.facets import FACETS, Facet

__all__ = ["Choosable", "choosable"]

_SHARED = tuple(f.name for f in FACETS.values() if f.level == "series" and f.kind != "text")
_TEXTS = tuple(f.name for f in FACETS.values() if f.level == "series" and f.kind == "text")


@dataclass(frozen=True, slots=True)
class Choosable:
    """Rows to choose from, in a table that can stand where ``series`` stands.

    Attributes
    ----------
    table
        A table with the keys and the facet columns of ``series``.
    needs
        What must hold over a patient's rows with one value, for the patient to count for it: pairs of an
        aggregate and a condition on it. Empty where having such a row is enough.
    apart
        The table is one facet's own, not shared.
    """

    table: str
    needs: tuple[tuple[str, str], ...] = ()
    apart: bool = False

    def per_patient(self, value: str, facet: Facet) -> str:
        """Return the SELECT of (value, n): one row per value and patient who counts, n being series rows."""
        source = from_series([facet.level]).replace("FROM series", f"FROM {self.table} AS series", 1)
        return self._counting(f"{value} AS value", source, f"{value}, series.patient_key")

    def is_missing(self, facet: Facet) -> str:
        """Return the condition that a row has no value of a text facet; needs no text."""
        return f"{column(facet)} IS NULL" if self.table == "series" or self.apart else f"series.{facet.name}_missing"

    def patients(self, scratch: Scratch) -> str:
        """Return the name of a table (patient_key, n) of the patients who count, n being series rows."""
        select = self._counting("series.patient_key", f"FROM {self.table} AS series", "series.patient_key")
        return scratch.table(f"{self.table}_patients", Sql(select))

    def _counting(self, columns: str, source: str, by: str) -> str:
        needed = "".join(f", {aggregate} AS need_{i}" for i, (aggregate, _) in enumerate(self.needs))
        select = f"SELECT {columns}, count(*) AS n{needed} {source} GROUP BY {by}"
        if not self.needs:
            return select
        met = " AND ".join(condition.format(f"need_{i}") for i, (_, condition) in enumerate(self.needs))
        return f"SELECT * FROM ({select}) WHERE {met}"


def choosable(scratch: Scratch, facet: Facet, group: NamedGroup | None, *, texts: bool = False) -> Choosable:
    """Return the rows among which the facet's values can be chosen in `group` (None: in a new one).

    Long texts are left out of the rows, but for whether they are missing, unless `texts` asks for them.
    """
    where = group.group.where if group else ()
    others = [i for i, criterion in enumerate(where) if criterion.facet != facet.name]
    apart = len(others) < len(where) or texts
    hits = list(_hits(scratch, group, others)) if group else []
    conditions = [*_base(scratch, group), *_others(group, others)]
    if not conditions and not hits:
        return Choosable("series")
    columns = _SHARED if not apart else (facet.name,) if facet.level == "series" else ()
    keys = [f"series.{name}" for name in ("series_key", "study_key", "patient_key", *columns)]
    if not apart:
        keys += [f"series.{name} IS NULL AS {name}_missing" for name in _TEXTS]
    select = "SELECT " + join(", ", [*keys, *(hit.select + f" AS {hit.name}" for hit in hits)])
    levels = {FACETS[where[i].facet].level for i in others}
    if any(hit.name.startswith("day_") for hit in hits):
        levels.add("study")
    select = select + f" {from_series(levels)} WHERE " + join(" AND ", conditions or ["TRUE"])
    table = f"rows_{group.name if group else 'new'}" + (f"_{facet.name}" if apart else "")
    scratch.table(table, select)
    return Choosable(table, tuple((hit.aggregate, hit.condition) for hit in hits), apart)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A column of the rows; what is gathered of it per patient and value; the condition on that."""

    name: str
    select: Sql
    aggregate: str
    condition: str = "{}"


def _base(scratch: Scratch, group: NamedGroup | None) -> Iterator[Sql]:
    """Yield the condition that every rule holds that does not depend on the group."""
    program = scratch.program
    dependent = [group.name] if group else []
    if group and group.kind == "include":
        within = enumerate(program.definition.within)
        dependent += [f"within_{k}" for k, each in within if group.index in (each.first, each.then)]
    rules = program.where_rules(without=dependent)
    if rules:
        yield Sql(f"series.patient_key IN (SELECT patient_key FROM patient_flag{rules})")


def _others(group: NamedGroup | None, others: list[int]) -> Iterator[Sql]:
    """Yield the conditions that the group's other criteria put on the rows."""
    if group is None or not others:
        return
    if group.group.same == "series":
        yield meets_all([group.group.where[i] for i in others])
    elif group.group.same == "patient":
        held = " AND ".join(f"bool_or({group.criterion(i)})" for i in others)
        yield Sql(f"series.patient_key IN (SELECT patient_key FROM study_flag GROUP BY patient_key HAVING {held})")
    else:
        # All rows of such patients count as series; which studies qualify is a matter of `_hits`.
        in_study = " AND ".join(group.criterion(i) for i in others)
        yield Sql(f"series.patient_key IN (SELECT patient_key FROM study_flag WHERE {in_study})")


def _hits(scratch: Scratch, group: NamedGroup, others: list[int]) -> Iterator[_Hit]:
    """Yield what rows must show beside the value itself: the study's other criteria, and `within`."""
    in_study = " AND ".join(group.criterion(i) for i in others) if group.group.same != "series" else ""
    if group.group.same == "study" and others:
        studies = f"series.study_key IN (SELECT study_key FROM study_flag WHERE {in_study})"
        yield _Hit("hit", Sql(studies), "bool_or(series.hit)")
    if group.kind == "exclude":
        return
    for k, within in enumerate(scratch.program.definition.within):
        if within.first == within.then == group.index:
            yield _paired_with_itself(k, within, in_study)
        elif group.index in (within.first, within.then):
            studies_of_pairs = _paired(scratch, group, within, in_study or "TRUE")
            yield _Hit(f"hit_{k}", studies_of_pairs, f"bool_or(series.hit_{k})")


def _paired(scratch: Scratch, group: NamedGroup, within: Within, in_study: str) -> Sql:
    own_first = within.first == group.index
    partner = scratch.program.include[within.then if own_first else within.first]
    difference = "b.study_day - a.study_day" if own_first else "a.study_day - b.study_day"
    return (
        f"series.study_key IN (SELECT a.study_key FROM {dated(in_study)} AS a JOIN {dated(partner.in_study())} AS b "
        "ON b.patient_key = a.patient_key WHERE " + days_apart(difference, within.days) + ")"
    )


def _paired_with_itself(k: int, within: Within, in_study: str) -> _Hit:
    """Return the need of two studies, both with the value, the wanted days apart."""
    day = "study.study_day"
    if in_study:
        day = f"CASE WHEN series.study_key IN (SELECT study_key FROM study_flag WHERE {in_study}) THEN {day} END"
    apart = days_apart("b - a", within.days).literal()
    return _Hit(
        f"day_{k}",
        Sql(day),
        f"list(DISTINCT series.day_{k}) FILTER (series.day_{k} IS NOT NULL)",
        f"len(list_filter({{0}}, lambda a: len(list_filter({{0}}, lambda b: {apart})) > 0)) > 0",
    )
