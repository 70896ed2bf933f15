"""The image viewer as a notebook widget."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import anywidget
import traitlets

from explorer.views.viewer import Picture, host_source

__all__ = ["NotebookImage"]


class NotebookImage(anywidget.AnyWidget):
    """A picture in a notebook; what is saved of it is a PNG, its words and this small widget.

    ``state`` is what the browser last reported; empty until a browser has drawn it.
    """

    _esm = host_source()
    picture = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict(read_only=True)

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture=picture.describe())
        self._picture = picture
        self._image = picture.still()
        self.on_msg(self._heard)

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        if message.get("kind") == "state":
            self.set_trait("state", message.get("state"))
        elif "id" in message:
            found = self._picture.answer(message)
            self.send({"kind": "got", "id": message["id"]}, [] if found is None else [found])

    def __repr__(self) -> str:
        return f"<{self._picture.alt}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        bundle["image/png"] = b64encode(self._image).decode("ascii")
        return bundle, {**metadata, "image/png": {"alt": self._picture.alt}}
