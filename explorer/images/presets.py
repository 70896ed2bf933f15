"""Windows to look at a volume with, by its modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.images.volume import Volume, as_acquired

__all__ = ["Preset", "opening_window", "value_range", "window_presets"]

Window = tuple[float, float]

_CT: tuple[tuple[str, Window], ...] = (
    ("Soft tissue", (50, 400)),
    ("Lung", (-600, 1500)),
    ("Bone", (400, 1800)),
    ("Brain", (40, 80)),
    ("Liver", (30, 150)),
)
_SAMPLED = 2**18
"""Voxels that percentiles are taken from."""


@dataclass(frozen=True)
class Preset:
    """A window and what it is called.

    Attributes
    ----------
    name
        One of: Soft tissue, Lung, Bone, Brain, Liver, Auto, As recorded, Wide, Narrow.
    window
        Centre and width, in the volume's unit.
    """

    name: str
    window: Window


def window_presets(volume: Volume) -> tuple[Preset, ...]:
    """Windows for a volume, the recorded one first; none for colours.

    CT has the usual windows in HU, without those that would show nothing but black or white. Nuclear medicine begins
    at zero, where there is no activity. Everything else goes by its own values: Auto from the 1st to the 99th
    percentile, Wide and Narrow with twice and half its width.

    References
    ----------
    Murphy A et al., Windowing (CT), https://radiopaedia.org/articles/windowing-ct: the windows of CT.
    """
    if volume.is_rgb:
        return ()
    values = _sample(volume.array)
    recorded = () if _computed(volume) else (Preset("As recorded", volume.window),)
    if volume.modality == "CT":
        return (*recorded, *_of_ct(values), Preset("Auto", _between(values, 1, 99)))
    if volume.modality in ("PT", "NM") and not volume.inverted:
        top = max(float(np.percentile(values, 99.9)), 0.0) or float(values.max()) or 1.0
        ends = (("Auto", top), ("Wide", 2 * top), ("Narrow", top / 2))
        return (*recorded, *(Preset(name, (end / 2, abs(end))) for name, end in ends))
    centre, width = _between(values, 1, 99)
    widths = (("Auto", width), ("Wide", 2 * width), ("Narrow", width / 2))
    return (*recorded, *(Preset(name, (centre, each)) for name, each in widths))


def opening_window(volume: Volume) -> Window:
    """Centre and width to begin with: the recorded one, but in nuclear medicine the one that shows the uptake.

    What a PET records often spans the whole range of stored values, in which all but the hottest voxels are black.
    """
    if volume.modality in ("PT", "NM") and not (volume.inverted or volume.is_rgb):
        return next(preset.window for preset in window_presets(volume) if preset.name == "Auto")
    return volume.window


def value_range(volume: Volume) -> tuple[float, float]:
    """Lowest and highest finite value; 0 and 1 where there is none."""
    # As acquired, the voxels lie in the order of memory: ten times as fast as turned.
    array = as_acquired(volume).array
    low, high = float(array.min()), float(array.max())
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = array[np.isfinite(array)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _of_ct(values: NDArray[Any]) -> list[Preset]:
    low, high = float(values.min()), float(values.max())
    return [
        Preset(name, (centre, width))
        for name, (centre, width) in _CT
        if centre - width / 2 < high and low < centre + width / 2
    ]


def _between(values: NDArray[Any], first: float, last: float) -> Window:
    low, high = (float(value) for value in np.percentile(values, (first, last)))
    if low == high:  # a mask is nearly all ground
        low, high = float(values.min()), float(values.max())
    return (low + high) / 2, high - low or 1.0


def _sample(array: NDArray[Any]) -> NDArray[Any]:
    """Evenly spread finite values, at least one."""
    step = max(1, round((array.size / _SAMPLED) ** (1 / 3)))
    steps = tuple(slice(min(step, size) // 2, None, min(step, size)) for size in array.shape)
    values: NDArray[Any] = array[steps].ravel()
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    return values if values.size else np.zeros(1)


def _computed(volume: Volume) -> bool:
    """Whether the window was made from the values because the files have none, see `read_series`."""
    if volume.line is not None and volume.line != volume.window:
        return False
    array = as_acquired(volume).array
    low, high = np.percentile(array[:: max(1, len(array) // 8), ::2, ::2], (1, 99))
    if low == high:
        low, high = value_range(volume)
    return bool(np.allclose(volume.window, ((low + high) / 2, high - low or 1.0), equal_nan=True))
