"""The widget that asks a browser whether itkwidgets can draw in it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import anywidget

from explorer.errors import SurroundingsError

__all__ = ["Probe"]

SOURCE = Path(__file__).parents[1] / "static" / "itkwidgets" / "probe.js"

_REASONS = {
    "lab": "This is not JupyterLab, or its server is without Cohort Explorer.",
    "extension": "JupyterLab has no imjoy extension; install the extra where JupyterLab runs, and reload the page.",
    "page": "The viewer of itkwidgets is not served here; Cohort Explorer is not installed where JupyterLab runs.",
}
"""What ``widgets/src/itkwidgets/probe.ts`` found missing."""


class Probe(anywidget.AnyWidget):
    """Draws nothing, and hears from each browser that shows it.

    Attributes
    ----------
    seen
        Done when a browser has it on its page.
    answer
        The address of our copies, when a browser has found all that itkwidgets needs; else what is missing.
    """

    _esm = SOURCE.read_text(encoding="utf-8") if SOURCE.is_file() else "export default {}"

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self.seen: asyncio.Future[None] = self._loop.create_future()
        self.answer: asyncio.Future[str] = self._loop.create_future()
        self.on_msg(self._heard)

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: list[bytes]) -> None:
        # JupyterLab's messages to widgets come on another thread than the cells (subshells of ipykernel 7).
        self._loop.call_soon_threadsafe(self._take, message)

    def _take(self, message: dict[str, Any]) -> None:
        if not self.seen.done():
            self.seen.set_result(None)
        match message:
            case {"missing": "yet"}:
                pass
            case {"missing": ""} if not self.answer.done():
                self.answer.set_result(str(message.get("address", "")))
            case {"missing": str(part)} if not self.answer.done():
                self.answer.set_exception(SurroundingsError(_REASONS.get(part, _REASONS["lab"])))
