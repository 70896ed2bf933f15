from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from explorer.cli import main
from explorer.images import read_series
from explorer.images.overlay import overlay_png
from explorer.images.seg import read_seg
from tests.images.mask_phantoms import at, lesion, organ, turned, write_rtstruct, write_seg, write_series


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A series and its masks in one folder, as archives deliver them."""
    files, points = write_series(tmp_path / "all", orientation=turned(plane="sagittal"))
    both = np.stack([organ(points), lesion(points)], axis=-1).astype(np.uint8)
    write_seg(tmp_path / "all" / "seg.dcm", files, both, ["organ", "lesion\x1b[2J"])
    return tmp_path


def ran(capsys: pytest.CaptureFixture[str], words: Sequence[str | Path]) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_mask_over_the_images_that_it_names(folder: Path, capsys: pytest.CaptureFixture[str], plane: str) -> None:
    picture = folder / "picture.png"
    asked = ["image", "png", folder / "all", "-o", picture, "--overlay", folder / "all" / "seg.dcm", "--plane", plane]
    code, out, err = ran(capsys, [*asked, "--index", "20" if plane != "sagittal" else "6"])
    assert code == 0
    volume = read_series([path for path in (folder / "all").iterdir() if path.name != "seg.dcm"])
    mask = read_seg(folder / "all" / "seg.dcm", volume)
    index = 20 if plane != "sagittal" else 6
    assert picture.read_bytes() == overlay_png(volume, mask, plane, index)  # type: ignore[arg-type]
    assert f"segment 1, organ: {mask.voxels(1):,} voxels, {mask.volume_mm3(1) / 1000:.2f} ml, colour #d55e00" in out
    assert "segment 2, lesion" in out and "\x1b" not in out
    assert "overlapping segments" in err and "shows no mask" not in err


def test_it_says_which_slice_it_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, points = write_series(tmp_path / "images")
    high = (lesion(points) & (np.arange(12) > 7)[:, None, None]).astype(np.uint8)
    seg = write_seg(tmp_path / "seg.dcm", files, high)
    asked = ["image", "png", tmp_path / "images", "-o", tmp_path / "a.png", "--overlay", seg]
    code, out, err = ran(capsys, asked)
    assert code == 0
    assert "the middle slice, 6, shows no mask; slice 8, which shows most of it, is drawn" in err
    assert "axial slice 8 of 0 to 11" in out
    drawn = np.asarray(Image.open(BytesIO((tmp_path / "a.png").read_bytes())))
    assert (drawn[..., 0] != drawn[..., 2]).any()
    code, out, err = ran(capsys, [*asked, "--index", "6"])
    assert (code, "shows no mask" in err, "axial slice 6" in out) == (0, False, True)


def test_contours_over_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, points = write_series(tmp_path / "images")
    z = points[6, 0, 0, 2]
    square = np.array([[-5, -5, z], [5, -5, z], [5, 5, z], [-5, 5, z]])
    rt = write_rtstruct(tmp_path / "rt.dcm", [{"name": "GTV", "contours": [square]}])
    asked = ["image", "png", tmp_path / "images", "-o", tmp_path / "a.png", "--overlay", rt]
    code, out, _ = ran(capsys, asked)
    assert (code, "segment 1, GTV: " in out, "#ff8000" in out) == (0, True, True)


@pytest.mark.parametrize("what", ["nothing.dcm", "images", "text.txt"])
def test_what_is_no_mask(tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    write_series(tmp_path / "images")
    (tmp_path / "text.txt").write_text("not DICOM\n")
    asked = ["image", "png", tmp_path / "images", "-o", tmp_path / "a.png", "--overlay", tmp_path / what]
    code, out, err = ran(capsys, asked)
    assert (code, out, (tmp_path / "a.png").exists()) == (1, "", False)
    assert err.startswith("cohort-explorer: ") and len(err.splitlines()) == 1


def test_labels_as_nifti(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The affine turns DICOM's LPS into NIfTI's RAS; each voxel keeps its label and its place."""
    seg = folder / "all" / "seg.dcm"
    code, _, _ = ran(capsys, ["image", "volume", seg, "-o", folder / "labels.nii.gz"])
    assert code == 0
    image = nibabel.load(folder / "labels.nii.gz")
    labels = np.asarray(image.dataobj)
    assert (labels.dtype, sorted(np.unique(labels))) == (np.uint8, [0, 1, 2])
    mask = read_seg(seg)
    np.testing.assert_array_equal(labels, mask.labels.T)
    header = dcmread(seg)
    assert labels.shape[2] == len({str(f.PlanePositionSequence) for f in header.PerFrameFunctionalGroupsSequence})
    k, j, i = np.argwhere(mask.labels == 2)[0]
    place = image.affine @ [i, j, k, 1]
    np.testing.assert_allclose(place[:3] * [-1, -1, 1], (mask.volume.affine @ [k, j, i, 1])[:3], atol=1e-4)
    _, points = write_series(folder / "again", orientation=turned(plane="sagittal"))
    np.testing.assert_array_equal(mask.segment(2), at(mask.volume, points, lesion(points)))
