"""The whole way: Jupyter server, socket, the real process on the default snapshot."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import BASE, Server, alive, running, until
from tests.server.test_events import heard
from tests.server.test_workspaces import CT

START_S = 120


@pytest.fixture(scope="module")
def real(default_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose process is the explorer's own, with a home of its own and the default snapshot."""
    folder = tmp_path_factory.mktemp("jupyter") / "real"
    home = tmp_path_factory.mktemp("home")
    (home / "snapshots").symlink_to(default_home / "snapshots")
    temporary = tmp_path_factory.mktemp("tmp")
    with running(folder, "", home=home, TMPDIR=str(temporary)) as server:
        yield server


def test_from_nothing_to_a_count_and_a_page(real: Server) -> None:
    begun = time.monotonic()
    with contextlib.closing(real.connect("explorer/api/events", timeout=START_S)) as events:
        assert heard(events, kind="app")[0]["state"] == "stopped"
        assert real.ask("POST", "explorer/api/app").json["state"] == "starting"
        heard(events, kind="app", state="ready")
        print(f"ready after {time.monotonic() - begun:.1f} s")
        page = real.get("explorer/app/?workspace=default&embedded=1")
        assert page.status == 200 and b"Cohort Explorer" in page.body
        assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        for address in set(re.findall(rb'(?:src|href)="([^"#]+[.](?:js|css))', page.body)):
            path = address.decode().removeprefix(BASE)
            assert not path.startswith(("http", "//")), path
            if not path.startswith(("data:", "/")):
                answer = real.get(path if path.startswith("explorer/") else f"explorer/app/{path.removeprefix('./')}")
                assert answer.status == 200, path
        # The side panel's round trip, which everybody hears of.
        real.ask("PUT", "explorer/api/workspaces/default", {"definition": CT})
        assert heard(events, kind="workspace")[0]["revision"] == 1
        column = real.ask("POST", "explorer/api/ask/column", {"workspace": "default", "have": "", "request": None})
        assert column.status == 200, column.body
        assert column.json["sentence"] == "Patients with CT." and column.json["revision"] == 1
        assert column.json["totals"]


def test_it_comes_back_after_a_kill(real: Server) -> None:
    child = real.started()
    os.kill(child, signal.SIGKILL)
    assert real.get("explorer/app/").status == 200
    assert real.child() not in (None, child)
    until(lambda: real.get("explorer/api/app").json["state"] == "ready", START_S)


def test_nothing_is_left_when_it_is_started_again(real: Server) -> None:
    child = real.started()
    temporary = _temporary(child)
    before = set(temporary.iterdir())
    assert real.ask("POST", "explorer/api/app", {"restart": True}).status == 200
    assert not alive(child)
    until(lambda: real.get("explorer/api/app").json["state"] == "ready", START_S)
    # Its socket, and where its engine may spill; those of the process before are gone.
    assert len(set(temporary.iterdir()) - before) == len(before - set(temporary.iterdir()))


def test_nothing_is_left_when_the_server_is_killed(real: Server) -> None:
    child = real.started()
    os.kill(real.process.pid, signal.SIGKILL)
    real.process.wait(10)
    until(lambda: not alive(child), 10)


def _temporary(process: int) -> Path:
    words = Path(f"/proc/{process}/environ").read_text().split("\0")
    return Path(next(word for word in words if word.startswith("TMPDIR=")).removeprefix("TMPDIR="))
