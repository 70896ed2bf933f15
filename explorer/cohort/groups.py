"""The parts of a definition: groups of criteria, and time between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from explorer.facets import Criterion

__all__ = ["Derived", "Group", "GroupKind", "Same", "Select", "Within"]

Same = Literal["series", "study", "patient"]
"""The level on which a group's criteria hold together."""

Select = Literal["matching", "images", "all"]
"""Which series of the members the cohort takes."""

Derived = Literal["none", "linked"]
"""Whether segmentations and annotations linked to a taken image come along."""

GroupKind = Literal["include", "exclude"]


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria that must hold together, on one level.

    Attributes
    ----------
    same
        ``series``: some series of the patient meets every criterion. ``study``: some study of the patient in which,
        for each criterion, some series meets it. ``patient``: for each criterion, some series of the patient meets it.
    where
        The criteria, at least one.
    """

    same: Same
    where: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Two studies of a patient, and the days between them.

    Attributes
    ----------
    first, then
        Positions among the definition's include groups, from 0; both may be the same.
    days
        Low and high number of days that the second study lies after the first, both included; negative is before,
        None is open.
    """

    first: int
    then: int
    days: tuple[int | None, int | None]
