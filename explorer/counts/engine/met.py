"""Where criteria that must hold together are met, on each level."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.kernels import any_in
from explorer.counts.engine.once import once
from explorer.counts.engine.types import Flags, Numbers

if TYPE_CHECKING:
    from explorer.cohort import Same
    from explorer.counts.engine.arrays import Arrays
    from explorer.counts.engine.where import Where

__all__ = ["Met"]


class Met:
    """Where some criteria are met; each answer is computed when first asked for.

    Parameters
    ----------
    arrays
        The snapshot.
    wheres
        Where each criterion is met; no criteria are met everywhere.
    """

    def __init__(self, arrays: Arrays, wheres: Iterable[Where]) -> None:
        self.arrays = arrays
        self.wheres = tuple(wheres)

    @once
    def combinations(self) -> Flags | None:
        """Which combinations meet the criteria that combinations decide; None is all."""
        return _all(self._of("combination"))

    @once
    def rows(self) -> Flags | None:
        """Which series, in the order of their keys, meet the criteria that only series decide; None is all."""
        return _all(self._of("series"))

    @once
    def patients(self) -> Flags | None:
        """Which patients meet the criteria that patients decide; None is all."""
        return _all(self._of("patient"))

    @once
    def studies(self) -> Flags | None:
        """Which studies meet the criteria that studies and patients decide; None is all."""
        flags = self._of("study")
        if self.patients is not None:
            flags.append(self.patients[self.arrays.study_patient])
        return _all(flags)

    @property
    def in_cells(self) -> bool:
        """Whether combinations and patients decide everything."""
        return all(each.of in ("combination", "patient") for each in self.wheres)

    @once
    def unit_flags(self) -> Flags:
        """Which units meet the criteria that are not for single series to decide."""
        flags = []
        if self.combinations is not None:
            flags.append(self.combinations.take(self.arrays.unit_combination))
        if self.studies is not None:
            flags.append(self.studies.take(self.arrays.unit_study))
        found = _all(flags)
        return np.ones(len(self.arrays.unit_study), np.bool_) if found is None else found

    @once
    def deciding_series(self) -> Numbers:
        """How many series of each unit meet the criteria that only series decide."""
        deciding = [each for each in self.wheres if each.of == "series"]
        if len(deciding) < 2:
            return deciding[0].unit_series if deciding else self.arrays.unit_series
        together = np.bincount(self.arrays.series_unit[self.rows], minlength=len(self.arrays.unit_study))
        return together.astype(np.int32)

    @once
    def unit_series(self) -> Numbers:
        """How many series of each unit meet every criterion."""
        return self.deciding_series * self.unit_flags

    @once
    def row_flags(self) -> Flags:
        """Which series, in the order of their keys, meet every criterion."""
        flags = self.unit_flags[self.arrays.series_unit]
        return flags if self.rows is None else flags & self.rows

    @once
    def in_series(self) -> Flags:
        """Which studies have a series that meets every criterion."""
        met = self.unit_flags if self.rows is None else self.unit_series > 0
        return any_in(met, self.arrays.last_unit)

    @once
    def in_study(self) -> Flags:
        """Which studies meet every criterion with some series, each with its own."""
        found = _all([each.studies for each in self.wheres])
        return np.ones(self.arrays.studies, np.bool_) if found is None else found

    @once
    def in_patient(self) -> Flags:
        """Which patients meet every criterion with some series, each with its own."""
        found = _all([each.patients for each in self.wheres])
        return np.ones(self.arrays.patients, np.bool_) if found is None else found

    def in_studies(self, level: Same) -> Flags:
        """Return which studies meet the criteria as a group of this level."""
        return self.in_series if level == "series" else self.in_study

    def holds(self, level: Same) -> Flags:
        """Return for which patients the criteria hold as a group of this level."""
        return self.in_patient if level == "patient" else self.arrays.patients_of(self.in_studies(level))

    def _of(self, of: str) -> list[Flags]:
        return [each.flags for each in self.wheres if each.of == of]


def _all(flags: list[Flags]) -> Flags | None:
    return reduce(np.logical_and, flags) if flags else None
