"""From stored values to the modality's unit, and from there to greys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["greys", "rescaled"]

_SMALL = (np.dtype(np.int16), np.dtype(np.uint16), np.dtype(np.int32))


def rescaled(stored: NDArray[Any], rescale: Sequence[tuple[float, float] | None]) -> NDArray[Any]:
    """Apply each plane's slope and intercept (PS3.3 C.11.1.1.2); in place where the result is no wider.

    Parameters
    ----------
    stored
        ``(z, y, x)``; given away: it may be changed.
    rescale
        Slope and intercept for each plane; None for a plane that holds nothing.

    Returns
    -------
    NDArray
        The same array where all slopes are 1 and intercepts 0; integers in the smallest of int16, uint16 and int32
        that holds them where slopes and intercepts are whole; else float32.
    """
    found = {each for each in rescale if each is not None}
    if found == {(1.0, 0.0)}:
        return stored
    if stored.dtype.kind in "iu" and all(slope.is_integer() and intercept.is_integer() for slope, intercept in found):
        kind = _kind(stored, rescale)
        if kind is not None and kind.itemsize == stored.itemsize:
            return _in_place(stored, rescale, kind)
        if kind is not None:
            return _apply(stored, rescale, np.empty(stored.shape, dtype=kind), np.int64)
    return _apply(stored, rescale, np.empty(stored.shape, dtype=np.float32), np.float64)


def greys(pixels: NDArray[Any], window: tuple[float, float], *, inverted: bool = False) -> NDArray[np.uint8]:
    """Values as 0 (black) to 255 (white), linear from one end of the window to the other.

    Parameters
    ----------
    window
        Centre and width, in the unit of the pixels, as LINEAR_EXACT takes them. Frames give theirs in this form.
    inverted
        Low values are white (MONOCHROME1).

    References
    ----------
    PS3.3 C.11.2.1.3.2 LINEAR_EXACT.
    """
    centre, width = window
    share: NDArray[np.float32] = (pixels.astype(np.float32) - np.float32(centre - width / 2)) / np.float32(width)
    share = np.nan_to_num(share, copy=False).clip(0, 1, out=share)
    if inverted:
        share = 1 - share
    return np.asarray(share * 255 + 0.5, dtype=np.uint8)


def _kind(stored: NDArray[Any], rescale: Sequence[tuple[float, float] | None]) -> np.dtype[Any] | None:
    """Smallest type for the results, by the values that are there, not by those that could be."""
    low, high = 0, 0
    for plane, each in zip(stored, rescale, strict=True):
        if each is not None:
            ends = [int(end) * int(each[0]) + int(each[1]) for end in (plane.min(), plane.max())]
            low, high = min(low, *ends), max(high, *ends)
    return next((kind for kind in _SMALL if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max), None)


def _in_place(stored: NDArray[Any], rescale: Sequence[tuple[float, float] | None], kind: np.dtype[Any]) -> NDArray[Any]:
    """Whole numbers modulo 2^bits: right wherever the result fits, and it was seen to fit."""
    modulus = 1 << (8 * stored.itemsize)
    around = stored.view(np.dtype(f"u{stored.itemsize}"))
    for plane, each in zip(around, rescale, strict=True):
        if each is not None:
            slope, intercept = (around.dtype.type(int(value) % modulus) for value in each)
            if slope != 1:
                np.multiply(plane, slope, out=plane)
            np.add(plane, intercept, out=plane)
    return around.view(kind)


def _apply(
    stored: NDArray[Any], rescale: Sequence[tuple[float, float] | None], result: NDArray[Any], exact: type[Any]
) -> NDArray[Any]:
    for source, target, each in zip(stored, result, rescale, strict=True):
        if each is not None:
            wide = source.astype(exact)
            wide *= exact(each[0])
            wide += exact(each[1])
            target[...] = wide
    return result
