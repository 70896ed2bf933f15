"""``explorer/api/app``: how the explorer's process fares; starting it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from explorer.errors import UserError
from explorer.server.routes.base import Route, answering

__all__ = ["AppRoute"]


class AppRoute(Route):
    """The explorer's process."""

    @tornado.web.authenticated
    @authorized
    @answering
    async def get(self) -> dict[str, Any]:
        """Return its status."""
        return asdict(await self.explorer.process.look())

    @tornado.web.authenticated
    @authorized
    @answering
    async def post(self) -> dict[str, Any]:
        """Start it, or one that failed again; ``{"restart": true}`` starts it again in any case."""
        wanted = self.body() if self.request.body else {}
        if wanted not in ({}, {"restart": True}, {"restart": False}):
            raise UserError('to start the explorer again, send {"restart": true}; else send nothing')
        process = self.explorer.process
        if wanted.get("restart") or process.status.state == "failed":
            await process.restart()
        else:
            process.start()
        return asdict(process.status)
