"""A cohort: a definition on a snapshot, and everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from explorer.cohort import Advice, CohortDefinition
from explorer.counts.answers import FacetCounts, Histogram, Totals, protected_pair
from explorer.counts.explain import explain_sql
from explorer.counts.facet_counts import (
    active_group,
    count_choosable,
    count_missing,
    count_values,
    find_group,
)
from explorer.counts.flow import CohortFlow
from explorer.counts.group_costs import GroupCosts, count_group_costs
from explorer.counts.histogram import count_bins
from explorer.counts.levels import LevelCounts, count_levels
from explorer.counts.overlap import Overlap, count_overlap, require_same
from explorer.counts.pair_counts import PairCounts, count_pairs, group_of_pairs
from explorer.counts.program import NamedGroup
from explorer.counts.small_counts import Count
from explorer.counts.sources import Citation, Licence, citations, licences
from explorer.errors import OperatorError
from explorer.facets import Facet
from explorer.facets.bins import YEARS

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.snapshot import Snapshot

__all__ = ["Cohort"]

T = TypeVar("T")


class Cohort(CohortFlow):
    """The patients and series that a definition selects in one snapshot.

    Nothing is computed before it is asked for, and nothing is kept that could go stale: definition and
    snapshot never change. May be asked from several threads.

    Parameters
    ----------
    definition
        The rule.
    snapshot
        Where to look.
    small_counts
        Threshold and rounding under which numbers are told, ``"10,10"``; None is what this process was started with,
        by default none. Where it was started with one, no other holds.

    Attributes
    ----------
    protected
        The policy under which every number is told; None where all are exact. Under one there are no rows.

    Raises
    ------
    DefinitionError
        The definition names a facet, an operator or a type of value that the snapshot does not have.
    SurroundingsError
        ``COHORT_EXPLORER_SMALL_COUNTS`` says no policy, or another one.

    Examples
    --------
    >>> import explorer
    >>> from explorer.facets import Modality
    >>> rule = explorer.CohortDefinition().including(Modality.is_in("PT"))
    >>> cohort = explorer.Cohort(rule, explorer.Snapshot.open())    # doctest: +SKIP
    >>> cohort.totals().patients                                    # doctest: +SKIP
    2587
    """

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot, *, small_counts: str | None = None) -> None:
        super().__init__(definition, snapshot, small_counts)
        self.advice: tuple[Advice, ...] = definition.check(snapshot)

    def totals(self) -> Totals:
        """Return how many patients, datasets, studies, series, instances and bytes the cohort has.

        Patients and datasets are those of the members; the rest is that of the series that are taken.
        """
        work = self._evaluated()
        patients, datasets = len(work.members), len(np.unique(work.arrays.patient_dataset[work.members]))
        taken = work.taken.size
        totals = Totals(self.snapshot.id, patients, datasets, taken.studies, taken.series, taken.instances, taken.bytes)
        return totals.under(self.protected, self._takers())

    def facet(self, name: str, group: str | None = None) -> FacetCounts:
        """Return what choosing each value of a facet would give, its own criterion left out.

        Parameters
        ----------
        name
            Name of the facet.
        group
            The group in which the values are tried, ``include:0`` or ``exclude:1``, or ``new`` for one more include
            group on the level of series; by default the first include group that names the facet, else the first,
            else a new one.

        Returns
        -------
        FacetCounts
            Every value with its patients and series, missing as None; zeros left out, never truncated.
        """
        return self._counted(count_values, name, group).under(self.protected)

    def histogram(self, name: str, group: str | None = None) -> Histogram:
        """Return what choosing each range of a number or date facet would give; otherwise like `facet`."""
        facet = self._facet(name)
        if facet.kind not in ("number", "date"):
            raise OperatorError(f"{name} is a {facet.kind} facet; only numbers and dates have a histogram")
        return self._counted(count_bins, name, group).under(self.protected)

    def missing(self, name: str, group: str | None = None) -> FacetCounts:
        """Return only what choosing "missing" of a facet would give; for texts, whose values are too many to count."""
        return self._counted(count_missing, name, group).under(self.protected)

    def choosable(self, name: str, group: str | None = None) -> tuple[Count, Count]:
        """Return the patients and series among which the values of a facet are chosen: the whole of its shares."""
        return protected_pair(self.protected, *self._counted(count_choosable, name, group))

    def pairs(self, first: str, second: str, group: str | None = None, *, years: int = YEARS) -> PairCounts:
        """Return what choosing each value of one facet together with each of another would give.

        Parameters
        ----------
        first, second
            Names of facets that are no texts; numbers and dates are counted in bins.
        group
            As in `facet`; by default the first include group that names either facet, else the first, else a new one.
        years
            How many years a bin of ages has, a multiple of five.

        Returns
        -------
        PairCounts
            Every two values with the patients for whom the group would hold with exactly these, own criteria on both
            left out, and their series that have both.
        """
        one, other, work = self._facet(first), self._facet(second), self._evaluated()
        tried = find_group(work.program, group) if group else group_of_pairs(work.program, one, other)
        key = (count_pairs, first, second, tried.label if tried else None, years)
        return self._kept(key, lambda: count_pairs(work, one, other, tried, years)).under(self.protected)

    def levels(self) -> LevelCounts:
        """Return the patients that the cohort would have if one group held on another level, for each group."""
        return count_levels(self._evaluated().rules, self.protected)

    def group_costs(self) -> GroupCosts:
        """Return the patients that each group and pair in time keeps alone, and the members gained without it."""
        return count_group_costs(self._evaluated().rules, self.protected)

    def licences(self) -> tuple[Licence, ...]:
        """Return the licences of the taken series, with patients, series and bytes."""
        return licences(self._work(), self.protected)

    def citations(self) -> tuple[Citation, ...]:
        """Return the publications that the taken series belong to, with patients and series."""
        return citations(self._work(), self.protected)

    def overlap(self, other: Cohort) -> Overlap:
        """Return how many patients this cohort and another share, and how many only one of them has.

        Parameters
        ----------
        other
            The second cohort, of the same snapshot.

        Raises
        ------
        UserError
            It is of another snapshot.
        """
        require_same(self.snapshot, other.snapshot)
        overlap = count_overlap(self._evaluated(), other._evaluated(), self.snapshot.id)
        return overlap.under(self.protected or other.protected)

    def sql(self) -> str:
        """Return one SELECT that gives the totals, to be run as it stands in DuckDB on the snapshot."""
        return explain_sql(self.definition)

    def _counted(self, count: Callable[[Evaluation, Facet, NamedGroup | None], T], name: str, label: str | None) -> T:
        facet, work = self._facet(name), self._evaluated()
        program = work.program
        group = find_group(program, label) if label else active_group(program, facet)
        return self._kept((count, name, group.label if group else None), lambda: count(work, facet, group))
