"""The image viewer as a component of the Panel app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import panel as pn
import param

from explorer.views.bundled import Bundled
from explorer.views.picture import Picture
from explorer.views.shown import Backend, Mode, Shown
from explorer.views.viewer import host_source, page_address

__all__ = ["ImageView"]


class ImageView(Bundled):
    """One series in the app, or two side by side.

    The server must serve :func:`explorer.views.viewer.static_dirs`. Bytes go to the browser as
    binary websocket frames, never as base64. Taken off its page it can be put there again; `close` frees its volumes
    at once, and Python does when nobody has the view any more.

    Parameters
    ----------
    shown
        What to show.
    mode, backend
        See :func:`explorer.views.viewer.view`.
    page_url
        The viewer page, relative to the app's own address; None takes the built one.
    """

    _esm = host_source()

    picture = param.String(doc="JSON of Picture.describe()")
    state = param.Dict(default={}, doc="What the browser last reported")

    def __init__(
        self,
        shown: Shown | Sequence[Shown],
        *,
        mode: Mode = "auto",
        backend: Backend = "auto",
        page_url: str | None = None,
        **params: Any,
    ) -> None:
        several = [shown] if isinstance(shown, Shown) else shown
        page = page_address() if page_url is None else page_url
        self._picture = Picture(several, mode=mode, backend=backend, page_url=page)
        self._answering, self._closed = asyncio.Lock(), False
        params.setdefault("sizing_mode", "stretch_width")
        super().__init__(picture=self._picture.describe(), **params)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Free the volumes; the browser gets no answer any more."""
        self._closed = True
        self._picture.close()

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        if data.get("kind") == "state":
            state = data.get("state")
            self.state = dict(state) if isinstance(state, dict) else {}
        elif "id" in data:
            pn.state.execute(partial(self._reply, data, self._picture.answer))

    async def _reply(self, message: dict[str, Any], answer: Callable[[dict[str, Any]], bytes | None]) -> None:
        async with self._answering:  # one at a time and in order: two would make the same level twice
            if not self._closed:
                await super()._reply(message, answer)

    def _send_msg(self, data: Any) -> None:
        if not self._closed:  # it may have been closed while the answer was made
            super()._send_msg(data)
