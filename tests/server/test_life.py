"""Start, crash, recovery, failure and end of the process, as a person sees them through the server."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.server.running import FAKE, Server, alive, running, until
from tests.server.test_events import heard


def socket_of(child: int) -> Path:
    words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
    return Path(words[words.index("--unix-socket") + 1])


def test_many_first_requests_start_one_process(server: Server) -> None:
    assert server.child() is None
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: server.get("explorer/app/"), range(24)))
    assert {answer.status for answer in answers} == {200}
    assert server.get("explorer/api/app").json == {
        "state": "ready",
        "doing": "",
        "share": None,
        "problem": "",
        "generation": 1,
    }
    assert server.child()


def test_it_comes_back_after_a_crash(server: Server) -> None:
    child = server.started()
    os.kill(child, signal.SIGKILL)
    assert server.get("explorer/app/").status == 200
    assert server.child() not in (None, child)


def test_an_open_page_brings_it_back_at_once(server: Server) -> None:
    with contextlib.closing(server.connect("explorer/api/events")) as events:
        child = server.started()
        page = server.connect("explorer/app/echo")
        page.recv()
        before = heard(events, kind="app", state="ready")[0]["generation"]
        page.send("end")  # with exit code 0, which is an end like any other
        assert page.recv() == ""
        page.shutdown()
        heard(events, state="starting", doing="Starting the explorer again")
        heard(events, state="ready", generation=before + 1)
        assert server.child() != child
        with contextlib.closing(server.connect("explorer/app/echo")) as again:
            assert again.recv()


def test_a_process_that_fails_says_why_until_it_is_started_again(tmp_path: Path) -> None:
    failing = FAKE + "import os\nos.environ['FAKE_APP'] = 'end 7'\n"
    with running(tmp_path / "failing", failing) as server:
        page = server.get("explorer/app/")
        assert page.status == 503 and b"no luck today" in page.body and b"Traceback" not in page.body
        assert page.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
        status = server.get("explorer/api/app").json
        assert (status["state"], status["generation"]) == ("failed", 4)
        assert status["problem"].endswith("exit code 7; the last that it said: ValueError: no luck today")
        asked = server.ask("POST", "explorer/api/ask/snapshots", {"workspace": "default"})
        assert asked.status == 503 and "no luck today" in asked.json["message"]
        assert server.get("explorer/api/app").json["generation"] == 4
        # What it said stands in the server's log, without its colours.
        assert "explorer: ValueError: no luck today" in server.log
        with contextlib.closing(server.connect("explorer/api/events")) as events:
            assert heard(events, kind="app")[0]["state"] == "failed"
            server.ask("POST", "explorer/api/app")
            heard(events, state="starting")
            heard(events, state="failed", generation=8)


def test_a_markup_in_a_reason_is_text(tmp_path: Path) -> None:
    program = "import sys; sys.exit('no <script>alert(1)</script> luck today')"
    config = f"command.PROGRAM = (sys.executable, '-c', {program!r})"
    with running(tmp_path / "hostile", config) as server:
        page = server.get("explorer/app/")
        assert page.status == 503 and b"&lt;script&gt;" in page.body and b"<script>" not in page.body


def test_posting_nonsense_starts_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "nonsense") as server:
        for body in ([], {"restart": "yes"}, {"restart": 1.5}, {"stop": True}, "x", 3):
            assert server.ask("POST", "explorer/api/app", body).status == 400
        assert server.child() is None


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_server(tmp_path: Path, end: signal.Signals) -> None:
    with running(tmp_path / "ending", FAKE + "c.ServerApp.answer_yes = True\n") as server:
        child = server.started()
        socket = socket_of(child)
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        with (
            contextlib.closing(server.connect("explorer/api/events")),
            contextlib.closing(server.connect("explorer/app/echo")),
        ):
            for _ in range(2 if end == signal.SIGINT else 1):
                server.process.send_signal(end)
                time.sleep(0.2)
            server.process.wait(15)
        until(lambda: not alive(child), 10)
        until(lambda: not socket.parent.exists(), 5)


def test_it_ends_with_a_server_that_is_shut_down_by_a_click(tmp_path: Path) -> None:
    with running(tmp_path / "click") as server:
        child = server.started()
        socket = socket_of(child)
        assert server.ask("POST", "api/shutdown").status == 200
        server.process.wait(15)
        until(lambda: not alive(child), 10)
        assert not socket.parent.exists()


def test_a_stubborn_process_ends_too(tmp_path: Path) -> None:
    stubborn = FAKE + "import os\nos.environ['FAKE_APP'] = 'lazy'\n"
    with running(tmp_path / "stubborn", stubborn) as server:
        child = server.started()
        server.process.kill()
        server.process.wait(15)
        until(lambda: not alive(child), 10)
