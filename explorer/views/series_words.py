"""What the Image tab says beside the viewer, drawn from JSON with ``textContent`` only: all of it may be hostile."""

from __future__ import annotations

import param
from panel.custom import AnyWidgetComponent

from explorer.views.viewer import host_source

__all__ = ["SeriesWords"]


class SeriesWords(AnyWidgetComponent):
    """The list of series, or a text with what can be done about it.

    The name is public because Bokeh never tells the browser about a model whose name begins with _.
    """

    _esm = host_source("tab.js")

    content = param.String()
    chosen = param.String()
    pressed = param.String(doc="name of the button that was pressed, a colon, and a number that makes it another one")
