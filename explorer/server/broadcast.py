"""What changes, told to everybody who listens: workspaces, the explorer's process, saved cohorts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from logging import Logger
from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError
from explorer.server.process import ExplorerProcess
from explorer.server.saved import SavedCohorts
from explorer.server.status import Status
from explorer.session.workspace import Workspace

__all__ = ["Broadcast", "Listener", "app_message"]

_LOOK_AT_WORKSPACES = 0.15
_LOOK_AT_COHORTS = 3.0
_SHARE_OF_TIME = 0.05
"""Looking for saved cohorts takes at most this share of the time, however large the folder is."""
_PATIENCE = 20.0

Message = dict[str, Any]
Stamp = tuple[int, int, int]


def app_message(status: Status) -> Message:
    """Return what is told of the process."""
    return {"kind": "app", **asdict(status)}


class Listener:
    """One who is told. What was not sent yet is replaced by what is newer, so a slow one costs nothing.

    Parameters
    ----------
    send
        Sends one message, and returns when it is on its way.
    drop
        Ends the connection; called when a message is not taken in time.
    """

    def __init__(self, send: Callable[[Message], Awaitable[None]], drop: Callable[[], None]) -> None:
        self._send = send
        self._drop = drop
        self._waiting: dict[tuple[str, str], Message] = {}
        self._news = asyncio.Event()

    def tell(self, message: Message) -> None:
        """Send the message, soon."""
        self._waiting[message["kind"], message.get("name", "")] = message
        self._news.set()

    async def serve(self) -> None:
        """Send what there is to send, until it cannot be sent."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                while self._waiting:
                    key = next(iter(self._waiting))
                    await asyncio.wait_for(self._send(self._waiting.pop(key)), _PATIENCE)
        except Exception:
            # Gone or too slow: a page that comes back asks for everything anew.
            self._drop()


class Broadcast:
    """Looks for changes while somebody listens, and tells them.

    Parameters
    ----------
    process
        The explorer's process.
    saved
        The saved cohorts.
    log
        Where is said what went wrong while looking.
    """

    def __init__(self, process: ExplorerProcess, saved: SavedCohorts, log: Logger) -> None:
        self._process = process
        self._saved = saved
        self._log = log
        self._listeners: dict[Listener, asyncio.Task[None]] = {}
        self._looking: list[asyncio.Task[None]] = []
        self._unwatch: Callable[[], None] | None = None

    def join(self, listener: Listener) -> None:
        """Tell a listener what happens from now on, and how the process fares now."""
        self._listeners[listener] = asyncio.create_task(listener.serve())
        listener.tell(app_message(self._process.status))
        if self._unwatch is None:
            self._unwatch = self._process.watch(lambda status: self.tell(app_message(status)))
            self._looking = [
                asyncio.create_task(self._again(self._look_at_workspaces)),
                asyncio.create_task(self._again(self._look_at_cohorts)),
            ]

    def leave(self, listener: Listener) -> None:
        """Tell a listener nothing more; when the last one leaves, nobody looks for changes."""
        task = self._listeners.pop(listener, None)
        if task is not None:
            task.cancel()
        if not self._listeners and self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
            for look in self._looking:
                look.cancel()
            self._looking = []

    async def close(self) -> None:
        """Tell nobody anything more, and return when nobody looks any longer."""
        tasks = [*self._listeners.values(), *self._looking]
        for listener in list(self._listeners):
            self.leave(listener)
        await asyncio.gather(*tasks, return_exceptions=True)

    def tell(self, message: Message) -> None:
        """Send everybody the message."""
        for listener in self._listeners:
            listener.tell(message)

    async def _again(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await look()
            except Exception:
                self._log.exception("Cohort Explorer cannot tell JupyterLab what changes; trying again")
                await asyncio.sleep(_LOOK_AT_COHORTS)

    async def _look_at_workspaces(self) -> None:
        folder = Workspace().folder
        before = await asyncio.to_thread(_stamps, folder)
        while True:
            await asyncio.sleep(_LOOK_AT_WORKSPACES)
            now = await asyncio.to_thread(_stamps, folder)
            for name in sorted(now):
                if now[name] != before.get(name):
                    with suppress(ExplorerError):
                        shared = await asyncio.to_thread(Workspace(name, folder).read)
                        self.tell({"kind": "workspace", "name": name, "revision": shared.revision})
            before = now

    async def _look_at_cohorts(self) -> None:
        before = await asyncio.to_thread(self._saved.stamps)
        pause = _LOOK_AT_COHORTS
        while True:
            await asyncio.sleep(pause)
            begun = time.monotonic()
            now = await asyncio.to_thread(self._saved.stamps)
            pause = max(_LOOK_AT_COHORTS, (time.monotonic() - begun) / _SHARE_OF_TIME)
            if now != before:
                self.tell({"kind": "cohorts"})
            before = now


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Return time, size and number of each workspace's file."""
    stamps = {}
    for name in Workspace.names(folder):
        with suppress(OSError):
            found = (folder / f"{name}.json").stat()
            stamps[name] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return stamps
