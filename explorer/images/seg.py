"""DICOM SEG as a mask: binary, fractional and label map; each frame put where its position says."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydicom import Dataset

from explorer.cohort.texts import one_line
from explorer.errors import ImageError
from explorer.images.acquisitions import Irregularity
from explorer.images.mask_file import codes, first, items, opened, strangers, text, whole
from explorer.images.masks import Mask, Segment, merge, paint, renumber
from explorer.images.resample import BOX_LIMIT, Grid, Patch, as_shown, grid_of, join, resample
from explorer.images.seg_frames import Plane, lattice, planes, sparse
from explorer.images.volume import Volume, as_acquired

__all__ = ["lab_to_rgb", "read_seg", "seg_refers_to"]


@dataclass(frozen=True, eq=False)
class _File:
    segments: tuple[Segment, ...]
    planes: tuple[Plane, ...]
    refers_to: tuple[str, ...]
    frame_of_reference: str
    series_uid: str
    description: str
    notes: tuple[Irregularity, ...]


def read_seg(files: Iterable[Path | str] | Path | str, onto: Volume | None = None) -> Mask:
    """Mask from the files of a DICOM SEG: binary, fractional or label map.

    Frames are placed by position: a SEG omits its empty frames, and stores the others in any order.
    On another grid than the volume's (other spacing, oblique, flipped, other slices) the mask is
    resampled: a voxel belongs to a segment if its centre lies in a voxel of the SEG that does.

    Parameters
    ----------
    files
        One file or several; segments of several are collected in one mask.
    onto
        The volume that the mask is drawn on; None keeps the mask's own grid.

    Returns
    -------
    Mask
        Fractional segments as the voxels of at least half the maximum. Warnings by name: ``other
        grid``, ``frames outside``, ``frames without position``, ``mixed planes``, ``missing
        slices``, ``lost segments``, ``undescribed segments``, ``overlapping segments``,
        ``renumbered segments``, ``fractional``, ``other series``, ``other frame of reference``.

    Raises
    ------
    ImageError
        No file was given, one cannot be read, or the masks do not fit on one grid.

    References
    ----------
    PS3.3 A.51 Segmentation IOD, C.8.20 Segmentation; C.7.6.16.2.3 Plane Position.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else sorted(Path(file) for file in files)
    if not paths:
        raise ImageError("No files were given. Give the DICOM SEG files.")
    if onto is not None and not onto.has_geometry:
        raise ImageError("The images have no position in the patient, so no mask can be drawn on them.")
    read = [opened(path, _read) for path in paths]
    grid = onto or _own_grid(read)
    return merge([_drawn(file, grid, own=onto is None) for file in read])


def seg_refers_to(header: Dataset) -> tuple[str, ...]:
    """SeriesInstanceUIDs that a SEG was drawn on, sorted."""
    series = [*items(header, "ReferencedSeriesSequence")]
    for study in items(header, "StudiesContainingOtherReferencedInstancesSequence"):
        series += items(study, "ReferencedSeriesSequence")
    return tuple(sorted({text(item, "SeriesInstanceUID") for item in series} - {""}))


def lab_to_rgb(values: Sequence[int]) -> tuple[int, int, int]:
    """8-bit sRGB of a colour as DICOM stores it: CIELab in three 16-bit numbers (PS3.3 C.10.7.1.1).

    The white is that of D65, which the programs that write SEG use.
    """
    light, a, b = values[0] / 655.35, values[1] / 257 - 128, values[2] / 257 - 128
    y = (light + 16) / 116
    cubes = [(c**3 if c**3 > 0.008856 else (c - 16 / 116) / 7.787) for c in (y + a / 500, y, y - b / 200)]
    matrix = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    linear = (matrix @ (np.array(cubes) * [0.95047, 1, 1.08883])).clip(0, 1)
    shares = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    red, green, blue = (int(value) for value in np.rint(shares * 255))
    return red, green, blue


def _read(header: Dataset) -> _File:
    found = list(planes(header))
    kept = [plane for plane in found if plane is not None]
    notes = []
    if len(kept) < len(found):
        lost = len(found) - len(kept)
        notes.append(Irregularity(
            "frames without position", f"{_frames(lost)} no position or no segment number; left out."
        ))  # fmt: skip
    if text(header, "SegmentationType").upper() == "FRACTIONAL":
        what = text(header, "SegmentationFractionalType").lower()
        known = what if what in ("probability", "occupancy") else "fraction"
        notes.append(Irregularity("fractional", f"Voxels with a {known} of at least one half are drawn."))
    background = whole(header, "PixelPaddingValue")
    described = [segment for segment in map(_segment, items(header, "SegmentSequence")) if segment.number != background]
    known_numbers = {segment.number for segment in described}
    unknown = sorted({plane.number for plane in kept} - known_numbers)
    if unknown:
        text_ = f"{len(unknown)} segment numbers are not described: {', '.join(map(str, unknown[:10]))}."
        notes.append(Irregularity("undescribed segments", text_))
    every = [*described, *(Segment(number, "") for number in unknown)]
    fitting, more = renumber(every)
    new: dict[int, int] = {}
    for segment, number in zip(every, fitting, strict=True):
        new.setdefault(segment.number, number)
    return _File(
        segments=tuple(replace(segment, number=number) for segment, number in zip(every, fitting, strict=True)),
        planes=tuple(replace(plane, number=new[plane.number]) for plane in kept),
        refers_to=seg_refers_to(header),
        frame_of_reference=text(header, "FrameOfReferenceUID"),
        series_uid=text(header, "SeriesInstanceUID"),
        description=text(header, "SeriesDescription"),
        notes=(*notes, *more),
    )


def _segment(item: Dataset) -> Segment:
    colour = item.get("RecommendedDisplayCIELabValue")
    lab = [int(value) for value in colour] if isinstance(colour, Iterable) and not isinstance(colour, str) else []
    return Segment(
        number=whole(item, "SegmentNumber"),
        label=text(item, "SegmentLabel"),
        description=text(item, "SegmentDescription"),
        category=next(iter(codes(item, "SegmentedPropertyCategoryCodeSequence")), None),
        kind=next(iter(codes(item, "SegmentedPropertyTypeCodeSequence")), None),
        anatomy=codes(item, "AnatomicRegionSequence"),
        algorithm_type=text(item, "SegmentAlgorithmType"),
        algorithm_name=text(item, "SegmentAlgorithmName")
        or text(first(item, "SegmentationAlgorithmIdentificationSequence"), "AlgorithmName"),
        colour=lab_to_rgb(lab) if len(lab) == 3 and all(0 <= value <= 65_535 for value in lab) else None,
    )


def _own_grid(files: Sequence[_File]) -> Volume:
    every = [plane for file in files for plane in file.planes]
    if not every:
        raise ImageError("The segmentation has no frame with a position. Give the images that it belongs to.")
    grid = lattice(every) if len({_kind(plane) for plane in every}) == 1 else None
    if grid is None or math.prod(grid.shape) > 2**31:
        raise ImageError("The frames of the segmentation do not lie on one grid. Give the images that it belongs to.")
    normal = grid.normal
    order = grid.origins if normal[np.argmax(np.abs(normal))] > 0 else grid.origins[::-1]
    facing = normal if order is grid.origins else -normal
    steps = np.linalg.norm(grid.row), np.linalg.norm(grid.column)
    step = grid.step if order is grid.origins else -grid.step
    straight = np.linalg.norm(step - facing * grid.thickness) < 1e-3 * grid.thickness
    x, y, z = (float(value) for value in order[0])
    return Volume(
        array=np.broadcast_to(np.uint8(0), grid.shape),
        spacing_mm=(grid.thickness, float(steps[1]), float(steps[0])),
        origin_mm=(x, y, z),
        direction=np.stack([grid.row / steps[0], grid.column / steps[1], facing], axis=1),
        window=(0.5, 1),
        series_uid=files[0].series_uid,
        description=files[0].description,
        steps_mm=None if straight else np.stack([grid.row, grid.column, step], axis=1),
    )


def _kind(plane: Plane) -> tuple[object, ...]:
    return plane.shape, tuple(np.round([*plane.row, *plane.column], 3) + 0.0)


def _drawn(file: _File, volume: Volume, *, own: bool) -> Mask:
    target = grid_of(volume)
    notes = list(file.notes)
    notes += sparse(file.planes, target) if own else strangers(volume, file.refers_to, file.frame_of_reference)
    patches: dict[int, list[Patch]] = defaultdict(list)
    groups: dict[tuple[object, ...], list[Plane]] = defaultdict(list)
    for plane in file.planes:
        groups[_kind(plane)].append(plane)
    if len(groups) > 1:
        text_ = f"The frames lie in {len(groups)} orientations or sizes; each is placed by its own."
        notes.append(Irregularity("mixed planes", text_))
    outside: list[Plane] = []
    other, budget = False, [BOX_LIMIT]
    for group in groups.values():
        slices = _slices(group, target)
        if slices is None:
            other = True
            notes += sparse(group, lattice(group))
            outside += _by_place(group, target, patches, budget)
            continue
        for plane, k in zip(group, slices, strict=True):
            if plane.patch is not None and 0 <= k < target.shape[0]:
                patches[plane.number].append(replace(plane.patch, offset=(k, *plane.patch.offset[1:])))
            elif plane.patch is not None:
                outside.append(plane)
        gone = len(set(slices) & set(as_acquired(volume).missing))
        if gone:
            text_ = f"The mask has frames on {gone} of the slices that the series misses."
            notes.append(Irregularity("missing slices", text_))
    if other:
        text_ = "The mask lies on another grid than the images; it was resampled by position, nearest neighbour."
        notes.append(Irregularity("other grid", text_))
    if outside:
        ends = [float(plane.position @ target.normal) for plane in outside]
        text_ = f"{_frames(len(outside))} no place on the slices of the images; left out. "
        text_ += f"They lie {min(ends):.1f} to {max(ends):.1f} mm along the normal, the images "
        text_ += f"{target.along.min():.1f} to {target.along.max():.1f} mm."
        notes.append(Irregularity("frames outside", text_))
    joined = {number: join(found, budget) for number, found in patches.items()}
    kept = {number: as_shown(patch, volume) for number, patch in joined.items() if patch is not None}
    filled = {plane.number for plane in file.planes if plane.patch is not None}
    lost = [segment for segment in file.segments if segment.number in filled - set(kept)]
    if lost:
        names = ", ".join(f"{each.number} {one_line(each.label)}".strip() for each in lost[:5])
        text_ = f"Segments without any voxel on these images: {names}{' …' if len(lost) > 5 else ''}."
        notes.append(Irregularity("lost segments", text_))
    return paint(volume, file.segments, kept, refers_to=file.refers_to, warnings=notes)


def _slices(group: Sequence[Plane], target: Grid) -> list[int] | None:
    """Slice of each plane where they are drawn on the target's own voxels; -1 beyond its ends."""
    head = group[0]
    finest = min(np.linalg.norm(target.row), np.linalg.norm(target.column))
    rows, columns = target.shape[1:]
    drift = max(
        float(np.abs(head.row - target.row).max()) * columns, float(np.abs(head.column - target.column).max()) * rows
    )
    if head.shape != (rows, columns) or drift > 0.05 * finest:
        return None
    places = np.array([plane.position for plane in group])
    along = places @ target.normal
    nearest = np.abs(along[:, np.newaxis] - target.along).argmin(axis=1)
    off = places - target.origins[nearest]
    beside = np.linalg.norm(off - np.outer(off @ target.normal, target.normal), axis=1) > 0.05 * finest
    on = np.abs(off @ target.normal) <= 0.02 * target.thickness + 1e-3
    beyond = (along < target.along.min()) | (along > target.along.max())
    if not on.any() or beside[on].any() or not (on | beyond).all():
        return None
    return [int(k) if here else -1 for k, here in zip(nearest, on, strict=True)]


def _by_place(group: list[Plane], target: Grid, patches: dict[int, list[Patch]], budget: list[int]) -> list[Plane]:
    """Resample planes of one orientation into ``patches``; give those that no voxel of the target meets."""
    grid = lattice(group)
    stacked: dict[int, list[Patch]] = defaultdict(list)
    outside = []
    for plane in group:
        if plane.patch is None:
            continue
        if grid is None:
            alone = lattice([plane])
            found = resample(plane.patch, alone, target, budget) if alone is not None else None
            if found is not None:
                patches[plane.number].append(found)
            else:
                outside.append(plane)
            continue
        k = int(np.abs(plane.position @ grid.normal - grid.along).argmin())
        patch = replace(plane.patch, offset=(k, *plane.patch.offset[1:]))
        stacked[plane.number].append(patch)
        if not _meets(patch, grid, target):
            outside.append(plane)
    if grid is not None:
        for number, parts in stacked.items():
            whole_patch = join(parts, budget)
            found = resample(whole_patch, grid, target, budget) if whole_patch is not None else None
            if found is not None:
                patches[number].append(found)
    return outside


def _meets(patch: Patch, grid: Grid, target: Grid) -> bool:
    """Whether a patch's box reaches into the target's box."""
    low = np.array(patch.offset[::-1]) - 0.5
    bits = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T
    corners = (low + bits * patch.shape[::-1]) @ np.stack([grid.row, grid.column, grid.step]) + grid.origins[0]
    inverse = np.linalg.inv(np.stack([target.row, target.column, target.step], axis=1))
    places = (corners - target.origins[0]) @ inverse.T
    size = np.array(target.shape[::-1])
    return bool((places.max(axis=0) > -0.5).all() and (places.min(axis=0) < size - 0.5).all())


def _frames(count: int) -> str:
    return "1 frame has" if count == 1 else f"{count:,} frames have"
