from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from explorer.images import Volume, read_series, to_lps
from explorer.images.seg import read_seg
from tests.images.mask_phantoms import (
    ORIENTATIONS,
    at,
    judged,
    lesion,
    names,
    own_grid,
    turned,
    write_seg,
    write_series,
)


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        (turned(), turned(20)),
        (turned(20), turned()),
        (turned(), turned(plane="sagittal")),
        (turned(plane="coronal"), turned(-10, "sagittal")),
        (turned(), [-1.0, 0, 0, 0, 1, 0]),
        (turned(), [1.0, 0, 0, 0, -1, 0]),
        (turned(), turned()),
    ],
    ids=["oblique", "from axial", "sagittal", "oblique sagittal", "mirrored rows", "mirrored columns", "finer"],
)
def test_another_grid_is_resampled_by_position(tmp_path: Path, image: list[float], mask: list[float]) -> None:
    files, _ = write_series(tmp_path / "images", orientation=image)
    points, options = own_grid((20, 44, 52), mask, (1.7, 0.83, 0.71), shift=0.137)
    truth = lesion(points).astype(np.uint8)
    seg = write_seg(tmp_path / "seg.dcm", files, truth, **options)
    volume = read_series(files)
    drawn = read_seg(seg, volume)
    assert names(drawn) == ["other grid"]
    np.testing.assert_array_equal(drawn.segment(1), _by_simpleitk(truth, points, mask, (1.7, 0.83, 0.71), volume))
    assert middle(drawn.segment(1), volume) == pytest.approx(middle(volume.array > 0, volume), abs=1.25)  # half a slice


def middle(where: NDArray[np.bool_], volume: Volume) -> list[float]:
    """Centre of gravity, LPS mm."""
    found: list[float] = (np.argwhere(where).mean(axis=0) @ volume.affine[:3, :3].T + volume.affine[:3, 3]).tolist()
    return found


def _by_simpleitk(
    truth: NDArray[np.uint8], points: NDArray[np.float64], orientation: list[float], steps: tuple[float, ...], v: Volume
) -> NDArray[np.bool_]:
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    moving = sitk.GetImageFromArray(truth)
    moving.SetOrigin(points[0, 0, 0].tolist())
    moving.SetSpacing(steps[::-1])
    moving.SetDirection(np.stack([row, column, np.cross(row, column)], axis=1).ravel().tolist())
    fixed = sitk.GetImageFromArray(np.zeros(v.array.shape, np.uint8))
    fixed.SetOrigin(v.origin_mm)
    fixed.SetSpacing(v.spacing_mm[::-1])
    fixed.SetDirection(v.direction.ravel().tolist())
    return sitk.GetArrayFromImage(sitk.Resample(moving, fixed, sitk.Transform(), sitk.sitkNearestNeighbor)) > 0


def test_without_images_a_seg_lies_on_its_own_grid(tmp_path: Path) -> None:
    for name, orientation in ORIENTATIONS.items():
        files, _ = write_series(tmp_path / name, orientation=orientation)
        points, options = own_grid((20, 44, 52), orientation, (1.7, 0.83, 0.71))
        seg = write_seg(tmp_path / f"{name}.dcm", files, lesion(points).astype(np.uint8), **options)
        mask = read_seg(seg)
        np.testing.assert_array_equal(mask.segment(1), at(mask.volume, points, lesion(points)))
        np.testing.assert_array_equal(mask.segment(1), judged(seg, mask.volume))
        assert mask.voxels(1) == lesion(points).sum()
        assert (mask.volume.spacing_mm, names(mask)) == (pytest.approx((1.7, 0.83, 0.71)), [])
        along = mask.volume.direction[:, 2]
        assert along[np.argmax(np.abs(along))] > 0  # as in every volume


def test_two_islands_far_apart_keep_the_recorded_distance_of_slices(tmp_path: Path) -> None:
    files, _ = write_series(tmp_path / "images")
    _, options = own_grid((20, 44, 52), turned(), (1.0, 0.9, 1.1))
    truth = np.zeros((20, 44, 52), np.uint8)
    truth[2, 5, 6], truth[12, 20:30, 8] = 1, 1
    seg = write_seg(tmp_path / "seg.dcm", files, truth, **options)
    mask = read_seg(seg)
    assert (mask.volume.spacing_mm[0], mask.labels.shape[0]) == (pytest.approx(1.0), 11)
    np.testing.assert_array_equal(mask.labels, truth[2:13])


def test_missing_slices_and_frames_beyond_the_images(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "all")
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    some, _ = write_series(tmp_path / "some", leave_out=(0, 6, 10, 11))
    volume = read_series(some)
    assert volume.array.shape[0] == 9
    mask = read_seg(seg, volume)
    np.testing.assert_array_equal(mask.segment(1), at(volume, points, lesion(points)))
    assert lesion(points)[10:].any() and names(mask) == ["missing slices", "frames outside"]
    half = read_series(some[:4])
    mask = read_seg(seg, half)
    outside = int(lesion(points)[5:].any(axis=(1, 2)).sum())
    assert outside
    assert next(note.text for note in mask.warnings if note.name == "frames outside").startswith(
        f"{outside} frames have"
    )
    np.testing.assert_array_equal(mask.segment(1), at(half, points, lesion(points)))


def test_a_mask_elsewhere_is_drawn_nowhere_and_said_to_be(tmp_path: Path) -> None:
    files, _ = write_series(tmp_path / "images")
    points, options = own_grid((6, 44, 52), turned(), (1.7, 0.83, 0.71), shift=500)
    seg = write_seg(tmp_path / "seg.dcm", files, np.ones(points.shape[:3], np.uint8), **options)
    mask = read_seg(seg, read_series(files))
    assert not mask.labels.any()
    assert names(mask) == ["other grid", "frames outside", "lost segments"]
    assert mask.warnings[1].text.startswith("6 frames have no place")


def test_gantry_tilt_is_followed(tmp_path: Path) -> None:
    """Each slice lies aside of the one before; the mask was drawn on the slices."""
    files, points = write_series(tmp_path / "images", shear=(0, 0.6, 0))
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    volume = read_series(files)
    mask = read_seg(seg, volume)
    np.testing.assert_array_equal(mask.segment(1), volume.array > 0)
    own = read_seg(seg)
    np.testing.assert_array_equal(own.segment(1), at(own.volume, points, lesion(points)))
    points, options = own_grid((20, 44, 52), turned(), (1.7, 0.83, 0.71), shift=0.137)
    seg = write_seg(tmp_path / "other.dcm", files, lesion(points).astype(np.uint8), **options)
    k, j, i = np.indices(volume.array.shape)
    near = np.stack([k, j, i], axis=-1) @ volume.affine[:3, :3].T + volume.affine[:3, 3] - points[0, 0, 0]
    z, y, x = np.moveaxis(np.floor(near[..., ::-1] / (1.7, 0.83, 0.71) + 0.5).astype(int), -1, 0)
    held = (z >= 0) & (z < 20) & (y >= 0) & (y < 44) & (x >= 0) & (x < 52)
    expected = held & lesion(points)[z.clip(0, 19), y.clip(0, 43), x.clip(0, 51)]
    np.testing.assert_array_equal(read_seg(seg, volume).segment(1), expected)


def test_where_the_distance_of_slices_varies_each_frame_finds_its_slice(tmp_path: Path) -> None:
    """On the images' own voxels, and from a finer grid: the nearest voxel of the slice's true place."""
    files, points = write_series(tmp_path / "images")
    places = points[:, 0, 0, 2] + np.array([0, 0, 0.4, 0.9, 0, -0.8, 0, 0.6, 0, 0.7, 0.2, 0])
    points = points.copy()
    points[..., 2] = places[:, None, None]
    for file in files:
        header = dcmread(file)
        k = int(header.InstanceNumber) - 1
        header.ImagePositionPatient = [*header.ImagePositionPatient[:2], round(float(places[k]), 6)]
        header.PixelData = np.where(lesion(points[k]), 900, -700).astype("<i2").tobytes()
        header.save_as(file)
    volume = read_series(files)
    assert "varying spacing" in [note.name for note in volume.warnings]
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    np.testing.assert_array_equal(read_seg(seg, volume).segment(1), lesion(points))
    fine, options = own_grid((20, 44, 52), turned(), (1.7, 0.83, 0.71), shift=0.137)
    seg = write_seg(tmp_path / "other.dcm", files, lesion(fine).astype(np.uint8), **options)
    z, y, x = np.moveaxis(np.floor((points - fine[0, 0, 0])[..., ::-1] / (1.7, 0.83, 0.71) + 0.5).astype(int), -1, 0)
    held = (z >= 0) & (z < 20) & (y >= 0) & (y < 44) & (x >= 0) & (x < 52)
    expected = held & lesion(fine)[z.clip(0, 19), y.clip(0, 43), x.clip(0, 51)]
    np.testing.assert_array_equal(read_seg(seg, volume).segment(1), expected)


def moved(files: list[Path], points: NDArray[np.float64], way: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move each slice by its row of ``way``, mm, and draw the lesion where it then is; centres of the voxels."""
    points = points + way[:, None, None, :]
    for file in files:
        header = dcmread(file)
        k = int(header.InstanceNumber) - 1
        header.ImagePositionPatient = [round(float(value), 6) for value in points[k, 0, 0]]
        header.PixelData = np.where(lesion(points[k]), 900, -700).astype("<i2").tobytes()
        header.save_as(file)
    return points


UNEVEN = np.array([0, 0, 0.4, 0.9, 0, -0.8, 0, 0.6, 0, 0.7, 0.2, 0])
SHIFTED = np.array([0, 0, 0, 0, 0, 0, 3.1, 3.1, 3.1, 3.1, -2.2, 3.1])


@pytest.mark.parametrize("name", ORIENTATIONS)
@pytest.mark.parametrize("odd", ["varying spacing", "slices out of line"])
def test_on_a_turned_volume_each_frame_finds_its_slice(tmp_path: Path, name: str, odd: str) -> None:
    files, points = write_series(tmp_path / "images", orientation=ORIENTATIONS[name])
    row, column = np.array(ORIENTATIONS[name][:3]), np.array(ORIENTATIONS[name][3:])
    normal = np.cross(row, column)
    way = np.outer(UNEVEN, normal) if odd == "varying spacing" else np.outer(SHIFTED, row - 0.4 * column)
    points = moved(files, points, way)
    volume = read_series(files)
    assert odd in [note.name for note in volume.warnings]
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    for each in (volume, to_lps(volume)):
        mask = read_seg(seg, each)
        assert mask.voxels(1) == lesion(points).sum()
        np.testing.assert_array_equal(mask.segment(1), each.array > 0)
        assert names(mask) == []
    fine, options = own_grid((30, 44, 52), turned(), (1.7, 0.83, 0.71), shift=0.137)
    other = write_seg(tmp_path / "other.dcm", files, lesion(fine).astype(np.uint8), **options)
    straight = read_seg(other, volume)
    assert straight.voxels(1)
    np.testing.assert_array_equal(read_seg(other, to_lps(volume)).labels, to_lps(straight.volume).array)


def test_slices_that_a_turned_series_misses(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "all", orientation=ORIENTATIONS["coronal"])
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    some, _ = write_series(tmp_path / "some", orientation=ORIENTATIONS["coronal"], leave_out=(6,))
    mask = read_seg(seg, to_lps(read_series(some)))
    assert names(mask) == ["missing slices"]


@pytest.mark.parametrize("recorded", [99.0, 0.5, None])
def test_a_recorded_distance_of_slices_that_lies(tmp_path: Path, recorded: float | None) -> None:
    files, points = write_series(tmp_path / "images")
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    header = dcmread(seg)
    measures = header.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    if recorded is None:
        del measures.SpacingBetweenSlices
    else:
        measures.SpacingBetweenSlices = recorded
    header.save_as(seg)
    mask = read_seg(seg)
    assert mask.volume.spacing_mm == pytest.approx((2.5, 0.9, 1.1))
    np.testing.assert_array_equal(mask.segment(1), at(mask.volume, points, lesion(points)))


def test_frames_of_two_orientations_are_each_placed_by_their_own(tmp_path: Path) -> None:
    """One frame is turned to a sagittal plane at x = 20.3; the others stay where they were."""
    files, points = write_series(tmp_path / "images")
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    header = dcmread(seg)
    frame = header.PerFrameFunctionalGroupsSequence[1]
    z = float(frame.PlanePositionSequence[0].ImagePositionPatient[2])
    frame.PlanePositionSequence[0].ImagePositionPatient = [20.3, -20, 18]
    shared = header.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]
    frame.PlaneOrientationSequence = [Dataset()]
    frame.PlaneOrientationSequence[0].ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    assert list(shared.ImageOrientationPatient) == [1, 0, 0, 0, 1, 0]
    header.save_as(seg)
    volume = read_series(files)
    mask = read_seg(seg, volume)
    assert names(mask) == ["mixed planes", "other grid"]
    stayed = lesion(points) & (np.abs(points[..., 2] - z) > 0.1)
    added = mask.segment(1) & ~stayed
    assert (mask.segment(1) & stayed).sum() == stayed.sum()
    rows, columns = np.nonzero(lesion(points)[round((z - points[0, 0, 0, 2]) / 2.5)])
    x, y, z_ = points[added].T
    assert added.any() and np.abs(x - 20.3).max() <= 1.25 + 1e-6
    assert (y.min(), y.max()) == pytest.approx((-20 + 1.1 * columns.min(), -20 + 1.1 * columns.max()), abs=1)
    assert (z_.min(), z_.max()) == pytest.approx((18 - 0.9 * rows.max(), 18 - 0.9 * rows.min()), abs=1.5)
