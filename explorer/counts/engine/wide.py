"""Facets of patients and datasets: the same for all series of a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.types import Flags, Numbers
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
    """

    vocabulary: Vocabulary
    bag: Numbers
    filled: Flags
    codes: Numbers
    holder: Numbers

    @classmethod
    def of_bags(cls, vocabulary: Vocabulary, bag: Numbers, bags: list[list[int]]) -> Wide:
        """Return the facet where each bag is given as the codes in it."""
        holder = np.repeat(np.arange(len(bags)), [len(codes) for codes in bags])
        codes = np.array([code for codes in bags for code in codes], np.int64)
        return cls(vocabulary, bag, np.array([bool(codes) for codes in bags], np.bool_), codes, holder)

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

    def spread(self, of_bag: Numbers) -> Numbers:
        """Return for each value, missing last, the sum of what the bags that hold it count, exact up to 2 to the 53."""
        told = np.bincount(self.codes, weights=of_bag[self.holder], minlength=len(self.vocabulary))
        return np.append(told, of_bag[~self.filled].sum()).astype(np.int64)
