"""What counting gives back. Every number has its unit in its name; every answer says how small counts are protected.

A number is None where it is protected (`explorer.counts.small_counts`); without a policy none ever is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from explorer.counts.small_counts import Count, SmallCounts, count_in_words, size_in_words
from explorer.counts.units import byte_size
from explorer.facets import Scalar

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot

__all__ = ["FacetCounts", "FacetValue", "Histogram", "Step", "Totals", "protected_pair"]


@dataclass(frozen=True, slots=True)
class Totals:
    """The size of a cohort.

    Attributes
    ----------
    snapshot
        Id of the snapshot that was counted.
    patients, datasets
        Members, and the datasets that they belong to.
    studies, series, instances, bytes
        Of the series that the cohort takes.
    protected
        The policy that the numbers were told under; None where nothing is protected.
    """

    snapshot: str
    patients: Count
    datasets: Count
    studies: Count
    series: Count
    instances: Count
    bytes: Count
    protected: SmallCounts | None = field(default=None, repr=False)

    @classmethod
    def whole(cls, snapshot: Snapshot, policy: SmallCounts | None = None) -> Totals:
        """Return the size of everything in a snapshot, told under the policy; by default that of this process."""
        totals: dict[str, Any] = dict(snapshot.totals)
        return cls(snapshot.id, **totals).under(policy or SmallCounts.current())

    def under(self, policy: SmallCounts | None, takers: int | None = None) -> Totals:
        """Return what the policy lets be told of exact totals.

        Parameters
        ----------
        takers
            Patients of whom any series is taken; None is all.
        """
        if policy is None or self.protected is not None or self.patients is None:
            return self
        return replace(
            self,
            patients=policy.protect(self.patients),
            datasets=None if policy.protect(self.patients) is None else self.datasets,
            **_sizes(self, policy, self.patients if takers is None else takers),
            protected=policy,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the totals as a plain dict, in this order; ``protected`` only where it is a policy."""
        return _plain(self)

    def __str__(self) -> str:
        policy = self.protected
        datasets = "not shown" if self.datasets is None else f"{self.datasets:,}"
        return (
            f"{count_in_words(self.patients, policy)} patients, {size_in_words(self.studies, policy)} studies, "
            f"{size_in_words(self.series, policy)} series, {size_in_words(self.instances, policy)} images, "
            f"{size_in_words(self.bytes, policy, byte_size)}, from {datasets} datasets"
        )


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many patients and series one value of a facet would give; `value` None stands for missing."""

    value: Scalar
    patients: Count
    series: Count


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The counts of every value of one facet, by patients, most first; zeros left out, nothing cut.

    Attributes
    ----------
    facet
        Name of the facet.
    group
        The group in which each value was tried: ``include:0``.
    values
        Sorted by patients descending, then by value, missing last; protected ones, in the order of their values, come
        after those that are told.
    protected
        As in `Totals`.
    """

    facet: str
    group: str
    values: tuple[FacetValue, ...]
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> FacetCounts:
        """Return what the policy lets be told of exact counts."""
        if policy is None or self.protected is not None:
            return self
        told = [FacetValue(v.value, *protected_pair(policy, v.patients, v.series)) for v in self.values]
        told.sort(key=lambda each: (-(each.patients or 0), each.value is None, each.value))
        return replace(self, values=tuple(told), protected=policy)

    def to_dict(self) -> dict[str, object]:
        """Return the counts as JSON has them; ``protected`` only where it is a policy."""
        return _plain(self)

    def by_value(self) -> Mapping[Scalar, FacetValue]:
        """Return the counts keyed by value."""
        return {value.value: value for value in self.values}


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of a number or date in bins.

    Attributes
    ----------
    facet, group
        As in `FacetCounts`.
    bins
        ``(low, high, patients, series)``: both ends included, in the facet's unit, dates as ISO text; empty
        bins left out. A patient counts in every bin that a series of theirs falls in.
    missing
        Patients and series without a value.
    protected
        As in `Totals`.
    """

    facet: str
    group: str
    bins: tuple[tuple[Scalar, Scalar, Count, Count], ...]
    missing: tuple[Count, Count]
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None) -> Histogram:
        """Return what the policy lets be told of exact counts."""
        if policy is None or self.protected is not None:
            return self
        bins = tuple((low, high, *protected_pair(policy, *counts)) for low, high, *counts in self.bins)
        return replace(self, bins=bins, missing=protected_pair(policy, *self.missing), protected=policy)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an attrition: what remains when this rule has been applied after those before it.

    Attributes
    ----------
    rule
        The rule in words.
    path
        JSON pointer to the rule in the definition; empty for the first step, ``/select`` for the last.
    patients, studies, series, instances, bytes
        What remains: everything of the remaining patients; at the last step, the selected series.
    alone
        Patients that would be lost if only this rule were applied to everybody.
    without
        Members gained if only this rule were removed.
    protected
        As in `Totals`.
    """

    rule: str
    path: str
    patients: Count
    studies: Count
    series: Count
    instances: Count
    bytes: Count
    alone: Count
    without: Count
    protected: SmallCounts | None = field(default=None, repr=False)

    def under(self, policy: SmallCounts | None, takers: int | None = None) -> Step:
        """Return what the policy lets be told of an exact step; `takers` as in `Totals.under`."""
        if policy is None or self.protected is not None or self.patients is None:
            return self
        return replace(
            self,
            patients=policy.protect(self.patients),
            **_sizes(self, policy, self.patients if takers is None else takers),
            alone=policy.protect(self.alone or 0),
            without=policy.protect(self.without or 0),
            protected=policy,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the step as JSON has it, without the policy: it is one for all steps."""
        return {key: value for key, value in asdict(self).items() if key not in ("path", "protected")}


def protected_pair(policy: SmallCounts | None, patients: Count, series: Count) -> tuple[Count, Count]:
    """Return what a policy lets be told of patients and their series."""
    if policy is None or patients is None or series is None:
        return patients, series
    return policy.protect(patients), policy.protect_size(series, patients)


def _sizes(answer: Totals | Step, policy: SmallCounts, patients: int) -> dict[str, Any]:
    """Return what is told of the studies, series, instances and bytes of so many patients."""
    sizes = {name: getattr(answer, name) for name in ("studies", "series", "instances", "bytes")}
    return {name: policy.protect_size(number, patients) for name, number in sizes.items()}


def _plain(answer: Totals | FacetCounts) -> dict[str, Any]:
    plain = {name: list(part) if isinstance(part, tuple) else part for name, part in asdict(answer).items()}
    if answer.protected is None:
        del plain["protected"]
    return plain
