"""How much is taken of each patient or study: the columns of their rows that no table holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.counts.engine.kernels import sum_in
from explorer.counts.engine.types import Flags, Numbers, Places
from explorer.facets import FACETS

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.engine.nesting import Nested

__all__ = ["MISSING", "Amount", "amount"]

Amount = Literal["age", "studies", "series", "instances", "bytes"]

MISSING = int(np.iinfo(np.int64).max)
"""Stands for an amount that there is none of."""


def amount(work: Evaluation, owner: Nested, name: Amount, keys: Numbers | None = None) -> Numbers:
    """Return how much is taken of patients or studies.

    Parameters
    ----------
    work
        The definition on a snapshot.
    owner
        Of patients or studies.
    name
        ``age``, the lowest at a study of which something is taken, `MISSING` where none is recorded; or how many.
    keys
        Of which, in any order; None is of all.
    """
    if name == "age" or name == "studies":
        places, last = _inside(work, "study", owner, keys)
        studies = work.taken.studies[places]
        return _sum(1, studies, last) if name == "studies" else _lowest_age(work, places, studies, last)
    arrays, taken = work.arrays, work.taken
    if taken.rows is None:
        places, last = _inside(work, "unit", owner, keys)
        sizes = {"series": arrays.unit_series, "instances": arrays.unit_instances, "bytes": arrays.unit_bytes}[name]
        return _sum(sizes[places], taken.units[places], last)
    places, last = _inside(work, "series", owner, keys)
    return _sum(1 if name == "series" else arrays.series_sizes(name)[places], taken.rows[places], last)


def _sum(sizes: Numbers | int, taken: Flags, last: Places) -> Numbers:
    return sum_in(np.multiply(sizes, taken, dtype=np.int64), last)


def _lowest_age(work: Evaluation, places: Numbers | slice, studies: Flags, last: Places) -> Numbers:
    facet = FACETS["age"]
    ages = np.append(work.arrays.codes.vocabulary(facet).values, MISSING)
    # The codes are in the order of the ages, and that of missing is the last.
    codes = np.where(studies, work.arrays.codes.study_codes(facet)[places], len(ages) - 1)
    starts = np.concatenate([[0], last + 1])[:-1]
    return ages[np.minimum.reduceat(codes, starts)] if len(codes) else ages[:0]


def _inside(work: Evaluation, level: Nested, owner: Nested, keys: Numbers | None) -> tuple[Numbers | slice, Places]:
    nesting = work.arrays.nesting
    if keys is not None:
        return nesting.within(level, owner, keys)
    return slice(None), nesting.last(level, owner)
