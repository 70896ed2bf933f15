"""Thumbnails: the middle slice, right side up, of every kind of image; none that may show a name is stored."""

from __future__ import annotations

import io
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

import explorer.images.thumbnails as module
from explorer.errors import ImageError
from explorer.images import png, read_series
from explorer.images.series import read_middle
from explorer.images.thumbnails import drawn_from, thumbnail, thumbnails, webp
from explorer.images.volume import Volume
from tests.images.phantoms import GEOMETRIES, Geometry, phantom, write_stack
from tests.images.test_volume_series import enhanced

SIDES = {
    "axial": Geometry(spacing=(2.5, 0.8, 0.8)),
    "coronal": GEOMETRIES["coronal"],
    "sagittal": GEOMETRIES["sagittal"],
    "oblique": GEOMETRIES["oblique by 20 degrees"],
    "feet first": GEOMETRIES["feet first"],
}


def opened(picture: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(picture))
    assert image.format == "WEBP"
    return np.asarray(image.convert("L")).astype(float)


def blocks() -> np.ndarray:
    """``(7, 24, 20)``: dark, with bright blocks of different size in three corners of every slice."""
    array = np.zeros((7, 24, 20), dtype="i2")
    array[:, :8, :8] = 400
    array[:, -8:, :5] = 250
    array[:, :6, -6:] = 120
    return array


@pytest.mark.parametrize("name", SIDES)
def test_it_lies_as_the_still_picture_does(name: str, tmp_path: Path) -> None:
    files = write_stack(tmp_path, blocks(), SIDES[name], WindowCenter=200, WindowWidth=400)
    volume = read_series(files)
    plane = volume.acquired_plane
    still = Image.open(io.BytesIO(png(volume, plane))).convert("L")
    found = opened(thumbnail(files))
    assert max(found.shape) == 128
    # Square in mm, as the still picture is, to within a pixel.
    assert found.shape[0] / found.shape[1] == pytest.approx(still.height / still.width, rel=0.03)
    wanted = np.asarray(still.resize((found.shape[1], found.shape[0]))).astype(float)
    assert np.abs(found - wanted).mean() < 8
    for turned in (wanted[::-1], wanted[:, ::-1], wanted[::-1, ::-1]):
        assert np.abs(found - turned).mean() > 25


def test_the_middle_is_the_one_that_the_snapshot_names(tmp_path: Path) -> None:
    array = np.zeros((9, 16, 16), dtype="i2")
    array[6] = 400
    files = write_stack(tmp_path, array, WindowCenter=200, WindowWidth=400)
    uids = {dcmread(path)["SOPInstanceUID"].value: path for path in files}
    bright = next(uid for uid, path in uids.items() if dcmread(path).pixel_array.max() > 0)
    ordered = sorted(files, key=lambda path: int(dcmread(path).InstanceNumber))
    assert opened(thumbnail(ordered)).mean() < 10
    assert opened(thumbnail(ordered, middle=bright)).mean() > 240
    assert thumbnail(ordered, middle="1.2.3.999") == thumbnail(ordered), "one that is not there is the middle"


def test_low_values_are_white_where_the_file_says_so(tmp_path: Path) -> None:
    array = np.zeros((1, 16, 16), dtype="i2")
    array[:, :, 8:] = 400
    shown = {}
    for kind in ("MONOCHROME1", "MONOCHROME2"):
        (tmp_path / kind).mkdir()
        more = {"PhotometricInterpretation": kind, "WindowCenter": 200, "WindowWidth": 400}
        shown[kind] = opened(thumbnail(write_stack(tmp_path / kind, array, **more)))
    assert shown["MONOCHROME2"][:, 0].mean() < 10 < 240 < shown["MONOCHROME1"][:, 0].mean()


def test_without_a_window_it_goes_by_the_values(tmp_path: Path) -> None:
    array = np.full((1, 32, 32), 1000, dtype="i2")
    array[:, :16] = 1010
    found = opened(thumbnail(write_stack(tmp_path, array)))
    assert found[:50].mean() > 230
    assert found[-50:].mean() < 25


def test_an_enhanced_file_gives_its_middle_frame_by_position(tmp_path: Path) -> None:
    # Stored from the head down, shuffled: the frames are full of 0 to 4.
    file = enhanced(tmp_path, [{"z": z, "groups": {}} for z in (40, 0, 30, 20, 10)])
    volume = read_middle(file)
    assert volume.array.shape == (1, 4, 5)
    assert set(volume.array.ravel()) == {3}, "z 20 is the frame stored fourth"
    assert volume.modality == "MR"
    assert opened(thumbnail([file])).shape == (102, 128)


def test_colours_stay(tmp_path: Path) -> None:
    array = np.zeros((1, 16, 16, 3), dtype="u1")
    array[..., 0] = 250
    files = write_stack(tmp_path, array)
    red = np.asarray(Image.open(io.BytesIO(thumbnail(files))).convert("RGB"))[64, 64]
    assert red[0] > 220
    assert red[1:].max() < 60


def test_it_is_made_once_while_the_file_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_stack(tmp_path, phantom())
    first = thumbnail(files)
    made: list[Path] = []

    def noted(path: Path) -> Volume:
        made.append(path)
        return read_middle(path)

    monkeypatch.setattr(module, "read_middle", noted)
    assert thumbnail(files) == first
    assert made == []
    assert thumbnail(files, size=64) != first
    os.utime(files[len(files) // 2], (1, 1))
    thumbnail(files)
    assert len(made) == 2


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 3)
    for k in range(6):
        (tmp_path / str(k)).mkdir()
        thumbnail(write_stack(tmp_path / str(k), phantom() + k))
    assert len(module._made) <= 3


def test_many_at_once_and_one_damaged(tmp_path: Path) -> None:
    wanted: dict[str, tuple[list[Path], str | None]] = {}
    for k in range(5):
        (tmp_path / str(k)).mkdir()
        wanted[f"s{k}"] = (write_stack(tmp_path / str(k), phantom() + k), None)
    for path in wanted["s2"][0]:
        path.write_bytes(b"no image")
    wanted["none"] = ([], None)
    found = dict(thumbnails(wanted))
    assert list(found) == list(wanted)
    assert [name for name, picture in found.items() if picture is None] == ["s2", "none"]
    assert found["s0"] == thumbnail(wanted["s0"][0])


def test_what_cannot_be_shown_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="No files"):
        thumbnail([])
    with pytest.raises(ImageError, match="cannot be read"):
        thumbnail([tmp_path / "gone.dcm"])
    with pytest.raises(ImageError, match="1 to 512"):
        thumbnail(write_stack(tmp_path, phantom()), size=5000)


def test_warnings_of_others_are_heard_meanwhile_and_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads draw, and the first that begins ends last; a third warns all the while."""
    files = {}
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        files[name] = write_stack(tmp_path / name, phantom())
    began = {name: threading.Event() for name in files}
    ends = {name: threading.Event() for name in files}

    def slow(path: Path) -> Volume:
        warnings.warn("pydicom has something to say", UserWarning, stacklevel=1)
        began[path.parent.name].set()
        assert ends[path.parent.name].wait(30)
        return read_middle(path)

    def is_heard(text: str) -> None:
        with pytest.raises(UserWarning, match=text):  # an error, as the filters of these tests say
            warnings.warn(text, UserWarning, stacklevel=1)

    monkeypatch.setattr(module, "read_middle", slow)
    before = list(warnings.filters)
    with ThreadPoolExecutor(2) as pool:
        drawing = {}
        for name in files:
            drawing[name] = pool.submit(thumbnail, files[name])
            assert began[name].wait(30)
        is_heard("while both draw")
        for name in files:
            ends[name].set()
            assert drawing[name].result(30)
            is_heard(f"after the {name}")
    assert [each for each in warnings.filters if each in before] == before


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ({}, True),
        ({"BurnedInAnnotation": "NO"}, True),
        ({"BurnedInAnnotation": "YES"}, False),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, False),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, False),
    ],
)
def test_pixels_that_may_show_a_name_are_looked_at_but_not_stored(
    said: dict[str, Any], stored: bool, tmp_path: Path
) -> None:
    files = write_stack(tmp_path, phantom(), **said)
    uid = str(dcmread(files[0]).SeriesInstanceUID)
    assert thumbnail(files)
    ((name, picture), absent) = drawn_from(tmp_path)([(uid, None), ("1.2.3.4", None)])
    assert name == uid
    assert (picture is not None) is stored
    assert absent == ("1.2.3.4", None)
    if stored:
        assert picture == webp(read_series([files[len(files) // 2]]))
