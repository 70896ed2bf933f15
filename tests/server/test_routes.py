"""Every route that the extension registers, and who may use it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import websocket
from tornado.web import RequestHandler
from tornado.websocket import WebSocketHandler

from explorer.server.routes import ROUTES
from tests.server.running import FAKE, TOKEN, Browser, Server, running

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
UNSAFE = ("POST", "PUT", "DELETE", "PATCH")
REFUSED = (401, 403)

EXAMPLES = {"([^/]+)": "column", "(/.*)?": "/", "([0-9a-f]+)": "abc", "(.+)": "file"}
"""What stands for the changing parts of a path."""

MAY_OPEN_WEBSOCKETS = {"explorer/api/events", "explorer/app/"}


def address(pattern: str) -> str:
    for part, example in EXAMPLES.items():
        pattern = pattern.replace(part, example)
    assert re.fullmatch(r"[a-z/]+", pattern), f"write an example for {pattern}"
    return pattern


ADDRESSES = {address(pattern): route for pattern, route in ROUTES}


def takes(route: type[RequestHandler], method: str) -> bool:
    """Whether a route does anything of its own for a method."""
    return getattr(route, method.lower()) is not getattr(RequestHandler, method.lower())


def taken() -> list[tuple[str, str]]:
    return [(method, path) for path, route in ADDRESSES.items() for method in METHODS if takes(route, method)]


def test_the_extension_registers_these_routes_and_no_other(server: Server) -> None:
    assert len(ADDRESSES) == len(ROUTES) == 10
    assert all(path.startswith("explorer/") for path in ADDRESSES)
    assert server.get("explorer/api/nothing").status == 404
    assert server.get("explorer").status == 404


@pytest.mark.parametrize(("method", "path"), taken())
def test_nobody_is_answered_without_logging_in(server: Server, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "token wrong"}, {"Cookie": "username-127-0-0-1=x; _xsrf=x"}):
        # Even with an XSRF token of one's own making.
        said = server.ask(method, path, b"{}", token=False, headers=headers | {"X-XSRFToken": "x", "Cookie": "_xsrf=x"})
        if said.status == 302:
            assert "/login?" in said.headers["Location"]
            assert path.startswith("explorer/app") and method in ("GET", "HEAD")
        else:
            assert said.status in REFUSED
        assert b"revision" not in said.body and b"<p>" not in said.body
    assert server.child() is None


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p in taken() if m in UNSAFE])
def test_a_cookie_alone_changes_nothing(server: Server, visitor: Browser, method: str, path: str) -> None:
    assert visitor.ask(method, path, {}, xsrf=False).status in (*REFUSED, 405)
    assert visitor.ask(method, path, {}, xsrf=False, **{"X-XSRFToken": "2|a|b|1"}).status in (*REFUSED, 405)
    foreign = visitor.ask(method, path, {}, Origin="https://evil.example", Referer="https://evil.example/")
    assert foreign.status in (*REFUSED, 404, 405)
    assert server.get("explorer/api/workspaces").json == {"workspaces": []}
    assert server.child() is None


def test_a_method_without_xsrf_check_takes_nothing(visitor: Browser) -> None:
    for method in (*UNSAFE, "OPTIONS"):
        assert visitor.ask(method, "explorer/app/", {}).status == 405
        assert visitor.ask(method, "explorer/app/ask/column", {}).status == 405


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_other_page_may_read(visitor: Browser, path: str) -> None:
    answer = visitor.ask("OPTIONS", path, Origin="https://evil.example")
    assert answer.status in (*REFUSED, 404, 405)
    assert answer.headers.get("Access-Control-Allow-Origin", "") in ("", "null")


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    "origin", [None, "https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example:80", "file://"]
)
def test_a_websocket_opens_for_our_own_pages_only(
    server: Server, visitor: Browser, path: str, origin: str | None
) -> None:
    for opens in (lambda: visitor.connect(path, origin), lambda: server.connect(path, origin=origin)):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            opens()
        assert refused.value.status_code in (403, 404, 405) or path not in MAY_OPEN_WEBSOCKETS


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_websocket_opens_for_nobody_without_logging_in(server: Server, path: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.connect(path, token=False)
    assert refused.value.status_code in (*REFUSED, 405)
    spoofed = ["Sec-Fetch-Site: same-origin"]
    with pytest.raises(websocket.WebSocketBadStatusException):
        server.connect(path, origin=None, header=spoofed)


def test_only_known_routes_open_websockets() -> None:
    assert {path for path, route in ADDRESSES.items() if issubclass(route, WebSocketHandler)} == MAY_OPEN_WEBSOCKETS


def test_another_host_name_is_refused(server: Server) -> None:
    """A page that points its own name at this machine (DNS rebinding)."""
    for path in ADDRESSES:
        assert server.get(path, headers={"Host": "evil.example"}).status in (*REFUSED, 405)


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_says_who_may_frame_it(server: Server, path: str) -> None:
    for token in (True, False):
        policy = server.get(path, token=token).headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy


def test_the_login_of_another_server_opens_nothing(server: Server, visitor: Browser, tmp_path: Path) -> None:
    before = server.child()
    other = "\nc.IdentityProvider.token = 'another-token'\nc.IdentityProvider.cookie_name = 'login'"
    with running(tmp_path / "bob", FAKE + other, JUPYTER_TOKEN="another-token") as bobs:
        bob = Browser(bobs).log_in()
        assert bob.ask("GET", "explorer/api/workspaces").status == 200
        bob.server = server
        bob.cookies |= {name: bob.cookies["login"] for name in visitor.cookies if name != "_xsrf"}
        for method, path in taken():
            assert bob.ask(method, path, {}).status in (*REFUSED, 302, 405)
            said = server.ask(method, path, {}, token=False, headers={"Authorization": "token another-token"})
            assert said.status in (*REFUSED, 302, 405)
        for path in MAY_OPEN_WEBSOCKETS:
            with pytest.raises(websocket.WebSocketBadStatusException):
                bob.connect(path)
    assert server.child() == before


WATCHED = (
    FAKE
    + """
from jupyter_server.auth import Authorizer, IdentityProvider, User
class Tokens(IdentityProvider):
    def get_user(self, handler):
        name = handler.request.headers.get("Authorization", "").removeprefix("token ")
        handler._token_authenticated = True
        return User(name) if name in ("alice", "bob", "0f3c9d7e5b1a48c6a2e4") else None
class Only(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "cohort-explorer" or user.username != "bob" or action == "read"
c.ServerApp.identity_provider_class = Tokens
c.ServerApp.authorizer_class = Only
"""
)


def test_a_person_who_may_only_read_changes_nothing(tmp_path: Path) -> None:
    """Jupyter's authorizer is asked for the resource ``cohort-explorer``."""
    with running(tmp_path / "shared", WATCHED) as shared:
        assert shared.token == TOKEN
        shared.token = "bob"
        assert shared.get("explorer/api/workspaces/default").status == 200
        for method, path in taken():
            if method in UNSAFE:
                assert shared.ask(method, path, {}).status in (403, 405)
        assert shared.get("explorer/app/").status == 403
        for path in MAY_OPEN_WEBSOCKETS:
            with pytest.raises(websocket.WebSocketBadStatusException):
                shared.connect(path)
        shared.token = "alice"
        assert shared.get("explorer/app/").status == 200
        shared.connect("explorer/api/events").close()
