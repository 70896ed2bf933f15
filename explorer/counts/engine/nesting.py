"""Where the patients of a dataset, the studies of a patient, the units and series of a study stand: side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from explorer.counts.engine.types import Numbers, Places

__all__ = ["Nested", "Nesting"]

Nested = Literal["dataset", "patient", "study", "unit", "series"]
"""What belongs to one another, the wider before the narrower; units and series both to studies."""

_ABOVE: dict[Nested, Nested] = {"patient": "dataset", "study": "patient", "unit": "study", "series": "study"}


class Nesting:
    """Where what belongs to a dataset, patient or study stands among all of its kind, in the order of keys.

    Parameters
    ----------
    patient_dataset
        The dataset of each patient; a dataset may have none.
    last_study, last_unit
        The last study of each patient; the last unit of each study.
    study_series
        How many series each study has.

    Attributes
    ----------
    sizes
        How many there are of each kind but datasets.
    """

    def __init__(self, patient_dataset: Numbers, last_study: Places, last_unit: Places, study_series: Numbers) -> None:
        self._start: dict[Nested, Callable[[Numbers], Numbers]] = {
            "patient": lambda datasets: np.searchsorted(patient_dataset, datasets),
            "study": _after(last_study + 1).take,
            "unit": _after(last_unit + 1).take,
            "series": _after(np.cumsum(study_series)).take,
        }
        self.sizes: dict[Nested, int] = {
            "patient": len(patient_dataset),
            "study": len(study_series),
            "unit": int(last_unit[-1:].max(initial=-1)) + 1,
            "series": int(study_series.sum()),
        }

    def within(self, level: Nested, owner: Nested, owners: Numbers) -> tuple[Numbers, Places]:
        """Return where all that belongs to some owners stands, one owner after the other.

        Returns
        -------
        places
            Keys of the level; all that belongs to the first owner, in order, then to the second.
        last
            Where in `places` the run of each owner ends.
        """
        starts = self._starts(level, owner, owners)
        counts = self._starts(level, owner, owners + 1) - starts
        ends = np.cumsum(counts, dtype=np.intp)
        shifts = np.repeat(starts - (ends - counts), counts)
        return np.arange(len(shifts)) + shifts, ends - 1

    def last(self, level: Nested, owner: Nested) -> Places:
        """Return where the run of each owner ends."""
        return self._starts(level, owner, np.arange(1, self.sizes[owner] + 1)) - 1

    def _starts(self, level: Nested, owner: Nested, owners: Numbers) -> Numbers:
        """Return how much belongs to all owners before each of these."""
        if level == owner:
            return owners
        return self._start[level](self._starts(_ABOVE[level], owner, owners))


def _after(ends: Numbers) -> Numbers:
    return np.concatenate([[0], ends]).astype(np.int32 if ends[-1:].max(initial=0) < 2**31 else np.int64)
