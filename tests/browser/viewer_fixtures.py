"""Phantoms with asymmetric markers, written as DICOM."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SERIES = "1.2.826.0.1.3680043.8.498.1"


def write_slice(path: Path, pixels: np.ndarray, **attributes: object) -> Path:
    """One classic CT image; a None among the attributes leaves that attribute out."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[path.name, str(attributes.get("InstanceNumber"))])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    signed = pixels.dtype.kind == "i"
    bits = 8 * pixels.dtype.itemsize
    values: dict[str, object] = {
        "SeriesInstanceUID": SERIES,
        "StudyInstanceUID": "1.2.3",
        "PatientID": "PHANTOM-1",
        "Modality": "CT",
        "SeriesDescription": "Chest phantom",
        "PhotometricInterpretation": "RGB" if pixels.ndim == 3 and pixels.shape[-1] == 3 else "MONOCHROME2",
        "SamplesPerPixel": 3 if pixels.ndim == 3 and pixels.shape[-1] == 3 else 1,
        "PixelSpacing": [0.8, 0.8],
        "SliceThickness": 99,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(signed),
        "RescaleSlope": 1,
        "RescaleIntercept": 0,
        **attributes,
    }
    if values["SamplesPerPixel"] == 3:
        values["PlanarConfiguration"] = 0
    dataset.Rows, dataset.Columns = pixels.shape[-2 - (values["SamplesPerPixel"] == 3) :][:2]
    for keyword, value in values.items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(path, enforce_file_format=True)
    return path


def chest(slices: int = 40, size: int = 96) -> np.ndarray:
    """``(z, y, x)`` HU: a body, a bright marker at the patient's left, front, head; a dim one opposite."""
    z, y, x = np.mgrid[0:slices, 0:size, 0:size].astype(np.float32)
    y, x = y / size - 0.5, x / size - 0.5
    body = (x / 0.44) ** 2 + (y / 0.32) ** 2 < 1
    lungs = (((np.abs(x) - 0.2) / 0.13) ** 2 + (y / 0.2) ** 2) < 1
    array = np.where(body, 40, -1000)
    array = np.where(lungs, -850, array)
    head = z >= slices * 0.35
    array = np.where(((x - 0.2) ** 2 + (y + 0.08) ** 2 < 0.003) & head, 900, array)
    array = np.where(((x + 0.2) ** 2 + (y - 0.08) ** 2 < 0.002) & ~head, 200, array)
    return array.astype(np.int16)


def write_chest(folder: Path, slices: int = 40, size: int = 96, leave_out: tuple[int, ...] = ()) -> list[Path]:
    """A chest CT, 2.5 mm apart, in a folder; files named so that name order is not slice order."""
    folder.mkdir(parents=True, exist_ok=True)
    array = chest(slices, size)
    return [
        write_slice(
            folder / f"{(i * 7919) % 10007:05d}.dcm",
            array[i],
            InstanceNumber=slices - i,
            ImagePositionPatient=[-0.4 * size, -0.4 * size, 2.5 * i],
            WindowCenter=-300,
            WindowWidth=1500,
        )
        for i in range(slices)
        if i not in leave_out
    ]


def serve(folder: str, port: str) -> None:
    """A Panel server with the viewer of a patient's series, see ``viewer_patient``: for browser tests."""
    import panel as pn

    from explorer.images import index_folder, read_masks, read_series
    from explorer.views.shown import Overlay, Shown
    from explorer.views.viewer import ImageView, static_dirs
    from tests.browser.viewer_patient import BASELINE, ELSEWHERE, FOLLOW_UP, Scan

    images = index_folder(folder)

    def scan(which: Scan) -> Shown:
        return Shown(read_series(images.files(which.uid)))

    def masked() -> Shown:
        volume = read_series(images.files(BASELINE.uid))
        seg = next(Path(folder).glob("seg.dcm"))
        return Shown(volume, HOSTILE, [Overlay(read_masks(seg, volume), HOSTILE, "SEG", HOSTILE)])

    pn.serve(
        {
            "view": lambda: ImageView(Shown(read_series(images.files(SERIES)))),
            "masks": lambda: ImageView(masked()),
            "two": lambda: ImageView([masked(), scan(FOLLOW_UP)]),
            "apart": lambda: ImageView([scan(BASELINE), scan(ELSEWHERE)]),
            "blocked": lambda: ImageView(masked(), page_url="not/there.html"),
        },
        address="127.0.0.1",
        port=int(port),
        static_dirs=static_dirs(),
        show=False,
    )


HOSTILE = "<img src=x onerror=\"document.title='taken'\">"

if __name__ == "__main__":
    serve(*sys.argv[1:])
