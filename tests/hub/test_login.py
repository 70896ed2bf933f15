"""The hub as it stands: two people, two servers, two uids."""

from __future__ import annotations

import pytest

from tests.hub.hub import Hub
from tests.hub.visitor import Visitor


def test_both_have_their_own_jupyterlab(alice: Visitor, bob: Visitor) -> None:
    for visitor in (alice, bob):
        assert visitor.ask("GET", visitor.name, "api/status").status_code == 200
        assert visitor.ask("GET", visitor.name, "api/contents").json()["type"] == "directory"


def test_nobody_enters_anothers_jupyterlab(alice: Visitor, bob: Visitor) -> None:
    for visitor, other in ((alice, "bob"), (bob, "alice")):
        assert visitor.ask("GET", other, "api/contents").status_code in (302, 403, 404)
        assert visitor.ask("PUT", other, "api/contents/x.txt", json={"type": "file"}).status_code in (302, 403, 404)


@pytest.mark.usefixtures("own_uids")
def test_each_server_has_its_own_uid(hub: Hub, alice: Visitor, bob: Visitor) -> None:
    for visitor in (alice, bob):
        made = {"type": "file", "format": "text", "content": "mine"}
        assert visitor.ask("PUT", visitor.name, "api/contents/mine.txt", json=made).status_code == 201
        assert (hub.home(visitor.name) / "mine.txt").stat().st_uid == hub.uids[visitor.name]
