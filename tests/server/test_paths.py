from __future__ import annotations

import pytest

from explorer.errors import UnknownNameError
from explorer.server.origin import is_own_page
from explorer.server.paths import passed_on, passed_query


@pytest.mark.parametrize(
    ("path", "passed"),
    [
        ("", ""),
        ("/", "/"),
        ("/ws", "/ws"),
        ("/static/js/bokeh.min.js", "/static/js/bokeh.min.js"),
        ("/static/a%20b/%C3%A4.js", "/static/a%20b/%C3%A4.js"),
        ("/static/(a)~b;c=1,2", "/static/(a)~b;c=1,2"),
        ("/%73tatic/x", "/static/x"),
        ("/asks", "/asks"),
        ("/static/ask/status", "/static/ask/status"),
    ],
)
def test_paths_that_are_passed_on(path: str, passed: str) -> None:
    assert passed_on(path) == passed


@pytest.mark.parametrize(
    "path",
    [
        "/ask",
        "/ask/",
        "/ask/status",
        "/ASK/status",
        "/%61sk/status",
        "/a%73k/column",
        "/ask%2Fstatus",
        "/%2561sk/status",
        "/ask;x/status",
        "/%EF%BD%81sk/status",
        "/\u017fask",
        "//ask/status",
        "/./ask/status",
        "/static/../ask/status",
        "/static/%2e%2e/ask/status",
        "/static/..%2fask/status",
        "/static/..",
        "/static/.",
        "/static\\..\\ask",
        "/static/%5c..%5cask",
        "/static//x",
        "/static/%00",
        "/static/%0d%0aX-Y:%201",
        "/static/%ff",
        "/%20ask/status",
    ],
)
def test_paths_that_are_not(path: str) -> None:
    if path == "/\u017fask":
        path = "/a\u017fk/status"  # a long s, which is an s where case is ignored
    with pytest.raises(UnknownNameError, match="no such page"):
        passed_on(path)


@pytest.mark.parametrize(
    ("query", "passed"),
    [
        ("", ""),
        ("workspace=default&theme=dark", "workspace=default&theme=dark"),
        ("token=secret", ""),
        ("a=1&token=secret&b=%26token%3D2", "a=1&b=%26token%3D2"),
        ("%74oken=secret&a", "a"),
        ("_xsrf=secret&token", ""),
    ],
)
def test_queries_are_passed_on_without_keys(query: str, passed: str) -> None:
    assert passed_query(query) == passed


@pytest.mark.parametrize(
    ("origin", "host", "allowed", "pattern", "own"),
    [
        ("http://localhost:8888", "localhost:8888", "", None, True),
        ("https://hub.example", "HUB.example", "", None, True),
        ("HTTPS://Hub.Example", "hub.example", "", None, True),
        (None, "hub.example", "", None, False),
        ("", "hub.example", "", None, False),
        ("null", "hub.example", "", None, False),
        ("https://hub.example.evil", "hub.example", "", None, False),
        ("https://hub.example:444", "hub.example", "", None, False),
        ("https://evil@hub.example", "hub.example", "", None, False),
        ("https://[", "hub.example", "", None, False),
        ("file://hub.example", "hub.example", "", None, False),
        ("https://evil.example", "", "", None, False),
        # Behind a proxy that changes the host's name, by the administrator's word.
        ("https://hub.example", "10.0.0.1:8888", "https://hub.example", None, True),
        ("https://evil.example", "10.0.0.1:8888", "https://hub.example", None, False),
        ("https://a.hub.example", "10.0.0.1:8888", "", r"https://.*\.hub\.example", True),
        ("https://a.hub.example.evil", "10.0.0.1:8888", "", r"https://.*\.hub\.example", False),
        # Never everybody.
        ("https://evil.example", "hub.example", "*", None, False),
        ("https://evil.example", "hub.example", "", ".*", False),
        ("https://evil.example", "hub.example", "", "https?://.+", False),
    ],
)
def test_origins(origin: str | None, host: str, allowed: str, pattern: str | None, own: bool) -> None:
    assert is_own_page(origin, host, allowed, pattern) is own
