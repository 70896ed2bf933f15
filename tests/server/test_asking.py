"""Questions over the socket of a process that does not answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from explorer.errors import SurroundingsError
from explorer.server.asking import ask, ask_status, may_be_repeated, send
from tests.loops import in_a_loop


def test_a_process_that_never_answers_is_given_up(tmp_path: Path) -> None:
    socket = tmp_path / "socket"
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n"))
        await reader.read()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_unix_server(listen, socket)
        async with server:
            with pytest.raises(SurroundingsError, match=r"has not answered for 1 s\. Ask again"):
                await ask(socket, "/x", "column", {"workspace": "default"}, timeout=0.6)
            with pytest.raises(TimeoutError):
                await send(socket, "/x/page", timeout=0.3)
            assert await ask_status(socket, "/x", timeout=0.3) is None

    in_a_loop(run())
    # Nothing is asked twice: it may have been carried out.
    assert [line.split()[1] for line in heard] == [b"/x/ask/column", b"/x/page", b"/x/ask/status"]


def test_what_was_not_heard_may_be_asked_again() -> None:
    click = {"request": {"kind": "undo"}}
    assert may_be_repeated("column", click, ConnectionRefusedError())
    assert may_be_repeated("column", click, FileNotFoundError())
    assert not may_be_repeated("column", click, ConnectionResetError())
    assert may_be_repeated("column", {"request": None}, ConnectionResetError())
    assert not may_be_repeated("snapshot", {}, ConnectionResetError())
