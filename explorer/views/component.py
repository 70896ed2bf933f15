"""A component of the app drawn by a module that `make install` built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from explorer.errors import SurroundingsError
from explorer.views.bundled import Bundled

__all__ = ["STATIC", "Built", "Listener", "Request", "require_static"]

STATIC = Path(__file__).parents[1] / "static"

Request = dict[str, Any]
"""What the person asked for: ``kind`` and its arguments."""

Listener = Callable[[Request], object]


def require_static(built: Path = STATIC / "app.js") -> None:
    """Raise where the browser part was not built."""
    if not built.is_file():
        raise SurroundingsError(
            f"the browser part of Cohort Explorer is not built: {built} does not exist; run `make install`"
        )


class Built(Bundled):
    """A component whose ``_esm`` is a built file, and which sends requests."""

    def __init__(self, **params: Any) -> None:
        require_static(Path(self._esm))
        super().__init__(**params)  # type: ignore[no-untyped-call]
        self._listeners: list[Listener] = []

    def on_request(self, listener: Listener) -> None:
        """Call `listener` with everything that the person asks for."""
        self._listeners.append(listener)

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict) and isinstance(data.get("kind"), str):
            for listener in list(self._listeners):
                listener(data)
