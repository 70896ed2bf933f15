"""``explorer/app``: pages, files and websockets of the explorer's process, for people who are logged in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server_proxy.handlers import ProxyHandler  # type: ignore[import-untyped]
from tornado.httpclient import HTTPError, HTTPRequest
from tornado.httputil import HTTPHeaders, parse_response_start_line
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketError, websocket_connect

from explorer.errors import ExplorerError, SurroundingsError, UnknownNameError
from explorer.server.asking import resolver, send
from explorer.server.origin import is_own_page
from explorer.server.paths import passed_on, passed_query
from explorer.server.routes.base import RESOURCE, sentence_for

if TYPE_CHECKING:
    from explorer.server.extension import CohortExplorer

__all__ = ["AppProxy"]

_PASSED_REQUEST = (
    *("Host", "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Pragma", "User-Agent"),
    *("If-None-Match", "If-Modified-Since"),
)
"""All that the process is told of a request: no cookies, no token; whole files only."""

_KEPT_BACK = (
    *("connection", "keep-alive", "transfer-encoding", "upgrade", "trailer", "date", "server"),
    *("set-cookie", "accept-ranges"),
)
"""What its answers may not say: it speaks to this server only, and sets no cookies on Jupyter's own address."""

_LARGEST_MESSAGE = 256 * 2**20
_GOING_AWAY = 1001
_PAGE = "<!DOCTYPE html><meta charset=utf-8><title>Cohort Explorer</title><p role=alert>{}</p>"


class AppProxy(ProxyHandler):  # type: ignore[misc]
    """One request of a page, passed on to the process, which is started if need be."""

    auth_resource = RESOURCE
    ping_interval = 30.0
    ping_timeout = 30.0

    _path = _address = _problem = ""
    _upstream: WebSocketClientConnection | None = None
    _relaying: asyncio.Task[None] | None = None

    @property
    def explorer(self) -> CohortExplorer:
        """The extension, with what the routes share."""
        found: CohortExplorer = self.settings["cohort_explorer"]
        return found

    def check_xsrf_cookie(self) -> None:
        """Check nothing: no method is taken that changes anything."""

    def check_origin(self, origin: str | None = None) -> bool:
        """Return whether a page of this server asks."""
        return is_own_page(self.get_origin(), self.request.host, self.allow_origin, self.allow_origin_pat)

    async def prepare(self, *_: Any, **__: Any) -> None:
        """Check who asks, how, and for what."""
        await super().prepare()
        if self._finished:  # sent to the page for logging in
            return
        if self.request.method not in ("GET", "HEAD"):
            raise tornado.web.HTTPError(405)
        prefix = self.explorer.prefix
        try:
            # As the browser wrote it: the pattern of the route matches what was decoded.
            self._path = prefix + passed_on(self.request.path.removeprefix(prefix))
        except UnknownNameError:
            raise tornado.web.HTTPError(404) from None
        query = passed_query(self.request.query)
        self._address = f"{self._path}?{query}" if query else self._path
        upgrade = self.request.headers.get("Upgrade", "").lower() == "websocket"
        if upgrade and not self.check_origin():
            self.log.warning("Cohort Explorer refused a websocket of the page %r", self.get_origin())
            raise tornado.web.HTTPError(403)

    @tornado.web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    async def head(self, _below: str | None = None) -> None:
        """Pass on what a GET would say, without its body."""
        await self.http_get()

    @tornado.web.authenticated
    @authorized("execute")  # type: ignore[untyped-decorator]
    async def get(self, _below: str | None = None) -> None:
        """Pass on a page or a file, or open a websocket: pages change the person's cohort through it."""
        await super().get()

    async def http_get(self) -> None:
        """Pass on an answer as it comes."""
        if self._path == self.explorer.prefix:
            self.redirect(self._address.replace(self._path, f"{self._path}/", 1), status=302)
            return
        socket = await self._need()
        if not await self._pass_on(socket) and not await self._pass_on(await self._need(gone=socket)):
            raise tornado.web.HTTPError(502)

    def _told(self, *more: str) -> dict[str, str]:
        """Return the headers that the process is told."""
        given = self.request.headers
        return {name: given[name] for name in (*_PASSED_REQUEST, *more) if name in given}

    async def _pass_on(self, socket: Path) -> bool:
        """Pass on an answer; false where nobody answers, for the process died a moment ago."""
        self._record_activity()
        head: list[str] = []
        left = False

        async def part(chunk: bytes) -> None:
            nonlocal left
            if not left:
                self._begin(head)
                self.write(chunk)
                try:
                    # Waits while the browser is slower than the process.
                    await RequestHandler.flush(self)
                except StreamClosedError:
                    left = True  # the rest, of a page or a file, is read and dropped

        try:
            await send(
                socket,
                self._address,
                method=self.request.method or "GET",
                headers=self._told(),
                on_header=head.append,
                on_part=part,
            )
        except OSError:
            if not self._headers_written:
                return False
            # What was begun must not look complete.
            self.request.connection.stream.close()
            return True
        if not left:
            self._begin(head)
            self.finish()
        return True

    def _begin(self, head: list[str]) -> None:
        """Take over status and headers, once."""
        if not head:
            return
        first, *lines = head
        head.clear()
        start = parse_response_start_line(first.strip())
        self.set_status(start.code, start.reason)
        self.clear_header("Content-Type")
        for name, value in HTTPHeaders.parse("".join(lines).strip()).get_all():
            if name.lower() not in _KEPT_BACK:
                self.add_header(name, value)

    def set_default_headers(self) -> None:
        """Let only pages of this server show the explorer inside them, unless its administrator names others."""
        super().set_default_headers()
        named = self.settings.get("headers", {}).get("Content-Security-Policy", "")
        frames = [part.strip() for part in named.split(";") if part.strip().startswith("frame-ancestors ")]
        # JupyterHub says 'none' where nobody chose; then the app could not be shown in JupyterLab either.
        frames = [part for part in frames if part != "frame-ancestors 'none'"]
        self.set_header("Content-Security-Policy", frames[0] if frames else "frame-ancestors 'self'")

    def compute_etag(self) -> str | None:
        """Return None: the process has said it."""
        return None

    def write_error(self, status_code: int, **_: Any) -> None:
        """Answer with a page of one sentence."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(_PAGE.format(escape(self._problem or sentence_for(status_code))))

    async def _need(self, gone: Path | None = None) -> Path:
        try:
            return await self.explorer.process.need(gone)
        except SurroundingsError as error:
            self._problem = f"The explorer could not be started. {error}"
            raise tornado.web.HTTPError(503) from None

    # --- Websockets ---

    async def open(self, _below: str | None = None) -> None:
        """Connect with the process before the page's first message."""
        try:
            socket = await self.explorer.process.need()
            self._upstream = await websocket_connect(
                HTTPRequest(f"ws://localhost{self._address}", headers=self._told("Origin"), connect_timeout=10.0),
                max_message_size=_LARGEST_MESSAGE,
                subprotocols=self._requested_subprotocols,
                resolver=resolver(socket),
            )
        except (ExplorerError, HTTPError, OSError, WebSocketError) as error:
            self.log.warning("Cohort Explorer could not open a websocket to its process: %s", error)
            self.close(_GOING_AWAY, "the explorer does not answer")
            return
        if self.ws_connection is None:  # the page went away meanwhile
            self._upstream.close()
        else:
            self._relaying = asyncio.create_task(self._relay(self._upstream))

    async def on_message(self, message: str | bytes) -> None:
        """Pass on what the page says; the next message waits for it."""
        self._record_activity()
        if self._upstream is not None:
            with suppress(WebSocketClosedError, StreamClosedError):
                await self._upstream.write_message(message, binary=isinstance(message, bytes))

    def on_ping(self, data: bytes) -> None:
        """Do nothing: it was answered, and the process has its own."""

    def on_close(self) -> None:
        """Close the connection to the process too."""
        if self._upstream is not None:
            self._upstream.close()

    async def _relay(self, upstream: WebSocketClientConnection) -> None:
        """Pass on what the process says, until one of both goes."""
        with self.explorer.process.page():
            with suppress(WebSocketClosedError, StreamClosedError):
                while (message := await upstream.read_message()) is not None:
                    await self.write_message(message, binary=isinstance(message, bytes))
            code = upstream.close_code or 0
            self.close(code if code in range(1000, 1004) or code >= 3000 else _GOING_AWAY, upstream.close_reason)

    @property
    def max_message_size(self) -> int:
        """Bytes that one message of a page may have."""
        return _LARGEST_MESSAGE
