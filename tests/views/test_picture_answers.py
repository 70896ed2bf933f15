"""What a picture answers to a browser, which may ask for anything."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.images import Volume, read_series
from explorer.views.picture import VIEWER_DIR, Picture
from explorer.views.shown import Shown
from explorer.views.viewer import page_address, static_dirs
from tests.browser.viewer_fixtures import write_chest
from tests.views.picture_told import plane_of, told


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=10, size=32, leave_out=(4,)))


@pytest.mark.parametrize("kind", ["bool", ">i2", "int64", "float16"])
def test_voxels_of_odd_types_are_sent_as_types_that_browsers_read(volume: Volume, kind: str) -> None:
    odd = replace(volume, array=volume.array.astype(kind))
    picture = Picture([Shown(odd)])
    series = told(picture)
    packed = picture.answer({"kind": "slice", "series": 0, "plane": "axial", "index": 7})
    np.testing.assert_array_equal(plane_of(packed, series["dtype"], 32), odd.array[7].astype(series["dtype"]))


@pytest.mark.parametrize(
    "message",
    [
        None, 7, [], {},
        {"kind": "get"},
        {"kind": "get", "series": 0},
        {"kind": "get", "series": 0, "key": "../../etc/passwd"},
        {"kind": "get", "series": 0, "key": 7},
        {"kind": "get", "series": 2, "key": ".zattrs"},
        {"kind": "get", "series": -1, "key": ".zattrs"},
        {"kind": "get", "series": "0", "key": ".zattrs"},
        {"kind": "png", "series": 0, "plane": "axial", "index": 99, "window": [0, 1]},
        {"kind": "png", "series": 0, "plane": "axial", "index": 10**40, "window": [0, 1]},
        {"kind": "png", "series": 0, "plane": "oblique", "index": 0, "window": [0, 1]},
        {"kind": "png", "series": 0, "plane": "axial", "index": "0", "window": [0, 1]},
        {"kind": "png", "series": 0, "plane": "axial", "index": 0, "window": [0]},
        {"kind": "png", "series": 0, "plane": "axial", "index": 0, "window": [0, 0]},
        {"kind": "png", "series": 0, "plane": "axial", "index": 0, "window": [float("nan"), 1]},
        {"kind": "png", "series": 0, "plane": "axial", "index": 0, "window": [10**400, 1]},
        {"kind": "slice", "series": 0, "plane": "coronal", "index": -1},
        {"kind": "slice", "series": 0, "plane": ["axial"], "index": 1},
        {"kind": "mask", "series": 0, "plane": "axial", "index": 1, "part": 0},
        {"kind": "mask", "series": 0, "plane": "axial", "index": 1, "part": -10**30},
        {"kind": "mask", "series": 0, "plane": "axial", "index": 1, "part": 10**30},
        {"kind": "plot", "series": 0, "plane": "oblique"},
        {"kind": "asset", "name": "../viewer/host.js"},
        {"kind": "asset", "name": "/etc/passwd"},
        {"kind": "asset", "name": ""},
    ],
)  # fmt: skip
def test_whatever_a_browser_asks_for_there_is_an_answer(volume: Volume, message: Any) -> None:
    assert Picture([Shown(volume)]).answer(message) is None


def test_a_window_of_any_size_is_drawn(volume: Volume) -> None:
    picture = Picture([Shown(volume)])
    for window in ([0, 1e-300], [0, 1e300], [-1e300, 1]):
        ask = {"kind": "png", "series": 0, "plane": "axial", "index": 0, "window": window}
        assert (picture.answer(ask) or b"").startswith(b"\x89PNG")


def test_after_it_is_closed_there_is_no_answer(volume: Volume) -> None:
    picture = Picture([Shown(volume)])
    ask = {"kind": "get", "series": 0, "key": ".zattrs"}
    assert json.loads(picture.answer(ask) or b"")["multiscales"]
    picture.close()
    assert picture.answer(ask) is None


@pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")
def test_what_was_built_asks_no_other_machine(volume: Volume) -> None:
    assert list(static_dirs().values()) == [str(VIEWER_DIR)]
    assert page_address().startswith("image-viewer/page.html")
    for name in ("page.html", "page.js", "itkVtkViewer.js"):
        packed = Picture([Shown(volume)]).answer({"kind": "asset", "name": name})
        assert packed is not None
        text = gzip.decompress(packed)
        assert text == (VIEWER_DIR / name).read_bytes()
        assert b"jsdelivr" not in text
