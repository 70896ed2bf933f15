"""How long members were followed: the days between their first and their last study."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.facet_counts import label_of
from explorer.counts.small_counts import Count, SmallCounts
from explorer.errors import UnknownNameError

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.counts.program import NamedGroup

__all__ = ["FollowUp", "FollowUpBin", "count_follow_up"]

_BEGINS = (0, 1, 31, 91, 181, 366, 731, 1826)
"""Where bins of days begin: the same day, then months, half years, years."""


@dataclass(frozen=True, slots=True)
class FollowUpBin:
    """Members whose studies lie so many days apart, both ends included; None is open."""

    low: int
    high: int | None
    patients: Count


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Members by the days between the first and the last dated study that meets a group.

    Attributes
    ----------
    snapshot_id
        Of the snapshot that was counted.
    group
        The include group; a pair in time of the group with itself is left out, so that a length can be chosen.
    bins
        Every bin, also those without patients.
    missing
        Members with no dated study that meets the group.
    protected
        As in `Totals`.
    """

    snapshot_id: str
    group: str
    bins: tuple[FollowUpBin, ...]
    missing: Count
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> FollowUp:
        """Return what the policy lets be told of exact counts."""
        if policy is None or self.protected is not None:
            return self
        bins = tuple(replace(each, patients=policy.protect(each.patients or 0)) for each in self.bins)
        return replace(self, bins=bins, missing=policy.protect(self.missing or 0), protected=policy)


def count_follow_up(evaluation: Evaluation, group: NamedGroup | None) -> FollowUp:
    """Return the lengths of follow-up by the studies that meet an include group; None is any study.

    Raises
    ------
    UnknownNameError
        It is an exclude group.
    """
    if group is not None and group.kind != "include":
        raise UnknownNameError(f"{group.label}: the time between studies is counted for include groups")
    rules, arrays = evaluation.rules, evaluation.arrays
    paired = rules.paired_with(group) if group else []
    own = [f"within_{k}" for k, within in paired if within.first == within.then]
    studies = rules.in_studies(group) if group else np.ones(arrays.studies, np.bool_)
    spans = arrays.timeline.spans(studies)[rules.members_without(*own)]
    number = np.searchsorted(_BEGINS, spans[spans >= 0], side="right") - 1
    counts = np.bincount(number, minlength=len(_BEGINS)).tolist()
    highs = [*(begin - 1 for begin in _BEGINS[1:]), None]
    bins = tuple(FollowUpBin(*each) for each in zip(_BEGINS, highs, counts, strict=True))
    return FollowUp(evaluation.snapshot.id, label_of(evaluation.program, group), bins, int((spans < 0).sum()))
