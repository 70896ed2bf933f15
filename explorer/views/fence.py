"""Who may speak to the app's server: pages that it served itself, under its own address."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

__all__ = ["fence", "signed"]


def signed() -> dict[str, Any]:
    """Return the server's settings under which only it can make session ids."""
    return {"sign_sessions": True, "secret_key": secrets.token_hex(32)}


def fence(application: Application, hosts: Collection[str] | None) -> None:
    """Refuse requests under another host name, and websockets that do not say which page opened them.

    The first keeps away pages that point their own name at this machine (DNS rebinding). The second is for
    programs: Bokeh checks the origin of a websocket only where the request names one.

    Parameters
    ----------
    hosts
        The server's own names, with their ports; None on a private socket, where the Jupyter server in front has
        checked both names.
    """
    find = application.find_handler

    def find_handler(request: HTTPServerRequest, **arguments: Any) -> Any:
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        foreign = hosts is not None and request.host not in hosts
        if foreign or (upgrade and "Origin" not in request.headers):
            return application.get_handler_delegate(request, _Refused)
        return find(request, **arguments)

    application.find_handler = find_handler  # type: ignore[method-assign]


class _Refused(RequestHandler):
    def prepare(self) -> None:
        self.set_status(403)
        self.finish("This address is not the explorer's own. Open the address that it printed.\n")
