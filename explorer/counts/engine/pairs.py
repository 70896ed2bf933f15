"""The distinct (value, patient) pairs of a facet: what counting patients is counting of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.counts.engine.types import Numbers, Places

__all__ = ["Pairs"]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The pairs of a facet, numbered by value, then by patient.

    Attributes
    ----------
    of
        The pair of each item; an item is a cell, a study or a series, of one patient, with one code.
    size
        How many codes there are.
    held, first
        The codes that have pairs, and the first pair of each.
    count
        How many pairs there are.
    """

    of: Numbers
    size: int
    held: Numbers
    first: Places
    count: int

    @classmethod
    def among(cls, codes: Numbers, patients: Numbers, size: int) -> Pairs:
        """Return the pairs of items that stand in the order of their patients.

        Parameters
        ----------
        codes, patients
            Of each item.
        size
            How many codes there are.
        """
        # Stable, so the patients of a code stay in order; numpy sorts 16 bits by radix.
        order = np.argsort(codes, kind="stable")
        sorted_codes, sorted_patients = codes[order], patients[order]
        new = np.ones(len(codes), np.bool_)
        np.not_equal(sorted_codes[1:], sorted_codes[:-1], out=new[1:])
        new[1:] |= sorted_patients[1:] != sorted_patients[:-1]
        numbers = np.cumsum(new, dtype=np.int32)
        numbers -= 1
        of = np.empty(len(codes), np.int32)
        of[order] = numbers
        first = np.flatnonzero(np.diff(sorted_codes[new].astype(np.int64), prepend=-1))
        return cls(of, size, sorted_codes[new][first], first, int(new.sum()))

    def by_code(self, numbers: Numbers) -> Numbers:
        """Return the sum for each code of what each pair counts."""
        sums = np.zeros(self.size, np.int64)
        if self.count:
            sums[self.held] = np.add.reduceat(numbers, self.first, dtype=np.int64)
        return sums
