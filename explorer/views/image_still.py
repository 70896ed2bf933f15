"""The picture that the Images tab saves: what is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from explorer.images import slice_count
from explorer.views.picture import Picture
from explorer.views.series_picture import SeriesPicture
from explorer.views.shown import Shown

__all__ = ["still_of"]


def still_of(shown: Sequence[Shown], state: Mapping[str, Any]) -> bytes:
    """PNG of the slices that are looked at, masks drawn in, two of them side by side.

    Parameters
    ----------
    shown
        One series or two.
    state
        ``State`` in ``widgets/src/viewer/wire.ts``, as the browser last reported it. It is not trusted: of a series
        of which it says nothing usable, the slice is drawn that was shown first.
    """
    picture = Picture(shown, mode="still")
    looks = state.get("looks")
    for series, look in zip(picture.series, looks if isinstance(looks, list) else (), strict=False):
        _turn(series, look)
    return picture.still()


def _turn(series: SeriesPicture, look: object) -> None:
    match look:
        case {
            "plane": str(plane),
            "index": int(index),
            "window": [int() | float() as centre, int() | float() as width],
        } if plane in series.planes:
            is_window = isfinite(centre) and isfinite(width) and width > 0
            if not 0 <= index < slice_count(series.volume, plane) or not is_window:
                return
            series.plane, series.index, series.window = plane, index, (centre, width)
