"""The segments over a series, as the viewer lists them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.images import Volume
from explorer.images.mask_planes import MaskPlanes
from explorer.images.masks import Segment
from explorer.images.overlay import PALETTE
from explorer.views.shown import Overlay

__all__ = ["colour_tables", "overlays_told", "segments_told"]

Colour = tuple[int, int, int]
_DARKEST = 60
"""Of 255, the least brightness of a recommended colour: a darker one is lost on the images."""


def overlays_told(overlays: Sequence[Overlay]) -> list[dict[str, Any]]:
    """``SeriesPicture.overlays`` of ``wire.ts``."""
    return [
        {
            "name": overlay.name,
            "kind": overlay.kind,
            "made_by": overlay.made_by,
            "warnings": [note.text for note in overlay.mask.warnings],
        }
        for overlay in overlays
    ]


def segments_told(volume: Volume, overlays: Sequence[Overlay], planes: MaskPlanes) -> list[dict[str, Any]]:
    """``SeriesPicture.segments`` of ``wire.ts``."""
    sized = volume.has_geometry and all(volume.spacing_known) and not volume.at_detector
    tables = colour_tables(overlays)
    return [
        {
            "bit": bit,
            "overlay": placed.mask,
            "name": placed.segment.label or f"Segment {placed.segment.number}",
            "detail": _detail(placed.segment),
            "colour": "#{:02x}{:02x}{:02x}".format(*tables[placed.mask][placed.segment.number]),
            "cm3": overlays[placed.mask].mask.volume_mm3(placed.segment.number) / 1000 if sized else None,
            "slices": placed.spans,
        }
        for bit, placed in enumerate(planes.segments)
    ]


def colour_tables(overlays: Sequence[Overlay]) -> list[NDArray[np.uint8]]:
    """For each overlay, ``(n, 3)`` sRGB by segment number.

    It is what the author recommends, unless it is too dark or an earlier mask has it already: two readers' outlines of
    one lesion must differ. Else it is the next free one of the palette, which begins again when all are used.
    """
    taken: set[Colour] = set()
    again = cycle(PALETTE)
    tables = []
    for overlay in overlays:
        segments = overlay.mask.segments
        table = np.zeros((max((segment.number for segment in segments), default=0) + 1, 3), dtype=np.uint8)
        of_this: set[Colour] = set()
        for segment in segments:
            table[segment.number] = colour = _colour(segment, taken, taken | of_this, again)
            of_this.add(colour)
        taken |= of_this
        tables.append(table)
    return tables


def _colour(segment: Segment, others: set[Colour], used: set[Colour], again: Iterator[Colour]) -> Colour:
    wanted = segment.colour
    if wanted is not None and wanted not in others and max(wanted) >= _DARKEST:
        return wanted
    return next((colour for colour in PALETTE if colour not in used), None) or next(again)


def _detail(segment: Segment) -> str:
    """What it is, where, and who or what drew it, all as recorded."""
    codes = [code.meaning for code in (segment.kind, *segment.anatomy) if code and code.meaning]
    words = [*codes, segment.algorithm_type, segment.algorithm_name]
    return " · ".join(dict.fromkeys(word for word in words if word and word != segment.label))
