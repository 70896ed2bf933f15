from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.errors import ImageError
from explorer.images import Plane, png, read_series, slice_count
from explorer.images.overlay import PALETTE, colours, overlay_png, slice_with_mask
from explorer.images.seg import read_seg
from tests.images.mask_phantoms import lesion, organ, turned, write_seg, write_series

PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")


def pixels(data: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(np.int64)


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize(
    "orientation",
    [turned(), turned(plane="coronal"), turned(plane="sagittal"), turned(20), [-1.0, 0, 0, 0, -1, 0]],
    ids=["axial", "coronal", "sagittal", "oblique", "prone"],
)
def test_the_mask_lies_on_the_lesion(tmp_path: Path, orientation: list[float], plane: Plane) -> None:
    """In every slice of every plane; the lesion is bright in the images, and no flip maps it onto itself."""
    files, points = write_series(
        tmp_path / "images", orientation=orientation, steps=(1.0, 1.0, 1.0), shape=(40, 44, 48)
    )
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    volume = read_series(files)
    mask = read_seg(seg, volume)
    drawn = 0
    for index in range(0, slice_count(volume, plane), 2):
        bare = pixels(png(volume, plane, index, (100, 2000)))
        covered = pixels(overlay_png(volume, mask, plane, index, (100, 2000)))
        bright = bare[..., 0] > 100
        np.testing.assert_array_equal((covered != bare).any(axis=-1), bright)
        drawn += bright.sum()
    assert drawn == pytest.approx(lesion(points).sum() / 2, rel=0.1)


def test_inside_half_transparent_and_the_border_opaque(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    both = np.stack([organ(points), lesion(points)], axis=-1).astype(np.uint8)
    volume = read_series(files)
    mask = read_seg(write_seg(tmp_path / "seg.dcm", files, both, ["organ", "lesion"]), volume)
    picture = pixels(overlay_png(volume, mask, "axial", 6, (100, 2000)))
    bare = pixels(png(volume, "axial", 6, (100, 2000)))
    for segment in mask.segments:
        assert segment.colour is not None
        border = (picture == segment.colour).all(axis=-1)
        inside = (np.abs(picture - (0.6 * bare + 0.4 * np.array(segment.colour))) <= 1).all(axis=-1)
        assert border.sum() > 20 and inside.sum() > 20
    share = (mask.labels[6] > 0).mean()
    assert (picture != bare).any(axis=-1).mean() == pytest.approx(share, rel=0.05)


def test_thick_slices_and_large_pictures_keep_mask_and_image_together(tmp_path: Path) -> None:
    """Where the picture is stretched or shrunk, the mask's middle stays on the lesion's, within a pixel."""
    for name, steps, shape in [("thick", (5.0, 0.9, 1.1), (9, 40, 48)), ("wide", (5.0, 0.07, 0.06), (9, 800, 900))]:
        files, points = write_series(tmp_path / name, steps=steps, shape=shape)
        volume = read_series(files)
        mask = read_seg(write_seg(tmp_path / f"{name}.dcm", files, lesion(points).astype(np.uint8)), volume)
        for plane in PLANES:
            index = slice_with_mask(mask, plane)
            bare = pixels(png(volume, plane, index, (100, 1)))
            covered = pixels(overlay_png(volume, mask, plane, index, (100, 1)))
            changed = np.argwhere((covered != bare).any(axis=-1)).mean(axis=0)
            bright = np.argwhere(bare[..., 0] > 127).mean(axis=0)
            assert changed == pytest.approx(bright, abs=1)


def test_segments_without_a_colour_take_one_of_the_palette(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    mask = read_seg(write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8)), read_series(files))
    plain = replace(mask, segments=tuple(replace(mask.segments[0], number=n, colour=None) for n in range(1, 10)))
    assert [tuple(row) for row in colours(plain)[1:]] == [*PALETTE, *PALETTE[:2]]
    assert len(set(PALETTE)) == 7


def test_the_slice_shown_is_the_middle_one_unless_the_mask_is_elsewhere(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    volume = read_series(files)
    high = lesion(points) & (np.arange(12) > 7)[:, None, None]
    high_mask = read_seg(write_seg(tmp_path / "high.dcm", files, high.astype(np.uint8)), volume)
    assert high.any() and slice_with_mask(high_mask, "axial") == int(high.sum(axis=(1, 2)).argmax())
    everywhere = read_seg(write_seg(tmp_path / "all.dcm", files, lesion(points).astype(np.uint8)), volume)
    assert lesion(points)[6].any() and slice_with_mask(everywhere, "axial") == 6
    with pytest.raises(ImageError, match="no axial slice 12"):
        overlay_png(volume, everywhere, "axial", 12)
