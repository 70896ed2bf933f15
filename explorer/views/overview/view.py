"""What a chart has to show, and what a click on it asks for: between counting and drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from explorer.cohort import CohortDefinition
from explorer.counts import Count, SmallCounts
from explorer.facets import Criterion
from explorer.views.component import Request
from explorer.views.overview.pictures import Picture
from explorer.views.speech import Speech

__all__ = ["HEIGHT", "Brushed", "Foot", "Mark", "Row", "Scale", "Seen", "Unit", "View", "criterion_of", "tried_in"]

HEIGHT = 236
"""Pixels of a chart beside others."""

Unit = Literal["patients", "series"]
"""What a chart counts."""

Scale = Literal["numbers", "proportion"]
"""What a grey bar says: everybody, or everybody in proportion to the cohort."""

Brushed = Callable[[float, float], Request | None]
"""Tells what dragging from one place of the brushed axis to another asks for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a chart is drawn from.

    Attributes
    ----------
    by, groups
        Counts of the cohort by facet, and the group that they belong to, as `explorer.views.wire.now` gives them.
    everything
        Counts of the whole snapshot by facet.
    answer
        What the chart has asked the cohort for beside these; None before it is there.
    large
        Whether the chart has all the room.
    """

    by: Mapping[str, Any]
    groups: Mapping[str, str]
    everything: Mapping[str, Any]
    definition: CohortDefinition
    speech: Speech
    theme: str
    scale: Scale
    answer: Any = None
    large: bool = False
    protected: SmallCounts | None = None

    def patients(self, number: Count) -> str:
        """Return a number of patients as it is written."""
        return self.speech.patients(number, self.protected)

    def told(self, number: Count, unit: Unit) -> str:
        """Return a number of patients or of series as it is written."""
        return self.patients(number) if unit == "patients" else self.speech.size(number, self.protected)


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a picture that can be pointed at; `request` is what a click on it asks for.

    `now` and `of_all` are its numbers in words.
    """

    left: float
    bottom: float
    right: float
    top: float
    label: str
    now: str
    of_all: str
    request: Request | None = None

    def holds(self, x: float, y: float) -> bool:
        """Whether the place lies in it."""
        return self.left <= x <= self.right and min(self.bottom, self.top) <= y <= max(self.bottom, self.top)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chart as a table: names, then numbers; `chosen` where the rule names it."""

    names: tuple[str, ...]
    numbers: tuple[Count, ...]
    request: Request | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """A sentence under a chart, with what a click on `offer` asks for."""

    text: str
    offer: str = ""
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A chart with its words.

    Attributes
    ----------
    heads
        Headings of the table's columns.
    rows
        All that the chart knows, also what it has no room to draw.
    brush
        What dragging along an axis asks for; None where nothing can be brushed.
    scales
        Whether a person can choose what grey says.
    """

    title: str
    note: str
    picture: Picture
    marks: Sequence[Mark] = ()
    heads: tuple[str, ...] = ()
    rows: Sequence[Row] = ()
    foot: Sequence[Foot] = ()
    warning: str = ""
    brush: Brushed | None = None
    brushed: Literal["x", "y"] = "x"
    scales: bool = False
    unit: Unit = "patients"

    def at(self, x: float, y: float) -> Mark | None:
        """Return the mark at a place; the last one drawn where several lie there."""
        return next((mark for mark in reversed(self.marks) if mark.holds(x, y)), None)


def criterion_of(seen: Seen, facet: str, label: str | None = None) -> Criterion | None:
    """Return what the group in which a facet's values are tried says of it."""
    kind, _, index = (label or seen.groups.get(facet, "include:0")).partition(":")
    groups = seen.definition.exclude if kind == "exclude" else seen.definition.include
    where = groups[int(index)].where if index.isdigit() and int(index) < len(groups) else ()
    return next((criterion for criterion in where if criterion.facet == facet), None)


def tried_in(definition: CohortDefinition, label: str | None) -> str | None:
    """Return the group in which values are tried, as `Cohort` names it: an empty card is a new one."""
    if label is None:
        return None
    kind, _, index = label.partition(":")
    groups = definition.exclude if kind == "exclude" else definition.include
    return label if int(index) < len(groups) else "new"
