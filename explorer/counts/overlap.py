"""How many patients two cohorts share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.counts.small_counts import Count, SmallCounts, count_in_words
from explorer.errors import UserError

if TYPE_CHECKING:
    from explorer.counts.engine.evaluation import Evaluation
    from explorer.snapshot import Snapshot

__all__ = ["Overlap", "count_overlap", "require_same"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Patients of two cohorts on one snapshot.

    Attributes
    ----------
    snapshot
        Id of the snapshot that was counted.
    both
        Patients in both cohorts.
    first, second
        Patients in the first cohort only, and in the second only.
    protected
        The policy that the numbers were told under; None where nothing is protected.
    """

    snapshot: str
    both: Count
    first: Count
    second: Count
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> Overlap:
        """Return what the policy lets be told of exact counts."""
        if policy is None or self.protected is not None:
            return self
        both, first, second = (policy.protect(number or 0) for number in (self.both, self.first, self.second))
        return Overlap(self.snapshot, both, first, second, policy)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as a plain dict, in this order; ``protected`` only where it is a policy."""
        counts = {"snapshot": self.snapshot, "both": self.both, "first": self.first, "second": self.second}
        return counts if self.protected is None else {**counts, "protected": self.protected.to_dict()}

    def __str__(self) -> str:
        both, first, second = (count_in_words(n, self.protected) for n in (self.both, self.first, self.second))
        return f"{both} patients in both, {first} in the first only, {second} in the second only"


def require_same(first: Snapshot, second: Snapshot) -> None:
    """Raise where two cohorts are of different snapshots, whose patients cannot be told to be the same."""
    if first.id != second.id:
        raise UserError(
            f"these cohorts are of two snapshots, {first.alias} ({first.id[:12]}) and {second.alias} "
            f"({second.id[:12]}); patients are compared within one"
        )


def count_overlap(first: Evaluation, second: Evaluation, snapshot: str) -> Overlap:
    """Return the overlap of two cohorts of one snapshot."""
    one, other = first.rules.members, second.rules.members
    both = int((one & other).sum())
    return Overlap(snapshot, both, int(one.sum()) - both, int(other.sum()) - both)
