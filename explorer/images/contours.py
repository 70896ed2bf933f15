"""DICOM RTSTRUCT as a mask: each closed contour filled on the slice that it lies on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from explorer.errors import ImageError
from explorer.images.acquisitions import Irregularity
from explorer.images.mask_file import codes, items, opened, strangers, text, whole
from explorer.images.masks import Code, Mask, Segment, paint, renumber
from explorer.images.polygon import CROSSING_LIMIT, inside
from explorer.images.resample import VOXEL_LIMIT, Grid, Patch, as_shown, crop, grid_of, swapped, turned
from explorer.images.volume import Volume, as_acquired

__all__ = ["POINT_LIMIT", "read_rtstruct", "rtstruct_refers_to"]

POINT_LIMIT = 5_000_000
"""Points that the contours of one file may have."""
CUT_LIMIT = 2**29
"""Comparisons of a contour's points with slices; a crossing counts for 32 of them."""
_CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
_FLAT = 0.1
"""Slice distances by which the points of one contour may leave its plane."""


@dataclass(frozen=True, eq=False)
class _Region:
    segment: Segment
    frame_of_reference: str
    contours: tuple[NDArray[np.float64], ...]


def read_rtstruct(file: Path | str, onto: Volume) -> Mask:
    """Mask from the contours of an RTSTRUCT, on the grid of the images.

    A contour is filled on the slice nearest to it, if that is at most half a slice distance away.
    A voxel belongs if its centre lies inside, by the even-odd rule; contours of one region in the
    same plane are combined with exclusive or, so one inside another is a hole. Where contours of
    several planes are nearest to one slice, those of the nearest plane count. Nothing is filled in
    between planes.

    Parameters
    ----------
    file
        The DICOM file.
    onto
        The volume that the contours are drawn on.

    Returns
    -------
    Mask
        Regions without any closed contour are listed, with no voxel. Warnings by name: ``contours
        outside``, ``contours between slices``, ``contours across slices``, ``damaged contours``,
        ``points and lines``, ``contours without a region``, ``empty contours``, ``gaps between
        contours``, ``missing slices``, ``overlapping segments``, ``renumbered segments``, ``other
        series``, ``other frame of reference``.

    Raises
    ------
    ImageError
        The file cannot be read, is no RTSTRUCT, or has too many points; the images have no position.

    References
    ----------
    PS3.3 C.8.8.5 Structure Set, C.8.8.6 ROI Contour, C.8.8.8 RT ROI Observations.
    """
    if not onto.has_geometry:
        raise ImageError("The images have no position in the patient, so no contour can be drawn on them.")
    return opened(Path(file), lambda header: _drawn(header, onto))


def rtstruct_refers_to(header: Dataset) -> tuple[str, ...]:
    """SeriesInstanceUIDs that an RTSTRUCT was drawn on, sorted."""
    found = {
        text(series, "SeriesInstanceUID")
        for frame in items(header, "ReferencedFrameOfReferenceSequence")
        for study in items(frame, "RTReferencedStudySequence")
        for series in items(study, "RTReferencedSeriesSequence")
    }
    return tuple(sorted(found - {""}))


def _drawn(header: Dataset, onto: Volume) -> Mask:
    notes: Counter[str] = Counter()
    regions = _regions(header, notes)
    numbers, renumbered = renumber([region.segment for region in regions])
    segments = [replace(region.segment, number=n) for region, n in zip(regions, numbers, strict=True)]
    refers_to = rtstruct_refers_to(header)
    grid, budget = grid_of(onto), [CROSSING_LIMIT]
    patches: dict[int, Patch] = {}
    for region, number in zip(regions, numbers, strict=True):
        patch = _filled(region.contours, grid, set(as_acquired(onto).missing), budget, notes)
        if patch is not None:
            patches[number] = as_shown(patch, onto)
    frames = sorted({region.frame_of_reference for region in regions if region.frame_of_reference})
    irregular = [Irregularity(name, _TEXTS[name].format(notes[name])) for name in _TEXTS if notes[name]]
    other = [note for frame in frames for note in strangers(onto, refers_to, frame)]
    every = list(dict.fromkeys([*irregular, *renumbered, *(other or strangers(onto, refers_to, ""))]))
    return paint(onto, segments, patches, refers_to=refers_to, warnings=every)


_TEXTS = {
    "contours outside": "Contours that lie on no slice of the images, left out: {}.",
    "contours between slices": "Contours between two slices, drawn on the nearest one or replaced by a nearer one: {}.",
    "contours across slices": "Contours that do not lie in the plane of the slices, left out: {}.",
    "damaged contours": "Contours whose coordinates are no numbers or not in threes, left out: {}.",
    "points and lines": "Points and open contours, which enclose nothing and are not drawn: {}.",
    "contours without a region": "Sets of contours that belong to no region of interest, left out: {}.",
    "empty contours": "Contours that enclose the centre of no voxel: {}.",
    "gaps between contours": "Slices between the contours of a region that have none themselves, left empty: {}.",
    "missing slices": "Contours on slices that the series misses: {}.",
}


def _regions(header: Dataset, notes: Counter[str]) -> list[_Region]:
    if "StructureSetROISequence" not in header:
        raise ImageError("it has no regions of interest, so it is no RTSTRUCT")
    observed: dict[int, Dataset] = {}
    for item in items(header, "RTROIObservationsSequence"):
        observed.setdefault(whole(item, "ReferencedROINumber", -1), item)
    contours: dict[int, list[NDArray[np.float64]]] = defaultdict(list)
    colours: dict[int, tuple[int, int, int]] = {}
    known = {whole(item, "ROINumber", -1) for item in items(header, "StructureSetROISequence")}
    left = POINT_LIMIT
    for drawn in items(header, "ROIContourSequence"):
        number = whole(drawn, "ReferencedROINumber", -1)
        if number not in known:
            notes["contours without a region"] += 1
            continue
        colour = drawn.get("ROIDisplayColor")
        if isinstance(colour, Sequence) and not isinstance(colour, str) and len(colour) == 3:
            red, green, blue = (min(255, max(0, int(value))) for value in colour)
            colours.setdefault(number, (red, green, blue))
        for contour in items(drawn, "ContourSequence"):
            if text(contour, "ContourGeometricType").upper() not in _CLOSED:
                notes["points and lines"] += 1
                continue
            points = _points(contour, left)
            if points is None:
                notes["damaged contours"] += 1
                continue
            left -= len(points)
            contours[number].append(points)
    regions = []
    for item in items(header, "StructureSetROISequence"):
        number = whole(item, "ROINumber", -1)
        found = tuple(contours.pop(number, ()))  # a number that repeats belongs to its first region
        segment = _segment(item, number, observed.get(number, Dataset()), colours.get(number))
        regions.append(_Region(segment, text(item, "ReferencedFrameOfReferenceUID"), found))
    return regions


def _segment(item: Dataset, number: int, seen: Dataset, colour: tuple[int, int, int] | None) -> Segment:
    kind = text(seen, "RTROIInterpretedType")
    return Segment(
        number=number,
        label=text(item, "ROIName") or text(seen, "ROIObservationLabel"),
        description=text(item, "ROIDescription"),
        kind=Code(kind, "RTROIInterpretedType", kind) if kind else None,
        anatomy=codes(seen, "RTROIIdentificationCodeSequence"),
        algorithm_type=text(item, "ROIGenerationAlgorithm"),
        algorithm_name=text(item, "ROIGenerationDescription") or text(seen, "ROIInterpreter"),
        colour=colour,
    )


def _points(contour: Dataset, left: int) -> NDArray[np.float64] | None:
    """``(n, 3)`` LPS mm; None where the values are no such thing."""
    element = contour.get_item("ContourData")
    stored = element.value if element is not None else None
    if isinstance(stored, bytes):  # as it stands in the file: pydicom would make an object of each number
        if stored.count(b"\\") // 3 > left:
            raise ImageError(f"its contours have more than {POINT_LIMIT:,} points")
        stored = stored.rstrip(b" \0").split(b"\\")
    try:
        values = np.array([float(value) for value in stored or ()])
    except (TypeError, ValueError):
        return None
    if len(values) < 3 or len(values) % 3 or not np.isfinite(values).all() or np.abs(values).max() > 1e6:
        return None
    return values.reshape(-1, 3)


def _filled(
    contours: Sequence[NDArray[np.float64]], grid: Grid, missing: set[int], budget: list[int], notes: Counter[str]
) -> Patch | None:
    """Voxels of one region, whatever axis of the grid its planes are stacked along."""
    ways = [grid, swapped(grid, 1), swapped(grid, 2)]
    flat = [sum(np.ptp(points @ way.normal) <= _FLAT * way.thickness for points in contours) for way in ways]
    axis = flat.index(max(flat)) if flat else 0
    if not axis:
        return _stacked(contours, grid, missing, budget, notes)
    patch = _stacked([_even(points, grid) for points in contours], ways[axis], set(), budget, notes)
    return turned(patch, axis) if patch is not None else None


def _even(points: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Points at the places that they would have if all slices had the same distance, which is what `swapped` takes."""
    along, far = grid.along, 1e6 * grid.thickness  # beyond the ends the distance is the usual one
    even = along[0] + np.arange(len(along)) * grid.thickness
    if np.allclose(along, even, atol=1e-3 * grid.thickness):
        return points
    points = _cut(points, grid)
    true, wanted = (np.concatenate([[each[0] - far], each, [each[-1] + far]]) for each in (along, even))
    places = points @ grid.normal
    moved: NDArray[np.float64] = points + np.outer(
        (np.interp(places, true, wanted) - places) / grid.thickness, grid.step
    )
    return moved


def _cut(points: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """The same contour with a point wherever it meets a slice, so that its sides stay straight between slices."""
    starts, ends = points, np.roll(points, -1, axis=0)
    low, high = starts @ grid.normal, ends @ grid.normal
    order, every, left = [np.arange(len(points), dtype=np.float64)], [points], CUT_LIMIT
    for height in grid.along:
        met = np.flatnonzero((low < height) != (high < height))
        left -= len(points) + 32 * len(met)
        if left < 0:
            raise ImageError("its contours meet more slices than can be drawn")
        share = (height - low[met]) / (high[met] - low[met])
        order.append(met + share)
        every.append(starts[met] + share[:, np.newaxis] * (ends - starts)[met])
    found: NDArray[np.float64] = np.concatenate(every)[np.argsort(np.concatenate(order), kind="stable")]
    return found


def _stacked(
    contours: Sequence[NDArray[np.float64]], grid: Grid, missing: set[int], budget: list[int], notes: Counter[str]
) -> Patch | None:
    """Voxels of one region whose planes are stacked along the grid's first axis."""
    _, rows, columns = grid.shape
    planes: dict[int, dict[int, list[NDArray[np.float64]]]] = defaultdict(lambda: defaultdict(list))
    for points in contours:
        along = points @ grid.normal
        place = float((along.max() + along.min()) / 2)
        if np.ptp(along) > _FLAT * grid.thickness:
            notes["contours across slices"] += 1
            continue
        k = int(np.abs(grid.along - place).argmin())
        off = abs(place - grid.along[k])
        if off > (0.5 + 1e-6) * grid.thickness + 1e-3:
            notes["contours outside"] += 1
            continue
        notes["contours between slices"] += int(off > _FLAT * grid.thickness)
        notes["missing slices"] += int(k in missing)
        corners = grid.in_plane(points, np.full(len(points), k))
        # Contours of one plane are combined; their distance from the slice tells planes apart.
        planes[k][round((place - grid.along[k]) / grid.thickness * 100)].append(corners)
    if not planes:
        return None
    every = np.concatenate([c for found in planes.values() for each in found.values() for c in each])
    low = np.floor(every.min(axis=0)).clip(0, [columns, rows]).astype(int)
    high = np.ceil(every.max(axis=0)).clip(-1, [columns - 1, rows - 1]).astype(int) + 1
    if (high <= low).any():
        notes["contours outside"] += sum(len(c) for found in planes.values() for c in found.values())
        return None
    first, last = min(planes), max(planes)
    size = (last - first + 1) * int(np.prod(high - low))
    budget[0] -= size // 16
    if size > VOXEL_LIMIT or budget[0] < 0:
        raise ImageError("its regions spread over more voxels than can be drawn")
    where = np.zeros((last - first + 1, int(high[1] - low[1]), int(high[0] - low[0])), dtype=bool)
    for k, found in planes.items():
        for corners in found[min(found, key=lambda off: (abs(off), off))]:
            drawn = _within(corners, low, where.shape[1:], budget)
            notes["empty contours"] += int(not drawn[0].any())
            where[k - first][drawn[1]] ^= drawn[0]
    notes["gaps between contours"] += last - first + 1 - len(planes)
    return crop(where, (first, int(low[1]), int(low[0])))


def _within(
    corners: NDArray[np.float64], low: NDArray[np.intp], shape: tuple[int, ...], budget: list[int]
) -> tuple[NDArray[np.bool_], tuple[slice, slice]]:
    """Inside of one contour in the box around it, and where that box lies in the region's."""
    moved = corners - low
    start = np.floor(moved.min(axis=0)).clip(0, [shape[1], shape[0]]).astype(int)
    stop = np.ceil(moved.max(axis=0) + 1).clip(start, [shape[1], shape[0]]).astype(int)
    size = (int(stop[1] - start[1]), int(stop[0] - start[0]))
    return inside(moved - start, size, budget), (slice(start[1], stop[1]), slice(start[0], stop[0]))
