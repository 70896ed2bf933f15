"""``explorer/api/cohorts``: the saved cohorts of this person."""

from __future__ import annotations

import asyncio
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from explorer.server.routes.base import Route, answering

__all__ = ["CohortsRoute"]


class CohortsRoute(Route):
    """The saved cohorts."""

    @tornado.web.authenticated
    @authorized
    @answering
    async def get(self) -> dict[str, Any]:
        """Return them all, the broken ones with what is wrong."""
        return await asyncio.to_thread(self.explorer.saved.shown)
