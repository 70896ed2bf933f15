"""The viewer in the app, without a browser: what it answers, and that its memory is freed."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document
from panel.custom import AnyWidgetComponent

from explorer.images import Volume, read_series
from explorer.views.shown import Shown
from explorer.views.viewer_app import ImageView
from tests.browser.viewer_fixtures import write_chest
from tests.home import ROOT
from tests.loops import in_a_loop

LIMIT_MB = 350
"""What ten volumes of 105 MB, opened one after the other as the app does, may add: two of them and their levels."""


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=10, size=32))


def on_a_page(*children: Any) -> tuple[pn.Column, Document]:
    column, document = pn.Column(*children), Document()
    column.server_doc(document)
    return column, document


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a view sends to its page."""
    found: list[Any] = []
    monkeypatch.setattr(AnyWidgetComponent, "_send_msg", lambda _view, data: found.append(data))
    return found


async def until(fulfilled: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not fulfilled():
            await asyncio.sleep(0.01)


def test_it_answers_its_page(volume: Volume, sent: list[Any]) -> None:
    view = ImageView(Shown(volume))

    async def asked() -> None:
        view._handle_msg({"kind": "get", "id": 7, "series": 0, "key": ".zgroup"})
        view._handle_msg({"kind": "get", "id": 8, "series": 1, "key": ".zgroup"})
        for hostile in (None, 3, {}, {"kind": "state", "state": 3}):
            view._handle_msg(hostile)
        await until(lambda: len(sent) == 2)

    in_a_loop(asked())
    assert sent == [
        {"kind": "got", "id": 7, "data": b'{"zarr_format":2}'},
        {"kind": "got", "id": 8, "data": None},
    ]
    view._handle_msg({"kind": "state", "state": {"shown": "viewer"}})
    assert view.state == {"shown": "viewer"}


def test_nobody_waits_for_an_answer_and_nothing_follows_the_end(
    volume: Volume, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = ImageView(Shown(volume))
    asked: list[int] = []
    go_on = threading.Event()

    def slowly(message: Any) -> bytes:
        asked.append(message["id"])
        assert go_on.wait(30)
        return b"plot"

    monkeypatch.setattr(view._picture, "answer", slowly)

    async def closed_meanwhile() -> None:
        view._handle_msg({"kind": "plot", "id": 1, "series": 0, "plane": "axial"})
        view._handle_msg({"kind": "plot", "id": 2, "series": 0, "plane": "axial"})
        await until(lambda: asked)
        view._handle_msg({"kind": "state", "state": {"shown": "still"}})
        assert view.state == {"shown": "still"}  # reports are taken while the answer is made
        view.close()
        go_on.set()
        await until(lambda: not view._answering.locked())

    in_a_loop(closed_meanwhile())
    assert (asked, sent) == ([1], [])


def test_taken_off_the_page_its_volume_is_freed(volume: Volume) -> None:
    view = ImageView(Shown(volume))
    column, document = on_a_page(view)
    view._picture.answer({"kind": "get", "id": 7, "series": 0, "key": "scale0/image/0/0/0"})
    seen = weakref.ref(view), weakref.ref(view._picture.series[0].volume)
    document.models.flush_synced()  # the page has got it
    column[:] = [pn.pane.Str("something else")]
    del view
    gc.collect()
    assert [each() for each in seen] == [None, None]
    assert document.roots


@pytest.mark.skipif(sys.platform != "linux", reason="reads the highest memory of a process from /proc")
def test_ten_opened_in_a_row_stay_under_a_limit() -> None:
    """In a process of its own, so that nothing else is counted."""
    code = r"""
import numpy as np, panel as pn, re
from bokeh.document import Document
from explorer.images.volume import Volume
from explorer.views.shown import Shown
from explorer.views.viewer_app import ImageView

def opened(n, before):
    array = np.random.default_rng(n).integers(-1000, 2000, (200, 512, 512), dtype=np.int16)
    view = ImageView(Shown(Volume(array, (1.25, 0.7, 0.7), (0, 0, 0), np.eye(3), (40, 400), "CT")))
    column[:] = [view]
    if before is not None:
        before.close()
    document.models.flush_synced()  # the page has got it
    for key in (".zattrs", "scale2/image/0/0/0", "scale1/image/0/0/0", "scale0/image/0/0/0"):
        assert view._picture.answer({"kind": "get", "series": 0, "key": key})
    for plane in ("axial", "coronal", "sagittal"):
        assert view._picture.answer({"kind": "slice", "series": 0, "plane": plane, "index": 100})
    return view

column, document = pn.Column(), Document()
column.server_doc(document)
peak = lambda: int(re.search(r'VmHWM:\s+(\d+) kB', open('/proc/self/status').read())[1]) // 1024
before, view = peak(), None
for n in range(10):
    view = opened(n, view)
print(peak() - before)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 100 < int(ran.stdout) < LIMIT_MB
