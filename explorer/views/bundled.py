"""A component of the app whose module is taken by the browser as it was built."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from typing import Any

from panel.custom import AnyWidgetComponent

__all__ = ["Bundled"]

_log = logging.getLogger(__name__)


class Bundled(AnyWidgetComponent):
    """A component whose ``_esm`` is a built module."""

    def _get_properties(self, doc: Any) -> dict[str, Any]:
        # Panel compiles `_esm` once more in the browser, as TypeScript, where `a<b>(c)` means something else and
        # `return(a)?.b` loses its space. What has a bundle name is taken as it is; the name is its content, so that an
        # upgrade is never mixed with a cache. (Panel's own `_bundle` serves only files beside the class's module.)
        properties: dict[str, Any] = super()._get_properties(doc)
        properties["bundle"] = hashlib.sha256(properties["esm"].encode()).hexdigest()
        return properties

    async def _reply(self, message: dict[str, Any], answer: Callable[[dict[str, Any]], bytes | None]) -> None:
        """Send the bytes that the browser asked for; `answer` is called in a thread, so that nobody else waits."""
        found = None
        try:
            found = await asyncio.to_thread(answer, message)
        except Exception:
            _log.exception("no answer to %s", message.get("kind"))
        self._send_msg({"kind": "got", "id": message["id"], "data": found})
