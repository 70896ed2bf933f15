"""What dcm2niix, which knows nothing of us, makes of the study set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest

DCM2NIIX = Path(sys.executable).parent / "dcm2niix"


@pytest.mark.parametrize(
    ("name", "shape", "bright"),
    [
        ("synthetic-site-a/SYN-A-01/baseline/ct", (128, 128, 32), 600),
        ("synthetic-site-a/SYN-A-06/follow-up-1/ct-coronal", (128, 128, 40), 600),
        ("synthetic-site-b/SYN-B-04/baseline/ct-enhanced", (128, 128, 36), 600),
        ("synthetic-site-b/SYN-B-05/baseline/ct-oblique", (128, 128, 36), 600),
        ("synthetic-site-b/SYN-B-01/baseline/pet", (64, 64, 36), 2000),
    ],
)
def test_it_finds_every_marker(
    demo_folder: Path, tmp_path: Path, name: str, shape: tuple[int, ...], bright: float
) -> None:
    command = [str(DCM2NIIX), "-z", "n", "-b", "n", "-f", "out", "-o", str(tmp_path), str(demo_folder / name)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout
    image = nibabel.load(tmp_path / "out.nii")
    assert sorted(image.shape) == sorted(shape)
    values = np.asarray(image.dataobj)
    # NIfTI's axes run to the right and the front, DICOM's to the left and the back.
    for x, y, z in ((-158, 0, 0), (0, 122, 0), (96, 96, 56)):
        index = np.rint(np.linalg.inv(image.affine) @ (x, y, z, 1))[:3].astype(int)
        assert values[tuple(index)] > bright, (x, y, z)
    index = np.rint(np.linalg.inv(image.affine) @ (158, 0, 0, 1))[:3].astype(int)
    assert values[tuple(index)] < bright / 3


def test_it_sees_the_tilt_and_the_two_echoes(demo_folder: Path, tmp_path: Path) -> None:
    def said(name: str) -> str:
        folder = tmp_path / name.rpartition("/")[2]
        folder.mkdir()
        command = [str(DCM2NIIX), "-z", "n", "-f", "%e", "-o", str(folder), str(demo_folder / name)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    assert "gantry tilt of 15 degrees" in said("synthetic-site-b/SYN-B-04/baseline/ct-tilted")
    assert "Interslice distance varies" in said("synthetic-site-b/SYN-B-05/baseline/ct-varying-spacing")
    said("synthetic-site-a/SYN-A-05/baseline/two-echoes")
    assert len(list((tmp_path / "two-echoes").glob("*.nii"))) == 2
