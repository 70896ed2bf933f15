"""Counts of every value of a facet, its own criterion left out.

The count of value v of facet f in group g is what one would get by choosing only v: the members of the
definition in which g's criteria on f are replaced by exactly {v}. All values are counted in one pass: the
rest of the definition says which series rows can still be chosen (`choosable`), and a patient counts for v
when they have such rows with v.
"""

from __future__ import annotations

from dataclasses import replace

from explorer.counts.answers import FacetCounts, FacetValue
from explorer.counts.choosable import choosable
from explorer.counts.predicates import column
from explorer.counts.program import NamedGroup, Program
from explorer.counts.scratch import Scratch
from explorer.errors import UnknownNameError
from explorer.facets import Facet, Scalar

__all__ = ["NEW", "active_group", "count_choosable", "count_missing", "count_values", "find_group", "label_of", "tally"]

NEW = "new"
"""Label of a group that the definition does not have yet: one more include group, on the level of series."""


def find_group(program: Program, label: str) -> NamedGroup | None:
    """Return the group called ``include:0``; None for ``new``. An error names those there are."""
    if label == NEW or (label == "include:0" and not program.include):
        return None
    for group in program.groups:
        if group.label == label:
            return group
    exist = ", ".join(group.label for group in program.groups) or "none"
    raise UnknownNameError(f"there is no group {label!r} in this definition; its groups: {exist}")


def label_of(program: Program, group: NamedGroup | None) -> str:
    """Return what the group is called; a new one comes after the include groups that there are."""
    return group.label if group else f"include:{len(program.include)}"


def active_group(program: Program, facet: Facet) -> NamedGroup | None:
    """Return the group that a click on the facet edits: the first to name it, else the first, else None."""
    naming = (g for g in program.include if any(c.facet == facet.name for c in g.group.where))
    return next(naming, None) or next(iter(program.include), None)


def count_values(scratch: Scratch, facet: Facet, group: NamedGroup | None) -> FacetCounts:
    """Return the counts of every value of `facet` tried in `group` (None: in a new one)."""
    value = column(facet)
    if facet.kind == "many-valued":
        value = f"CASE WHEN len({value}) > 0 THEN list_distinct({value}) ELSE [NULL] END"
    counted = [(_scalar(v), patients, series) for v, patients, series in tally(scratch, facet, group, value)]
    counted.sort(key=lambda each: (-each[1], each[0] is None, each[0]))
    values = tuple(FacetValue(*each) for each in counted)
    return FacetCounts(facet.name, label_of(scratch.program, group), values)


def count_missing(scratch: Scratch, facet: Facet, group: NamedGroup | None) -> FacetCounts:
    """Return the count of "missing" alone, tried in `group`."""
    if facet.kind != "text":
        counted = count_values(scratch, facet, group)
        return replace(counted, values=tuple(value for value in counted.values if value.value is None))
    rows = choosable(scratch, facet, group)
    per_patient = rows.per_patient(rows.is_missing(facet), facet)
    found = (counts for flag, *counts in _add_up(scratch, per_patient) if flag)
    values = tuple(FacetValue(None, *counts) for counts in found)
    return FacetCounts(facet.name, label_of(scratch.program, group), values)


def count_choosable(scratch: Scratch, facet: Facet, group: NamedGroup | None) -> tuple[int, int]:
    """Return the patients and series among which the facet's values are chosen in `group`."""
    table = choosable(scratch, facet, group).patients(scratch)
    ((patients, series),) = scratch.rows(f"SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM {table}")
    return patients, series


def tally(scratch: Scratch, facet: Facet, group: NamedGroup | None, value: str) -> list[tuple[Scalar, int, int]]:
    """Return (value, patients, series) for each value of the SQL expression `value` of the facet.

    Parameters
    ----------
    value
        An expression over the facet's column; for a many-valued facet, a list.
    """
    rows = choosable(scratch, facet, group, texts=facet.kind == "text")
    if facet.of_image:
        per_patient = rows.per_patient(value, facet)
    else:
        # The same for all rows of a patient: add the rows up first, then look the value up once.
        unfold = f"unnest({value})" if facet.kind == "many-valued" else value
        per_patient = (
            f"SELECT {unfold} AS value, series.n FROM {rows.patients(scratch)} AS series "
            "JOIN patient ON patient.patient_key = series.patient_key "
            "JOIN dataset ON dataset.dataset_key = patient.dataset_key"
        )
    return _add_up(scratch, per_patient)


def _add_up(scratch: Scratch, per_patient: str) -> list[tuple[Scalar, int, int]]:
    return scratch.rows(f"SELECT value, count(*), sum(n)::BIGINT FROM ({per_patient}) GROUP BY value")


def _scalar(value: object) -> Scalar:
    return value if value is None or isinstance(value, str | int | float) else str(value)
