"""Genuine ``itkwidgets.view()``: called only after a JupyterLab has answered, with our own viewer wherever it has not.

itkwidgets holds back every later cell until its viewer has come up, so without a browser, or without the page of its
viewer, a notebook hangs for ever. Here the cell ends at once with a still picture. A small widget asks the browser
whether JupyterLab's imjoy extension and our copies of the viewer are there. Its answer arrives after the cell, in a
task of the kernel, which then calls itkwidgets. Every wait in it has a limit, and itkwidgets' hold on cells is undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from html import escape
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from explorer.errors import SurroundingsError
from explorer.images import Plane
from explorer.images.masks import merge
from explorer.views.front_end import current_cell, is_unattended
from explorer.views.picture import Picture
from explorer.views.shown import Mode, Shown

if TYPE_CHECKING:
    from explorer.views.viewer_notebook import NotebookImage

__all__ = ["Genuine", "show"]

SEEN_S = 15.0
"""Within which a browser reports that it shows the output."""

READY_S = 600.0
"""Within which it reports that itkwidgets can draw: the extension waits for all cells that were asked for before."""

DRAW_S = 40.0
"""Within which itkwidgets draws, counted while the kernel is free."""

INSTALL = "pip install 'cohort-explorer[itkwidgets]'"
_NEEDED = ("itkwidgets", "imjoy-jupyterlab-extension", "imjoy-rpc", "ngff-zarr")

WAITING = "itkwidgets draws here when JupyterLab answers; until then this is a still picture."


def show(shown: Shown, *, mode: Mode = "auto", again: Callable[[], Picture] | None = None) -> Genuine | NotebookImage:
    """A series in genuine itkwidgets, to be the last line of a cell.

    Parameters
    ----------
    shown
        The series with its masks. Its voxels are turned to the nearest patient axes; itkwidgets knows no direction, and
        shows several masks as one.
    mode
        The plane to open with, see :func:`explorer.views.viewer.view`.
    again
        Makes the picture of both once more. Given this, its memory is freed while our own viewer does not show it.

    Returns
    -------
    Genuine
        In a Jupyter kernel; our own viewer where this is none, where itkwidgets cannot show the series, and where still
        pictures were asked for.

    Raises
    ------
    SurroundingsError
        The extra ``itkwidgets`` is not installed.
    ImageError
        There is no such mode, or a mask is not on the grid of the images.
    """
    _require()
    picture = Picture([shown], mode=mode)
    own: NotebookImage = import_module("explorer.views.viewer_notebook").NotebookImage(picture, again=again)
    why_not = _why_not(picture)
    if why_not:
        print(f"{why_not} Shown by Cohort Explorer's own viewer.")
        return own
    return Genuine(own, picture.series[0].plane)


def _require() -> None:
    missing = []
    for name in _NEEDED:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise SurroundingsError(
            f'backend="itkwidgets" needs {", ".join(missing)}, which is not installed. Install it with: {INSTALL}'
        )


def _why_not(picture: Picture) -> str:
    """Return why itkwidgets is not even considered; empty where a browser is worth asking."""
    if picture.series[0].volume.is_rgb:
        return "itkwidgets shows no colour images."
    if picture.is_still:
        return "itkwidgets shows no still pictures."
    if is_unattended():
        return "No browser shows this notebook, so itkwidgets was not called."
    return "" if current_cell() else "itkwidgets draws in notebooks only."


class Genuine:
    """One output: a still picture at first, then itkwidgets, or our own viewer and a sentence that says why.

    Attributes
    ----------
    viewer
        The ``itkwidgets.Viewer`` once it has drawn; None before, and where it did not.
    state
        ``"new"``, ``"asked"``, ``"called"``, ``"drawn"`` or ``"own"``.
    """

    def __init__(self, own: NotebookImage, plane: Plane) -> None:
        self._own, self._plane = own, plane
        self.viewer: Any = None
        self.state = "new"
        self._task: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<itkwidgets: {self._own!r}>"

    def close(self) -> None:
        """Close our own viewer and free its memory; that of itkwidgets goes with its output."""
        self._own.close()

    def _ipython_display_(self) -> None:
        from explorer.views.genuine_probe import Probe

        display: Any = import_module("IPython.display").display
        self.state = "asked"
        self._words = display(_paragraph(WAITING), raw=True, display_id=True)
        saved, alt = self._own.saved()
        self._picture = display(saved, metadata=alt, raw=True, display_id=True)
        probe = Probe()
        self._question = display(probe, display_id=True)
        # The task keeps the context of this cell, so that what it shows lands here.
        self._task = asyncio.get_running_loop().create_task(self._continue(probe))

    async def _continue(self, probe: Any) -> None:
        try:
            await asyncio.wait_for(probe.seen, SEEN_S)
            await self._draw(await asyncio.wait_for(probe.answer, READY_S))
        except TimeoutError:
            self._give_up("No JupyterLab has answered in time.")
        except SurroundingsError as error:
            self._give_up(str(error))
        except Exception as error:
            # itkwidgets and its five packages fail in their own ways; the picture stays in any case.
            self._give_up(f"itkwidgets failed with {type(error).__name__}: {error}.")
        finally:
            # A closed widget left in the output would be an error in the saved notebook.
            self._question.update({"text/plain": ""}, raw=True)
            probe.close()

    async def _draw(self, address: str) -> None:
        from explorer.views.genuine_call import call, drawn, release

        self.state = "called"
        picture = self._own.picture()
        if picture is None:
            raise SurroundingsError("The picture was closed, or its files have gone.")
        shown = picture.series[0].shown
        mask = merge([overlay.mask for overlay in shown.overlays]) if shown.overlays else None
        viewer = call(shown.volume, mask, self._plane, address)
        if not await drawn(viewer, DRAW_S):
            release(viewer)
            raise SurroundingsError(f"The viewer of itkwidgets did not draw within {DRAW_S:.0f} seconds.")
        self.viewer, self.state = viewer, "drawn"
        self._words.update(_paragraph(_said(shown)), raw=True)
        # Beside the empty text JupyterLab draws no picture; the saved notebook keeps it.
        saved, alt = self._own.saved()
        self._picture.update({**saved, "text/html": ""}, metadata=alt, raw=True)
        self._own.rest()

    def _give_up(self, why: str) -> None:
        self.state = "own"
        self._words.update(_paragraph(f"{why} Shown by Cohort Explorer's own viewer."), raw=True)
        bundle, metadata = self._own._repr_mimebundle_()
        self._picture.update(bundle, metadata=metadata, raw=True)


def _said(shown: Shown) -> str:
    said = f"Shown by itkwidgets {version('itkwidgets')}."
    degrees = shown.volume.oblique_degrees
    return f"{said} Acquired oblique {degrees:.0f} degrees, shown along the axes." if degrees >= 1 else said


def _paragraph(text: str) -> Mapping[str, str]:
    return {"text/plain": text, "text/html": f"<p>{escape(text)}</p>"}
