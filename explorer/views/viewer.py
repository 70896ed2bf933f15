"""The image viewer: itk-vtk-viewer over our own transport, with a still picture beneath it.

Two hosts share one ESM (``static/viewer/host.js``) and one :class:`Picture`:
:class:`~explorer.views.viewer_app.ImageView` in the app, where the page is served as static files,
and :class:`~explorer.views.viewer_notebook.NotebookImage` in notebooks, where the Jupyter server has it if our
extension runs there; else it comes through the kernel (1 MB, once per browser tab).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from explorer.errors import ImageError
from explorer.images.masks import Mask
from explorer.images.volume import Volume
from explorer.views.given import FilesOf, shown_from
from explorer.views.picture import VIEWER_DIR, Picture
from explorer.views.shown import Backend, Mode, Overlay, Shown

if TYPE_CHECKING:
    from explorer.snapshot import Snapshot
    from explorer.views.viewer_app import ImageView
    from explorer.views.viewer_notebook import NotebookImage

__all__ = [
    "VIEWER_DIR",
    "Backend",
    "ImageView",
    "Mode",
    "Overlay",
    "Picture",
    "Shown",
    "host_source",
    "page_address",
    "static_dirs",
    "view",
]

ROUTE = "image-viewer"
"""First part of the page's address in the app."""

Series = Volume | FilesOf | str | PathLike[str] | Iterable[str | PathLike[str]] | Mapping[str, Any]
Overlays = Mask | Overlay | str | PathLike[str] | Sequence[Mask | Overlay | str | PathLike[str]]


def view(
    series: Series,
    *,
    overlays: Overlays | None = None,
    beside: Series | None = None,
    beside_overlays: Overlays | None = None,
    title: str | None = None,
    mode: Mode = "auto",
    backend: Backend = "auto",
    snapshot: Snapshot | None = None,
) -> NotebookImage:
    """An image series to look at in a notebook, alone or beside another one.

    The result shows itself as the last line of a cell. It never blocks: without a browser, and in
    the saved notebook, it is a PNG of one slice with the masks drawn in. Running its cell again, or ``close()``, frees
    its memory.

    Parameters
    ----------
    series
        A :class:`~explorer.images.Volume`, the DICOM files of one series, a folder with one series, a
        SeriesInstanceUID whose files are on this computer, or a row of a table of series that has one.
    overlays
        What was drawn on the series: a :class:`~explorer.images.Mask` on its grid, the path of a SEG or RTSTRUCT file,
        several of these, or ``"linked"`` for all that belong to it. Those are looked for in the folder that was given,
        else right beside the files, and in the folders of images; a warning on the picture says so where there is none.
    beside, beside_overlays
        A second series and its masks, such as a follow-up, or PET beside CT; ``overlays="linked"`` is for both.
        Cursors are linked where both lie in one frame of reference.
    title
        Heading of the first series; None takes the series description.
    mode
        The plane to open with; ``"auto"`` is the one acquired; ``"still"`` tries no viewer.
    backend
        ``"auto"`` tries itk-vtk-viewer, then slices that need no WebGL, then still pictures; ``"viewer"``,
        ``"slices"`` and ``"still"`` take one of them; ``"itkwidgets"`` is ``itkwidgets.view`` itself, with the first
        series only, where the extra of that name is installed.
    snapshot
        What knows which masks belong to which series, and what patient and series are called; None reads headers.
        Where it is de-identified, nothing that a header says of a person is shown.

    Raises
    ------
    ImageError
        The files cannot be read, or a folder holds several series.
    UserError
        There is no such file, folder or series; or masks linked to a `Volume` are asked for, and its files are not in
        a folder of images.

    Examples
    --------
    >>> import explorer
    >>> explorer.view(["slice-1.dcm", "slice-2.dcm"])  # doctest: +SKIP
    >>> explorer.view("1.2.840.113654.2.55.1", overlays="linked")  # doctest: +SKIP
    """
    if beside_overlays is None and overlays == "linked":
        beside_overlays = overlays

    def look() -> Picture:
        shown = [shown_from(series, overlays, title=title, snapshot=snapshot)]
        if beside is not None:
            shown.append(shown_from(beside, beside_overlays, snapshot=snapshot))
        return Picture(shown, mode=mode, backend="auto" if backend == "itkwidgets" else backend)

    series, beside = _kept(series), _kept(beside)
    again = None if isinstance(series, Volume) or isinstance(beside, Volume) else look
    if backend == "itkwidgets":
        if beside is not None:
            raise ImageError('backend="itkwidgets" shows one series. Leave out beside, or take another backend.')
        shown = shown_from(series, overlays, title=title, snapshot=snapshot)
        genuine: NotebookImage = import_module("explorer.views.genuine").show(shown, mode=mode, again=again)
        return genuine
    notebook = import_module("explorer.views.viewer_notebook")
    image: NotebookImage = notebook.NotebookImage(look(), again=again, always=backend == "viewer")
    return image


def static_dirs() -> dict[str, str]:
    """What ``pn.serve(static_dirs=...)`` needs so that the app can show images."""
    return {ROUTE: str(VIEWER_DIR)}


def page_address() -> str:
    """Address of the viewer's page relative to the app's; it changes with the page, so that browsers may keep it."""
    version = VIEWER_DIR / "version.txt"
    built = version.read_text(encoding="ascii").strip() if version.is_file() else ""
    return f"{ROUTE}/page.html" + (f"?v={built}" if built else "")


def host_source(name: str = "host.js") -> str:
    """The ESM of a front end of ours; where it was not built, one that says so."""
    source = VIEWER_DIR / name
    if source.is_file():
        return source.read_text(encoding="utf-8")
    text = "The image viewer is not built. In widgets/, run: npm ci && npm run build:viewer"
    return f"export default {{ render({{ el }}) {{ el.textContent = {json.dumps(text)}; return () => {{}} }} }}"


def _kept(series: Any) -> Any:
    """Return the same series, to be read more than once: an iterator of files becomes a list."""
    once = isinstance(series, Iterable) and iter(series) is series
    return list(series) if once else series


def __getattr__(name: str) -> Any:
    if name == "ImageView":  # brings Panel with it; a notebook needs only anywidget
        return import_module("explorer.views.viewer_app").ImageView
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
