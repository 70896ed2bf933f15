"""The facets of a snapshot, from the columns that declare one.

Each is an attribute of this module under its own name, so that a line reads as a sentence:
``Modality.is_in("MR")``, ``age.between(50, 75)``.
"""

from __future__ import annotations

from explorer.facets.criterion import Criterion, Scalar
from explorer.facets.facet import Facet, Operator
from explorer.schema import DATASET, PATIENT, SERIES, STUDY, Level, Table

__all__ = ["FACETS", "Criterion", "Facet", "Operator", "Scalar"]

_LEVELS: tuple[tuple[Level, Table], ...] = (
    ("series", SERIES),
    ("study", STUDY),
    ("patient", PATIENT),
    ("dataset", DATASET),
)

FACETS: dict[str, Facet] = {
    column.name: Facet(level, column, column.kind, column.title)
    for level, table in _LEVELS
    for column in table
    if column.kind and column.title
}
"""Every facet by name."""


def __getattr__(name: str) -> Facet:
    try:
        return FACETS[name]
    except KeyError:
        raise AttributeError(f"there is no facet {name!r}; the facets are {', '.join(sorted(FACETS))}") from None


def __dir__() -> list[str]:
    return sorted([*__all__, *FACETS])
