"""What a viewer says about a series: title, caption, and a sentence for those who cannot see the picture."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.images import Plane, Volume, slice_count
from explorer.views.shown import Shown

__all__ = ["alt_text", "caption", "title_of"]

_NAMED = 5
"""Segments that a sentence names."""


def title_of(shown: Shown) -> str:
    """Heading of a series."""
    return shown.title or shown.volume.description or shown.volume.modality or "Images"


def alt_text(shown: Shown, plane: Plane, index: int) -> str:
    """One sentence: what it is, which plane and slice (counted from 1), which segments are drawn."""
    volume = shown.volume
    where = f", {plane} plane" if volume.has_geometry else ""
    count = slice_count(volume, plane)
    return f"{volume.modality or 'Image'} {title_of(shown)}{where}, slice {index + 1} of {count}{_drawn(shown)}"


def caption(shown: Shown, acquired: Plane | None) -> list[str]:
    """Lines at the top left of the picture; the first one is the patient."""
    volume = shown.volume
    count = slice_count(volume, acquired or "axial")
    unit = "image" if count == 1 else "slices" if volume.has_geometry else "frames"
    lines = [volume.patient_id or "Patient not recorded"]
    if volume.description and volume.description != title_of(shown):
        lines.append(volume.description)
    if shown.about:
        lines.append(shown.about)
    lines.append(f"{volume.modality or 'Modality not recorded'}, {count:,} {unit}")
    lines.append(_lengths(volume))
    if volume.oblique_degrees >= 1:
        lines.append(f"Acquired oblique {volume.oblique_degrees:.0f} degrees")
    return lines


def _lengths(volume: Volume) -> str:
    """Size of a voxel: slice distance first, then rows and columns, in mm."""
    if not all(volume.spacing_known[1:]):
        return "Size of pixels not recorded"
    if not volume.has_geometry or volume.array.shape[0] == 1:
        inside = " × ".join(f"{value:.3g}" for value in volume.spacing_mm[1:])
        return f"{inside} mm" + (" at the detector" if volume.at_detector else "")
    return " × ".join(f"{value:.3g}" for value in volume.spacing_mm) + " mm (z, y, x)"


def _drawn(shown: Shown) -> str:
    names = [segment.label or "a segment" for overlay in shown.overlays for segment in overlay.mask.segments]
    return f", with {_listed(names)} drawn over it" if names else ""


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    listed = [*names[:_NAMED], *([f"{more:,} more"] if more > 0 else [])]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
