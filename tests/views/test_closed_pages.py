"""What a page leaves behind when it is closed: nothing."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest
from tornado.httpclient import AsyncHTTPClient

from explorer import Snapshot
from explorer.sources import RowsSource
from explorer.views import app
from explorer.views.desk import Desk
from explorer.views.rooms import Rooms
from tests.loops import in_a_loop

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")

VISITS = 3


def test_a_closed_page_is_forgotten(tmp_path_factory: pytest.TempPathFactory) -> None:
    snapshot = Snapshot.build(RowsSource([{"PatientID": "a"}]), store=tmp_path_factory.mktemp("snapshots"))
    rooms = Rooms(lambda _report: snapshot)
    rooms.wait()
    port = app._free_port("127.0.0.1")
    # Pages stay until the test closes them, however slow the machine is.
    lifetime = {"unused_session_lifetime_milliseconds": 600_000, "check_unused_sessions_milliseconds": 100}
    show = app.application(rooms)
    before = desks()
    made: list[int] = []

    async def visit() -> None:
        server = app._server(show, port=port, address="127.0.0.1", **lifetime)
        server.start()
        try:
            for _ in range(VISITS):
                page = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/")
                assert b"Cohort Explorer" in page.body
            made.append(desks())
            for session in server.get_sessions():
                session.request_expiration()
            for _ in range(100):
                await asyncio.sleep(0.1)
                if not server.get_sessions():
                    break
        finally:
            server.stop()

    in_a_loop(visit())
    assert made == [before + VISITS]
    # A thread that closes a page's queries holds the page until it is done.
    late = time.monotonic() + 20
    while desks() != before and time.monotonic() < late:
        time.sleep(0.1)
    assert desks() == before


def desks() -> int:
    gc.collect()
    return sum(type(each) is Desk for each in gc.get_objects())
