"""A contact sheet of 24 series, ours against the ways that people know, and the drawing of its sample.

24 synthetic CT series (512 x 512, 16 bits) are written to a temporary folder, made a snapshot, and read once, so that
all find them in memory. Then each way makes one PNG of the same 24 pictures, in a process of its own, in turns; its
fastest round counts, imports not included. matplotlib is left out where it is not installed. With --sample the drawing
of a sample from the default snapshot is timed too.

    .venv/bin/python benchmarks/sheets.py [--rounds 3] [--slices 40] [--sample]
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

SERIES = 24
SIZE = 512
Way = Callable[[Path, Path], bytes]


def ours(folder: Path, snapshot: Path) -> bytes:
    """Return the sheet by explorer: the folder indexed, the sample drawn, 24 middle slices read."""
    import explorer
    from explorer.views.contact_sheet import contact_sheet

    cohort = explorer.Cohort(explorer.CohortDefinition(), explorer.Snapshot.open(snapshot))
    return contact_sheet(cohort, SERIES, None, images=folder).png()


def from_the_snapshot(folder: Path, snapshot: Path) -> bytes:
    """Return the sheet by explorer from thumbnails that the snapshot carries; the files are not there."""
    empty = folder.parent / "empty"
    empty.mkdir(exist_ok=True)
    return ours(empty, snapshot.with_name("drawn.duckdb"))


def by_volumes(folder: Path, snapshot: Path) -> bytes:
    """Return a sheet by explorer through whole volumes: every slice of every series is read."""
    from PIL import Image

    from explorer.images import png, read_series

    sheet = Image.new("RGB", (6 * 128, 4 * 128))
    for k, each in enumerate(sorted(folder.iterdir())):
        picture = Image.open(io.BytesIO(png(read_series(each.glob("*.dcm"))))).resize((128, 128))
        sheet.paste(picture, (k % 6 * 128, k // 6 * 128))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def by_matplotlib(folder: Path, snapshot: Path) -> bytes:
    """Return a sheet by pydicom and matplotlib: headers of a series sorted by position, its middle slice drawn."""
    import pydicom

    pyplot: Any = import_module("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    figure, axes = pyplot.subplots(4, 6, figsize=(7.68, 5.12), dpi=100)
    for axis, each in zip(axes.ravel(), sorted(folder.iterdir()), strict=True):
        headers = [(pydicom.dcmread(path, stop_before_pixels=True), path) for path in each.glob("*.dcm")]
        ordered = sorted(headers, key=lambda pair: float(pair[0].ImagePositionPatient[2]))
        middle = pydicom.dcmread(ordered[len(ordered) // 2][1])
        values = middle.pixel_array * float(middle.RescaleSlope) + float(middle.RescaleIntercept)
        axis.imshow(values, cmap="gray", vmin=-160, vmax=240)
        axis.axis("off")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


PLOTTED = "pydicom and matplotlib"
WAYS: dict[str, Way] = {
    "ours": ours,
    "ours, from the snapshot": from_the_snapshot,
    "whole volumes": by_volumes,
    PLOTTED: by_matplotlib,
}


def write_all(folder: Path, slices: int) -> None:
    """Write the series, each in a folder of its own, of one patient each."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

    y, x = np.ogrid[0:SIZE, 0:SIZE]
    noise = np.random.default_rng(1).integers(0, 60, (SIZE, SIZE), dtype=np.uint16)
    for number in range(SERIES):
        (folder / f"s{number:02}").mkdir(parents=True)
        body = (((x - 256) ** 2 + (y - 256) ** 2 < (100 + 5 * number) ** 2) * np.uint16(1000) + noise).astype("<u2")
        for k in range(slices):
            meta = FileMetaDataset()
            meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = CTImageStorage, ExplicitVRLittleEndian
            meta.MediaStorageSOPInstanceUID = UID(f"1.2.{number}.1.{k}")
            dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
            dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, f"1.2.{number}.1.{k}"
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.{number}", f"1.2.{number}.1"
            dataset.Modality, dataset.PatientID, dataset.InstanceNumber = "CT", f"P{number}", k + 1
            dataset.ImagePositionPatient, dataset.PixelSpacing = [-200.0, -200.0, 1.25 * k], [0.78, 0.78]
            dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            dataset.Rows = dataset.Columns = SIZE
            dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
            dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
            dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
            dataset.WindowCenter, dataset.WindowWidth = 40, 400
            dataset.PixelData = body.tobytes()
            dataset.save_as(folder / f"s{number:02}" / f"{k * 7919 % 10007:05d}.dcm", enforce_file_format=True)


def build(folder: Path, place: Path) -> Path:
    """Build the snapshot of the folder without and with thumbnails, and return the first."""
    from explorer import Snapshot
    from explorer.images.thumbnails import drawn_from
    from explorer.snapshot.thumbnails import thumbnail_file
    from explorer.sources.deidentify import DeIdentification
    from explorer.sources.dicom.source import DicomSource

    for name, draw in (("plain", None), ("drawn", drawn_from(folder))):
        source = DicomSource(folder, DeIdentification(patient_ids="keep", dates="keep"))
        built = Snapshot.build(source, store=place / name, draw=draw).path
        if draw is not None:
            thumbnail_file(built).rename(thumbnail_file(place / f"{name}.duckdb"))
        built.rename(place / f"{name}.duckdb")
    return place / "plain.duckdb"


def child(name: str, folder: Path, snapshot: Path) -> None:
    """Make the sheet twice, and print the seconds of the second time, which imports nothing."""
    WAYS[name](folder, snapshot)
    _forget()
    start = time.perf_counter()
    WAYS[name](folder, snapshot)
    print(time.perf_counter() - start)


def _forget() -> None:
    from explorer.images import thumbnails

    thumbnails._made.clear()


def draw_samples() -> None:
    """Print how long the drawing from all of the default snapshot takes, by facet."""
    import explorer

    cohort = explorer.Cohort(explorer.CohortDefinition(), explorer.Snapshot.open())
    cohort.totals()
    for by in ("vendor", "dataset", "sex", "cancer_type", None):
        seconds = []
        for seed in range(3):
            start = time.perf_counter()
            sample = cohort.sample(SERIES, by, seed)
            seconds.append(time.perf_counter() - start)
        print(f"{1000 * min(seconds):6.0f} ms  {sample.sentence()}")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--slices", type=int, default=40)
    options.add_argument("--sample", action="store_true")
    options.add_argument("--child", nargs=3)
    asked = options.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]), Path(asked.child[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "images"
        write_all(folder, asked.slices)
        snapshot = build(folder, Path(name))
        ways = [way for way in WAYS if way != PLOTTED or find_spec("matplotlib")]
        rounds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(asked.rounds):
            for way, told in rounds.items():
                command = [sys.executable, __file__, "--child", way, str(folder), str(snapshot)]
                told.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        print(f"A sheet of {SERIES} series of {asked.slices} slices, fastest of {asked.rounds}")
        for way, told in rounds.items():
            print(f"{way:24} {min(told):6.2f} s  {min(told) / min(rounds['ours']):5.1f} x ours")
    if asked.sample:
        draw_samples()


if __name__ == "__main__":
    main()
