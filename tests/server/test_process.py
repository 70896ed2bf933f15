"""The process and its supervision, without a web server."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import SurroundingsError
from explorer.server import process
from explorer.server.asking import ask
from explorer.server.process import ExplorerProcess
from explorer.server.status import Status
from tests.home import ROOT
from tests.loops import in_a_loop
from tests.server.running import alive, children

PREFIX = "/base/explorer/app"
LOG = logging.getLogger("test-explorer")


class Supervised:
    """A supervised fake process; `how` it behaves can be changed between its lives."""

    def __init__(self, how: str = "", start_timeout: float = 20) -> None:
        self.how = how
        self.others = children(os.getpid())
        self.lives: list[Path] = []
        self.process = ExplorerProcess(self._launch, PREFIX, start_timeout, LOG)
        self.seen: list[Status] = []
        self.process.watch(self.seen.append)

    def _launch(self, socket: Path) -> tuple[list[str], dict[str, str]]:
        self.lives.append(socket)
        words = [sys.executable, "-m", "tests.server.fake_app", str(socket.parent), "app"]
        words += ["--unix-socket", str(socket), "--prefix", PREFIX]
        return words, {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FAKE_APP": self.how}

    @property
    def pid(self) -> int:
        (pid,) = set(children(os.getpid())).difference(self.others)
        return pid

    async def until(self, state: str, seconds: float = 20) -> Status:
        late = time.monotonic() + seconds
        while self.process.status.state != state:
            assert time.monotonic() < late, self.process.status
            await asyncio.sleep(0.02)
        return self.process.status


def supervise(work: Callable[[Supervised], Awaitable[None]], **options: Any) -> Supervised:
    """Do something with a supervised process, and end it; nothing of it must be left."""

    async def run() -> Supervised:
        one = Supervised(**options)
        try:
            await work(one)
        finally:
            await one.process.close()
        return one

    one = in_a_loop(run())
    assert not any(socket.parent.exists() for socket in one.lives)
    assert set(children(os.getpid())) <= set(one.others)  # other tests have left helpers of multiprocessing
    return one


def test_it_starts_on_first_need_and_once() -> None:
    async def work(one: Supervised) -> None:
        assert one.process.status == Status()
        sockets = await asyncio.gather(*(one.process.need() for _ in range(20)))
        assert len(set(sockets)) == len(one.lives) == 1
        assert sockets[0].parent.stat().st_mode & 0o777 == 0o700
        assert await one.process.look() == Status("ready", generation=1)
        assert (await ask(sockets[0], PREFIX, "cell", {"a": 1}))[0] == 200
        one.process.start()
        assert len(one.lives) == 1

    one = supervise(work)
    assert [status.state for status in one.seen] == ["starting", "starting", "ready", "stopped"]


def test_what_it_says_of_itself_is_told() -> None:
    async def work(one: Supervised) -> None:
        await one.process.need()
        assert one.process.status == Status("building", "Building <b>the</b> snapshot", 0.4, generation=1)

    supervise(work, how="building")

    async def problem(one: Supervised) -> None:
        await one.process.need()
        assert one.process.status == Status("failed", problem="There is no snapshot.", generation=1)
        one.how = ""
        await one.process.restart()
        await one.process.need()
        assert one.process.status == Status("ready", generation=2)

    supervise(problem, how="problem")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_is_started_again_when_it_is_needed(end: signal.Signals) -> None:
    async def work(one: Supervised) -> None:
        first = await one.process.need()
        os.kill(one.pid, end)
        second = await one.process.need(gone=first)
        assert second != first
        assert (await ask(second, PREFIX, "cell", {}))[0] == 200
        assert one.process.status.generation == 2

    supervise(work)


def test_it_is_started_again_at_once_while_a_page_is_open() -> None:
    async def work(one: Supervised) -> None:
        with one.process.page():
            await one.process.need()
            os.kill(one.pid, signal.SIGKILL)
            await one.until("starting")
            assert (await one.until("ready")).generation == 2

    supervise(work)


def test_it_stays_stopped_while_nobody_needs_it() -> None:
    async def work(one: Supervised) -> None:
        await one.process.need()
        os.kill(one.pid, signal.SIGKILL)
        assert (await one.until("stopped")).generation == 1
        await one.process.need()
        assert one.process.status.generation == 2

    supervise(work)


def test_a_clean_end_is_a_death_too() -> None:
    async def work(one: Supervised) -> None:
        with one.process.page():
            socket = await one.process.need()
            with pytest.raises(OSError):
                await ask(socket, PREFIX, "column", {"request": {"kind": "end", "code": 0}})
            await one.until("starting")
            await one.until("ready")

    supervise(work)


def test_it_fails_after_three_restarts_and_says_why() -> None:
    async def work(one: Supervised) -> None:
        with pytest.raises(SurroundingsError, match="no luck today"):
            await one.process.need()
        assert len(one.lives) == 4
        assert one.process.status.problem == (
            "The explorer's process ended with exit code 3; the last that it said: ValueError: no luck today"
        )
        # Nobody starts it again by needing it.
        with pytest.raises(SurroundingsError, match="no luck today"):
            await one.process.need()
        one.process.start()
        assert len(one.lives) == 4 and one.process.status.state == "failed"
        one.how = ""
        await one.process.restart()
        await one.process.need()
        assert one.process.status == Status("ready", generation=5)

    supervise(work, how="end 3")


def test_deaths_far_apart_are_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_WITHIN", 0.0)

    async def work(one: Supervised) -> None:
        with one.process.page():
            for generation in range(1, 7):
                await one.process.need()
                assert (await one.until("ready")).generation == generation
                # But not where it never was ready.
                one.how = "end 3" if generation == 6 else ""
                os.kill(one.pid, signal.SIGKILL)
                await one.until("starting")
            await one.until("failed")

    supervise(work)


def test_what_was_asked_wrongly_is_not_tried_again() -> None:
    """Exit code 2: a folder that does not exist, an option that is none."""

    async def work(one: Supervised) -> None:
        with pytest.raises(SurroundingsError, match=r"^ValueError: no luck today$"):
            await one.process.need()
        assert len(one.lives) == 1

    supervise(work, how="end 2")


def test_one_that_never_answers_is_ended() -> None:
    async def work(one: Supervised) -> None:
        with pytest.raises(SurroundingsError, match="did not answer in time"):
            await one.process.need()
        assert len(one.lives) == 1 and set(children(os.getpid())) <= set(one.others)

    supervise(work, how="silent", start_timeout=1.5)


def test_one_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_GRACE", 0.5)

    async def work(one: Supervised) -> None:
        await one.process.need()

    supervise(work, how="lazy")


def test_it_may_be_stopped_while_it_starts() -> None:
    async def work(one: Supervised) -> None:
        waiting = asyncio.create_task(one.process.need())
        await asyncio.sleep(0.2)
        await one.process.close()
        with pytest.raises(SurroundingsError, match="stopping"):
            await waiting
        with pytest.raises(SurroundingsError, match="stopping"):
            await one.process.need()

    supervise(work, how="silent")


def test_two_restarts_at_once_leave_one_process() -> None:
    async def work(one: Supervised) -> None:
        await one.process.need()
        await asyncio.gather(one.process.restart(), one.process.restart(), one.process.need())
        await one.process.need()
        await one.until("ready")
        assert alive(one.pid)

    supervise(work)


def test_a_program_that_is_not_there() -> None:
    async def work(one: Supervised) -> None:
        one.process._launch = lambda socket: (["/no/such/program"], {})
        with pytest.raises(SurroundingsError, match="cannot be started: No such file"):
            await one.process.need()

    supervise(work)


def test_whoever_waits_is_told_of_what_nobody_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(one: Supervised) -> None:
        def odd(_socket: Path) -> Any:
            raise ValueError("embedded null byte")

        monkeypatch.setattr(one.process, "_launch", odd)
        with pytest.raises(SurroundingsError, match="cannot be started: embedded null byte"):
            await asyncio.wait_for(one.process.need(), 10)
        assert one.process.status.state == "failed"

    supervise(work)
