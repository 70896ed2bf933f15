from __future__ import annotations

import gzip
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom
import nibabel
import numpy as np
import pytest
from pydicom import dcmread

from explorer.errors import ImageError, SurroundingsError, UserError
from explorer.images import read_series
from explorer.images.nifti import to_nifti
from tests.images.phantoms import AXIAL, GEOMETRIES, MARKERS, TILTED, Geometry, phantom, write_stack

DCM2NIIX = Path(sys.executable).with_name("dcm2niix")
TO_RAS = np.diag([-1.0, -1, 1, 1])


def converted(folder: Path, out: Path) -> Any:
    """The image that dcm2niix makes of a folder."""
    out.mkdir()
    subprocess.run([DCM2NIIX, "-b", "n", "-z", "n", "-f", "x", "-o", out, folder], check=True, capture_output=True)
    [path] = out.glob("*.nii")
    return nibabel.load(path)


def check_the_same(ours: Any, theirs: Any) -> None:
    """Voxels, spacing and place agree once both run towards right, front, head."""
    one, other = nibabel.as_closest_canonical(ours), nibabel.as_closest_canonical(theirs)
    np.testing.assert_allclose(one.affine, other.affine, atol=2e-4)
    np.testing.assert_array_equal(np.asanyarray(one.dataobj), np.asanyarray(other.dataobj))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_dcm2niix_agrees(tmp_path: Path, name: str, descending: bool) -> None:
    files = write_stack(tmp_path / "in", phantom(), GEOMETRIES[name], descending=descending)
    to_nifti(read_series(files), tmp_path / "ours.nii.gz")
    check_the_same(nibabel.load(tmp_path / "ours.nii.gz"), converted(tmp_path / "in", tmp_path / "theirs"))


@pytest.mark.parametrize("geometry", [Geometry(course=(0, 0, -2.5)), AXIAL, GEOMETRIES["turned about three axes"]])
def test_dcm2niix_agrees_on_a_multi_frame_object(tmp_path: Path, geometry: Geometry) -> None:
    classic = write_stack(tmp_path / "classic", phantom(), geometry)
    made = highdicom.legacy.LegacyConvertedEnhancedCTImage(
        [dcmread(file) for file in classic], "1.2.5", 9, "1.2.6", 1
    )  # fmt: skip
    path = tmp_path / "in" / "one.dcm"
    path.parent.mkdir()
    made.save_as(path)
    to_nifti(read_series([path]), tmp_path / "ours.nii")
    check_the_same(nibabel.load(tmp_path / "ours.nii"), converted(tmp_path / "in", tmp_path / "theirs"))


def test_dcm2niix_agrees_on_rescaled_values(tmp_path: Path) -> None:
    files = write_stack(tmp_path / "in", phantom(kind="u2"), RescaleIntercept=-1024, BitsStored=12)
    to_nifti(read_series(files), tmp_path / "ours.nii")
    ours, theirs = nibabel.load(tmp_path / "ours.nii"), converted(tmp_path / "in", tmp_path / "theirs")
    np.testing.assert_array_equal(
        nibabel.as_closest_canonical(ours).get_fdata(), nibabel.as_closest_canonical(theirs).get_fdata()
    )


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4"])
def test_the_type_stays_and_nothing_is_rescaled(tmp_path: Path, kind: str) -> None:
    array = np.arange(7 * 4 * 5).astype(kind).reshape(7, 4, 5)
    to_nifti(read_series(write_stack(tmp_path / "in", array)), tmp_path / "x.nii")
    head = (tmp_path / "x.nii").read_bytes()[:348]
    assert struct.unpack_from("<2f", head, 112) == (1, 0)
    image: Any = nibabel.load(tmp_path / "x.nii")
    assert image.get_data_dtype() == kind
    np.testing.assert_array_equal(np.asanyarray(image.dataobj), array.T)
    assert image.header.get_xyzt_units()[0] == "mm"


@pytest.mark.parametrize("geometry", [*GEOMETRIES.values(), TILTED], ids=[*GEOMETRIES, "tilted"])
def test_markers_lie_in_ras_where_they_were_written(tmp_path: Path, geometry: Geometry) -> None:
    to_nifti(read_series(write_stack(tmp_path / "in", phantom(), geometry)), tmp_path / "x.nii")
    image: Any = nibabel.load(tmp_path / "x.nii")
    for value, place in MARKERS.items():
        [index] = np.argwhere(np.asanyarray(image.dataobj) == value)
        np.testing.assert_allclose(image.affine @ [*index, 1], TO_RAS @ [*geometry.at(*place), 1], atol=1e-3)
    codes = (int(image.header["qform_code"]), int(image.header["sform_code"]))
    assert codes == ((0, 1) if geometry is TILTED else (1, 1))


def test_no_name_and_no_id_is_written(tmp_path: Path) -> None:
    files = write_stack(tmp_path / "in", phantom(), PatientName="Planted^Name", SeriesDescription="SYNTHETIC Planted")
    to_nifti(read_series(files), tmp_path / "x.nii.gz")
    content = gzip.decompress((tmp_path / "x.nii.gz").read_bytes())
    assert b"cohort-explorer; synthetic CT\0" in content
    for word in (b"Planted", b"PHANTOM", b"1.2.3", b"1.2.826"):
        assert word not in content
    assert b"x.nii" not in (tmp_path / "x.nii.gz").read_bytes()[:64]


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    volume = read_series(write_stack(tmp_path / "in", phantom()))
    to_nifti(volume, tmp_path / "a.nii.gz")
    to_nifti(volume, tmp_path / "b.nii.gz")
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_without_geometry_there_is_no_place(tmp_path: Path) -> None:
    files = write_stack(tmp_path / "in", phantom(), ImageOrientationPatient=None, PixelSpacing=None)
    to_nifti(read_series(files), tmp_path / "x.nii")
    image: Any = nibabel.load(tmp_path / "x.nii")
    assert (int(image.header["qform_code"]), int(image.header["sform_code"])) == (0, 0)
    assert image.header.get_xyzt_units()[0] == "unknown"


def test_what_is_refused(tmp_path: Path) -> None:
    volume = read_series(write_stack(tmp_path / "in", phantom()))
    with pytest.raises(UserError, match=r"\.nii or \.nii\.gz"):
        to_nifti(volume, tmp_path / "x.mha")
    with pytest.raises(ImageError, match="colours"):
        to_nifti(replace(volume, array=np.zeros((1, 4, 4, 3), "u1")), tmp_path / "x.nii")
    with pytest.raises(SurroundingsError, match="cannot be written"):
        to_nifti(volume, tmp_path / "nowhere" / "x.nii")
    assert not list(tmp_path.glob("*.nii*"))
