from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.errors import ImageError
from explorer.images import Volume, read_series
from explorer.views.viewer import VIEWER_DIR, Picture, static_dirs, view
from tests.browser.viewer_fixtures import write_chest


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=10, size=32, leave_out=(4,)))


def test_what_the_host_is_told(volume: Volume) -> None:
    told = json.loads(Picture(volume, page_url="image-viewer/page.html").describe())
    assert told["caption"] == ["PHANTOM-1", "CT, 10 slices", "2.5 × 0.8 × 0.8 mm (z, y, x)"]
    assert told["warnings"][0]["name"] == "missing slices"
    assert (told["plane"], told["acquired"], told["oriented"]) == ("axial", "axial", True)
    assert (told["shape"], told["window"], told["coarseness"]) == ([10, 32, 32], [-300, 1500], [1])
    assert told["still_because"] == ""


def test_a_plane_can_be_asked_for(volume: Volume) -> None:
    assert Picture(volume, mode="coronal").plane == "coronal"
    assert "as asked" in Picture(volume, mode="still").describe()
    with pytest.raises(ImageError, match="Modes: auto, axial"):
        Picture(volume, mode="oblique")  # type: ignore[arg-type]


def test_colours_are_still_pictures(volume: Volume) -> None:
    colours = replace(volume, array=np.zeros((1, 4, 4, 3), "u1"), has_geometry=False)
    picture = Picture(colours)
    assert json.loads(picture.describe())["still_because"] == "Colour images are shown as still pictures."
    assert picture.still().startswith(b"\x89PNG")


def test_answers_are_bytes(volume: Volume) -> None:
    picture = Picture(volume)
    assert json.loads(picture.answer({"kind": "get", "id": 1, "key": ".zattrs"}) or b"")["multiscales"]
    assert (picture.answer({"kind": "png", "id": 2, "plane": "sagittal", "index": 3}) or b"").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": "get"},
        {"kind": "get", "key": "../../etc/passwd"},
        {"kind": "get", "key": 7},
        {"kind": "png", "plane": "axial", "index": 99},
        {"kind": "png", "plane": "oblique", "index": 0},
        {"kind": "png", "plane": "axial", "index": "0"},
        {"kind": "asset", "name": "../viewer/host.js"},
        {"kind": "asset", "name": "/etc/passwd"},
    ],
)
def test_whatever_a_browser_asks_for_there_is_an_answer(volume: Volume, message: dict[str, Any]) -> None:
    assert Picture(volume).answer(message) is None


@pytest.mark.skipif(not (VIEWER_DIR / "host.js").is_file(), reason="npm run build:viewer was not run")
def test_what_was_built_asks_no_other_machine(volume: Volume) -> None:
    assert list(static_dirs().values()) == [str(VIEWER_DIR)]
    for name in ("page.html", "page.js", "itkVtkViewer.js"):
        packed = Picture(volume).answer({"kind": "asset", "name": name})
        assert packed is not None
        text = gzip.decompress(packed)
        assert text == (VIEWER_DIR / name).read_bytes()
        assert b"jsdelivr" not in text


def test_a_notebook_view_shows_itself_as_a_picture(tmp_path: Path, volume: Volume) -> None:
    for shown in (view(volume), view(tmp_path.glob("*.dcm"), title="A title")):
        bundle, metadata = shown._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
        assert metadata["image/png"]["alt"].startswith("CT ")
    assert "A title" in repr(shown)
