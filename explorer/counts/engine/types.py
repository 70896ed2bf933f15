"""Names for the kinds of arrays that the engine works with."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counted", "Flags", "Numbers", "Places"]

Flags: TypeAlias = NDArray[np.bool_]
"""One truth for each."""

Numbers: TypeAlias = NDArray[Any]
"""One whole number for each, in a type wide enough."""

Places: TypeAlias = NDArray[np.intp]
"""Where some of them stand, ascending."""

Counted: TypeAlias = tuple[Numbers, Numbers]
"""Patients and series of each code, that of missing last."""
