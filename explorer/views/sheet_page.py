"""The widget of a contact sheet: what the page shows of it, and what comes back from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from explorer.views.viewer import host_source

if TYPE_CHECKING:
    from explorer.views.contact_sheet import ContactSheet

__all__ = ["SheetPage"]

_SHARED = ("content", "chosen", "pressed")


class SheetPage(anywidget.AnyWidget):
    """A sheet on a page. It keeps the sheet alive, and a page keeps it, until it is closed."""

    _esm = host_source("sheet_widget.js")
    content = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    pressed = traitlets.Unicode().tag(sync=True)

    def __init__(self, sheet: ContactSheet) -> None:
        super().__init__(**{name: getattr(sheet, name) for name in _SHARED})
        self._links = [traitlets.link((sheet, name), (self, name)) for name in _SHARED]
        self._sheet: ContactSheet | None = sheet
        self.on_msg(self._heard)

    def close(self) -> None:
        """Let go of the sheet."""
        for link in self._links:
            link.unlink()
        self._links, self._sheet = [], None
        super().close()

    def _heard(self, _widget: object, message: Any, _buffers: list[bytes]) -> None:
        if self._sheet is not None and isinstance(message, dict) and "id" in message:
            found = self._sheet.answer(message)
            self.send({"kind": "got", "id": message["id"]}, [] if found is None else [found])
