"""One or two series as a viewer's host asks for them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

from explorer.errors import ImageError
from explorer.images import Plane
from explorer.views.linking import common_origin
from explorer.views.series_picture import SeriesPicture
from explorer.views.shown import Backend, Mode, Shown

__all__ = ["VIEWER_DIR", "Picture"]

VIEWER_DIR = Path(__file__).parents[1] / "static" / "viewer"
TIME_LIMIT_S = 20
_ASSETS = ("page.html", "page.js", "itkVtkViewer.js")
_STAGES: Mapping[str, tuple[str, ...]] = {
    "auto": ("viewer", "slices", "still"),
    "viewer": ("viewer", "still"),
    "slices": ("slices", "still"),
    "still": ("still",),
}
"""By what was asked for, what is tried, in order."""
_GAP = 8
"""Pixels between two series in one still picture."""

_log = logging.getLogger(__name__)


class Picture:
    """What both hosts answer from.

    Parameters
    ----------
    shown
        One series, or two to be seen side by side.
    mode, backend
        See :func:`explorer.views.viewer.view`.
    page_url
        Where the viewer page is served; where it is empty the host asks the Jupyter server, then for assets.

    Raises
    ------
    ImageError
        There is no such mode or backend, none or more than two series were given, or a mask is not on their grid.
    """

    def __init__(
        self, shown: Sequence[Shown], *, mode: Mode = "auto", backend: Backend = "auto", page_url: str = ""
    ) -> None:
        if not 1 <= len(shown) <= 2:
            raise ImageError(f"{len(shown)} series were given. Show one, or two side by side.")
        if backend not in _STAGES:
            raise ImageError(f"There is no backend {backend!r}. Backends: {', '.join(_STAGES)}, itkwidgets.")
        self.series = [SeriesPicture(each, mode) for each in shown]
        self._unlinked = _link(*self.series) if len(self.series) == 2 else ""
        if len(self.series) == 2 and not self._unlinked:
            self.series[1].beside(self.series[0])
        self._stages, self._because = _STAGES[backend], ""
        if mode == "still":
            self._stages = _STAGES["still"]
        if self._stages == _STAGES["still"]:
            self._because = "Shown as still pictures, as asked."
        if any(each.volume.is_rgb for each in self.series):
            self._stages, self._because = _STAGES["still"], "Colour images are shown as still pictures."
        self._page_url = page_url

    @property
    def alt(self) -> str:
        """One sentence for those who cannot see the picture."""
        return "; beside it ".join(each.alt for each in self.series)

    @property
    def is_still(self) -> bool:
        """Whether no viewer is tried."""
        return self._stages == _STAGES["still"]

    def still(self) -> bytes:
        """PNG of each series' first slice with its masks, two of them side by side."""
        pictures = [each.still() for each in self.series]
        return pictures[0] if len(pictures) == 1 else _side_by_side(pictures)

    def describe(self) -> str:
        """JSON of what the host shows; ``Picture`` in ``widgets/src/viewer/wire.ts`` is its type."""
        return json.dumps({
            "series": [each.describe() for each in self.series],
            "alt": self.alt,
            "unlinked_because": self._unlinked,
            "stages": self._stages,
            "stages_because": self._because,
            "time_limit_s": TIME_LIMIT_S,
            "page_url": self._page_url,
        }, allow_nan=False)  # fmt: skip

    def answer(self, message: object) -> bytes | None:
        """Bytes that a host asked for; None where there is no such thing.

        Parameters
        ----------
        message
            ``Ask`` in ``widgets/src/viewer/wire.ts``. It comes from a browser: nothing in it is
            trusted, and no path is made from it.
        """
        series = self.series  # another thread may close the picture meanwhile
        try:
            match message:
                case {"kind": "asset", "name": str(name)}:
                    return _asset(name)
                case {"series": int(place)} if 0 <= place < len(series):
                    with np.errstate(all="ignore"):  # a window may be of any size
                        return _of_series(series[place], cast("Mapping[str, Any]", message))
        except (KeyError, ImageError, OSError, ValueError, OverflowError):
            pass
        return None

    def close(self) -> None:
        """Free volumes, levels and masks; afterwards there is no answer to anything but assets."""
        self.series = []


def _link(one: SeriesPicture, two: SeriesPicture) -> str:
    """Count the millimetres of both alike; gives why they cannot be linked, or nothing."""
    origin, because = common_origin(one.volume, two.volume)
    two.volume = replace(two.volume, origin_mm=origin)
    return because


def _of_series(series: SeriesPicture, message: Mapping[str, Any]) -> bytes | None:
    match message:
        case {"kind": "get", "key": str(key)}:
            return series.get(key)
        case {"plane": "axial" | "coronal" | "sagittal" as plane, **rest}:
            return _of_plane(series, plane, rest)
    return None


def _of_plane(series: SeriesPicture, plane: Plane, message: Mapping[str, Any]) -> bytes | None:
    match message:
        case {"kind": "png", "index": int(index), "window": [int() | float() as centre, int() | float() as width]}:
            return series.png(plane, index, (float(centre), float(width)))
        case {"kind": "slice", "index": int(index)}:
            return series.slice(plane, index)
        case {"kind": "mask", "index": int(index), "part": int(part)}:
            return series.mask(plane, index, part)
        case {"kind": "plot"} if plane in series.planes and not series.volume.is_rgb:
            return _plot(series, plane)
    return None


def _plot(series: SeriesPicture, plane: Plane) -> bytes | None:
    """What HoloViews makes of it; None sends the host to the next stage."""
    try:
        return cast(bytes, import_module("explorer.views.slices").plot_item(series.volume, plane))
    except Exception:
        _log.exception("no plot of the %s plane", plane)
        return None


def _asset(name: str) -> bytes | None:
    if name in _ASSETS:
        return (VIEWER_DIR / f"{name}.gz").read_bytes()
    return cast("bytes | None", import_module("explorer.views.slices").bokeh_asset(name))


def _side_by_side(pictures: Sequence[bytes]) -> bytes:
    """One PNG; the lower picture is centred beside the higher one."""
    images = [Image.open(BytesIO(each)) for each in pictures]
    mode = "L" if all(image.mode == "L" for image in images) else "RGB"
    height = max(image.height for image in images)
    whole = Image.new(mode, (sum(image.width for image in images) + _GAP * (len(images) - 1), height))
    left = 0
    for image in images:
        whole.paste(image, (left, (height - image.height) // 2))
        left += image.width + _GAP
    file = BytesIO()
    whole.save(file, format="PNG", optimize=False, compress_level=6)
    return file.getvalue()
