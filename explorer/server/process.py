"""The explorer's process: one per server, started on first use, started again when it dies."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from logging import Logger
from pathlib import Path

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError
from explorer.server.asking import ask_status
from explorer.server.private_folder import SOCKET, private_folder
from explorer.server.status import Status, Tail, reason_of, said_by

__all__ = ["ExplorerProcess", "Launch"]

Launch = Callable[[Path], tuple[list[str], dict[str, str]]]
"""Command and environment of a process that listens on that socket."""

_RESTARTS = 3
_WITHIN = 60.0
_GRACE = 3.0
_PAGES_COUNT_FOR = 10.0
"""Seconds after which a page that was closed no longer needs the process: pages lose it a moment before we know."""


class ExplorerProcess:
    """The process in which counting and drawing happen. Everything here runs in the server's event loop.

    Parameters
    ----------
    launch
        Says how it is started; asked anew each time, so that it gets the settings of that moment.
    prefix
        Path of its pages, without a slash at the end.
    start_timeout
        Seconds within which it must answer for the first time.
    log
        Where its words go.
    runtime
        Folders in which its socket may be made; see `private_folder`.
    """

    def __init__(self, launch: Launch, prefix: str, start_timeout: float, log: Logger, *runtime: Path) -> None:
        self._launch = launch
        self._prefix = prefix
        self._start_timeout = start_timeout
        self._log = log
        self._runtime = runtime
        self._status = Status()
        self._watchers: list[Callable[[Status], None]] = []
        self._life: asyncio.Task[None] | None = None
        self._socket: Path | None = None
        self._settled = asyncio.Event()
        self._deaths: deque[tuple[float, bool]] = deque(maxlen=_RESTARTS + 1)
        self._was_ready = False
        self._pages = 0
        self._last_page = -_PAGES_COUNT_FOR
        self._closed = False

    @property
    def status(self) -> Status:
        """How it fares, as far as is known."""
        return self._status

    def watch(self, watcher: Callable[[Status], None]) -> Callable[[], None]:
        """Call `watcher` whenever the status changes; gives the function that ends it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    @contextmanager
    def page(self) -> Iterator[None]:
        """Say that a page is open: while one is, the process is started again at once when it dies."""
        self._pages += 1
        try:
            yield
        finally:
            self._pages -= 1
            self._last_page = time.monotonic()

    async def need(self, gone: Path | None = None) -> Path:
        """Return the socket of a process that answers; it is started if need be.

        Parameters
        ----------
        gone
            A socket on which nobody listened a moment ago: that of another process is waited for.

        Raises
        ------
        SurroundingsError
            It cannot be started; the message says why.
        """
        patience = time.monotonic() + _GRACE
        while True:
            if self._socket is not None and (self._socket != gone or time.monotonic() > patience):
                return self._socket
            if self._socket is not None:
                await asyncio.sleep(0.05)
                continue
            self.start()
            if not self._living:
                raise SurroundingsError(self._status.problem)
            await self._settled.wait()

    def start(self) -> None:
        """Start it, if it is stopped; one that failed stays so until `restart`.

        Raises
        ------
        SurroundingsError
            The server is stopping.
        """
        if self._closed:
            raise SurroundingsError("the server is stopping")
        if not self._living and self._status.state != "failed":
            self._settled.clear()
            self._become(Status("starting", "Starting the explorer", generation=self._status.generation))
            self._life = asyncio.get_running_loop().create_task(self._live())

    async def restart(self) -> None:
        """Stop it, if it runs, and start it, whatever happened before."""
        await self.stop()
        self._deaths.clear()
        self.start()

    async def stop(self) -> None:
        """End it, and return when it is gone."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life
        if self._life is None:
            self._become(Status(generation=self._status.generation))
            self._settled.set()

    async def close(self) -> None:
        """End it for good: the server stops."""
        self._closed = True
        await self.stop()

    async def look(self) -> Status:
        """Return how it fares now."""
        socket = self._socket
        if socket is not None:
            said = await ask_status(socket, self._prefix, timeout=2.0)
            if said is not None and self._socket == socket:
                self._become(said_by(said, self._status.generation))
        return self._status

    @property
    def _living(self) -> bool:
        return self._life is not None and not self._life.done()

    async def _live(self) -> None:
        """Keep it running for as long as somebody needs it."""
        while True:
            try:
                answered, code, tail = await self._run()
            except Exception as error:
                # Whoever waits is told, and does not wait for ever.
                self._log.exception("Cohort Explorer's process cannot be looked after")
                told = f"The explorer's process cannot be started: {one_line(str(error))}"
                self._end(Status("failed", problem=told, generation=self._status.generation))
                return
            reason = reason_of(code, tail.lines())
            self._log.warning("%s", reason)
            if self._died_too_often() or (code in (2, None) and not answered):
                self._end(Status("failed", problem=reason, generation=self._status.generation))
                return
            if answered and not self._pages and time.monotonic() - self._last_page > _PAGES_COUNT_FOR:
                self._end(Status(generation=self._status.generation))
                return
            self._settled.clear()
            self._become(Status("starting", "Starting the explorer again", generation=self._status.generation))

    def _died_too_often(self) -> bool:
        """Count a death; as often as that within a minute, or without ever being ready, is too often."""
        self._deaths.append((time.monotonic(), self._was_ready))
        if len(self._deaths) <= _RESTARTS:
            return False
        soon = self._deaths[-1][0] - self._deaths[0][0] < _WITHIN
        return soon or not any(ready for _, ready in self._deaths)

    def _end(self, status: Status) -> None:
        self._life = None
        self._become(status)
        self._settled.set()

    async def _run(self) -> tuple[bool, int | None, Tail]:
        """Start it once and wait for its end: whether it ever answered, its exit code, what it said."""
        tail = Tail()
        self._was_ready = False
        self._become(replace(self._status, generation=self._status.generation + 1))
        try:
            folder = private_folder(*self._runtime)
        except SurroundingsError as error:
            tail.feed(f"{error}\n")
            return False, 2, tail
        process = None
        words: list[asyncio.Task[None]] = []
        try:
            command, environment = self._launch(folder / SOCKET)
            process = await asyncio.create_subprocess_exec(
                *command,
                env=environment,
                # Never written to: its end tells the process that the server is gone.
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                # Ctrl-C in the server's terminal is for the server.
                start_new_session=True,
            )
            assert process.stdout is not None
            words = [asyncio.create_task(self._listen(process.stdout, tail))]
            follow = asyncio.create_task(self._follow(folder / SOCKET))
            end = asyncio.create_task(process.wait())
            try:
                await asyncio.wait({follow, end}, return_when=asyncio.FIRST_COMPLETED)
                answered = self._socket is not None
                late = not end.done()
            finally:
                self._socket = None
                self._settled.clear()
                await _cancelled(follow, end)
            if not late:
                await asyncio.wait(words, timeout=1.0)
            return answered, None if late else process.returncode, tail
        except OSError as error:
            tail.feed(f"it cannot be started: {error.strerror or error}\n")
            return False, 2, tail
        finally:
            if process is not None:
                await _ended(process)
            await _cancelled(*words)
            shutil.rmtree(folder, ignore_errors=True)

    async def _follow(self, socket: Path) -> None:
        """Ask it how it fares until it dies; return only where it never answers."""
        late = time.monotonic() + self._start_timeout
        while True:
            said = await ask_status(socket, self._prefix)
            if said is not None:
                self._socket = socket
                self._settled.set()
                self._become(said_by(said, self._status.generation))
            elif self._socket is None and time.monotonic() > late:
                return
            if self._socket is None:
                await asyncio.sleep(0.1)
            elif self._status.state == "building":
                await asyncio.sleep(0.3)
            else:
                await asyncio.sleep(2.0)
                while not self._watchers:
                    await asyncio.sleep(0.5)

    async def _listen(self, words: asyncio.StreamReader, tail: Tail) -> None:
        """Copy what it says to the server's log."""
        while piece := await words.read(65_536):
            for line in tail.feed(piece.decode("utf-8", "replace")):
                self._log.info("explorer: %s", line)
        for line in tail.end():
            self._log.info("explorer: %s", line)

    def _become(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            self._was_ready = self._was_ready or status.state == "ready"
            for watcher in list(self._watchers):
                watcher(status)


async def _cancelled(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """End the process and all that it started; kindly first."""
    for number, grace in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        if process.returncode is not None:
            break
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), grace)
