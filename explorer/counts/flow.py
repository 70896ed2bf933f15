"""What a cohort's rules cost: the part of `explorer.counts.Cohort` that follows patients from rule to rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from explorer.counts.answers import Step
from explorer.counts.attrition import attrition
from explorer.counts.attrition_by import AttritionBy, count_attrition_by
from explorer.counts.costs import Cost, count_costs
from explorer.counts.facet_counts import find_group
from explorer.counts.follow_up import FollowUp, count_follow_up
from explorer.counts.lost import Lost, count_lost
from explorer.counts.rows import CohortRows
from explorer.errors import UnknownFacetError
from explorer.facets import Facet

if TYPE_CHECKING:
    from explorer.cohort import CohortDefinition
    from explorer.snapshot import Snapshot

__all__ = ["CohortFlow"]

T = TypeVar("T")


class CohortFlow(CohortRows):
    """The steps from everybody to a cohort, and what each rule of it costs."""

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot, small_counts: str | None) -> None:
        super().__init__(definition, snapshot, small_counts)
        self._answers: dict[tuple[object, ...], Any] = {}

    def attrition(self, *, criteria: bool = False) -> tuple[Step, ...]:
        """Return what each rule costs: in order, alone, and when only it is left out.

        Parameters
        ----------
        criteria
            Whether each criterion of an include group is a step of its own. It holds together with those before it;
            what it costs alone and what comes back without it are what `costs` says.
        """
        work = self._evaluated()
        *steps, last = self._kept((attrition, criteria), lambda: attrition(work, criteria=criteria))
        return (*(step.under(self.protected) for step in steps), last.under(self.protected, self._takers()))

    def attrition_by(self, facet: str, *, criteria: bool = False) -> AttritionBy:
        """Return the patients of each step of the attrition by value of a facet of datasets or patients.

        Parameters
        ----------
        facet
            Name of a facet that does not differ among a patient's series: ``dataset``, ``data_holder``, ``sex``.
        criteria
            As in `attrition`.
        """
        known, work = self._facet(facet), self._evaluated()
        key = (count_attrition_by, facet, criteria)
        return self._kept(key, lambda: count_attrition_by(work, known, criteria=criteria)).under(self.protected)

    def costs(self) -> tuple[Cost, ...]:
        """Return what each criterion, level, pair in time and exclude group costs.

        Returns
        -------
        tuple of Cost
            In the order of the definition: how many patients each keeps alone, and how many come back without it.
        """
        rules = self._evaluated().rules
        return tuple(each.under(self.protected) for each in self._kept((count_costs,), lambda: count_costs(rules)))

    def lost(self, step: int, facet: str, limit: int = 10, *, criteria: bool = False) -> Lost:
        """Return the values of a facet among the patients who were lost at a step.

        Parameters
        ----------
        step
            Which one of `attrition`, from 1; nobody is lost at the last, the selection.
        facet
            Name of the facet. Where the step is a group that names it, only series count that meet the group's other
            criteria: what would have kept these patients.
        limit
            How many values are given, most patients first.
        criteria
            As in `attrition`; then a group is its criteria up to that of the step.
        """
        known, work = self._facet(facet), self._evaluated()
        key = (count_lost, step, facet, criteria)
        found = self._kept(key, lambda: count_lost(work, step, known, criteria=criteria))
        return found.under(self.protected).first(limit)

    def follow_up(self, group: str | None = None) -> FollowUp:
        """Return the members by days between the first and the last dated study that meets an include group.

        Parameters
        ----------
        group
            By default the first include group; where there is none, any study counts.
        """
        work = self._evaluated()
        tried = find_group(work.program, group) if group else next(iter(work.program.include), None)
        key = (count_follow_up, tried.label if tried else None)
        return self._kept(key, lambda: count_follow_up(work, tried)).under(self.protected)

    def _takers(self) -> int | None:
        """Return how many patients there are of whom a series is taken; None where nobody needs to know."""
        if self.protected is None:
            return None
        return int(self._evaluated().taken.patients.sum())

    def _facet(self, name: str) -> Facet:
        try:
            return self.snapshot.facets[name]
        except KeyError:
            raise UnknownFacetError(
                f"this snapshot has no facet {name!r}; its facets: {', '.join(self.snapshot.facets)}"
            ) from None

    def _kept(self, key: tuple[object, ...], count: Callable[[], T]) -> T:
        """Return an answer that is computed once."""
        if key not in self._answers:
            self._answers[key] = count()
        answer: T = self._answers[key]
        return answer
