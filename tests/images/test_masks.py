from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.errors import ImageError
from explorer.images import Pyramid, Volume, read_series, to_lps
from explorer.images.mask_kinds import read_masks, which_images
from explorer.images.masks import Mask, Segment, merge, paint, renumber
from explorer.images.resample import Grid, Patch, crop, grid_of, join, resample
from tests.browser.viewer_fixtures import SERIES
from tests.images.mask_phantoms import at, lesion, organ, turned, write_rtstruct, write_seg, write_series


def blank(shape: tuple[int, int, int] = (6, 7, 8)) -> Volume:
    return Volume(np.zeros(shape, np.int16), (2.0, 1.0, 1.0), (0.0, 0.0, 0.0), np.eye(3), (0.0, 1.0))


def box(z: slice, y: slice, x: slice, shape: tuple[int, int, int] = (6, 7, 8)) -> NDArray[np.bool_]:
    where = np.zeros(shape, dtype=bool)
    where[z, y, x] = True
    return where


def patch(where: NDArray[np.bool_]) -> Patch:
    found = crop(where)
    assert found is not None
    return found


def test_a_patch_holds_its_voxels_and_no_more() -> None:
    where = box(slice(1, 3), slice(2, 7), slice(5, 6)) | box(slice(2, 3), slice(3, 4), slice(0, 8))
    found = patch(where)
    assert (found.offset, found.shape, found.count) == ((1, 2, 0), (2, 5, 8), int(where.sum()))
    again = np.zeros_like(where)
    again[found.box] = found.where
    np.testing.assert_array_equal(again, where)
    assert crop(np.zeros((2, 3, 4), bool)) is None
    assert join([], [0]) is None


def test_joined_patches_are_their_union() -> None:
    parts = [box(slice(0, 2), slice(0, 2), slice(0, 2)), box(slice(1, 5), slice(1, 2), slice(0, 8))]
    joined = join([patch(part) for part in parts], [1000])
    assert joined is not None
    whole = np.zeros_like(parts[0])
    whole[joined.box] = joined.where
    np.testing.assert_array_equal(whole, parts[0] | parts[1])
    with pytest.raises(ImageError, match="too many and too scattered"):
        join([patch(part) for part in parts], [10])
    far = Patch((2_000_000, 0, 0), (1, 1, 1), np.array([128], np.uint8), 1)
    wide = Patch((0, 0, 0), (1, 1, 100_000), np.zeros(12_500, np.uint8), 0)
    with pytest.raises(ImageError, match="does not fit into memory"):
        join([far, wide], [1000])


def test_the_smallest_segment_lies_on_top_and_the_lower_number_breaks_a_tie() -> None:
    large, small = box(slice(0, 4), slice(0, 4), slice(0, 4)), box(slice(1, 2), slice(1, 2), slice(1, 3))
    twin = box(slice(1, 2), slice(1, 2), slice(2, 4))
    segments = [Segment(7, "twin"), Segment(3, "large"), Segment(5, "small"), Segment(300, "none")]
    mask = paint(blank(), segments, {3: patch(large), 5: patch(small), 7: patch(twin)})
    assert [segment.number for segment in mask.segments] == [3, 5, 7, 300]
    assert mask.labels.dtype == np.uint16
    np.testing.assert_array_equal(mask.labels, np.where(small, 5, np.where(twin, 7, np.where(large, 3, 0))))
    for number, where in ((3, large), (5, small), (7, twin)):
        np.testing.assert_array_equal(mask.segment(number), where)
        assert mask.voxels(number) == where.sum()
        assert mask.volume_mm3(number) == 2 * where.sum()
    assert (mask.voxels(300), mask.segment(300).any()) == (0, False)
    with pytest.raises(ValueError, match="read-only"):
        mask.labels[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("recorded", "numbers", "warned"),
    [([1, 2], [1, 2], False), ([9, 4], [9, 4], False), ([1, 1], [1, 2], True), ([0, 5], [1, 2], True),
     ([65_535], [65_535], False), ([65_536], [1], True), ([], [], False)],
)  # fmt: skip
def test_numbers(recorded: list[int], numbers: list[int], warned: bool) -> None:
    found, notes = renumber([Segment(number, "") for number in recorded])
    assert (found, [note.name for note in notes]) == (numbers, ["renumbered segments"] if warned else [])


def test_merged_masks_keep_numbers_that_differ() -> None:
    a = paint(blank(), [Segment(2, "a")], {2: patch(box(slice(0, 1), slice(0, 1), slice(0, 1)))}, refers_to=["1.2"])
    b = paint(blank(), [Segment(4, "b")], {4: patch(box(slice(5, 6), slice(5, 6), slice(0, 1)))}, refers_to=["1.1"])
    mask = merge([a, b])
    assert [(each.number, each.label, mask.voxels(each.number)) for each in mask.segments] == [(2, "a", 1), (4, "b", 1)]
    assert (mask.refers_to, mask.warnings, merge([a])) == (("1.1", "1.2"), (), a)


def test_a_mask_turns_with_its_images(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images", orientation=turned(20, "sagittal"))
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    volume = read_series(files)
    np.testing.assert_array_equal(to_lps(read_masks(seg, volume).volume).array, to_lps(volume).array > 0)
    np.testing.assert_array_equal(read_masks(seg, to_lps(volume)).labels, to_lps(volume).array > 0)
    pyramid = Pyramid(read_masks(seg, volume).volume, labels=True, smallest=8)
    np.testing.assert_array_equal(pyramid.level(0), to_lps(volume).array > 0)
    assert pyramid.levels > 1 and set(np.unique(pyramid.level(1))) == {0, 1}


def test_what_is_read_is_told_by_the_file(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    volume = read_series(files)
    folder = tmp_path / "masks"
    folder.mkdir()
    seg = write_seg(folder / "seg.dcm", files, lesion(points).astype(np.uint8), ["lesion"])
    labels = write_seg(tmp_path / "labels.dcm", files, organ(points).astype(np.uint8), ["organ"], kind="LABELMAP")
    square = np.array([[-5.0, -5, 1.25], [5, -5, 1.25], [5, 5, 1.25], [-5, 5, 1.25]])
    rt = write_rtstruct(folder / "rt.dcm", [{"name": "GTV", "contours": [square]}], "1.2.3.4")

    def named(mask: Mask) -> list[str]:
        return [segment.label for segment in mask.segments]

    assert named(read_masks(seg, volume)) == ["lesion"]
    np.testing.assert_array_equal(read_masks(labels, volume).segment(1), at(volume, points, organ(points)))
    assert named(read_masks(rt, volume)) == ["GTV"]
    assert named(read_masks(folder, volume)) == ["GTV", "lesion"]
    assert [which_images(path) for path in (seg, labels, rt)] == [(SERIES,), (SERIES,), ("1.2.3.4",)]
    assert which_images(folder) == ("1.2.3.4", SERIES)
    with pytest.raises(ImageError, match=r"no SEG and no RTSTRUCT .*1\.2\.840\.10008\.5\.1\.4\.1\.1\.2"):
        read_masks(files[0], volume)
    assert which_images(files[0]) == ()


def test_resampling_onto_the_same_grid_changes_nothing() -> None:
    grid = grid_of(blank((9, 10, 11)))
    chance = np.random.default_rng(5)
    for _ in range(20):
        where = chance.random((9, 10, 11)) < 0.05
        again = resample(patch(where), grid, grid, [10**6])
        assert again is not None
        whole = np.zeros_like(where)
        whole[again.box] = again.where
        np.testing.assert_array_equal(whole, where)


def test_resampling_agrees_with_a_slow_look_at_every_voxel() -> None:
    """Random grids, turned and mirrored, of any spacing; each target voxel is looked up by its own position."""
    chance = np.random.default_rng(11)
    met = 0
    for _ in range(40):
        where = chance.random((5, 6, 7)) < 0.6
        source, target = _random_grid((5, 6, 7), chance), _random_grid((6, 5, 8), chance)
        found = resample(patch(where), source, target, [10**6])
        expected = np.zeros(target.shape, dtype=bool)
        inverse = np.linalg.inv(np.stack([source.row, source.column, source.step], axis=1))
        for k, j, i in np.ndindex(target.shape):
            point = target.origins[k] + i * target.row + j * target.column
            x, y, z = np.floor(inverse @ (point - source.origins[0]) + 0.5001).astype(int)
            expected[k, j, i] = 0 <= z < 5 and 0 <= y < 6 and 0 <= x < 7 and where[z, y, x]
        answer = np.zeros(target.shape, dtype=bool)
        if found is not None:
            answer[found.box] = found.where
            met += 1
        np.testing.assert_array_equal(answer, expected)
    assert met > 20


def _random_grid(shape: tuple[int, int, int], chance: np.random.Generator) -> Grid:
    axes = np.linalg.qr(chance.normal(size=(3, 3)))[0] * chance.uniform(0.4, 2.5, size=3)
    start = -axes @ (np.array(shape[::-1]) - 1) / 2 + chance.normal(size=3)
    origins = start + np.arange(shape[0])[:, None] * axes[:, 2]
    return Grid(shape, axes[:, 0], axes[:, 1], axes[:, 2], origins)
