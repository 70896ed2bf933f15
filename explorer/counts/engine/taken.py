"""The series that a definition takes of its members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.kernels import any_in, flagged
from explorer.counts.engine.once import once
from explorer.counts.engine.types import Flags, Numbers, Places
from explorer.counts.predicates import image_criteria

if TYPE_CHECKING:
    from explorer.counts.engine.rules import Rules
    from explorer.counts.program import NamedGroup

__all__ = ["Size", "Taken"]


@dataclass(frozen=True, slots=True)
class Size:
    """How many studies, series, instances and bytes."""

    studies: int
    series: int
    instances: int
    bytes: int


class Taken:
    """The series that a definition takes: whole units of them, unless something decides that single series have.

    Parameters
    ----------
    rules
        The definition on a snapshot.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._arrays = rules.arrays

    @property
    def series(self) -> Places:
        """The keys of the series, ascending."""
        rows = self.units[self._arrays.series_unit] if self.rows is None else self.rows
        return np.flatnonzero(rows)

    @once
    def studies(self) -> Flags:
        """Which studies a series is taken of."""
        arrays = self._arrays
        if self.rows is None:
            return any_in(self.units, arrays.last_unit)
        return flagged(arrays.unit_study[arrays.series_unit[self.rows]], arrays.studies)

    @once
    def patients(self) -> Flags:
        """Which patients a series is taken of."""
        return self._arrays.patients_of(self.studies)

    @once
    def size(self) -> Size:
        """How much is taken."""
        arrays, studies = self._arrays, int(self.studies.sum())
        if self.rows is None:
            return Size(studies, *arrays.size_of_units(self.units))
        sizes = (arrays.series_sizes(name)[self.rows] for name in ("instances", "bytes"))
        return Size(studies, int(self.rows.sum()), *(int(numbers.sum(dtype=np.int64)) for numbers in sizes))

    def holds(self, series: Numbers) -> Flags:
        """Return which of some series, given by their keys, are taken."""
        return self.units[self._arrays.series_unit[series]] if self.rows is None else self.rows[series]

    @property
    def units(self) -> Flags:
        """The units of which every series is taken."""
        return self._chosen[0]

    @property
    def rows(self) -> Flags | None:
        """The series that are taken, in the order of their keys, where that is not for units to say."""
        return self._chosen[1]

    @once
    def _chosen(self) -> tuple[Flags, Flags | None]:
        """The units of which every series is taken, and all series that are where there are others."""
        arrays, definition = self._arrays, self._rules.definition
        units, rows = self._selected()
        members = self._rules.members[arrays.study_patient]
        if not members.all():
            units = units & members.take(arrays.unit_study)
        if rows is not None:
            rows = (rows & members[arrays.unit_study][arrays.series_unit]) | units[arrays.series_unit]
        if definition.derived == "linked" and arrays.links.size:
            rows = units[arrays.series_unit] if rows is None else rows
            rows = self._with_linked(rows, members)
        return units, rows

    def _selected(self) -> tuple[Flags, Flags | None]:
        """Return the units, and the single series, that the selection names, of members and others."""
        arrays, select = self._arrays, self._rules.definition.select
        naming = [group for group in self._rules.program.include if image_criteria(group.group.where)]
        if select == "all":
            return np.ones(len(arrays.unit_study), np.bool_), None
        if select == "images" or not naming:
            return arrays.original_images.take(arrays.unit_combination), None
        units, rows = np.zeros(len(arrays.unit_study), np.bool_), None
        for group in naming:
            of_group, rows_of_group = self._matching(group)
            units |= of_group
            if rows_of_group is not None:
                rows = rows_of_group if rows is None else rows | rows_of_group
        return units, rows

    def _matching(self, group: NamedGroup) -> tuple[Flags, Flags | None]:
        """Return the units, and the single series, that meet a group as the selection wants it."""
        arrays, where = self._arrays, group.group.where
        if group.group.same == "series":
            met = self._rules.met(where)
            if met.rows is None:
                return met.unit_flags, None
            return np.zeros(len(arrays.unit_study), np.bool_), met.row_flags
        units, rows = np.zeros(len(arrays.unit_study), np.bool_), None
        for criterion in image_criteria(where):
            met = self._rules.met((criterion,))
            if met.rows is None:
                units |= met.unit_flags
            else:
                rows = met.row_flags if rows is None else rows | met.row_flags
        if group.group.same == "study":
            inside = self._rules.in_studies(group).take(arrays.unit_study)
            units &= inside
            rows = rows if rows is None else rows & inside[arrays.series_unit]
        return units, rows

    def _with_linked(self, rows: Flags, members: Numbers) -> Flags:
        """Return the series together with what was derived from the images among them."""
        arrays = self._arrays
        derived, image = arrays.links
        unit_of_image = arrays.series_unit[image]
        drawn = rows[image] & arrays.images[arrays.unit_combination[unit_of_image]]
        drawn &= members[arrays.unit_study[arrays.series_unit[derived]]]
        linked = rows.copy()
        linked[derived[drawn]] = True
        return linked
