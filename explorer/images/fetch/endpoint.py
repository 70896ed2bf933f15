"""Where the public buckets are, and whether anybody answers there."""

from __future__ import annotations

import os
import ssl
import threading
import urllib.error
import urllib.request
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from explorer.cohort.texts import one_line, shown
from explorer.errors import ImageError, SurroundingsError

__all__ = ["VARIABLE", "endpoint", "require_answer"]

VARIABLE = "COHORT_EXPLORER_S3_ENDPOINT"
_ALSO = ("S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_PUBLIC = "https://s3.amazonaws.com"
_PATIENCE = 5.0
"""Seconds for an answer; looking up the name of the host may take as long again."""


def endpoint() -> str | None:
    """Return the address of the object store where it is not the public one: a mirror, a store inside a hospital.

    Raises
    ------
    SurroundingsError
        ``COHORT_EXPLORER_S3_ENDPOINT``, or what other S3 programs read, says no address.
    """
    for name in (VARIABLE, *_ALSO):
        text = os.environ.get(name, "").strip()
        if text:
            parts = urlsplit(text)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise SurroundingsError(f"{name}: {shown(text)} is no address; write http:// or https:// and a host")
            return text.rstrip("/")
    return None


def require_answer(address: str | None) -> None:
    """Return where the object store answers, in whatever way, within seconds.

    Raises
    ------
    ImageError
        It does not: there is no network, or something in between stops it.
    """
    url = address or _PUBLIC
    failed: list[str] = []
    done = threading.Event()

    def ask() -> None:
        reason = _ask(url)
        if reason:
            failed.append(reason)
        done.set()

    # Looking up a name cannot be given a limit of time, so it is left behind where it takes too long.
    threading.Thread(target=ask, daemon=True).start()
    if not done.wait(2 * _PATIENCE):
        failed.append("no answer")
    if failed:
        host = urlsplit(url).hostname
        raise ImageError(
            f"the image store {host} cannot be reached ({one_line(failed[0])}); nothing can be fetched without a "
            "network. Check the connection and any proxy (HTTPS_PROXY), then run the same command again; series that "
            "were fetched before stay"
        )


def _ask(url: str) -> str | None:
    """Return why nobody answers, None where somebody does."""
    # Who answers is for the program that fetches to judge, with the certificates that it trusts.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    proxies = {} if _is_here(url) else urllib.request.getproxies_environment()
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=context), _Stay
    )
    try:
        with opener.open(urllib.request.Request(url, method="HEAD"), timeout=_PATIENCE):
            return None
    except urllib.error.HTTPError as answer:
        answer.close()
        return f"it answers {answer.code}" if answer.code >= 502 else None
    except urllib.error.URLError as error:
        return str(getattr(error.reason, "strerror", None) or error.reason)
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    except Exception as error:  # http.client's own, for what is no HTTP
        return f"it answers, but not as an image store does: {type(error).__name__}"


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Take an answer that points elsewhere for what it is: an answer."""

    def redirect_request(self, *_: Any) -> None:
        return None
