"""What the Image tab says and shows beside the viewer, drawn from JSON with ``textContent`` only: it may be hostile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn
import param

from explorer.views.bundled import Bundled
from explorer.views.viewer import host_source

__all__ = ["Pressed", "SeriesWords"]

Pressed = Callable[[str, str], object]
"""Hears of a button: its name, and what it says beside."""


class SeriesWords(Bundled):
    """The sheet, the list of series, the actions, or a text with what can be done about it.

    The name is public because Bokeh never tells the browser about a model whose name begins with _.

    Attributes
    ----------
    answer
        Gives the bytes that the browser asks for, such as the thumbnail of a series; called in a thread. None is
        nothing.
    """

    _esm = host_source("tab.js")

    content = param.String()
    chosen = param.String()
    pressed = param.String(doc="a button's name and what it says, divided by a colon; a number makes it another one")

    answer: Callable[[Any], bytes | None] | None = None

    def on_pressed(self, listener: Pressed) -> None:
        """Call `listener` with the name of a button and what it says beside."""

        def heard(event: param.parameterized.Event) -> None:
            name, _, rest = event.new.partition(":")
            listener(name, rest.rpartition(":")[0])

        self.param.watch(heard, "pressed")

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict) and "id" in data and self.answer is not None:
            pn.state.execute(partial(self._reply, data, self.answer))
