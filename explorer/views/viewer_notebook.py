"""The image viewer in a notebook."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any

import anywidget
import traitlets

from explorer.views.cell_output import CellOutput, saved_picture
from explorer.views.front_end import is_unattended
from explorer.views.picture import Picture
from explorer.views.viewer import host_source

__all__ = ["NotebookImage"]

_log = logging.getLogger(__name__)


class NotebookImage:
    """A picture in a notebook; what is saved of it is a PNG and its words.

    Its widget is made when it is first shown, and only where somebody looks: what runs a notebook unattended keeps the
    PNG alone, so that a page made of it asks for no widget.

    Parameters
    ----------
    picture
        What to show.
    again
        Makes the picture once more. Given this, its memory is freed while no page shows it.
    always
        Make the widget even where nobody seems to look.
    """

    def __init__(self, picture: Picture, *, again: Callable[[], Picture] | None = None, always: bool = False) -> None:
        self._picture: Picture | None = picture
        self._again, self._always = again, always
        self._alt, self._still, self._described = picture.alt, picture.still(), picture.describe()
        self._widget: _Host | None = None
        self._closed = False
        self._reading = Lock()
        self._output = CellOutput(self.close)

    @property
    def state(self) -> dict[str, Any]:
        """What the browser last reported; empty until a browser has drawn it."""
        return dict(self._widget.state) if self._widget is not None else {}

    def close(self) -> None:
        """Take it off the page and free its memory; the PNG stays."""
        self._closed, self._again = True, None
        self._let_go()
        if self._widget is not None:
            self._widget.close()
            self._widget = None

    def __repr__(self) -> str:
        return f"<{self._alt}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: dict[str, Any] = {}
        if not self._closed and (self._always or not is_unattended()):
            bundle, _ = self._shown()._repr_mimebundle_(**kwargs) or ({}, {})
            self._output.is_shown()
        saved, metadata = self.saved()
        return bundle | saved, metadata

    def saved(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what a notebook keeps of it: PNG and words, and their metadata."""
        return saved_picture(self._still, self._alt)

    def picture(self) -> Picture | None:
        """Return what is shown, made once more where its memory was freed; None once it is closed."""
        with self._reading:
            if self._picture is None and self._again is not None:
                try:
                    self._picture = self._again()
                except Exception:  # the files may have gone since
                    _log.exception("the series cannot be read again")
                    self._again = None
            return self._picture

    def rest(self) -> None:
        """Free the memory until a page asks for something, where it can be had again."""
        if self._again is not None:
            self._let_go()

    def _shown(self) -> _Host:
        if self._widget is None:
            self._widget = _Host(self)
        return self._widget

    def _answer(self, message: object) -> bytes | None:
        # Other threads close it meanwhile (subshells of ipykernel 7): what is asked is a picture of our own.
        picture = self.picture()
        return None if picture is None else picture.answer(message)

    def _seen(self, pages: int) -> None:
        if pages == 0:
            self.rest()

    def _let_go(self) -> None:
        with self._reading:
            picture, self._picture = self._picture, None
        if picture is not None:
            picture.close()


class _Host(anywidget.AnyWidget):
    """The widget of an image. It keeps the image alive, and a page keeps the widget, until one of them is closed."""

    _esm = host_source()
    picture = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict(read_only=True)

    def __init__(self, image: NotebookImage) -> None:
        # A number, so that the page keeps it: how many places show this widget.
        super().__init__(picture=image._described, _view_count=0)
        self._image: NotebookImage | None = image
        self.observe(self._counted, "_view_count")
        self.on_msg(self._heard)

    def close(self) -> None:
        """Let go of the image."""
        self._image = None
        super().close()

    def _counted(self, change: Any) -> None:
        if self._image is not None:
            self._image._seen(change["new"])

    def _heard(self, _widget: object, message: Any, _buffers: list[bytes]) -> None:
        if not isinstance(message, dict):
            return
        if message.get("kind") == "state":
            state = message.get("state")
            self.set_trait("state", state if isinstance(state, dict) else {})
        elif "id" in message:
            found = self._image._answer(message) if self._image is not None else None
            self.send({"kind": "got", "id": message["id"]}, [] if found is None else [found])
