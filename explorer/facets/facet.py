"""A facet: a property that one can filter by."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.facets.criterion import Criterion, Scalar
from explorer.schema import Column, Kind, Level

__all__ = ["Facet", "Operator"]

Operator = str

_OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    "category": ("is_in",),
    "many-valued": ("is_in",),
    "text": ("is_in", "contains"),
    "number": ("is_in", "between"),
    "date": ("is_in", "between"),
}


@dataclass(frozen=True, slots=True)
class Facet:
    """A property that one can filter by, taken from its column's declaration.

    Examples
    --------
    >>> from explorer.facets import Modality
    >>> Modality.is_in("CT", "MR")
    Criterion(facet='Modality', is_in=('CT', 'MR'), between=None, missing=False, contains=None)
    """

    level: Level
    column: Column
    kind: Kind
    title: str

    @property
    def name(self) -> str:
        """The name used in definitions, which is the column's."""
        return self.column.name

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The operators that this kind of facet has."""
        return _OPERATORS[self.kind]

    @property
    def recorded(self) -> bool:
        """Whether values stand as recorded (a DICOM keyword), not derived or normalised."""
        return self.name[0].isupper()

    @property
    def of_image(self) -> bool:
        """Whether the facet belongs to series or studies, so that it can choose series ("image facet")."""
        return self.level in ("series", "study")

    def is_in(self, *values: Scalar) -> Criterion:
        """Return the criterion "any of these values"; None stands for missing."""
        return Criterion(self.name, is_in=values)

    def between(self, low: Scalar, high: Scalar, *, missing: bool = False) -> Criterion:
        """Return the criterion "from low to high", both included; a None end is open."""
        return Criterion(self.name, between=(low, high), missing=missing)

    def contains(self, *texts: str) -> Criterion:
        """Return the criterion "holds any of these texts", upper and lower case alike."""
        return Criterion(self.name, contains=texts)
