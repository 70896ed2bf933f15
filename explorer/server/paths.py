"""Which addresses below ``explorer/app`` a browser may ask for, and how they are passed on."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_plus, unquote_to_bytes

from explorer.errors import UnknownNameError

__all__ = ["passed_on", "passed_query"]

_ASKS = "ask"
"""What the Jupyter server alone may ask; see `explorer.server.asking`."""

_OWN_ARGUMENTS = {"token", "_xsrf"}
"""Arguments that are for the Jupyter server and open its doors."""

_SAFE = "-._~!$&'()*+,;=:@"


def passed_on(path: str) -> str:
    """Return a path below the app's own as it is passed on: spelled in one way only.

    Parameters
    ----------
    path
        What stands after ``explorer/app``, as the browser wrote it: empty, or ``/`` and more.

    Raises
    ------
    UnknownNameError
        The path has parts that no page of ours has, or is one that browsers may not ask for.
    """
    try:
        plain = unquote_to_bytes(path).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise _no_page() from None
    if re.search(r"[\\%\x00-\x1f\x7f]", plain):
        raise _no_page()
    # Parts are parts before and after decoding alike: an encoded slash makes none.
    parts = plain.split("/")[1:]
    if len(parts) != path.count("/") or any(part in ("", ".", "..") for part in parts[:-1]) or parts[-1:] == [".."]:
        raise _no_page()
    first = unicodedata.normalize("NFKC", parts[0]).casefold().strip() if parts else ""
    if first.partition(";")[0].strip() == _ASKS or parts[-1:] == ["."]:
        raise _no_page()
    return "".join(f"/{quote(part, safe=_SAFE)}" for part in parts)


def passed_query(query: str) -> str:
    """Return the part of an address after ``?`` without what is for the Jupyter server."""
    parts = query.split("&")
    return "&".join(part for part in parts if unquote_plus(part.partition("=")[0]) not in _OWN_ARGUMENTS)


def _no_page() -> UnknownNameError:
    return UnknownNameError("There is no such page in the explorer.")
