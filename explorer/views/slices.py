"""Slices drawn by HoloViews, which needs no WebGL: the fallback of the image viewer, and for one's own Panel app.

In the viewer HoloViews composes an empty plot of a plane once, and the browser puts slice after slice into it:
``widgets/src/viewer/slices_stage.ts``. Both use a picture's own axes, ``AXES`` in ``wire.ts``: right is the patient's
left or back, down is the back or the feet, in LPS mm with the sign of that direction.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from typing import Any

import holoviews as hv
import numpy as np
from bokeh.document import Document
from bokeh.embed import json_item
from bokeh.events import MouseWheel, Tap
from bokeh.util.paths import bokehjs_path
from holoviews.plotting.bokeh import BokehRenderer
from holoviews.streams import Stream
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images import Mask, Plane, Volume, to_lps
from explorer.images.mask_planes import MaskPlanes
from explorer.images.overlay import COVER, colours
from explorer.images.values import greys
from explorer.images.volume import PLANES

__all__ = ["bokeh_asset", "plot_item", "slices"]

_GREYS = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
_BARE: dict[str, Any] = {
    "xaxis": None,
    "yaxis": None,
    "toolbar": None,
    "show_frame": False,
    "bgcolor": "black",
    "invert_yaxis": True,
    "default_tools": [],
}
_AXES: dict[Plane, tuple[tuple[int, int], tuple[int, int]]] = {
    "axial": ((2, 1), (1, 1)),
    "coronal": ((2, 1), (0, -1)),
    "sagittal": ((1, 1), (0, -1)),
}
"""What a picture's right and down are: place in z, y, x, and the sign of LPS mm along it."""
_LONGEST = 320
"""CSS pixels of each plane's longer side that :func:`slices` draws."""


def plot_item(volume: Volume, plane: Plane) -> bytes:
    """Compose the plot of one plane, without its voxels.

    Parameters
    ----------
    volume
        In LPS, see :func:`~explorer.images.to_lps`; not RGB.
    plane
        Which plane.

    Returns
    -------
    bytes
        JSON of a Bokeh item, UTF-8. Its image is one voxel as large as the plane; the browser replaces it, and sets
        the ends of the greys and of both axes.
    """
    centre, width = volume.window
    image = hv.Image(np.zeros((1, 1)), bounds=_bounds(volume, plane))
    look = {"cmap": _GREYS, "clim": (centre - width / 2, centre + width / 2), "responsive": True, "border": 0}
    plot = BokehRenderer.get_plot(image.opts(backend="bokeh", **_BARE, **look), doc=Document())
    figure = plot.state
    figure.output_backend = "canvas"
    return json.dumps(json_item(figure)).encode()


@cache
def bokeh_asset(name: str) -> bytes | None:
    """Gzipped script of the Bokeh that is installed; None where it is no script that the slices need."""
    if name != "bokeh.min.js":
        return None
    return gzip.compress((bokehjs_path() / "js" / name).read_bytes(), mtime=0)


def slices(volume: Volume, mask: Mask | None = None) -> hv.Layout:
    """Three planes of a volume with a crosshair, for a Panel app.

    The wheel goes from slice to slice; a click moves the crosshair, and the other planes with it. Both need the
    app's server; without one this is a still picture.

    Parameters
    ----------
    volume
        Turned to the nearest patient axes first. The patient's right is at the left.
    mask
        On the grid of `volume`; its segments cover the image in their colours.

    Raises
    ------
    ImageError
        The volume is RGB, or the mask is not on its grid.

    Examples
    --------
    >>> import panel as pn  # doctest: +SKIP
    >>> pn.panel(slices(volume, mask)).servable()  # doctest: +SKIP
    """
    if volume.is_rgb:
        raise ImageError("Colour images have no planes to slice. Use explorer.view for them.")
    if mask is not None:
        MaskPlanes(volume, [mask])  # refuses a mask of another grid
    turned = to_lps(volume)
    z, y, x = (length // 2 for length in turned.array.shape)
    cursor = _Cursor(z=z, y=y, x=x)
    planes = [_Slices(turned, mask, plane, cursor).drawn() for plane in PLANES]
    return hv.Layout(planes).opts(backend="bokeh", shared_axes=False, toolbar=None).cols(3)


_Cursor = Stream.define("Cursor", z=0, y=0, x=0)


class _Slices:
    """One plane of three, which follows the cursor and moves it.

    Parameters
    ----------
    volume
        In LPS.
    mask
        On the volume's grid before it was turned.
    plane
        Which plane.
    cursor
        Voxel that all planes show, as z, y, x; shared between them.
    """

    def __init__(self, volume: Volume, mask: Mask | None, plane: Plane, cursor: Any) -> None:
        self._volume, self._plane, self._cursor = volume, plane, cursor
        self._labels = None if mask is None else to_lps(mask.volume).array
        self._tints = None if mask is None else colours(mask)
        self._axis = PLANES.index(plane)
        self._heard: Any = None

    def drawn(self) -> hv.DynamicMap:
        """Return the plane, drawn again at every move of the cursor."""
        return hv.DynamicMap(self._draw, streams=[self._cursor])

    def _draw(self, z: int, y: int, x: int) -> hv.Overlay:
        voxel, bounds = (z, y, x), _bounds(self._volume, self._plane)
        window = self._volume.line or self._volume.window
        shades = greys(self._cut(self._volume.array, voxel), window, inverted=self._volume.inverted)
        layers = [hv.Image(shades, bounds=bounds).opts(cmap=_GREYS, clim=(0, 255), backend="bokeh")]
        if self._labels is not None and self._tints is not None:
            layers.append(hv.RGB(_tinted(self._cut(self._labels, voxel), self._tints), bounds=bounds))
        lines = {"color": "#ffd24d", "line_width": 1, "backend": "bokeh"}
        across, along = (
            sign * (self._volume.origin_mm[2 - axis] + voxel[axis] * self._volume.spacing_mm[axis])
            for axis, sign in _AXES[self._plane]
        )
        layers += [hv.VLine(across).opts(**lines), hv.HLine(along).opts(**lines)]
        title = f"{self._plane.capitalize()}, slice {voxel[self._axis] + 1} of {self._count(self._axis)}"
        left, top, right, below = bounds
        scale = _LONGEST / max(right - left, below - top)
        size = {"frame_width": round((right - left) * scale), "frame_height": round((below - top) * scale)}
        look = {"title": title, "hooks": [self._listen], **size}
        return hv.Overlay(layers).opts(**_BARE, **look, backend="bokeh")

    def _cut(self, array: NDArray[Any], voxel: tuple[int, int, int]) -> NDArray[Any]:
        """Rows from below, as HoloViews takes the first row for the one on top and the axis runs down."""
        rows: NDArray[Any] = np.take(array, voxel[self._axis], axis=self._axis)
        return rows[::-1] if self._plane == "axial" else rows

    def _count(self, axis: int) -> int:
        return int(self._volume.array.shape[axis])

    def _listen(self, plot: Any, _element: object) -> None:
        figure = plot.state
        if self._heard is not figure:
            self._heard = figure
            figure.on_event(MouseWheel, self._wheeled)
            figure.on_event(Tap, self._tapped)

    def _wheeled(self, event: Any) -> None:
        self._move({self._axis: getattr(self._cursor, "zyx"[self._axis]) + (1 if event.delta < 0 else -1)})

    def _tapped(self, event: Any) -> None:
        to: dict[int, int] = {}
        for value, (axis, sign) in zip((event.x, event.y), _AXES[self._plane], strict=True):
            to[axis] = round((sign * value - self._volume.origin_mm[2 - axis]) / self._volume.spacing_mm[axis])
        self._move(to)

    def _move(self, to: dict[int, int]) -> None:
        self._cursor.event(**{"zyx"[axis]: min(max(at, 0), self._count(axis) - 1) for axis, at in to.items()})


def _bounds(volume: Volume, plane: Plane) -> tuple[float, float, float, float]:
    """Edges of a plane's voxels in mm along the picture's axes: left, top, right, below."""
    ends = []
    for axis, sign in _AXES[plane]:
        first = volume.origin_mm[2 - axis] - volume.spacing_mm[axis] / 2
        ends.append(sorted((sign * first, sign * (first + volume.array.shape[axis] * volume.spacing_mm[axis]))))
    (left, right), (top, below) = ends
    return left, top, right, below


def _tinted(labels: NDArray[Any], tints: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(rows, columns, 4)`` RGBA of a plane's segment numbers."""
    cover = np.where(labels > 0, round(COVER * 255), 0).astype(np.uint8)
    return np.dstack([tints[labels], cover])
