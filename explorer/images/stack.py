"""How planes stack up: their order, their distance, and every irregularity by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.images.frames import Frame

__all__ = ["Irregularity", "Stack", "stack_frames"]

TOLERANCE = 0.02
"""Part of the slice distance that rounding in the headers may explain."""


@dataclass(frozen=True)
class Irregularity:
    """A named fact that may mislead whoever looks at the picture."""

    name: str
    text: str


@dataclass(frozen=True, eq=False)
class Stack:
    """Frames in order along the normal.

    Attributes
    ----------
    frames
        In order; None where a slice is missing.
    spacing
        Distance of slices, mm; 1 where unknown.
    direction
        ``(3, 3)``; columns are the LPS unit vectors of x (along a row), y (along a column), z.
        None without geometry.
    origin
        LPS mm of the first voxel.
    """

    frames: tuple[Frame | None, ...]
    spacing: float
    direction: NDArray[np.float64] | None
    origin: tuple[float, float, float]
    irregular: tuple[Irregularity, ...]


def stack_frames(frames: Sequence[Frame]) -> Stack:
    """Frames sorted by their projection on the normal, with what is odd about them.

    Slice thickness and recorded spacing both lie, so only positions count (PS3.3 C.7.6.2.1.1).
    """
    kept, notes = _alike(frames)
    first = kept[0]
    axes = _axes(first.orientation)
    if axes is None or any(frame.position is None for frame in kept):
        text = "Position in the patient is not recorded"
        text += ": frames are shown in stored order." if len(kept) > 1 else "."
        notes.append(Irregularity("no geometry", f"{text} Left and right are not known."))
        return Stack(tuple(kept), 1.0, None, (0.0, 0.0, 0.0), tuple(notes))
    places = np.array([frame.position for frame in kept], dtype=np.float64)
    along = places @ axes[:, 2]
    order = np.argsort(along, kind="stable")
    ordered, along, places = [kept[i] for i in order], along[order], places[order]
    single = np.concatenate([[True], np.diff(along) > 1e-3])
    if not single.all():
        notes.append(Irregularity(
            "duplicate positions",
            f"{_images(int((~single).sum()))} at a place that another image has (time points, "
            "echoes or repeats); the first of each place is shown.",
        ))  # fmt: skip
    ordered = [frame for frame, keep in zip(ordered, single, strict=True) if keep]
    along, places = along[single], places[single]
    filled, spacing, more = _gaps(ordered, along)
    notes += more
    notes += _shear(places, axes)
    x, y, z = (float(value) for value in places[0])
    return Stack(tuple(filled), spacing, axes, (x, y, z), tuple(notes))


def _alike(frames: Sequence[Frame]) -> tuple[list[Frame], list[Irregularity]]:
    def kind(frame: Frame) -> tuple[object, ...]:
        turned = tuple(round(value, 2) + 0.0 for value in frame.orientation or ())
        return frame.pixels.shape, turned, frame.spacing

    (chosen, count), *rest = Counter(kind(frame) for frame in frames).most_common()
    kept = [frame for frame in frames if kind(frame) == chosen]
    if not rest:
        return kept, []
    return kept, [Irregularity(
        "mixed planes",
        f"{_images(len(frames) - count)} of other size or orientation, left out.",
    )]  # fmt: skip


def _axes(orientation: tuple[float, ...] | None) -> NDArray[np.float64] | None:
    if orientation is None:
        return None
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if min(lengths) < 0.5 or abs(float(row @ column)) > 0.05:
        return None
    row = row / lengths[0]
    column = column - (column @ row) * row
    column = column / np.linalg.norm(column)
    normal = np.cross(row, column)
    # Towards left, back or head, so that slice numbers run the same way here and in every viewer.
    normal = normal * np.sign(normal[np.argmax(np.abs(normal))])
    return np.stack([row, column, normal], axis=1)


def _gaps(frames: Sequence[Frame], along: NDArray[np.float64]) -> tuple[list[Frame | None], float, list[Irregularity]]:
    """Frames with None for each missing slice; distance of slices in mm; what is odd."""
    steps = np.diff(along)
    if not len(steps):
        return list(frames), 1.0, []
    spacing = float(np.median(steps))
    times = np.rint(steps / spacing).astype(int)
    even = np.abs(steps - times * spacing) <= TOLERANCE * spacing * np.maximum(times, 1) + 1e-3
    missing = int((times - 1).sum())
    if not even.all() or times.min() < 1 or missing > len(frames):
        text = f"Distance between slices varies, {steps.min():.3g} to {steps.max():.3g} mm; "
        text += f"the stack is drawn with {spacing:.3g} mm, so lengths along it are not exact."
        return list(frames), spacing, [Irregularity("varying spacing", text)]
    spacing = float((along[-1] - along[0]) / times.sum())
    filled: list[Frame | None] = [frames[0]]
    for frame, step in zip(frames[1:], times, strict=True):
        filled += [None] * (int(step) - 1) + [frame]
    if not missing:
        return filled, spacing, []
    text = f"{_places(filled)} missing. The gap is shown empty; nothing is filled in."
    return filled, spacing, [Irregularity("missing slices", text)]


def _places(filled: Sequence[Frame | None]) -> str:
    """Missing slices as words: "Slice 4 is", "Slices 31–33, 40 are"; counted from 1 at the foot."""
    runs: list[list[int]] = []
    for number, frame in enumerate(filled, start=1):
        if frame is None and runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        elif frame is None:
            runs.append([number, number])
    words = [str(a) if a == b else f"{a}–{b}" for a, b in runs]
    shown = ", ".join(words[:6]) + (f" and {len(words) - 6} more gaps" if len(words) > 6 else "")
    return f"Slice {shown} is" if filled.count(None) == 1 else f"Slices {shown} are"


def _shear(places: NDArray[np.float64], axes: NDArray[np.float64]) -> list[Irregularity]:
    if len(places) < 2:
        return []
    course = places[-1] - places[0]
    cosine = abs(course @ axes[:, 2]) / np.linalg.norm(course)
    angle = float(np.degrees(np.arccos(min(1.0, cosine))))
    if angle < 0.5:
        return []
    text = f"The gantry was tilted {angle:.0f} degrees; slices are drawn without the tilt."
    return [Irregularity("gantry tilt", text)]


def _images(count: int) -> str:
    return "1 image is" if count == 1 else f"{count:,} images are"
