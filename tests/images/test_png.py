from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.errors import ImageError
from explorer.images import Plane, Volume, png, read_series, slice_count
from tests.browser.viewer_fixtures import write_chest


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return read_series(write_chest(tmp_path, slices=20, size=48))


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)))


def brightest(data: bytes) -> tuple[float, float]:
    """Centre of the white marker, down and right, each from 0 to 1."""
    image = pixels(data)
    place = np.argwhere(image > 250).mean(axis=0)
    return place[0] / image.shape[0], place[1] / image.shape[1]


@pytest.mark.parametrize(
    ("plane", "index", "down", "right"),
    [
        ("axial", 12, "top", "right"),  # front; the patient's left is at the picture's right
        ("coronal", 20, "top", "right"),  # head
        ("sagittal", 33, "top", "left"),  # head; the front is at the left
    ],
)
def test_the_picture_is_the_right_way_up(volume: Volume, plane: Plane, index: int, down: str, right: str) -> None:
    y, x = brightest(png(volume, plane, index, window=(500, 500)))
    assert ("top" if y < 0.48 else "bottom", "right" if x > 0.5 else "left") == (down, right)


def test_the_same_bytes_every_time(volume: Volume) -> None:
    assert png(volume) == png(volume) == png(replace(volume))


def test_pixels_are_square_in_mm(volume: Volume) -> None:
    assert pixels(png(volume)).shape == (48, 48)
    assert pixels(png(volume, "coronal")).shape == (round(20 * 2.5 / 0.8), 48)


def test_greyscale_follows_the_window(volume: Volume) -> None:
    picture = pixels(png(volume, index=0))
    assert picture.dtype == np.uint8
    assert picture.ndim == 2
    assert picture[0, 0] == pytest.approx((-1000 + 1050) / 1500 * 255, abs=0.5)


def test_monochrome1_is_drawn_inverted(volume: Volume) -> None:
    plain, inverted = pixels(png(volume)), pixels(png(replace(volume, inverted=True)))
    assert np.abs(plain.astype(int) + inverted - 255).max() <= 1


def test_a_slice_that_is_not_there(volume: Volume) -> None:
    assert slice_count(volume, "axial") == 20
    with pytest.raises(ImageError, match="slices run from 0 to 19"):
        png(volume, index=20)
