"""``explorer/api/workspaces``: the definitions that this person's screens and kernels share."""

from __future__ import annotations

import asyncio
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from explorer.server import workspaces
from explorer.server.routes.base import Route, answering

__all__ = ["WorkspaceRoute", "WorkspacesRoute"]


class WorkspacesRoute(Route):
    """All workspaces."""

    @tornado.web.authenticated
    @authorized
    @answering
    async def get(self) -> dict[str, Any]:
        """Return their names."""
        return await asyncio.to_thread(workspaces.names)


class WorkspaceRoute(Route):
    """One workspace."""

    @tornado.web.authenticated
    @authorized
    @answering
    async def get(self, name: str) -> dict[str, Any]:
        """Return what it holds."""
        return await asyncio.to_thread(workspaces.show, name)

    @tornado.web.authenticated
    @authorized
    @answering
    async def put(self, name: str) -> dict[str, Any]:
        """Open a definition in it."""
        return await asyncio.to_thread(workspaces.put, name, self.body())
