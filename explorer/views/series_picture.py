"""One series as a viewer's host asks for it: what it is, its chunks, stills, slices and masks."""

from __future__ import annotations

from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images import Plane, Pyramid, overlay_png, png, slice_count
from explorer.images.mask_planes import MaskPlanes
from explorer.images.overlay import slice_with_mask
from explorer.images.presets import opening_window, value_range, window_presets
from explorer.images.pyramid import drawable, packed
from explorer.images.volume import PLANES
from explorer.views.caption import alt_text, caption, title_of
from explorer.views.segments import colour_tables, overlays_told, segments_told
from explorer.views.shown import Mode, Shown

__all__ = ["SeriesPicture"]

Window = tuple[float, float]

FULL_AT_ONCE = 24 * 2**20
"""Bytes: a volume up to this size is loaded at full resolution without being asked."""


class SeriesPicture:
    """What the hosts are told of one series, and the bytes that they ask for.

    Nothing is copied when it is made; levels, slices and masks are made when they are asked for.

    Parameters
    ----------
    shown
        The series and its masks.
    mode
        The plane to open with, see :func:`explorer.views.viewer.view`.

    Raises
    ------
    ImageError
        There is no such mode, or a mask is not on the grid of the images.
    """

    def __init__(self, shown: Shown, mode: Mode = "auto") -> None:
        if mode not in ("auto", "still", *PLANES):
            raise ImageError(f"There is no mode {mode!r}. Modes: auto, {', '.join(PLANES)}, still.")
        self.shown = shown
        self.volume = drawable(shown.volume)
        source = shown.volume
        self.acquired: Plane | None = source.acquired_plane if source.has_geometry else None
        self._flat = min(source.array.shape[:3]) == 1
        self.planes = PLANES if source.has_geometry and not self._flat else (source.acquired_plane,)
        self.plane: Plane = mode if mode in self.planes else source.acquired_plane
        opening = opening_window(source)
        # MONOCHROME1 is mirrored, its window too.
        self.window = self.volume.window if opening == source.window else opening
        self.masks = MaskPlanes(source, [overlay.mask for overlay in shown.overlays])

    @cached_property
    def index(self) -> int:
        """Slice to show first: one that is there, with a mask if there are masks; the middle one where it is both."""
        masks = [overlay.mask for overlay in self.shown.overlays if overlay.mask.patches]
        count = slice_count(self.volume, self.plane)
        wanted = slice_with_mask(masks[0], self.plane) if masks else count // 2
        gaps = self.volume.missing if self.plane == self.acquired else ()
        return min((each for each in range(count) if each not in set(gaps)), key=lambda n: abs(n - wanted), default=0)

    @property
    def alt(self) -> str:
        """One sentence for those who cannot see the picture."""
        return alt_text(self.shown, self.plane, self.index)

    @property
    def _drawn(self) -> Window | None:
        """The window of stills; None where the recorded one is drawn as its function says."""
        return None if self.window == self.volume.window else self.window

    def beside(self, other: SeriesPicture) -> None:
        """Open where another series in the same millimetres opens: at its plane, at the nearest slice."""
        if other.plane not in self.planes:
            return
        self.plane = other.plane
        axis = PLANES.index(self.plane)
        here, there = self.volume, other.volume
        # Origins are x, y, z; spacings z, y, x.
        mm = there.origin_mm[2 - axis] + other.index * there.spacing_mm[axis]
        nearest = round((mm - here.origin_mm[2 - axis]) / here.spacing_mm[axis])
        self.index = min(max(nearest, 0), here.array.shape[axis] - 1)

    def describe(self) -> dict[str, Any]:
        """``SeriesPicture`` of ``widgets/src/viewer/wire.ts``."""
        volume, source = self.volume, self.shown.volume
        return {
            "title": title_of(self.shown),
            "caption": caption(self.shown, self.acquired),
            "alt": self.alt,
            "modality": source.modality,
            "warnings": [{"name": note.name, "text": note.text} for note in source.warnings],
            "missing": volume.missing if self.acquired else source.missing,
            "plane": self.plane,
            "planes": self.planes,
            "index": self.index,
            "volume": not (volume.is_rgb or self._flat) and volume.has_geometry and all(volume.spacing_known),
            "acquired": self.acquired,
            "oblique": round(source.oblique_degrees, 1),
            "shape": volume.array.shape[:3],
            "spacing": volume.spacing_mm,
            "origin": volume.origin_mm[::-1],
            "oriented": volume.has_geometry,
            "measured": self._measured(),
            "unit": "HU" if source.modality == "CT" else "",
            "dtype": volume.array.dtype.name,
            "window": self.window,
            "presets": [{"name": preset.name, "window": preset.window} for preset in window_presets(volume)],
            "range": self._range(),
            "coarseness": [2**level for level in range(self._pyramid.levels)] if self._pyramid else [1],
            "full": volume.array.nbytes <= FULL_AT_ONCE,
            "overlays": overlays_told(self.shown.overlays),
            "segments": segments_told(source, self.shown.overlays, self.masks),
        }

    def get(self, key: str) -> bytes:
        """One key of the OME-Zarr store; KeyError where there is none."""
        if self._pyramid is None:
            raise KeyError(key)
        return self._pyramid[key]

    def png(self, plane: Plane, index: int, window: Window | None) -> bytes:
        """One plane without masks; ImageError where there is no such slice."""
        if window is not None and not (all(isfinite(value) for value in window) and window[1] > 0):
            raise ImageError(f"There is no window of width {window[1]} around {window[0]}.")
        return png(self.volume, plane, index, window)

    def still(self) -> bytes:
        """The slice to show first, with the masks drawn in."""
        if not self.shown.overlays:
            return png(self.volume, self.plane, self.index, self._drawn)
        masks = [overlay.mask for overlay in self.shown.overlays]
        tables = colour_tables(self.shown.overlays)
        return overlay_png(self.volume, masks, self.plane, self.index, self._drawn, tables=tables)

    def slice(self, plane: Plane, index: int) -> bytes | None:
        """Voxels of one plane, row by row from the top of the picture, as one Blosc chunk; None for colours."""
        axis = PLANES.index(plane)
        if self.volume.is_rgb or not 0 <= index < self.volume.array.shape[axis]:
            return None
        return packed(_from_the_top(np.take(self.volume.array, index, axis=axis), axis))

    def mask(self, plane: Plane, index: int, part: int) -> bytes | None:
        """Bits of 32 segments in one plane, as :meth:`slice`; None where none of them is there."""
        axis = PLANES.index(plane)
        if part < 0 or not 0 <= index < self.volume.array.shape[axis]:
            return None
        bits = self.masks.plane(axis, index, part)
        return None if bits is None else packed(_from_the_top(bits, axis))

    @cached_property
    def _pyramid(self) -> Pyramid | None:
        return None if self.volume.is_rgb else Pyramid(self.volume)

    def _measured(self) -> bool:
        volume = self.volume
        seen = {axis for plane in self.planes for axis in range(3) if axis != PLANES.index(plane)}
        return not volume.at_detector and all(volume.spacing_known[axis] for axis in seen)

    def _range(self) -> Window:
        centre, width = self.volume.window
        if self.volume.is_rgb:
            return centre - width / 2, centre + width / 2
        low, high = value_range(self.volume)
        return min(low, centre - width / 2), max(high, centre + width / 2)


def _from_the_top(pixels: NDArray[Any], axis: int) -> NDArray[Any]:
    """Head at the top in coronal and sagittal planes."""
    return pixels[::-1] if axis else pixels
