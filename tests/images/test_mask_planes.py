from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import ImageError
from explorer.images import Mask, Volume, read_series, to_lps
from explorer.images.mask_planes import MaskPlanes
from explorer.images.masks import Segment, paint
from explorer.images.resample import crop
from explorer.images.seg import read_seg
from tests.images.mask_phantoms import ORIENTATIONS, lesion, organ, write_seg, write_series


def scattered(volume: Volume, count: int, seed: int) -> Mask:
    """Overlapping boxes with holes, as different as the grid allows."""
    random = np.random.default_rng(seed)
    patches = {}
    for number in range(1, count + 1):
        where = np.zeros(volume.array.shape, dtype=bool)
        low = [int(random.integers(0, size - 3)) for size in where.shape]
        high = [int(random.integers(at + 2, size + 1)) for at, size in zip(low, where.shape, strict=True)]
        box = tuple(slice(*ends) for ends in zip(low, high, strict=True))
        where[box] = random.random(where[box].shape) < 0.3
        if (patch := crop(where)) is not None:
            patches[number] = patch
    return paint(volume, [Segment(number, f"{number}") for number in range(1, count + 3)], patches)


@pytest.mark.parametrize("orientation", ORIENTATIONS.values(), ids=ORIENTATIONS)
def test_every_plane_has_all_segments(tmp_path: Path, orientation: list[float]) -> None:
    """Against whole segments, turned as the volume is; two masks, more than 32 segments, two of them empty."""
    files, _ = write_series(tmp_path, shape=(9, 14, 17), orientation=orientation)
    volume = read_series(files)
    masks = [scattered(volume, 5, 1), scattered(volume, 40, 2)]
    truth = np.stack(
        [
            to_lps(replace(volume, array=mask.segment(segment.number))).array
            for mask in masks
            for segment in mask.segments
        ]
    )
    planes = MaskPlanes(volume, masks)
    assert len(planes.segments) == len(truth) == 7 + 42
    for axis in range(3):
        for index in range(truth.shape[axis + 1]):
            for part in range(2):
                wanted = truth[32 * part : 32 * part + 32].take(index, axis + 1)
                weights = (1 << np.arange(len(wanted), dtype=np.uint64))[:, None, None]
                bits = planes.plane(axis, index, part)
                assert (bits is None) == (not wanted.any())
                if bits is not None:
                    assert bits.dtype == np.uint32
                    np.testing.assert_array_equal(bits, (wanted * weights).sum(axis=0))
    for placed, where in zip(planes.segments, truth, strict=True):
        for axis in range(3):
            held = np.flatnonzero(where.any(axis=tuple({0, 1, 2} - {axis})))
            assert (placed.spans is None) == (not held.size)
            if placed.spans is not None:
                assert placed.spans[axis] == (held[0], held[-1])
    assert planes.plane(0, 0, 2) is None


@pytest.mark.parametrize("orientation", ORIENTATIONS.values(), ids=ORIENTATIONS)
def test_a_seg_without_its_empty_frames_sits_on_the_lesion(tmp_path: Path, orientation: list[float]) -> None:
    files, points = write_series(tmp_path / "images", orientation=orientation)
    inside = lesion(points)
    inside[5] = False  # a frame in the middle is left out too
    assert 0 < (~inside.any(axis=(1, 2))).sum() < len(inside)
    both = np.stack([organ(points), inside], axis=-1).astype(np.uint8)
    volume = read_series(files)
    mask = read_seg(write_seg(tmp_path / "seg.dcm", files, both, ["organ", "lesion"]), volume)
    bright = to_lps(volume).array > 0
    planes = MaskPlanes(volume, [mask])
    drawn = np.stack([np.zeros(bright.shape[1:], np.uint32) if p is None else p for p in _all(planes)])
    found = drawn >> 1 & 1
    assert (found <= bright).all()
    assert found.sum() == inside.sum()


def _all(planes: MaskPlanes) -> list[np.ndarray | None]:
    return [planes.plane(0, index) for index in range(planes.shape[0])]


def test_no_segment_is_ever_unpacked_whole(tmp_path: Path) -> None:
    """A hundred segments of a whole grid: asking for one plane takes memory of planes."""
    import tracemalloc

    files, _ = write_series(tmp_path, shape=(4, 20, 20))
    small = read_series(files)
    volume = replace(small, array=np.zeros((100, 200, 200), np.int16))
    whole = crop(np.ones(volume.array.shape, bool))
    assert whole is not None
    mask = paint(volume, [Segment(number, "") for number in range(1, 6)], dict.fromkeys(range(1, 6), whole))
    planes = MaskPlanes(volume, [mask])
    tracemalloc.start()
    for axis in range(3):
        planes.plane(axis, 50)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000 < volume.array.size


def test_a_mask_must_be_on_the_grid(tmp_path: Path) -> None:
    files, _ = write_series(tmp_path, shape=(9, 14, 17))
    volume = read_series(files)
    mask = scattered(volume, 2, 1)
    with pytest.raises(ImageError, match="9 × 14 × 17 voxels is not on the grid"):
        MaskPlanes(replace(volume, origin_mm=(5.0, 0, 0)), [mask])
    with pytest.raises(ImageError, match="slices run from 0 to 8"):
        MaskPlanes(volume, [mask]).plane(0, 9)
