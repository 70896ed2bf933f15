"""What JupyterLab hears of changes, and when."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from explorer.cohort import CohortDefinition
from explorer.server import broadcast
from explorer.server.broadcast import Broadcast, Listener
from explorer.server.process import ExplorerProcess
from explorer.server.saved import SavedCohorts
from explorer.session.workspace import Shared, Workspace
from tests.loops import in_a_loop
from tests.server.running import Server
from tests.server.test_workspaces import CT

LOG = logging.getLogger("test-explorer")


def heard(socket: Any, **wanted: Any) -> tuple[dict[str, Any], float]:
    """The next message like that, and after how many seconds it came."""
    begun = time.monotonic()
    while True:
        message = json.loads(socket.recv())
        if message.items() >= wanted.items():
            return message, time.monotonic() - begun


def renamed(name: str) -> Any:
    def step(shared: Shared) -> Shared:
        return Shared(0, shared.timeline.then(CohortDefinition(name=name)), shared.snapshot, shared.base)

    return step


def test_changes_of_everybody_are_heard_soon(server: Server) -> None:
    with contextlib.closing(server.connect("explorer/api/events")) as socket:
        assert heard(socket, kind="app")[0]["state"] == "stopped"
        time.sleep(0.3)
        server.ask("PUT", "explorer/api/workspaces/new-one", {"definition": CT})
        message, seconds = heard(socket, kind="workspace")
        assert message == {"kind": "workspace", "name": "new-one", "revision": 1} and seconds < 0.3
        # A kernel or the app, which knows nothing of this server.
        other = Workspace("new-one", server.folder / "home" / "workspaces")
        for revision in (2, 3):
            assert other.change(renamed(str(revision))).revision == revision
            message, seconds = heard(socket, kind="workspace")
            assert message["revision"] == revision and seconds < 0.3


def test_every_page_hears_the_same(server: Server) -> None:
    with (
        contextlib.closing(server.connect("explorer/api/events")) as one,
        contextlib.closing(server.connect("explorer/api/events")) as two,
    ):
        for socket in (one, two):
            heard(socket, kind="app")
            socket.send("what a page says is not read")
        time.sleep(0.3)
        server.ask("PUT", "explorer/api/workspaces/both", {"definition": CT})
        assert heard(one, name="both")[0] == heard(two, name="both")[0]


def test_the_process_is_heard_of(server: Server) -> None:
    with contextlib.closing(server.connect("explorer/api/events")) as socket:
        server.ask("POST", "explorer/api/app")
        assert heard(socket, kind="app", state="starting")[0]["doing"]
        ready = heard(socket, kind="app", state="ready")[0]
        assert ready.keys() == {"kind", "state", "doing", "share", "problem", "generation"}
        assert server.get("explorer/api/app").json == {key: ready[key] for key in ready if key != "kind"}


def test_saved_cohorts_are_heard_of(server: Server) -> None:
    with contextlib.closing(server.connect("explorer/api/events")) as socket:
        heard(socket, kind="app")
        time.sleep(0.3)
        (server.root / "new.cohort.json").write_text("{}")
        assert heard(socket, kind="cohorts")[1] < 4


class Fixture:
    def __init__(self, root: Path | None = None) -> None:
        process = ExplorerProcess(lambda socket: ([], {}), "", 1, LOG)
        self.broadcast = Broadcast(process, SavedCohorts(root), LOG)
        self.sent: list[dict[str, Any]] = []
        self.dropped = 0

    def listener(self, pause: float = 0) -> Listener:
        async def send(message: dict[str, Any]) -> None:
            await asyncio.sleep(pause)
            self.sent.append(message)

        return Listener(send, self._drop)

    def _drop(self) -> None:
        self.dropped += 1


def test_a_slow_page_gets_the_newest_only_and_a_dead_one_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        slow = Fixture()
        listener = slow.listener(0.05)
        slow.broadcast.join(listener)
        for revision in range(1_000):
            slow.broadcast.tell({"kind": "workspace", "name": "w", "revision": revision})
            await asyncio.sleep(0)
        await asyncio.sleep(0.3)
        revisions = [message["revision"] for message in slow.sent if message["kind"] == "workspace"]
        assert revisions[-1] == 999 and len(revisions) < 10
        monkeypatch.setattr(broadcast, "_PATIENCE", 0.05)
        dead = Fixture()
        gone = dead.listener(10)
        slow.broadcast.join(gone)
        await asyncio.sleep(0.2)
        assert dead.dropped == 1
        await slow.broadcast.close()

    in_a_loop(run())


def test_nobody_looks_while_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    stamps = broadcast._stamps
    monkeypatch.setattr(broadcast, "_stamps", lambda folder: looked.append(folder) or stamps(folder))

    async def run() -> None:
        one = Fixture()
        first, second = one.listener(), one.listener()
        await asyncio.sleep(0.3)
        assert looked == []
        one.broadcast.join(first)
        one.broadcast.join(second)
        await asyncio.sleep(0.4)
        one.broadcast.leave(first)
        assert looked
        one.broadcast.leave(second)
        one.broadcast.leave(second)
        await asyncio.sleep(0.05)
        looked.clear()
        await asyncio.sleep(0.4)
        assert looked == []

    in_a_loop(run())


def test_a_look_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(broadcast, "_LOOK_AT_COHORTS", 0.05)
    stamps = broadcast._stamps
    troubles = iter([OSError("gone")])

    def troubled(folder: Path) -> Any:
        for trouble in troubles:
            raise trouble
        return stamps(folder)

    monkeypatch.setattr(broadcast, "_stamps", troubled)

    async def run() -> None:
        one = Fixture()
        one.broadcast.join(one.listener())
        await asyncio.sleep(0.4)
        Workspace("later").change(renamed("x"))
        await asyncio.sleep(0.5)
        assert {"kind": "workspace", "name": "later", "revision": 1} in one.sent
        await one.broadcast.close()

    in_a_loop(run())
    assert "trying again" in caplog.text
