"""Bytes as people read them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["byte_size", "byte_sizes"]

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def byte_size(number: int) -> str:
    """Return bytes in three figures and a unit, one kB being 1,000 bytes: ``"2.17 TB"``."""
    return byte_sizes([number])[0]


def byte_sizes(numbers: Sequence[int]) -> list[str]:
    """Return bytes in one unit for all, that of the largest, so that a column can be compared."""
    value, unit = float(max(numbers, default=0)), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    places = 0 if unit == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return [f"{number / 1000**unit:,.{places}f} {_UNITS[unit]}" for number in numbers]
