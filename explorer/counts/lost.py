"""Who was lost at a step of the attrition: the values of a facet among them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.attrition import rules_in_order
from explorer.counts.small_counts import Count, SmallCounts
from explorer.errors import UnknownNameError
from explorer.facets import Facet, Scalar
from explorer.facets.bins import bin_of

if TYPE_CHECKING:
    from explorer.counts.engine.choice import Choice
    from explorer.counts.engine.evaluation import Evaluation

__all__ = ["Lost", "LostValue", "count_lost"]


@dataclass(frozen=True, slots=True)
class LostValue:
    """How many of the lost patients have a value; None stands for missing.

    Attributes
    ----------
    value, high
        Of numbers and dates the ends of a bin of `Histogram`, both included; else the same value twice.
    patients
        One patient can count for several values.
    """

    value: Scalar
    high: Scalar
    patients: Count


@dataclass(frozen=True, slots=True)
class Lost:
    """The values of a facet among the patients who were lost at a step.

    Where the step is a group that names the facet, the values are those of series that meet the group's other
    criteria: these patients would have stayed if the group had asked for that value instead. Otherwise they are those
    of all series of the lost.

    Attributes
    ----------
    snapshot
        Id of the snapshot that was counted.
    step
        Which one of `Cohort.attrition`, from 1.
    facet
        Name of the facet.
    named
        Whether the step is a group that names the facet.
    patients, counted
        Patients lost at the step, and those of them of whom any value is listed.
    values
        Most patients first, then in the order of the values, missing last; protected ones after those that are told.
    distinct
        How many values there are, of which `values` are the first.
    protected
        As in `Totals`.
    """

    snapshot: str
    step: int
    facet: str
    named: bool
    patients: Count
    counted: Count
    values: tuple[LostValue, ...]
    distinct: int
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> Lost:
        """Return what the policy lets be told of exact counts; before `first`, whose order would tell more."""
        if policy is None or self.protected is not None:
            return self
        told = [replace(each, patients=policy.protect(each.patients or 0)) for each in self.values]
        told.sort(key=lambda each: (-(each.patients or 0), each.value is None, each.value))
        patients, counted = policy.protect(self.patients or 0), policy.protect(self.counted or 0)
        return replace(self, patients=patients, counted=counted, values=tuple(told), protected=policy)

    def first(self, limit: int) -> Lost:
        """Return the first values alone."""
        return replace(self, values=self.values[: max(limit, 0)])


def count_lost(evaluation: Evaluation, step: int, facet: Facet, *, criteria: bool = False) -> Lost:
    """Return all values of a facet among the patients lost at a step; `criteria` as in `attrition`.

    Raises
    ------
    UnknownNameError
        There is no such step, or nobody can be lost at it.
    """
    from explorer.counts.engine.choice import Choice
    from explorer.counts.engine.scope import Scope

    rules, steps = evaluation.rules, list(rules_in_order(evaluation, criteria=criteria))
    if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= len(steps):
        raise UnknownNameError(f"patients are lost at steps 1 to {len(steps)} of this attrition, not at {step!r}")
    rule = steps[step - 1]
    lost = reduce(np.logical_and, (before.held for before in steps[: step - 1]), ~rule.held)
    naming = rule.group
    if naming is not None and all(criterion.facet != facet.name for criterion in naming.group.where):
        naming = None
    choice = Choice(rules, Scope.among(rules, naming, {facet.name}, lost))
    values = _values(evaluation, facet, choice)
    return Lost(
        evaluation.snapshot.id,
        step,
        facet.name,
        naming is not None,
        int(lost.sum()),
        choice.whole[0],
        values,
        len(values),
    )


def _values(evaluation: Evaluation, facet: Facet, choice: Choice) -> tuple[LostValue, ...]:
    codes = evaluation.arrays.codes
    binned = facet.of_image and facet.kind in ("number", "date")
    patients, _ = choice.count(facet, binned=binned)
    found = np.flatnonzero(patients)
    # Codes follow the order of the values, missing last.
    found = found[np.argsort(-patients[found], kind="stable")]
    counts = patients[found].tolist()
    if not binned:
        named = zip(codes.values(facet, found), counts, strict=True)
        return tuple(LostValue(value, value, number) for value, number in named)
    ends = [*(bin_of(facet, int(number)) for number in codes.bins(facet)), (None, None)]
    return tuple(LostValue(*ends[code], number) for code, number in zip(found.tolist(), counts, strict=True))
