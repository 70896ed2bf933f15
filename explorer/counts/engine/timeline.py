"""Which studies have another one so many days after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.kernels import any_in, ends
from explorer.counts.engine.types import Flags, Numbers

if TYPE_CHECKING:
    from explorer.cohort import Within

__all__ = ["Timeline"]

_MOST = 10_000_000
"""More days than lie between any two dates."""


class Timeline:
    """The days of a snapshot's studies, so far apart from owner to owner that no interval reaches the next.

    Parameters
    ----------
    days
        The day of each study on its patient's time line; NaN where none is known.
    study_patient
        The patient of each study, in order.
    """

    def __init__(self, days: Numbers, study_patient: Numbers) -> None:
        self.dated = ~np.isnan(days)
        self._patient = study_patient
        self._last = ends(study_patient)
        begin = np.nanmin(days) if self.dated.any() else 0.0
        self._day = np.where(self.dated, days - begin, 0.0).clip(0, 2.0**40).astype(np.int64)
        self._stride = int(self._day.max(initial=0)) + 2 * _MOST + 1

    def moments(self, owner: Numbers, study: Numbers) -> Numbers:
        """Return one number for each owner and study: those of an owner differ by days, those of others by more."""
        return owner * np.int64(self._stride) + self._day[study]

    def before(self, first: Flags, then: Flags, within: Within) -> Flags:
        """Return which of the studies `first` have one of `then`, of the same patient, so many days after them."""
        return self._beside(first, then, interval(within))

    def after(self, first: Flags, then: Flags, within: Within) -> Flags:
        """Return which of the studies `then` lie so many days after one of `first`, of the same patient."""
        low, high = interval(within)
        return self._beside(then, first, (-high, -low))

    def owners_of_pairs(self, owner: Numbers, study: Numbers, days: tuple[int, int]) -> Numbers:
        """Return the owners of two studies so many days apart, each perhaps several times.

        Parameters
        ----------
        owner, study
            Whose studies are looked at, and which these are; one study is a pair with itself.
        """
        low, high = days
        if low <= 0 <= high:
            return owner
        moments = self.moments(owner, study)
        return owner[reached(moments, np.sort(moments), days)]

    def spans(self, studies: Flags) -> Numbers:
        """Return for each patient the days between the first and the last dated one of these studies; -1 for none."""
        found = np.flatnonzero(studies & self.dated)
        first = np.full(len(self._last), np.iinfo(np.int64).max)
        last = np.full(len(self._last), -1, np.int64)
        np.minimum.at(first, self._patient[found], self._day[found])
        np.maximum.at(last, self._patient[found], self._day[found])
        return np.where(last < 0, -1, last - first)

    def _beside(self, these: Flags, those: Flags, days: tuple[int, int]) -> Flags:
        both = self._patients_with(these) & self._patients_with(those)
        inside = both[self._patient] & self.dated
        one, other = np.flatnonzero(these & inside), np.flatnonzero(those & inside)
        found = np.zeros(len(these), np.bool_)
        others = np.sort(self.moments(self._patient[other], other))
        found[one[reached(self.moments(self._patient[one], one), others, days)]] = True
        return found

    def _patients_with(self, studies: Flags) -> Flags:
        return any_in(studies, self._last)


def interval(within: Within) -> tuple[int, int]:
    """Return the two ends in days, open ones as far away as any study lies."""
    low, high = within.days
    ends = (-_MOST if low is None else low, _MOST if high is None else high)
    return max(-_MOST, min(_MOST, ends[0])), max(-_MOST, min(_MOST, ends[1]))


def reached(moments: Numbers, others: Numbers, days: tuple[int, int]) -> Flags:
    """Return for each moment whether one of the others, sorted, lies so many days after it."""
    low, high = days
    if not len(others):
        return np.zeros(len(moments), np.bool_)
    place = np.searchsorted(others, moments + low)
    first = others[np.minimum(place, len(others) - 1)]
    return np.asarray((place < len(others)) & (first <= moments + high))
