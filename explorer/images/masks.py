"""Segments drawn over a volume: which voxels each has, what it is, and who drew it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cohort.texts import shown
from explorer.errors import ImageError, UnknownNameError
from explorer.images.acquisitions import Irregularity
from explorer.images.resample import Patch
from explorer.images.volume import Volume

__all__ = ["Code", "Mask", "Segment", "merge", "paint", "renumber"]

LARGEST = 65_535
"""The highest number that a segment may have (PS3.3 C.8.20.4)."""


@dataclass(frozen=True)
class Code:
    """A coded concept (PS3.3 8.1): value, coding scheme, meaning; text is as recorded, hostile until escaped."""

    value: str
    scheme: str
    meaning: str


@dataclass(frozen=True)
class Segment:
    """One segment, or one region of interest; text is as recorded, so hostile until escaped.

    Attributes
    ----------
    number
        Its value in :attr:`Mask.labels`, from 1.
    label
        Name that its author gave.
    category
        What kind of thing it is, for example "Morphologically Altered Structure".
    kind
        What it is, for example "Neoplasm"; of an RTSTRUCT the interpreted type, for example "GTV".
    anatomy
        Where in the body.
    algorithm_type
        ``AUTOMATIC``, ``SEMIAUTOMATIC``, ``MANUAL``, or empty where not recorded.
    algorithm_name
        Name of the software, or of whoever drew it.
    colour
        sRGB that its author recommends; None if not recorded.
    """

    number: int
    label: str
    description: str = ""
    category: Code | None = None
    kind: Code | None = None
    anatomy: tuple[Code, ...] = ()
    algorithm_type: str = ""
    algorithm_name: str = ""
    colour: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Mask:
    """Segments on the grid of a volume.

    Attributes
    ----------
    volume
        The labels as a volume, to be turned, drawn or written like any other.
    segments
        By number; a segment without any voxel on this grid is among them.
    patches
        Voxels of each segment, packed; overlaps are kept. Read them with :meth:`segment`.
    refers_to
        SeriesInstanceUID of each series that the mask was drawn on, as it says itself.
    warnings
        Everything irregular, by name.
    """

    volume: Volume
    segments: tuple[Segment, ...]
    patches: Mapping[int, Patch] = field(repr=False)
    refers_to: tuple[str, ...] = ()
    warnings: tuple[Irregularity, ...] = ()

    @property
    def labels(self) -> NDArray[Any]:
        """``(z, y, x)`` uint8 or uint16: the segment's number, 0 outside.

        Where segments overlap, the smallest one is shown.
        """
        return self.volume.array

    def segment(self, number: int) -> NDArray[np.bool_]:
        """``(z, y, x)``: True where one segment is, also below others.

        Raises
        ------
        UnknownNameError
            The mask has no such segment.
        """
        where = np.zeros(self.volume.array.shape, dtype=bool)
        patch = self._patch(number)
        if patch is not None:
            where[patch.box] = patch.where
        return where

    def voxels(self, number: int) -> int:
        """Count the voxels of one segment."""
        patch = self._patch(number)
        return patch.count if patch is not None else 0

    def volume_mm3(self, number: int) -> float:
        """Size of one segment in cubic millimetres: its voxels times the size of one."""
        return self.voxels(number) * float(np.prod(self.volume.spacing_mm))

    def only(self, numbers: Collection[int]) -> Mask:
        """Mask with some of the segments, which keep their numbers.

        Raises
        ------
        UnknownNameError
            The mask has no such segment.
        """
        patches = {number: patch for number in numbers if (patch := self._patch(number)) is not None}
        return paint(
            self.volume,
            [segment for segment in self.segments if segment.number in numbers],
            patches,
            refers_to=self.refers_to,
            warnings=[note for note in self.warnings if note.name != "overlapping segments"],
        )

    def _patch(self, number: int) -> Patch | None:
        if number not in {segment.number for segment in self.segments}:
            known = ", ".join(str(segment.number) for segment in self.segments[:20])
            raise UnknownNameError(f"There is no segment {shown(number)}. Segments here: {known or 'none'}.")
        return self.patches.get(number)


def paint(
    grid: Volume,
    segments: Sequence[Segment],
    patches: Mapping[int, Patch],
    *,
    refers_to: Sequence[str] = (),
    warnings: Sequence[Irregularity] = (),
) -> Mask:
    """Mask from the voxels of each segment.

    Parameters
    ----------
    grid
        A volume on whose grid the patches lie; of its voxels, only the shape counts.
    segments
        Their numbers differ.
    patches
        Voxels by number of the segment.
    """
    ordered = tuple(sorted(segments, key=lambda segment: segment.number))
    highest = max((segment.number for segment in ordered), default=0)
    labels = np.zeros(grid.array.shape[:3], dtype=np.uint8 if highest < 256 else np.uint16)
    covered, notes = 0, list(warnings)
    for number in sorted(patches, key=lambda each: (-patches[each].count, -each)):
        view, where = labels[patches[number].box], patches[number].where
        covered += int(np.count_nonzero(view[where]))
        view[where] = number
    if covered:
        text = f"Segments overlap in {covered:,} {'voxel' if covered == 1 else 'voxels'}; the smallest is drawn on top."
        notes.append(Irregularity("overlapping segments", text))
    labels.flags.writeable = False
    volume = replace(
        grid,
        array=labels,
        modality="SEG",
        window=(highest / 2, max(highest, 1)),
        inverted=False,
        missing=(),
        warnings=tuple(notes),
    )
    return Mask(volume, ordered, MappingProxyType(dict(patches)), tuple(refers_to), tuple(notes))


def renumber(segments: Sequence[Segment]) -> tuple[list[int], list[Irregularity]]:
    """Numbers from 1 to 65,535 that differ: the recorded ones where they do, else 1, 2, 3 and so on.

    Raises
    ------
    ImageError
        There are too many segments.
    """
    numbers = [segment.number for segment in segments]
    if len(numbers) > LARGEST:
        raise ImageError(f"The mask has {len(numbers):,} segments; at most {LARGEST:,} can be read.")
    if len(set(numbers)) == len(numbers) and all(1 <= number <= LARGEST for number in numbers):
        return numbers, []
    text = "The recorded numbers repeat or do not fit, so the segments are numbered 1, 2, 3 in their order."
    return list(range(1, len(numbers) + 1)), [Irregularity("renumbered segments", text)]


def merge(masks: Sequence[Mask]) -> Mask:
    """One mask with the segments of several on the same grid.

    Segments keep their numbers unless two share one; then all are numbered from 1.
    """
    if len(masks) == 1:
        return masks[0]
    every = [(segment, mask) for mask in masks for segment in mask.segments]
    numbers, notes = renumber([segment for segment, _ in every])
    patches = {
        number: mask.patches[segment.number]
        for number, (segment, mask) in zip(numbers, every, strict=True)
        if segment.number in mask.patches
    }
    known = [note for mask in masks for note in mask.warnings if note.name != "overlapping segments"]
    return paint(
        masks[0].volume,
        [replace(segment, number=number) for number, (segment, _) in zip(numbers, every, strict=True)],
        patches,
        refers_to=sorted({uid for mask in masks for uid in mask.refers_to}),
        warnings=list(dict.fromkeys([*known, *notes])),
    )
