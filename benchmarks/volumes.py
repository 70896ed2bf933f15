"""One CT series into a volume, ours against SimpleITK and highdicom, and thumbnails per second.

A synthetic series of 200 slices (512 x 512, 16 bits) is written to a temporary folder and read once, so that all find
it in memory. Then each reader runs in a process of its own, in turns; its fastest round counts, and its peak memory
beyond what its imports take. All give every voxel in the modality's unit, sorted by position; a difference in a value
or in the affine ends the run.

    .venv/bin/python benchmarks/volumes.py [--rounds 5] [--slices 200]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SIZE = 512
Read = Callable[[Path], tuple[Any, Any]]
_HELD: list[Any] = []


def ours(folder: Path) -> tuple[Any, Any]:
    """Return voxels and affine by explorer.images."""
    from explorer.images import read_series

    volume = read_series(folder.glob("*.dcm"))
    return volume.array, volume.affine


def by_simpleitk(folder: Path) -> tuple[Any, Any]:
    """Return voxels and affine by SimpleITK's series reader."""
    import SimpleITK

    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder)))
    image = reader.Execute()
    affine = np.eye(4)
    steps = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, :3], affine[:3, 3] = steps[:, ::-1], image.GetOrigin()
    _HELD.append(image)  # the array is a view of it
    return SimpleITK.GetArrayViewFromImage(image), affine


def by_highdicom(folder: Path) -> tuple[Any, Any]:
    """Return voxels and affine by highdicom, as int16."""
    import highdicom
    import pydicom

    datasets = [pydicom.dcmread(path) for path in folder.glob("*.dcm")]
    volume = highdicom.get_volume_from_series(datasets, dtype=np.int16)
    return volume.array, volume.affine


READERS: dict[str, Read] = {"ours": ours, "SimpleITK": by_simpleitk, "highdicom": by_highdicom}


def write_series(folder: Path, slices: int) -> None:
    """Write the series, in names that are not in order, with a header of the usual length."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    y, x = np.ogrid[0:SIZE, 0:SIZE]
    noise = np.random.default_rng(1).integers(0, 60, (SIZE, SIZE), dtype=np.uint16)
    for k in range(slices):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = CTImageStorage, ExplicitVRLittleEndian
        meta.MediaStorageSOPInstanceUID = f"1.2.3.4.{k}"
        dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        for number in range(60):  # private elements, as scanners write them
            dataset.add_new((0x0009, 0x1000 + number), "LO", f"value {number}")
        dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, f"1.2.3.4.{k}"
        dataset.SeriesInstanceUID, dataset.StudyInstanceUID, dataset.FrameOfReferenceUID = "1.2.3", "1.2", "1.2.9"
        dataset.Modality, dataset.PatientID, dataset.PatientName = "CT", "SYNTHETIC", "Synthetic"
        dataset.StudyDate, dataset.StudyTime, dataset.AccessionNumber = "", "", ""
        dataset.InstanceNumber, dataset.SeriesNumber, dataset.StudyID = k + 1, 1, "1"
        dataset.ImageType, dataset.SliceThickness = ["ORIGINAL", "PRIMARY", "AXIAL"], 1.25
        dataset.ImagePositionPatient = [-200.0, -200.0, 1.25 * k]
        dataset.ImageOrientationPatient, dataset.PixelSpacing = [1, 0, 0, 0, 1, 0], [0.78, 0.78]
        dataset.Rows = dataset.Columns = SIZE
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
        dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1, -1024, "HU"
        dataset.WindowCenter, dataset.WindowWidth = 40, 400
        body = ((x - 256) ** 2 + (y - 256) ** 2 < 200**2) * np.uint16(1000)
        dataset.PixelData = (body + noise + np.uint16(k)).astype("<u2").tobytes()
        dataset.save_as(folder / f"{k * 7919 % 10007:05d}.dcm", enforce_file_format=True)


def child(name: str, folder: Path) -> None:
    """Read once and print seconds, peak memory in bytes beyond the imports, and what the voxels are."""
    READERS[name](_small(folder))  # imports and first-time work, on two slices
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    array, affine = READERS[name](folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    order = slice(None) if affine[2, 0] > 0 else slice(None, None, -1)
    sums = [int(plane.sum(dtype=np.int64)) for plane in array[order]]
    print(json.dumps({"seconds": seconds, "peak": peak * 1024, "size": array.nbytes, "sums": sums,
                      "step": [abs(float(each)) for each in affine[:3, :3].ravel()]}))  # fmt: skip


def _small(folder: Path) -> Path:
    return folder.parent / "small"


def thumbnails(folder: Path) -> tuple[float, float]:
    """Return thumbnails per second from the middle file alone, and through the whole volume."""
    from explorer.images import png, read_series

    middle = sorted(folder.glob("*.dcm"))[len(list(folder.glob("*.dcm"))) // 2]
    return _per_second(lambda: png(read_series([middle])), 20), _per_second(lambda: png(ours_volume(folder)), 2)


def ours_volume(folder: Path) -> Any:
    """Return the volume itself."""
    from explorer.images import read_series

    return read_series(folder.glob("*.dcm"))


def _per_second(make: Callable[[], bytes], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        make()
    return times / (time.perf_counter() - start)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--slices", type=int, default=200)
    options.add_argument("--child", nargs=2)
    asked = options.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "series"
        for each, slices in ((folder, asked.slices), (_small(folder), 3)):
            each.mkdir()
            write_series(each, slices)
        rounds: dict[str, list[dict[str, Any]]] = {reader: [] for reader in READERS}
        for _ in range(asked.rounds):
            for reader, told in rounds.items():
                command = [sys.executable, __file__, "--child", reader, str(folder)]
                told.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        best = {reader: min(told, key=lambda each: each["seconds"]) for reader, told in rounds.items()}
        for reader, told in best.items():
            if told["sums"] != best["ours"]["sums"] or not np.allclose(told["step"], best["ours"]["step"], atol=1e-4):
                sys.exit(f"{reader} reads something else than ours")
        stored = asked.slices * SIZE * SIZE * 2
        print(f"{asked.slices} slices of {SIZE} x {SIZE}, fastest of {asked.rounds}; the same voxels and affine")
        for reader, told in best.items():
            ratio = told["seconds"] / best["ours"]["seconds"]
            peak = min(each["peak"] for each in rounds[reader])
            print(f"{reader:10} {told['seconds']:6.3f} s  {ratio:5.1f} x ours  peak {peak / stored:4.1f} x the volume")
        alone, whole = thumbnails(folder)
        print(f"thumbnails: {alone:,.0f} a second from the middle file, {whole:,.1f} through the volume")


if __name__ == "__main__":
    main()
