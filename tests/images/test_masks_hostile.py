from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, RLELossless

from explorer.errors import ImageError
from explorer.images import read_series
from explorer.images.mask_kinds import read_masks
from tests.images.mask_phantoms import lesion, organ, write_rtstruct, write_seg, write_series


@pytest.fixture(scope="module")
def masks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of mask in a folder, its images below it."""
    folder = tmp_path_factory.mktemp("hostile")
    files, points = write_series(folder / "images")
    truth = np.stack([organ(points), lesion(points)], axis=-1).astype(np.uint8)
    write_seg(folder / "binary.dcm", files, truth, ["organ", "lesion"])
    single = truth[..., 1]
    write_seg(folder / "fraction.dcm", files, single.astype(float), kind="FRACTIONAL", transfer_syntax_uid=RLELossless)
    write_seg(folder / "labels.dcm", files, single, kind="LABELMAP")
    write_seg(folder / "jpeg.dcm", files, single, kind="LABELMAP", transfer_syntax_uid=JPEG2000Lossless)
    write_seg(folder / "jpegls.dcm", files, single, kind="LABELMAP", transfer_syntax_uid=JPEGLSLossless)
    square = np.array([[-5.0, -5, 1.25], [5, -5, 1.25], [5, 5, 1.25], [-5, 5, 1.25]])
    regions = [{"name": str(n), "contours": [square + n, square + np.array([0, 0, 2.5])]} for n in range(5)]
    write_rtstruct(folder / "contours.dcm", regions)
    deflated = dcmread(folder / "binary.dcm")
    deflated.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    deflated.save_as(folder / "deflated.dcm")
    return folder


def test_all_are_read_while_whole(masks: Path) -> None:
    volume = read_series((masks / "images").iterdir())
    for path in masks.glob("*.dcm"):
        mask = read_masks(path, volume)
        assert mask.labels.any(), path.name
        if path.name != "contours.dcm":
            np.testing.assert_array_equal(mask.segment(len(mask.segments)), volume.array > 0)


def test_mutated_masks_are_read_or_refused(masks: Path) -> None:
    """420 files in a process with limits of memory and time: never anything but ImageError."""
    command = [sys.executable, "-m", "tests.images.mutated_masks", str(masks), "1", "420"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=550, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "'refused'" in done.stdout and "'read'" in done.stdout


def test_a_bomb_of_zeros_is_refused(masks: Path, tmp_path: Path) -> None:
    header = dcmread(masks / "deflated.dcm")
    header.PixelData = bytes(600 * 2**20)
    header.save_as(tmp_path / "bomb.dcm")
    assert (tmp_path / "bomb.dcm").stat().st_size < 2**20
    with pytest.raises(ImageError, match="inflates to an unreasonable size"):
        read_masks(tmp_path / "bomb.dcm", read_series((masks / "images").iterdir()))


@pytest.mark.parametrize("distance", ["1e7", "1e-7", "9999"])
def test_slices_at_the_ends_of_the_world(masks: Path, tmp_path: Path, distance: str) -> None:
    header = dcmread(masks / "binary.dcm")
    frames = header.PerFrameFunctionalGroupsSequence
    frames[0].PlanePositionSequence[0].ImagePositionPatient = [0, 0, distance]
    frames[1].PlanePositionSequence[0].ImagePositionPatient = [0, 0, f"-{distance}"]
    header.save_as(tmp_path / "far.dcm")
    mask = read_masks(tmp_path / "far.dcm", read_series((masks / "images").iterdir()))
    assert mask.labels.any()
    assert {note.name for note in mask.warnings} & {"other grid", "frames outside"}


def test_label_maps_with_thousands_of_scattered_labels(
    masks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pixels of 3,000 labels strewn over all slices: as stored, or refused where that is too much."""
    header = dcmread(masks / "labels.dcm")
    assert header.BitsAllocated == 8
    noise = np.random.default_rng(1).integers(0, 3_000, (int(header.NumberOfFrames), 40, 48)).astype("<u2")
    header.PixelData, header.BitsAllocated, header.BitsStored, header.HighBit = noise.tobytes(), 16, 16, 15
    header.save_as(tmp_path / "noise.dcm")
    volume = read_series((masks / "images").iterdir())
    mask = read_masks(tmp_path / "noise.dcm", volume)
    drawn = mask.labels.any(axis=(1, 2))
    assert drawn.sum() == len(noise)
    ordered = sorted(range(len(noise)), key=lambda n: _height(header, n))
    np.testing.assert_array_equal(mask.labels[drawn], noise[ordered])
    monkeypatch.setattr("explorer.images.seg.BOX_LIMIT", 10_000)
    with pytest.raises(ImageError, match="too many and too scattered"):
        read_masks(tmp_path / "noise.dcm", volume)


def _height(header: Dataset, frame: int) -> float:
    place = header.PerFrameFunctionalGroupsSequence[frame].PlanePositionSequence[0]
    return float(place.ImagePositionPatient[2])


def test_names_that_mean_harm_stay_on_one_line(masks: Path, tmp_path: Path) -> None:
    header = dcmread(masks / "binary.dcm")
    header.SegmentSequence[0].SegmentLabel = "a\x1b[31m\u202e\n\r<script>"
    for frame in header.PerFrameFunctionalGroupsSequence:
        x, y, z = frame.PlanePositionSequence[0].ImagePositionPatient
        frame.PlanePositionSequence[0].ImagePositionPatient = [x, y, z + 1000]
    header.SpecificCharacterSet = "ISO_IR 192"
    header.save_as(tmp_path / "names.dcm")
    mask = read_masks(tmp_path / "names.dcm", read_series((masks / "images").iterdir()))
    assert len(mask.warnings) >= 2
    for note in mask.warnings:
        assert note.text.isprintable() and "\u202e" not in note.text
