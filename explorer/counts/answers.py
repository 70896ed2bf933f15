"""What counting gives back. Every number has its unit in its name; every answer names its snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from explorer.counts.units import byte_size
from explorer.facets import Scalar

__all__ = ["FacetCounts", "FacetValue", "Histogram", "Step", "Totals"]


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
    """

    snapshot: str
    patients: int
    datasets: int
    studies: int
    series: int
    instances: int
    bytes: int

    def to_dict(self) -> dict[str, str | int]:
        """Return the totals as a plain dict, in this order."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.patients:,} patients, {self.studies:,} studies, {self.series:,} series, "
            f"{self.instances:,} images, {byte_size(self.bytes)}, from {self.datasets:,} datasets"
        )


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many patients and series one value of a facet would give; `value` None stands for missing."""

    value: Scalar
    patients: int
    series: int


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
        Sorted by patients descending, then by value, missing last.
    """

    facet: str
    group: str
    values: tuple[FacetValue, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the counts as JSON has them."""
        return {"facet": self.facet, "group": self.group, "values": [asdict(value) for value in self.values]}

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
    """

    facet: str
    group: str
    bins: tuple[tuple[Scalar, Scalar, int, int], ...]
    missing: tuple[int, int]


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
    """

    rule: str
    path: str
    patients: int
    studies: int
    series: int
    instances: int
    bytes: int
    alone: int
    without: int

    def to_dict(self) -> dict[str, str | int]:
        """Return the step as JSON has it."""
        return {key: value for key, value in asdict(self).items() if key != "path"}
