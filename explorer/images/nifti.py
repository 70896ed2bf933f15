"""A volume as a NIfTI file."""

from __future__ import annotations

import gzip
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from explorer.cohort.files import replacing
from explorer.errors import ImageError, UserError
from explorer.images.volume import Volume

__all__ = ["to_nifti"]

_SCANNER = 1
"""NIFTI_XFORM_SCANNER_ANAT: coordinates of the patient on the scanner's table."""
_MM = 2


def to_nifti(volume: Volume, path: Path | str) -> None:
    """Write a volume as NIfTI-1: the same voxels, in the order x, y, z, with an affine to RAS millimetres.

    The type of the voxels stays and nothing is rescaled (``scl_slope`` 1). sform and qform say the same; after a
    gantry tilt, which a qform cannot express, there is only an sform. Without geometry both codes are 0. The header
    holds the modality and the word synthetic where the series says so, and nothing about the patient.

    Parameters
    ----------
    volume
        Not RGB.
    path
        Ends with ``.nii`` or ``.nii.gz``; replaced at once if it exists.

    Raises
    ------
    UserError
        The name has another ending.
    ImageError
        The volume holds colours, which few readers of NIfTI take.
    SurroundingsError
        The file cannot be written.

    Notes
    -----
    DICOM's LPS becomes NIfTI's RAS by changing the sign of x and y. Voxels are not flipped.
    """
    place = Path(path)
    if not place.name.lower().endswith((".nii", ".nii.gz")):
        raise UserError(f"{path}: a NIfTI file's name ends with .nii or .nii.gz; name the file accordingly")
    if volume.is_rgb:
        raise ImageError("This series holds colours, not measurements, and is not written as NIfTI. Write a PNG of it.")
    image = _image(volume)
    with replacing(place) as aside, aside.open("wb") as file:
        if not place.name.lower().endswith(".gz"):
            image.to_stream(file)
            return
        # No name and no time in the archive, so that the same volume gives the same bytes.
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed:
            image.to_stream(cast("IO[bytes]", packed))


def _image(volume: Volume) -> Any:
    nifti: Any = import_module("nibabel.nifti1")  # slow to import, and it has no types
    array = volume.array.transpose(2, 1, 0)
    ras = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine[:, [2, 1, 0, 3]]
    header = nifti.Nifti1Header()
    header.set_data_dtype(array.dtype)
    image = nifti.Nifti1Image(array, ras, header)
    code = _SCANNER if volume.has_geometry else 0
    image.set_sform(ras, code)
    image.set_qform(ras, 0 if volume.steps_mm is not None else code)
    image.header.set_slope_inter(1, 0)
    image.header["xyzt_units"] = _MM if any(volume.spacing_known) else 0
    synthetic = "synthetic " if "synthetic" in volume.description.casefold() else ""
    modality = volume.modality if volume.modality.isascii() and volume.modality.isalpha() else ""
    image.header["descrip"] = f"cohort-explorer; {synthetic}{modality[:16]}".rstrip("; ").encode()
    return image
