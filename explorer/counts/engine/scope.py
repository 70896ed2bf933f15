"""Among what a value is chosen: a definition without one group's criteria on some facets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from explorer.counts.engine.timeline import interval
from explorer.counts.engine.types import Flags

if TYPE_CHECKING:
    from explorer.cohort import Same
    from explorer.counts.engine.met import Met
    from explorer.counts.engine.rules import Rules
    from explorer.counts.program import NamedGroup

__all__ = ["Scope", "Twice"]


@dataclass(frozen=True, slots=True, eq=False)
class Twice:
    """The need of two studies with the value, so many days apart, among some studies."""

    studies: Flags
    days: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What is asked of a patient and their series, whatever the value.

    Attributes
    ----------
    left_out
        The facets whose criteria in the group are left out.
    level, met
        The group's level, and where its other criteria are met; a new group is on the level of series.
    patients
        Who meets everything else that the definition asks.
    inside
        The studies that meet the other criteria of a group that is not on the level of series; else all.
    needs
        For each of them, one of these studies has to have the value.
    twice
        For each of them, two studies have to have it.
    everything
        Whether every series of these patients can be chosen.
    """

    left_out: frozenset[str]
    level: Same
    met: Met
    patients: Flags
    inside: Flags
    needs: tuple[Flags, ...] = ()
    twice: tuple[Twice, ...] = ()
    everything: bool = True

    @classmethod
    def of(cls, rules: Rules, group: NamedGroup | None, left_out: Collection[str]) -> Self:
        """Return the scope of values that are tried in a group; None is a new one."""
        paired = rules.paired_with(group) if group else []
        without = [group.name, *(f"within_{k}" for k, _ in paired)] if group else []
        scope = cls.among(rules, group, left_out, rules.members_without(*without))
        days, inside = rules.arrays.timeline if paired else None, scope.inside
        needs, twice = list(scope.needs), []
        for _, within in paired:
            if group is None or days is None:
                raise AssertionError("a new group is in no interval")
            if within.first == within.then:
                twice.append(Twice(inside & days.dated, interval(within)))
            elif within.first == group.index:
                needs.append(days.before(inside, rules.in_studies(rules.program.include[within.then]), within))
            else:
                needs.append(days.after(rules.in_studies(rules.program.include[within.first]), inside, within))
        fields = (scope.left_out, scope.level, scope.met, scope.patients, inside)
        return cls(*fields, tuple(needs), tuple(twice), scope.everything)

    @classmethod
    def among(cls, rules: Rules, group: NamedGroup | None, left_out: Collection[str], patients: Flags) -> Self:
        """Return the scope of values that are tried in a group for some patients, whatever else the definition asks."""
        others = [each for each in group.group.where if each.facet not in left_out] if group else []
        level: Same = group.group.same if group else "series"
        met = rules.met(others)
        if level == "series" or not others:
            inside = np.ones(rules.arrays.studies, np.bool_)
            return cls(frozenset(left_out), level, met, patients, inside, everything=not others)
        needs = (met.in_study,) if level == "study" else ()
        return cls(frozenset(left_out), level, met, patients & met.holds(level), met.in_study, needs)
