"""``explorer/api/ask/NAME``: questions for the explorer's process."""

from __future__ import annotations

from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from explorer.server.questions import checked
from explorer.server.routes.base import Route, answering

__all__ = ["AskRoute"]


class AskRoute(Route):
    """One question."""

    @tornado.web.authenticated
    @authorized
    @answering
    async def post(self, name: str) -> tuple[int, dict[str, Any]]:
        """Check the question, pass it on, and return the answer; the process is started if need be."""
        return await self.explorer.ask(name, checked(name, self.body()))
