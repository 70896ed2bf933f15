"""Bob can neither see nor change what is Alice's: whatever he asks for, and whatever he shows to be let in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import websocket

from tests.hub.conftest import cohort_of
from tests.hub.hub import Hub
from tests.hub.visitor import Visitor

BROKEN_IN = {"definition": {"version": 1, "name": "Bob was here"}, "base": ""}

DOORS: list[tuple[str, str, Any]] = [
    ("GET", "lab", None),
    ("GET", "explorer/app/", None),
    ("GET", "explorer/app/?workspace=default&embedded=1", None),
    ("GET", "explorer/app/ask/status", None),
    ("POST", "explorer/app/ask/column", {"workspace": "default", "have": "", "request": None}),
    ("GET", "explorer/app/static/js/bokeh.min.js", None),
    ("GET", "explorer/api/app", None),
    ("POST", "explorer/api/app", {"restart": True}),
    ("GET", "explorer/api/workspaces", None),
    ("GET", "explorer/api/workspaces/default", None),
    ("PUT", "explorer/api/workspaces/default", BROKEN_IN),
    ("POST", "explorer/api/ask/column", {"workspace": "default", "have": "", "request": {"kind": "start-again"}}),
    ("POST", "explorer/api/ask/cell", {"workspace": "default", "what": "cohort"}),
    ("POST", "explorer/api/ask/notebook", {"workspace": "default"}),
    ("GET", "explorer/api/cohorts", None),
    ("GET", "explorer/api/settings", None),
    ("PUT", "explorer/api/settings", {"memory_limit": "1GB"}),
    ("GET", "api/contents/hers.cohort.json", None),
    ("GET", "files/hers.cohort.json", None),
    ("PUT", "api/contents/hers.cohort.json", {"type": "file", "format": "text", "content": "Bob was here"}),
]
SOCKETS = ["explorer/api/events", "explorer/app/ws"]
REFUSED = {302, 403, 404, 405}
SEEN = ["explorer/api/workspaces/default", "files/hers.cohort.json", "explorer/api/settings", "explorer/api/app"]
"""What Alice looks at to find out whether somebody was there."""


class Intruder:
    """Somebody at Alice's door, with something in hand."""

    def __init__(self, bob: Visitor, kind: str) -> None:
        self.hub, self.kind, self.web = bob.hub, kind, requests.Session()
        if kind == "cookies":
            self.web = bob.web
        elif kind == "token":
            self.web.headers["Authorization"] = f"token {bob.token()}"
        elif kind == "renamed cookies":
            for cookie in bob.web.cookies:
                self.web.cookies.set(cookie.name.replace("bob", "alice"), cookie.value)
        self.xsrf = bob.xsrf("/research/user/bob/") if kind != "nothing" else ""

    def ask(self, method: str, path: str, content: Any, *, follow: bool = False) -> requests.Response:
        headers = {"X-XSRFToken": self.xsrf, "Origin": self.hub.address.rpartition("/")[0]}
        address = f"{self.hub.address}/user/alice/{path}"
        return self.web.request(method, address, json=content, headers=headers, allow_redirects=follow, timeout=60)

    def listen(self, path: str) -> None:
        address = f"ws{self.hub.address.removeprefix('http')}/user/alice/{path}"
        token = [f"Authorization: {self.web.headers['Authorization']}"] if self.kind == "token" else []
        websocket.create_connection(
            address,
            cookie="; ".join(f"{c.name}={c.value}" for c in self.web.cookies),
            origin=self.hub.address.rpartition("/")[0],
            header=token,
            subprotocols=["bokeh", "anything"],
            timeout=10,
        ).close()


@pytest.fixture(scope="module", params=["cookies", "renamed cookies", "token", "nothing"])
def intruder(request: pytest.FixtureRequest, bob: Visitor) -> Intruder:
    return Intruder(bob, request.param)


@pytest.fixture
def alice_saved(alices_app: Visitor) -> Visitor:
    """Alice with her cohort as a file of hers."""
    saved = {"type": "file", "format": "text", "content": json.dumps(cohort_of("alice"))}
    assert alices_app.ask("PUT", "alice", "api/contents/hers.cohort.json", json=saved).ok
    return alices_app


@pytest.fixture
def nothing_changes(alice_saved: Visitor) -> Iterator[None]:
    """Fail the test where anything of Alice's is another afterwards."""
    before = [seen_by(alice_saved, path) for path in SEEN]
    assert all("alice" in text for text in before[:2])
    yield
    assert [seen_by(alice_saved, path) for path in SEEN] == before


def seen_by(visitor: Visitor, path: str) -> str:
    answer = visitor.ask("GET", visitor.name, path)
    assert answer.ok, f"{path}: {answer.text}"
    return answer.text


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize(("method", "path", "content"), DOORS, ids=[f"{method} {path}" for method, path, _ in DOORS])
def test_no_door_opens(intruder: Intruder, method: str, path: str, content: Any) -> None:
    answer = intruder.ask(method, path, content)
    assert answer.status_code in REFUSED
    assert "alice's" not in answer.text.lower()
    assert "chosen by alice" not in answer.text
    if method == "GET":
        end = intruder.ask(method, path, content, follow=True)
        assert "chosen by alice" not in end.text
        assert end.status_code == 403 or end.url.startswith(f"{intruder.hub.address}/hub/login")


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize("path", SOCKETS)
def test_no_websocket_opens(intruder: Intruder, path: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        intruder.listen(path)
    assert refused.value.status_code in REFUSED


def test_each_has_the_app_and_their_own_cohort(alices_app: Visitor, bobs_app: Visitor) -> None:
    for visitor, other in ((alices_app, "bob"), (bobs_app, "alice")):
        page = visitor.ask("GET", visitor.name, "explorer/app/")
        assert page.status_code == 200
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        assert visitor.ask("GET", visitor.name, "explorer/api/workspaces/default").json()["definition"] == cohort_of(
            visitor.name
        ) | {"exclude": [], "within": [], "select": "matching"}
        column = {"workspace": "default", "have": "", "request": None}
        answer = visitor.ask("POST", visitor.name, "explorer/api/ask/column", json=column)
        assert f"chosen by {visitor.name}" in answer.json()["sentence"]
        assert other not in answer.text


def test_what_happens_to_alice_is_told_to_her_alone(alices_app: Visitor, bobs_app: Visitor) -> None:
    hers, his = (visitor.socket(visitor.name, "explorer/api/events") for visitor in (alices_app, bobs_app))
    try:
        alices_app.choose(cohort_of("alice") | {"name": "A while"})
        told = next_of(hers, "workspace")
        assert told["name"] == "default"
        alices_app.choose(cohort_of("alice"))
        assert next_of(hers, "workspace")["revision"] > told["revision"]
        his.settimeout(2)
        with suppress(websocket.WebSocketTimeoutException):
            while True:
                assert json.loads(his.recv())["kind"] == "app"
    finally:
        hers.close()
        his.close()


def next_of(socket: websocket.WebSocket, kind: str) -> dict[str, Any]:
    while True:
        told: dict[str, Any] = json.loads(socket.recv())
        if told["kind"] == kind:
            return told


def test_alice_is_known_only_by_her_session(hub: Hub, alices_app: Visitor) -> None:
    """An address of hers in another's hands is worth nothing: no secret stands in one."""
    page = alices_app.ask("GET", "alice", "explorer/app/")
    assert "token=" not in page.text
    assert alices_app.token() not in hub.log()
