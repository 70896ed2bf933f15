"""The image viewer as a component of the Panel app."""

from __future__ import annotations

from typing import Any

import param
from panel.custom import AnyWidgetComponent

from explorer.images import Volume
from explorer.views.viewer import ROUTE, Mode, Picture, host_source

__all__ = ["ImageView"]


class ImageView(AnyWidgetComponent):
    """A volume in the app.

    The server must serve :func:`explorer.views.viewer.static_dirs`. Bytes go to the browser as
    binary websocket frames, never as base64.

    Parameters
    ----------
    volume
        What to show.
    title, mode
        See :func:`explorer.views.viewer.view`.
    page_url
        The viewer page, relative to the app's own address.
    """

    _esm = host_source()

    picture = param.String(doc="JSON of Picture.describe()")
    state = param.Dict(default={}, doc="What the browser last reported")

    def __init__(
        self,
        volume: Volume,
        *,
        title: str | None = None,
        mode: Mode = "auto",
        page_url: str = f"{ROUTE}/page.html",
        **params: Any,
    ) -> None:
        self._picture = Picture(volume, title=title, mode=mode, page_url=page_url)
        params.setdefault("sizing_mode", "stretch_width")
        super().__init__(picture=self._picture.describe(), **params)  # type: ignore[no-untyped-call]

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        if data.get("kind") == "state":
            self.state = dict(data.get("state") or {})
        elif "id" in data:
            self._send_msg({"kind": "got", "id": data["id"], "data": self._picture.answer(data)})
