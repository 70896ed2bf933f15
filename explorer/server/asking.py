"""Requests to the explorer's process, over its socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_server_proxy.unixsock import UnixResolver  # type: ignore[import-untyped]
from tornado.httpclient import HTTPError, HTTPRequest, HTTPResponse
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from explorer.errors import SurroundingsError

__all__ = ["Answer", "ask", "ask_status", "may_be_repeated", "resolver", "send"]

_LARGEST_ANSWER = 2_000_000_000
_LONGEST_WAIT = 600.0
"""Seconds; a large table may take some."""
_PATIENCE = 120.0
"""Seconds for the answer to a question; counting on a large snapshot may take some."""

Answer = tuple[int, dict[str, Any]]
"""Status and content."""


def resolver(socket: Path) -> Any:
    """Return what leads every address to the socket."""
    return UnixResolver(str(socket))


async def send(
    socket: Path,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = _LONGEST_WAIT,
    on_header: Callable[[str], None] | None = None,
    on_part: Callable[[bytes], Awaitable[None]] | None = None,
) -> HTTPResponse:
    """Return the process's response, of whatever status.

    Parameters
    ----------
    path
        The whole path, with the prefix that the process serves, and the query.
    timeout
        Seconds until the whole response is there.
    on_header, on_part
        Called with each line of the head, and with each part of the body, which is then not kept.

    Raises
    ------
    TimeoutError
        It took too long.
    OSError
        Nobody listens, or the connection broke.
    """
    client = SimpleAsyncHTTPClient(
        force_instance=True, resolver=resolver(socket), max_body_size=_LARGEST_ANSWER, max_buffer_size=_LARGEST_ANSWER
    )
    request = HTTPRequest(
        f"http://localhost{path}",
        method=method,
        headers=dict(headers or {}),
        body=body,
        follow_redirects=False,
        decompress_response=False,
        connect_timeout=min(10.0, timeout),
        request_timeout=timeout,
        header_callback=on_header,
        streaming_callback=on_part,
    )
    try:
        response = await client.fetch(request, raise_error=False)
    except HTTPTimeoutError as error:
        raise TimeoutError(str(error)) from None
    except HTTPError as error:
        # Raised only where there is no response: it ended.
        raise ConnectionError(str(error)) from None
    finally:
        client.close()
    if response.code == 599 and response.error is not None:
        raise response.error if isinstance(response.error, OSError) else ConnectionError(str(response.error))
    return response


async def ask_status(socket: Path, prefix: str, timeout: float = 5.0) -> dict[str, Any] | None:
    """Return what the process says of itself; None while it does not answer."""
    # Whoever asks may be cancelled; a connection of tornado's that is cancelled complains in the log.
    return await asyncio.shield(asyncio.ensure_future(_status(socket, prefix, timeout)))


async def _status(socket: Path, prefix: str, timeout: float) -> dict[str, Any] | None:
    try:
        response = await send(socket, f"{prefix}/ask/status", timeout=timeout)
        content = json.loads(response.body) if response.code == 200 else None
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


async def ask(socket: Path, prefix: str, name: str, question: Mapping[str, Any], timeout: float = _PATIENCE) -> Answer:
    """Return status and content of the answer to a question, within `timeout` seconds.

    Raises
    ------
    OSError
        Nobody listens, or the process ended before it answered.
    SurroundingsError
        It answered what is no answer, or nothing in time.
    """
    headers = {"Content-Type": "application/json"}
    body = json.dumps(question).encode()
    try:
        response = await send(
            socket, f"{prefix}/ask/{name}", method="POST", headers=headers, body=body, timeout=timeout
        )
    except TimeoutError:
        raise SurroundingsError(
            f"The explorer has not answered for {timeout:.0f} s. Ask again, or restart it; your cohort is kept."
        ) from None
    try:
        content = json.loads(response.body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise SurroundingsError("The explorer's process gave an answer that is none; start it again.")
    return response.code, content


def may_be_repeated(name: str, question: Mapping[str, Any], error: OSError) -> bool:
    """Return whether a question without an answer may be asked again: it was not heard, or changes nothing."""
    unheard = isinstance(error, ConnectionRefusedError | FileNotFoundError)
    return unheard or (name != "snapshot" and not question.get("request"))
