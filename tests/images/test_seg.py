from __future__ import annotations

import random
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import UID, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, RLELossless

from explorer.errors import ImageError, UnknownNameError
from explorer.images import read_series
from explorer.images.seg import lab_to_rgb, read_seg
from tests.images.mask_phantoms import (
    ORIENTATIONS,
    at,
    centres,
    judged,
    lesion,
    names,
    organ,
    own_grid,
    turned,
    write_seg,
    write_series,
)

_SYNTAXES = (ImplicitVRLittleEndian, RLELossless, JPEG2000Lossless, JPEGLSLossless)


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
@pytest.mark.parametrize("orientation", ORIENTATIONS.values(), ids=ORIENTATIONS)
def test_a_seg_on_the_grid_of_its_images(tmp_path: Path, orientation: list[float], kind: str) -> None:
    """Empty frames are omitted, and the frames stand in an order that is not that of the slices."""
    files, points = write_series(tmp_path / "images", orientation=orientation)
    order = random.Random(3).sample(range(len(files)), len(files))
    truth = lesion(points)
    assert 0 < truth.any(axis=(1, 2)).sum() < len(truth)
    seg = write_seg(
        tmp_path / "seg.dcm",
        [files[k] for k in order],
        truth[order].astype(np.uint8),
        kind=kind,
        omit_empty_frames=True,
    )
    assert int(dcmread(seg).NumberOfFrames) == truth.any(axis=(1, 2)).sum()
    volume = read_series(files)
    mask = read_seg([seg], volume)
    expected = at(volume, points, truth)
    np.testing.assert_array_equal(expected, volume.array > 0)
    np.testing.assert_array_equal(mask.labels, expected.astype(np.uint8))
    np.testing.assert_array_equal(mask.segment(1), judged(seg, volume))
    assert (mask.labels.dtype, mask.labels.shape) == (np.uint8, volume.array.shape)
    assert names(mask) == (["fractional"] if kind == "FRACTIONAL" else [])
    np.testing.assert_array_equal(mask.volume.affine, volume.affine)


def test_what_a_segment_is_and_who_drew_it(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8), ["Tumour\n<b>"])
    mask = read_seg(seg, read_series(files))
    (segment,) = mask.segments
    assert (segment.number, segment.label) == (1, "Tumour\n<b>")
    assert segment.category is not None and segment.kind is not None
    assert (segment.category.meaning, segment.kind.meaning) == ("Morphologically Abnormal Structure", "Neoplasm")
    assert (segment.kind.value, segment.kind.scheme, segment.anatomy[0].meaning) == ("108369006", "SCT", "Liver")
    assert (segment.algorithm_type, segment.algorithm_name) == ("AUTOMATIC", "Phantom drawer")
    assert segment.colour == (213, 94, 0)
    assert mask.refers_to == (read_series(files).series_uid,)
    assert mask.volume_mm3(1) == pytest.approx(lesion(points).sum() * 2.5 * 0.9 * 1.1)
    with pytest.raises(UnknownNameError, match=r"no segment 7\. Segments here: 1"):
        mask.segment(7)


def test_colours_are_those_of_highdicom() -> None:
    for colour in [(0, 0, 0), (255, 255, 255), (213, 94, 0), (0, 114, 178), (1, 200, 99)]:
        assert lab_to_rgb(hd.color.CIELabColor.from_rgb(*colour).value) == colour


def test_overlapping_segments_are_kept_and_the_smallest_lies_on_top(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    both = np.stack([organ(points), lesion(points), np.zeros(points.shape[:3], bool)], axis=-1)
    seg = write_seg(tmp_path / "seg.dcm", files, both.astype(np.uint8), ["organ", "lesion", "nothing"])
    volume = read_series(files)
    mask = read_seg(seg, volume)
    overlap = int((both[..., 0] & both[..., 1]).sum())
    assert overlap > 100
    for number in (1, 2, 3):
        np.testing.assert_array_equal(mask.segment(number), at(volume, points, both[..., number - 1]))
    larger, smaller = (1, 2) if mask.voxels(1) > mask.voxels(2) else (2, 1)
    expected = np.where(mask.segment(smaller), smaller, np.where(mask.segment(larger), larger, 0))
    np.testing.assert_array_equal(mask.labels, expected)
    assert [segment.label for segment in mask.segments] == ["organ", "lesion", "nothing"]
    assert names(mask) == ["overlapping segments"]
    assert f"{overlap:,} voxels" in mask.warnings[0].text


def test_segments_of_several_files_are_collected(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    a = write_seg(tmp_path / "a.dcm", files, lesion(points).astype(np.uint8), ["lesion"])
    b = write_seg(tmp_path / "b.dcm", files, organ(points).astype(np.uint8), ["organ"])
    volume = read_series(files)
    mask = read_seg([b, a], volume)
    assert [(segment.number, segment.label) for segment in mask.segments] == [(1, "lesion"), (2, "organ")]
    np.testing.assert_array_equal(mask.segment(1), at(volume, points, lesion(points)))
    np.testing.assert_array_equal(mask.segment(2), at(volume, points, organ(points)))
    assert names(mask) == ["renumbered segments", "overlapping segments"]


def test_fractions_of_at_least_one_half_belong(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    share = np.linspace(0, 1, points[..., 0].size).reshape(points.shape[:3])
    for kind in ("PROBABILITY", "OCCUPANCY"):
        seg = write_seg(
            tmp_path / f"{kind}.dcm", files, share, kind="FRACTIONAL",
            fractional_type=hd.seg.SegmentationFractionalTypeValues[kind], max_fractional_value=200,
        )  # fmt: skip
        volume = read_series(files)
        stored = np.rint(share * 200)
        mask = read_seg(seg, volume)
        np.testing.assert_array_equal(mask.segment(1), at(volume, points, stored >= 100))
        assert kind.lower() in mask.warnings[0].text


@pytest.mark.parametrize(
    ("kind", "syntax", "columns"),
    [
        ("BINARY", ImplicitVRLittleEndian, 49),  # a frame does not end with a byte
        ("BINARY", JPEG2000Lossless, 49),
        *((kind, syntax, 48) for kind in ("FRACTIONAL", "LABELMAP") for syntax in _SYNTAXES),
    ],
)
def test_every_way_to_store_frames(tmp_path: Path, kind: str, syntax: UID, columns: int) -> None:
    files, points = write_series(tmp_path / "images", shape=(12, 41, columns))
    array = lesion(points).astype(float if kind == "FRACTIONAL" else np.uint8)
    seg = write_seg(tmp_path / "seg.dcm", files, array, kind=kind, transfer_syntax_uid=syntax)
    volume = read_series(files)
    np.testing.assert_array_equal(read_seg(seg, volume).segment(1), at(volume, points, lesion(points)))


def test_a_seg_of_another_series_says_so(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    header = dcmread(seg)
    header.ReferencedSeriesSequence[0].SeriesInstanceUID = "1.2.3.4"
    header.save_as(seg)
    assert names(read_seg(seg, read_series(files))) == ["other series"]
    header.FrameOfReferenceUID = "1.2.3.5"
    header.save_as(seg)
    mask = read_seg(seg, read_series(files))
    assert names(mask) == ["other series", "other frame of reference"]
    assert "1.2.3.4" in mask.warnings[0].text


def test_odd_segment_numbers(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    both = np.stack([organ(points) & ~lesion(points), lesion(points)], axis=-1).astype(np.uint8)
    seg = write_seg(tmp_path / "seg.dcm", files, both, ["organ", "lesion"])
    header = dcmread(seg)
    del header.SegmentSequence[1]
    header.save_as(seg)
    mask = read_seg(seg, read_series(files))
    assert [(each.number, each.label) for each in mask.segments] == [(1, "organ"), (2, "")]
    assert names(mask) == ["undescribed segments"]
    header.SegmentSequence[0].SegmentNumber = 300
    for frame in header.PerFrameFunctionalGroupsSequence:
        number = frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber = 300 if number == 1 else 2
    header.save_as(seg)
    mask = read_seg(seg, read_series(files))
    assert (mask.labels.dtype, sorted(np.unique(mask.labels))) == (np.uint16, [0, 2, 300])


def test_frames_without_position_are_counted(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    header = dcmread(seg)
    header.PerFrameFunctionalGroupsSequence[2].PlanePositionSequence[0].ImagePositionPatient = [0, 0]
    del header.PerFrameFunctionalGroupsSequence[3].PlanePositionSequence
    header.save_as(seg)
    mask = read_seg(seg, read_series(files))
    assert names(mask) == ["frames without position"] and mask.warnings[0].text.startswith("2 frames have no")
    assert mask.labels.any(axis=(1, 2)).sum() == lesion(points).any(axis=(1, 2)).sum() - 2


@pytest.mark.parametrize(("recorded", "said"), [(1.0, True), (3.0, False), (1.3, False)])
def test_frames_further_apart_than_the_recorded_distance_are_named(tmp_path: Path, recorded: float, said: bool) -> None:
    files, _ = write_series(tmp_path / "images")
    points, options = own_grid((4, 44, 52), turned(), (3.0, 0.83, 0.71))
    seg = write_seg(tmp_path / "seg.dcm", files, np.ones(points.shape[:3], np.uint8), **options)
    header = dcmread(seg)
    header.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SpacingBetweenSlices = recorded
    header.save_as(seg)
    mask = read_seg(seg)
    assert mask.volume.spacing_mm[0] == pytest.approx(3)
    assert names(mask) == ["sparse frames"] * said
    if said:
        assert "3 mm apart" in mask.warnings[0].text and "SpacingBetweenSlices says 1 mm" in mask.warnings[0].text
    assert ("sparse frames" in names(read_seg(seg, read_series(files)))) == said


def test_what_is_no_mask_is_refused(tmp_path: Path) -> None:
    files, points = write_series(tmp_path / "images")
    volume = read_series(files)
    with pytest.raises(ImageError, match="No files were given"):
        read_seg([], volume)
    with pytest.raises(ImageError, match="cannot be read"):
        read_seg([tmp_path / "nothing.dcm"], volume)
    seg = write_seg(tmp_path / "seg.dcm", files, lesion(points).astype(np.uint8))
    header = dcmread(seg)
    header.NumberOfFrames = 4_000
    header.save_as(seg)
    with pytest.raises(ImageError, match="pixels end before the last"):
        read_seg([seg], volume)
    header.Rows = header.Columns = 65_535
    header.save_as(seg)
    with pytest.raises(ImageError, match="are too large"):
        read_seg([seg], volume)


def test_the_lesion_has_no_symmetry() -> None:
    array = lesion(centres((12, 40, 48), turned(), (2.5, 0.9, 1.1)))
    for axes in [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]:
        assert (np.flip(array, axes) != array).sum() > 0.5 * array.sum()
