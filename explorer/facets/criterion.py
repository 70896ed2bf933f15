"""A criterion: one facet with what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Criterion", "Scalar"]

Scalar = str | int | float | None
"""A value of a facet; None stands for missing. Dates are ISO 8601 text. Booleans are never values."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One facet with what is wanted of it; exactly one operator is set.

    Attributes
    ----------
    facet
        Name of the facet.
    is_in
        Any of these values; None among them stands for missing.
    between
        Both ends included; a None end is open, two None ends mean "recorded".
    missing
        With `between`: missing values are taken too.
    contains
        Any of these texts is a literal substring, after NFC and case-folding.
    """

    facet: str
    is_in: tuple[Scalar, ...] | None = None
    between: tuple[Scalar, Scalar] | None = None
    missing: bool = False
    contains: tuple[str, ...] | None = None
