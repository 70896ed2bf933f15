"""Counts of every two values of two facets: a table of patients, tried in one group."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from explorer.counts.answers import protected_pair
from explorer.counts.facet_counts import label_of
from explorer.counts.small_counts import Count, SmallCounts
from explorer.errors import OperatorError
from explorer.facets import Facet, Scalar
from explorer.facets.bins import YEARS, bin_of

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.engine.types import Numbers
    from explorer.counts.program import NamedGroup, Program

__all__ = ["PairCount", "PairCounts", "count_pairs", "group_of_pairs"]


@dataclass(frozen=True, slots=True)
class PairCount:
    """How many patients and series two values would give together; None stands for missing."""

    first: Scalar
    second: Scalar
    patients: Count
    series: Count


@dataclass(frozen=True, slots=True)
class PairCounts:
    """The counts of every two values of two facets; zeros left out, nothing cut.

    Attributes
    ----------
    snapshot_id
        Of the snapshot that was counted.
    first, second
        Names of the facets.
    group
        The group in which the values were tried: ``include:0``.
    cells
        In the order of the first values, then of the second, missing last. Of numbers and dates, the low end of a bin
        of `Histogram`, of ages perhaps a wider one.
    whole
        Patients and series among which the values are chosen.
    protected
        As in `Totals`.
    """

    snapshot_id: str
    first: str
    second: str
    group: str
    cells: tuple[PairCount, ...]
    whole: tuple[Count, Count]
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> PairCounts:
        """Return what the policy lets be told of exact counts."""
        if policy is None or self.protected is not None:
            return self
        cells = tuple(PairCount(c.first, c.second, *protected_pair(policy, c.patients, c.series)) for c in self.cells)
        return replace(self, cells=cells, whole=protected_pair(policy, *self.whole), protected=policy)


def group_of_pairs(program: Program, first: Facet, second: Facet) -> NamedGroup | None:
    """Return the first include group that names either facet, else the first, else None: a new one."""
    names = {first.name, second.name}
    naming = (g for g in program.include if any(c.facet in names for c in g.group.where))
    return next(naming, None) or next(iter(program.include), None)


def count_pairs(
    evaluation: Evaluation, first: Facet, second: Facet, group: NamedGroup | None, years: int = YEARS
) -> PairCounts:
    """Return the counts of every two values of two facets tried in `group` (None: in a new one).

    Parameters
    ----------
    years
        How many years a bin of ages has, a multiple of five.

    Raises
    ------
    OperatorError
        One of the facets is a text, or there are no such bins.
    """
    from explorer.counts.engine.crossing import Crossing

    for facet in (first, second):
        if facet.kind == "text":
            raise OperatorError(f"{facet.name} is a text facet; its values are too many to be counted in pairs")
    if years < YEARS or years % YEARS:
        raise OperatorError(f"ages are counted in bins of {YEARS} years or a multiple of that, not {years}")
    choice = evaluation.choice(group, first, second)
    facets = {facet.name: facet for facet in (first, second)}
    bins = {name: _Bins.of(evaluation, facet, years) for name, facet in facets.items() if _in_bins(facet)}
    coarser = {name: each.of_code for name, each in bins.items()}
    found = Crossing(evaluation.rules, choice, first, second, coarser).count()

    def values(facet: Facet, codes: Numbers) -> list[Scalar]:
        if facet.name in bins:
            return [bins[facet.name].lows[code] for code in codes.tolist()]
        return evaluation.arrays.codes.values(facet, codes)

    told = zip(
        values(first, found.first),
        values(second, found.second),
        found.patients.tolist(),
        found.series.tolist(),
        strict=True,
    )
    return PairCounts(
        evaluation.snapshot.id,
        first.name,
        second.name,
        label_of(evaluation.program, group),
        tuple(PairCount(*each) for each in told),
        choice.whole if evaluation.whole is None else evaluation.whole.choosable,
    )


def _in_bins(facet: Facet) -> bool:
    return facet.of_image and facet.kind in ("number", "date")


class _Bins(NamedTuple):
    """The bins of a facet: the bin of each code that is counted, and the low end of each; missing is the last."""

    of_code: Numbers
    lows: list[Scalar]

    @classmethod
    def of(cls, evaluation: Evaluation, facet: Facet, years: int) -> _Bins:
        numbers = evaluation.arrays.codes.bins(facet)
        step = years // YEARS if facet.column.unit == "years" else 1
        firsts, of_number = np.unique(numbers // step * step, return_inverse=True)
        return cls(np.append(of_number, len(firsts)), [*(bin_of(facet, int(n))[0] for n in firsts), None])
