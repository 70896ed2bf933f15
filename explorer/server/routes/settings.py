"""``explorer/api/settings``: the settings in force, and those of the person."""

from __future__ import annotations

from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized

from explorer.server.routes.base import Route, answering

__all__ = ["SettingsRoute"]


class SettingsRoute(Route):
    """The settings of this server."""

    @tornado.web.authenticated
    @authorized
    @answering
    async def get(self) -> dict[str, Any]:
        """Return the settings in force, which are locked, and whether the app must start again to take them over."""
        return self.explorer.in_force.shown() | {"restart_needed": self.explorer.restart_needed}

    @tornado.web.authenticated
    @authorized
    @answering
    async def put(self) -> dict[str, Any]:
        """Take over the settings of JupyterLab; ``problems`` says what of them is not in force."""
        problems = self.explorer.change_settings(self.body())
        return self.explorer.in_force.shown() | {
            "problems": problems,
            "restart_needed": self.explorer.restart_needed,
        }
