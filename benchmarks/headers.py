"""Headers per second: our scan, pydicom and the bare open and read, side by side in one process on warm local files.

Every file is a slice of a synthetic study, 512 x 512 declared, with some ninety attributes, a sequence and private
groups before its pixels. The headers are compared with pydicom's; a difference ends the run. Rates are medians of the
rounds, by this process's own time on its core, so that other work on the machine counts little. The last lines scan
the folder with its journal, by one process and by one for each core, by the clock on the wall.

    .venv/bin/python benchmarks/headers.py [--files 2000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from explorer.sources.dicom import KEYWORDS, scan_file, scan_folder, scan_with_pydicom

ROOT = "1.2.826.0.1.3680043.8.498.7"
WANTED = [keyword for keyword in KEYWORDS if keyword != "TransferSyntaxUID"]


def write_study(folder: Path, files: int) -> list[Path]:
    """Write so many slices, every fourth one implicit, and return their paths."""
    paths = []
    for number in range(files):
        path = folder / f"{number // 500:03d}" / f"{number:06d}.dcm"
        path.parent.mkdir(exist_ok=True)
        _slice(number).save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def _slice(number: int) -> Dataset:
    series, index = divmod(number, 100)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if number % 4 == 3 else ExplicitVRLittleEndian
    ds.SpecificCharacterSet, ds.ImageType = "ISO_IR 100", ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, f"{ROOT}.{series}.1.{index + 1}"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = f"{ROOT}.{series // 4}", f"{ROOT}.{series}.1"
    ds.FrameOfReferenceUID, ds.StudyID = f"{ROOT}.{series}.2", "1"
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        setattr(ds, keyword, "20240229")
    for keyword in ("StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime"):
        setattr(ds, keyword, f"1200{index % 60:02d}.000000")
    ds.Modality, ds.Manufacturer, ds.ManufacturerModelName = "CT", "Synthetic", "Phantom 1"
    ds.InstitutionName, ds.StationName = "Synthetic Clinic", "CT01"
    ds.StudyDescription, ds.SeriesDescription = "CT Thorax/Abdomen nativ", "Lunge 1,0 Br64 axial größer"
    ds.PatientName, ds.PatientID = f"Phantom^{series // 4}", f"SYN-{series // 4:04d}"
    ds.PatientBirthDate, ds.PatientSex, ds.PatientWeight = "19600101", "F", "70"
    ds.BodyPartExamined, ds.KVP, ds.SliceThickness, ds.ProtocolName = "CHEST", "120", "1", "Thorax_Std"
    ds.ReferencedStudySequence = [Dataset()]
    ds.ReferencedStudySequence[0].ReferencedSOPInstanceUID = f"{ROOT}.{series // 4}.9"
    ds.DataCollectionDiameter, ds.ReconstructionDiameter, ds.GantryDetectorTilt = "500", "360", "0"
    ds.ExposureTime, ds.XRayTubeCurrent, ds.Exposure, ds.FilterType = "500", "200", "100", "FLAT"
    ds.DistanceSourceToDetector, ds.DistanceSourceToPatient, ds.TableHeight = "1085.6", "595", "150"
    ds.RotationDirection, ds.ConvolutionKernel, ds.PatientPosition = "CW", ["Br64", "3"], "HFS"
    for group in (0x0009, 0x0019, 0x0021):
        block = ds.private_block(group, "SYNTHETIC HEADER", create=True)
        for element in range(12):
            block.add_new(element, "LO", f"private value {element}")
        block.add_new(0x20, "OB", bytes(200))
    ds.SeriesNumber, ds.AcquisitionNumber, ds.InstanceNumber = series, 1, index + 1
    ds.ImagePositionPatient = [-180.0, -180.0, float(index)]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.SliceLocation, ds.PositionReferenceIndicator = float(index), ""
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.Rows, ds.Columns = 1, "MONOCHROME2", 512, 512
    ds.PixelSpacing, ds.BitsAllocated, ds.BitsStored, ds.HighBit = [0.703125, 0.703125], 16, 12, 11
    ds.PixelRepresentation, ds.WindowCenter, ds.WindowWidth = 0, [40, -600], [400, 1200]
    ds.RescaleIntercept, ds.RescaleSlope = "-1024", "1"
    ds.add_new(0x7FE00010, "OW", bytes(20_000))
    return ds


def bare(path: Path) -> object:
    """Open, read what a scan reads, close."""
    with path.open("rb", buffering=0) as file:
        return file.read(2**13)


def pydicom(path: Path) -> object:
    """Return what pydicom makes of the same attributes, values not yet converted."""
    return dcmread(path, stop_before_pixels=True, specific_tags=WANTED)


def _rate(work: Callable[[Path], object], paths: Sequence[Path]) -> float:
    begin = time.process_time()
    for path in paths:
        work(path)
    return len(paths) / (time.process_time() - begin)


def _folder_rate(folder: Path, files: int, workers: int) -> float:
    with tempfile.TemporaryDirectory() as room:
        begin = time.perf_counter()
        found = sum(1 for _ in scan_folder(folder, journal=Path(room, "journal"), workers=workers))
        rate = found / (time.perf_counter() - begin)
    if found != files:
        raise SystemExit(f"{found:,} of {files:,} files came back")
    return rate


def main() -> None:
    """Print a Markdown table of rates, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        paths = write_study(folder, options.files)
        differ = [path.name for path in paths[::10] if scan_file(path) != scan_with_pydicom(path)]
        if differ:
            raise SystemExit(f"{len(differ)} headers differ from pydicom's, the first one in {differ[0]}")
        works: dict[str, Callable[[Path], object]] = {"our scan": scan_file, "pydicom": pydicom, "open and read": bare}
        rounds = [{name: _rate(work, paths) for name, work in works.items()} for _ in range(options.rounds)]
        print(f"{options.files:,} files of {paths[0].stat().st_size:,} bytes, {options.rounds} rounds, one core\n")
        print("| reader | headers per second | our scan / reader |\n|---|---:|---:|")
        for name in works:
            ratio = statistics.median(each["our scan"] / each[name] for each in rounds)
            print(f"| {name} | {statistics.median(each[name] for each in rounds):,.0f} | {ratio:.2f} |")
        print("\n| folder, with its journal | headers per second |\n|---|---:|")
        for workers in sorted({1, os.cpu_count() or 1}):
            rate = statistics.median(_folder_rate(folder, options.files, workers) for _ in range(options.rounds))
            print(f"| {workers} at a time | {rate:,.0f} |")


if __name__ == "__main__":
    main()
