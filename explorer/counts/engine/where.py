"""Where a criterion is met: one flag for each combination, series, study or patient."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.counts.engine.kernels import any_in
from explorer.counts.engine.once import once
from explorer.counts.engine.types import Flags, Numbers
from explorer.counts.engine.vocabulary import compared
from explorer.facets import FACETS, Criterion, Facet
from explorer.facets.bins import bin_of
from explorer.facets.fold import fold

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.counts.engine.arrays import Arrays

__all__ = ["Where", "where"]

Asking = Callable[["DuckDBPyConnection"], AbstractContextManager[None]]
Of = Literal["combination", "series", "study", "patient"]


class Where:
    """Where a criterion is met.

    Parameters
    ----------
    arrays
        The snapshot.
    of
        What the flags are of: the coarsest thing that decides the criterion.
    flags
        One for each.
    """

    def __init__(self, arrays: Arrays, of: Of, flags: Flags) -> None:
        self._arrays = arrays
        self.of = of
        self.flags = flags

    @once
    def unit_series(self) -> Numbers:
        """How many series of each unit meet a criterion that single series decide."""
        found = np.bincount(self._arrays.series_unit[self.flags], minlength=len(self._arrays.unit_study))
        return found.astype(np.int32)

    @once
    def studies(self) -> Flags:
        """Which studies have a series that meets the criterion."""
        arrays = self._arrays
        match self.of:
            case "patient":
                return self.flags[arrays.study_patient]
            case "study":
                return self.flags
            case "combination":
                return any_in(self.flags.take(arrays.unit_combination), arrays.last_unit)
            case "series":
                return any_in(self.unit_series > 0, arrays.last_unit)

    @once
    def patients(self) -> Flags:
        """Which patients have a series that meets the criterion."""
        return self.flags if self.of == "patient" else self._arrays.patients_of(self.studies)


def where(arrays: Arrays, criterion: Criterion, asking: Asking) -> Where:
    """Return where a criterion is met; a missing value meets nothing but a wish for missing.

    Parameters
    ----------
    asking
        Holds a cursor while DuckDB searches texts, so that it can be stopped.
    """
    facet = FACETS[criterion.facet]
    if facet.level in ("patient", "dataset"):
        return Where(arrays, "patient", arrays.codes.wide(facet).patients_with(criterion))
    codes = arrays.codes
    if facet.level == "study":
        return Where(arrays, "study", codes.vocabulary(facet).wanted(criterion)[codes.study_codes(facet)])
    if facet.kind == "category":
        return Where(arrays, "combination", codes.combinations_meeting(criterion))
    if facet.kind == "text":
        return _of_texts(arrays, facet, criterion, asking)
    return _of_numbers(arrays, facet, criterion)


def _of_texts(arrays: Arrays, facet: Facet, criterion: Criterion, asking: Asking) -> Where:
    texts = [value for value in criterion.is_in or () if value is not None]
    if criterion.contains is None and not texts:
        return Where(arrays, "combination", arrays.codes.combination_codes(facet) == 1)
    wanted = np.zeros(arrays.codes.texts + 1, np.bool_)
    values: list[object]
    if texts:
        select, values = "SELECT rowid FROM text_value WHERE text IN (SELECT unnest(?::VARCHAR[]))", [texts]
    else:
        values = [fold(text) for text in criterion.contains or ()]
        select = "SELECT rowid FROM text_value WHERE " + " OR ".join(["contains(folded, ?)"] * len(values))
    wanted[arrays.codes.text_places(asking, select, *values)] = True
    wanted[-1] = None in (criterion.is_in or ())
    return Where(arrays, "series", wanted[arrays.codes.series_texts(facet)])


def _of_numbers(arrays: Arrays, facet: Facet, criterion: Criterion) -> Where:
    bins = arrays.codes.combination_codes(facet)
    missing = criterion.missing or None in (criterion.is_in or ())
    wanted = np.zeros(len(arrays.codes.bins(facet)) + 1, np.bool_)
    cut = np.zeros_like(wanted)
    if criterion.between is not None:
        for number in arrays.codes.bins(facet):
            wanted[number], cut[number] = _covered(facet, int(number), criterion)
    else:
        cut[:-1] = any(value is not None for value in criterion.is_in or ())
    if not cut[bins].any():
        wanted[-1] = missing
        return Where(arrays, "combination", wanted[bins])
    numbers = arrays.codes.series_numbers(facet)
    flags = compared(facet.kind, numbers, criterion)
    return Where(arrays, "series", flags | np.isnan(numbers) if missing else flags)


def _covered(facet: Facet, number: int, criterion: Criterion) -> tuple[bool, bool]:
    """Return whether a bin lies inside the criterion's ends, and whether an end cuts it."""
    low, high = (None if end is None else float(end) for end in criterion.between or (None, None))
    first, last = bin_of(facet, number)
    below = -np.inf if number == 0 else float(first or 0)
    above = np.inf if last is None else float(last)
    begins = low is None or low <= below
    # Bins of numbers that are not whole end just below where the next one begins.
    ends = high is None or high >= above
    after = low is not None and (low > above if facet.column.type == "integer" else low >= above)
    outside = after or (high is not None and high < below)
    return begins and ends, not (begins and ends) and not outside
