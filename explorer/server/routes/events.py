"""``explorer/api/events``: the websocket on which JupyterLab hears what changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError
from tornado.websocket import WebSocketHandler

from explorer.server.broadcast import Listener
from explorer.server.origin import is_own_page
from explorer.server.routes.base import RESOURCE

if TYPE_CHECKING:
    from explorer.server.extension import CohortExplorer

__all__ = ["EventsRoute"]


class EventsRoute(WebSocketHandler, JupyterHandler):
    """One page that listens. What it says is not read; pings find out when it is gone."""

    auth_resource = RESOURCE
    ping_interval = 30.0
    ping_timeout = 30.0
    _listener: Listener | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Check who asks; nobody is sent to a page for logging in."""
        await super().prepare(_redirect_to_login=False)

    def check_origin(self, origin: str | None = None) -> bool:
        """Return whether a page of this server asks."""
        own = is_own_page(self.get_origin(), self.request.host, self.allow_origin, self.allow_origin_pat)
        if not own:
            self.log.warning("Cohort Explorer refused a websocket of the page %r", self.get_origin())
        return own

    @ws_authenticated
    @authorized("execute")  # type: ignore[untyped-decorator]
    async def get(self, *arguments: Any, **named: Any) -> None:  # type: ignore[override]
        """Open the websocket."""
        if not self.check_origin():  # Tornado asks only where an origin is named
            raise HTTPError(403)
        await super().get(*arguments, **named)

    def open(self, *_: str) -> None:
        """Tell the page what changes from now on."""
        self._listener = Listener(self._send, self.close)
        self._broadcast.join(self._listener)

    def on_message(self, message: str | bytes) -> None:
        """Read nothing."""

    def on_close(self) -> None:
        """Tell the page nothing more."""
        if self._listener is not None:
            self._broadcast.leave(self._listener)
            self._listener = None

    @property
    def _broadcast(self) -> Any:
        extension: CohortExplorer = self.settings["cohort_explorer"]
        return extension.broadcast

    async def _send(self, message: dict[str, Any]) -> None:
        await self.write_message(json.dumps(message))
