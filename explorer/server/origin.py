"""Which page may open a websocket: one of this server's own."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["is_own_page"]

_NOBODY = "https://nobody.invalid"


def is_own_page(origin: str | None, host: str, allowed: str = "", allowed_pattern: str | None = None) -> bool:
    """Return whether a page of `origin` may open a websocket here.

    A request that names no origin may not, whatever it authenticates with: browsers always name one.

    Parameters
    ----------
    origin
        The header of that name; None where there is none.
    host
        The address that was asked, as the browser wrote it.
    allowed, allowed_pattern
        The server's own settings ``allow_origin`` and ``allow_origin_pat``, for servers behind a proxy that changes
        the host's name. What would allow every page, such as ``*``, allows none here.
    """
    if not origin or not host:
        return False
    try:
        address = urlsplit(origin.lower())
    except ValueError:
        return False
    if address.scheme not in ("http", "https") or not address.netloc:
        return False
    if address.netloc == host.lower():
        return True
    if allowed:
        return allowed != "*" and allowed.lower().rstrip("/") == origin.lower()
    if not allowed_pattern or re.fullmatch(allowed_pattern, _NOBODY):
        return False
    return bool(re.fullmatch(allowed_pattern, origin.lower()))
