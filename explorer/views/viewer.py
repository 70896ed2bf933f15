"""The image viewer: itk-vtk-viewer over our own transport, with a still picture beneath it.

Two hosts share one ESM (``static/viewer/host.js``) and one :class:`Picture`:
:class:`~explorer.views.viewer_app.ImageView` in the app, where the page is served as static files,
and :class:`~explorer.views.viewer_notebook.NotebookImage` in notebooks, where it comes through the
kernel (1 MB, once per browser tab) because no server of ours is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from explorer.errors import ImageError
from explorer.images import Plane, Pyramid, Volume, png, read_series, slice_count, to_lps

if TYPE_CHECKING:
    from explorer.views.viewer_app import ImageView
    from explorer.views.viewer_notebook import NotebookImage

__all__ = ["VIEWER_DIR", "ImageView", "Mode", "Picture", "host_source", "static_dirs", "view"]

VIEWER_DIR = Path(__file__).parents[1] / "static" / "viewer"
ROUTE = "image-viewer"
"""First part of the page's address in the app."""

Mode = Literal["auto", "axial", "coronal", "sagittal", "still"]
PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")

FULL_AT_ONCE = 24 * 2**20
"""Bytes: a volume up to this size is loaded at full resolution without being asked."""

TIME_LIMIT_S = 20
_ASSETS = ("page.html", "page.js", "itkVtkViewer.js")


def view(
    volume_or_files: Volume | Path | str | Iterable[Path | str],
    *,
    title: str | None = None,
    mode: Mode = "auto",
) -> NotebookImage:
    """An image series to look at in a notebook.

    The result shows itself as the last line of a cell. It never blocks: without a browser, and in
    the saved notebook, it is a PNG of the middle slice.

    Parameters
    ----------
    volume_or_files
        A :class:`~explorer.images.Volume`, or the DICOM files of one series.
    title
        Heading; None takes the series description.
    mode
        The plane to open with; ``"auto"`` is the one acquired; ``"still"`` tries no viewer.

    Raises
    ------
    ImageError
        The files cannot be read.

    Examples
    --------
    >>> import explorer
    >>> explorer.view(["slice-1.dcm", "slice-2.dcm"])  # doctest: +SKIP
    """
    if isinstance(volume_or_files, Volume):
        volume = volume_or_files
    else:
        single = isinstance(volume_or_files, Path | str)
        files = [volume_or_files] if single else volume_or_files
        volume = read_series(cast("Iterable[Path | str]", files))
    notebook = import_module("explorer.views.viewer_notebook")
    return cast("NotebookImage", notebook.NotebookImage(Picture(volume, title=title, mode=mode)))


def static_dirs() -> dict[str, str]:
    """What ``pn.serve(static_dirs=...)`` needs so that the app can show images."""
    return {ROUTE: str(VIEWER_DIR)}


def host_source(name: str = "host.js") -> str:
    """The ESM of a front end of ours; where it was not built, one that says so."""
    source = VIEWER_DIR / name
    if source.is_file():
        return source.read_text(encoding="utf-8")
    text = "The image viewer is not built. In widgets/, run: npm ci && npm run build:viewer"
    return f"export default {{ render({{ el }}) {{ el.textContent = {json.dumps(text)}; return () => {{}} }} }}"


class Picture:
    """What both hosts answer from: the description, the chunks, the stills.

    Parameters
    ----------
    volume
        What to show.
    title
        Heading; None takes the series description.
    mode
        See :func:`view`.
    page_url
        Where the viewer page is served; empty sends it through messages.
    """

    def __init__(self, volume: Volume, *, title: str | None = None, mode: Mode = "auto", page_url: str = "") -> None:
        if mode not in ("auto", "still", *PLANES):
            raise ImageError(f"There is no mode {mode!r}. Modes: auto, {', '.join(PLANES)}, still.")
        self.volume = to_lps(volume)
        self.title = title or volume.description or volume.modality or "Images"
        self.acquired: Plane | None = volume.acquired_plane if volume.has_geometry else None
        flat = min(self.volume.array.shape[:3]) == 1
        self.planes = PLANES if volume.has_geometry and not flat else (volume.acquired_plane,)
        self.plane: Plane = volume.acquired_plane
        if mode in self.planes:
            self.plane = mode
        self.pyramid = None if volume.is_rgb or mode == "still" else Pyramid(volume)
        self._mode, self._page_url = mode, page_url

    @property
    def alt(self) -> str:
        """One sentence for those who cannot see the picture."""
        count = slice_count(self.volume, self.plane)
        what = self.volume.modality or "Image"
        where = f", {self.plane} plane" if self.volume.has_geometry else ""
        return f"{what} {self.title}{where}, slice {count // 2 + 1} of {count}"

    def still(self) -> bytes:
        """PNG of the middle slice."""
        return png(self.volume, self.plane)

    def describe(self) -> str:
        """JSON of what the host shows; ``Picture`` in ``widgets/src/viewer/wire.ts`` is its type."""
        volume = self.volume
        window = self.pyramid.window if self.pyramid else volume.window
        low, high = window[0] - window[1] / 2, window[0] + window[1] / 2
        if not volume.is_rgb:
            low, high = min(low, float(volume.array.min())), max(high, float(volume.array.max()))
        return json.dumps({
            "title": self.title,
            "caption": self._caption(),
            "alt": self.alt,
            "warnings": [{"name": note.name, "text": note.text} for note in volume.warnings],
            "plane": self.plane,
            "planes": self.planes,
            "acquired": self.acquired,
            "shape": volume.array.shape[:3],
            "spacing": volume.spacing_mm,
            "origin": volume.origin_mm[::-1],
            "oriented": volume.has_geometry,
            "window": window,
            "range": (low, high),
            "coarseness": self._coarseness(),
            "full": volume.array.nbytes <= FULL_AT_ONCE,
            "still_because": self._still_because(),
            "time_limit_s": TIME_LIMIT_S,
            "page_url": self._page_url,
        })  # fmt: skip

    def answer(self, message: Mapping[str, Any]) -> bytes | None:
        """Bytes that a host asked for; None where there is no such thing.

        Parameters
        ----------
        message
            ``Ask`` in ``widgets/src/viewer/wire.ts``. It comes from a browser: nothing in it is
            trusted, and no path is made from it.
        """
        try:
            match message:
                case {"kind": "get", "key": str(key)} if self.pyramid:
                    return self.pyramid[key]
                case {"kind": "png", "plane": "axial" | "coronal" | "sagittal" as plane, "index": int(index)}:
                    return png(self.volume, cast(Plane, plane), index)
                case {"kind": "asset", "name": str(name)} if name in _ASSETS:
                    return (VIEWER_DIR / f"{name}.gz").read_bytes()
        except (KeyError, ImageError, OSError):
            pass
        return None

    def _coarseness(self) -> list[int]:
        """Per level, by how much its finest axis is coarser than the files."""
        return [2**level for level in range(self.pyramid.levels)] if self.pyramid else [1]

    def _still_because(self) -> str:
        if self.volume.is_rgb:
            return "Colour images are shown as still pictures."
        return "" if self.pyramid else "Shown as still pictures, as asked."

    def _caption(self) -> list[str]:
        volume = self.volume
        count = slice_count(volume, self.acquired or "axial")
        unit = "image" if count == 1 else "slices" if volume.has_geometry else "frames"
        lines = [volume.patient_id or "Patient not recorded"]
        lines.append(f"{volume.modality or 'Modality not recorded'}, {count:,} {unit}")
        if volume.description and volume.description != self.title:
            lines.insert(1, volume.description)
        lines.append(self._lengths())
        if volume.oblique_degrees >= 1:
            lines.append(f"Acquired oblique {volume.oblique_degrees:.0f} degrees")
        return lines

    def _lengths(self) -> str:
        """Size of a voxel: slice distance first, then rows and columns, in mm."""
        volume = self.volume
        if not volume.has_geometry or volume.array.shape[0] == 1:
            inside = " × ".join(f"{value:.3g}" for value in volume.spacing_mm[1:])
            return f"{inside} mm" + (" at the detector" if volume.at_detector else "")
        return " × ".join(f"{value:.3g}" for value in volume.spacing_mm) + " mm (z, y, x)"


def __getattr__(name: str) -> Any:
    if name == "ImageView":  # brings Panel with it; a notebook needs only anywidget
        return import_module("explorer.views.viewer_app").ImageView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
