"""Facets of patients and datasets: the same for all series of a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.kernels import ends, sum_in
from explorer.counts.engine.types import Flags, Numbers, Places
from explorer.counts.engine.vocabulary import Vocabulary

if TYPE_CHECKING:
    from explorer.facets import Criterion

__all__ = ["Wide"]


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """A facet of patients or datasets: each patient has one bag of values, and an empty one where it is missing.

    Attributes
    ----------
    vocabulary
        The distinct values.
    bag
        The bag of each patient.
    filled
        Whether each bag holds anything.
    codes, holder
        Every value of every bag, as its code, and the bag that it is in.
    last
        The last patient of each bag, where patients stand in the order of their bags, as those of datasets do.
    """

    vocabulary: Vocabulary
    bag: Numbers
    filled: Flags
    codes: Numbers
    holder: Numbers
    last: Places | None

    @classmethod
    def of_bags(cls, vocabulary: Vocabulary, bag: Numbers, bags: list[list[int]]) -> Wide:
        """Return the facet where each bag is given as the codes in it."""
        holder = np.repeat(np.arange(len(bags)), [len(codes) for codes in bags])
        codes = np.array([code for codes in bags for code in codes], np.int64)
        filled = np.array([bool(codes) for codes in bags], np.bool_)
        last = ends(bag) if (bag[1:] >= bag[:-1]).all() else None
        return cls(vocabulary, bag, filled, codes, holder, last)

    @classmethod
    def of_codes(cls, vocabulary: Vocabulary, codes: Numbers) -> Wide:
        """Return the facet where each patient has one code, that after the last being missing."""
        return cls.of_bags(vocabulary, codes, [*([code] for code in range(len(vocabulary))), []])

    def patients_with(self, criterion: Criterion) -> Flags:
        """Return for each patient whether the criterion is met."""
        wanted = self.vocabulary.wanted(criterion)
        held = ~self.filled if wanted[-1] else np.zeros(len(self.filled), np.bool_)
        held[self.holder[wanted[self.codes]]] = True
        return held[self.bag]

    def sums(self, numbers: Numbers) -> Numbers:
        """Return the sum of each bag of what its patients count, exact up to 2 to the 53."""
        if self.last is None:
            return np.bincount(self.bag, weights=numbers, minlength=len(self.filled))
        sums = np.zeros(len(self.filled), np.int64)
        sums[self.bag[self.last]] = sum_in(numbers, self.last)
        return sums

    def spread(self, of_bag: Numbers) -> Numbers:
        """Return for each value, missing last, the sum of what the bags that hold it count, exact up to 2 to the 53."""
        told = np.bincount(self.codes, weights=of_bag[self.holder], minlength=len(self.vocabulary))
        return np.append(told, of_bag[~self.filled].sum()).astype(np.int64)

    def held_by(self, patients: Numbers) -> tuple[Numbers, Numbers]:
        """Return how many values each of these patients has, and the codes of them all; missing counts as one."""
        counts = np.bincount(self.holder, minlength=len(self.filled))
        starts, bags = np.cumsum(counts) - counts, self.bag[patients]
        told = np.maximum(counts, 1)[bags]
        places = np.arange(told.sum()) + np.repeat(starts[bags] - (np.cumsum(told) - told), told)
        missing = np.repeat(~self.filled[bags], told)
        codes = self.codes.take(places, mode="clip") if len(self.codes) else np.zeros(len(places), np.int64)
        return told, np.where(missing, len(self.vocabulary), codes)
