"""The distinct values of a facet in order, and which of them a criterion wants."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from explorer.counts.engine.once import once
from explorer.counts.engine.types import Flags, Numbers
from explorer.facets import Criterion, Scalar
from explorer.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EPOCH", "Vocabulary", "compared"]

EPOCH = date(1970, 1, 1).toordinal()
"""Dates are days since 1970-01-01 here."""


class Vocabulary:
    """The distinct values of a facet, sorted; a value's place is its code, and missing has the code after the last.

    Parameters
    ----------
    kind
        Of the facet; texts are not kept in a vocabulary.
    values
        Text for categories, numbers, or days since 1970-01-01 for dates.
    """

    def __init__(self, kind: Kind, values: Sequence[str] | Numbers) -> None:
        self.kind = kind
        self.values = values
        self._codes = {value: code for code, value in enumerate(values)} if kind in ("category", "many-valued") else {}

    def __len__(self) -> int:
        return len(self.values)

    def wanted(self, criterion: Criterion) -> Flags:
        """Return for each code, that of missing being the last, whether the criterion wants it."""
        wanted = np.zeros(len(self) + 1, np.bool_)
        if self.kind in ("number", "date"):
            wanted[:-1] = compared(self.kind, np.asarray(self.values), criterion)
        else:
            known = (self._codes.get(str(value)) for value in criterion.is_in or () if value is not None)
            wanted[[code for code in known if code is not None]] = True
        wanted[-1] = criterion.missing or None in (criterion.is_in or ())
        return wanted

    @once
    def scalars(self) -> list[Scalar]:
        """The values as definitions write them, by code; None, for missing, is the last."""
        if self.kind == "date":
            return [*(date.fromordinal(int(day) + EPOCH).isoformat() for day in self.values), None]
        return [*(self.values.tolist() if isinstance(self.values, np.ndarray) else self.values), None]


def compared(kind: Kind, values: Numbers, criterion: Criterion) -> Flags:
    """Return for each number, or day, whether the criterion wants it; NaN, which stands for missing, never is."""
    if criterion.is_in is not None:
        return np.isin(values, [_comparable(kind, value) for value in criterion.is_in if value is not None])
    if criterion.between is None:
        raise AssertionError(f"{criterion} compares no numbers")
    low, high = criterion.between
    inside = np.asarray(values == values)
    if low is not None:
        inside &= values >= _comparable(kind, low)
    if high is not None:
        inside &= values <= _comparable(kind, high)
    return inside


def _comparable(kind: Kind, value: Scalar) -> float:
    # Beyond 2 to the 53 no column holds whole numbers, and doubles compare alike.
    return date.fromisoformat(str(value)).toordinal() - EPOCH if kind == "date" else float(value or 0)
