"""The answer to one interaction in a form that is the same for every method, and where two of them differ.

An interaction is what one change of a definition asks for: the totals, the patients that each include group would give
on each level, the counts of every value of every facet that holds anything, and the first page of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from explorer.facets import Facet

__all__ = ["PAGE", "PAGE_COLUMNS", "Answer", "Counts", "Pair", "Value", "differences", "is_binned"]

PAGE = 50
"""Patients on the first page of the table."""

PAGE_COLUMNS = ("PatientID", "dataset", "sex", "age", "studies", "series", "instances", "bytes")

Value = str | int | float | None
Pair = tuple[int, int]
"""Patients and series."""

Counts = dict[Value, Pair]
"""By value, None being missing; of a number or a date by the low end of its bin, a date's being a year."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an interaction asks for.

    Attributes
    ----------
    totals
        Patients, datasets, studies, series, instances, bytes.
    levels
        For each include group the patients on the levels series, study, patient.
    facets
        The counts of each facet; of a text facet only missing.
    page
        The first patients of the table, in the columns of `PAGE_COLUMNS`.
    """

    totals: tuple[int, ...]
    levels: tuple[tuple[int, ...], ...]
    facets: dict[str, Counts]
    page: tuple[tuple[Value, ...], ...]


def is_binned(facet: Facet) -> bool:
    """Whether the facet's values are counted in bins."""
    return facet.kind in ("number", "date")


def differences(ours: Answer, theirs: Answer) -> Iterator[str]:
    """Yield every place where two answers differ, in words."""
    for field in fields(Answer):
        mine, other = getattr(ours, field.name), getattr(theirs, field.name)
        if field.name == "facets":
            yield from _of_facets(mine, other)
        elif mine != other:
            yield from _of_rows(field.name, mine, other)


def _of_facets(ours: Mapping[str, Counts], theirs: Mapping[str, Counts]) -> Iterator[str]:
    for name in sorted({*ours, *theirs}):
        mine, other = ours.get(name, {}), theirs.get(name, {})
        for value in [*mine, *(value for value in other if value not in mine)]:
            if mine.get(value) != other.get(value):
                yield f"{name} {value!r}: ours {mine.get(value)}, theirs {other.get(value)} (patients, series)"


def _of_rows(name: str, ours: tuple[object, ...], theirs: tuple[object, ...]) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{name}: ours has {len(ours)} entries, theirs {len(theirs)}"
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
        if mine != other:
            yield f"{name} {place}: ours {mine}, theirs {other}"
