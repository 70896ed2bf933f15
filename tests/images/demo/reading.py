"""The study set read with pydicom and plain arithmetic, independent of our own readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread

DRAWN = ("SEG", "RTSTRUCT", "SR")
Point = tuple[float, float, float]


@cache
def objects(folder: Path) -> dict[Path, Dataset]:
    """Every object without its pixels, by its path inside the folder."""
    return {path.relative_to(folder): dcmread(path, stop_before_pixels=True) for path in sorted(folder.rglob("*.dcm"))}


def series(folder: Path) -> dict[str, list[Path]]:
    """Files of each series, by the path of its folder inside the set."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in objects(folder):
        found[path.parent.as_posix()].append(folder / path)
    return dict(found)


def values(dataset: Dataset) -> np.ndarray:
    """Rescaled pixels, ``(frames, rows, columns)``."""
    pixels = dataset.pixel_array
    stack = pixels if pixels.ndim == 3 else pixels[None]
    source = dataset
    if "SharedFunctionalGroupsSequence" in dataset:
        source = dataset.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence[0]
    return stack * float(source.get("RescaleSlope", 1)) + float(source.get("RescaleIntercept", 0))


Plane = tuple[np.ndarray, np.ndarray, np.ndarray, float]


def planes(files: Sequence[Path]) -> list[Plane]:
    """Position, row and column direction, pixels and their distance for each plane of a series."""
    found = []
    for path in files:
        dataset = dcmread(path)
        stack = values(dataset)
        for index, pixels in enumerate(stack):
            place = turn = measures = dataset
            if "PerFrameFunctionalGroupsSequence" in dataset:
                shared = dataset.SharedFunctionalGroupsSequence[0]
                place = dataset.PerFrameFunctionalGroupsSequence[index].PlanePositionSequence[0]
                turn, measures = shared.PlaneOrientationSequence[0], shared.PixelMeasuresSequence[0]
            position = np.array(place.ImagePositionPatient, float)
            axes = np.array(turn.ImageOrientationPatient, float).reshape(2, 3)
            found.append((position, axes, pixels, float(measures.PixelSpacing[0])))
    return found


def value_at(found: Sequence[Plane], point: Point) -> float | None:
    """What the series shows at a place in the patient; None outside its planes (PS3.3 C.7.6.2.1.1)."""
    nearest = None
    for position, axes, pixels, spacing in found:
        away = np.array(point) - position
        distance = abs(float(np.cross(*axes) @ away))
        column, row = np.rint(axes @ away / spacing).astype(int)
        inside = 0 <= row < pixels.shape[0] and 0 <= column < pixels.shape[1]
        if inside and distance < 4 and (nearest is None or distance < nearest[0]):
            nearest = distance, float(pixels[row, column])
    return None if nearest is None else nearest[1]
