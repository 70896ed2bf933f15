"""How planes stack up: their order, their distance, and every irregularity by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.images.acquisitions import Irregularity, part_of
from explorer.images.frames import Frame

__all__ = ["Irregularity", "Stack", "stack_frames"]

TOLERANCE = 0.02
"""Part of the slice distance that rounding in the headers may explain."""
_ROUNDED = 0.01
"""mm that rounding in the headers may move a position."""
_LEADERS = 200
"""As many different planes are compared with each frame's."""
_Kind = tuple[tuple[int, ...], tuple[float, ...]]
"""Shape of a frame and whether its position is known; its orientation and the logarithms of its spacing."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Frames in order along the normal.

    Attributes
    ----------
    frames
        In order; None where a slice is missing.
    spacing
        Distance of slices along the normal, mm; None where positions do not tell.
    direction
        ``(3, 3)``; columns are the LPS unit vectors of x (along a row), y (along a column), z.
        None without geometry.
    origin
        LPS mm of the first voxel.
    course
        LPS mm from a slice to the next, where that is not along the normal (gantry tilt); else None.
    acquisitions
        How many the series has; ``frames`` are those of one.
    places
        ``(slices, 3)`` LPS mm of the first voxel of each, where they are not at equal steps; else None. A missing
        slice lies between its neighbours.
    """

    frames: tuple[Frame | None, ...]
    spacing: float | None
    direction: NDArray[np.float64] | None
    origin: tuple[float, float, float]
    irregular: tuple[Irregularity, ...]
    course: NDArray[np.float64] | None = None
    acquisitions: int = 1
    places: NDArray[np.float64] | None = None

    @property
    def uniform(self) -> bool:
        """Whether all slices follow each other at the same known step; a single slice has none that differs."""
        odd = {"missing slices", "varying spacing", "slices out of line", "no geometry"}
        return len(self.frames) == 1 or not odd & {note.name for note in self.irregular}


def stack_frames(frames: Sequence[Frame], acquisition: int = 1) -> Stack:
    """Frames sorted by their projection on the normal, with what is odd about them.

    Slice thickness and recorded spacing both lie, so only positions count (PS3.3 C.7.6.2.1.1).

    Parameters
    ----------
    frames
        Of one series, by instance number.
    acquisition
        Which one, from 1, where places occur several times.

    Raises
    ------
    ImageError
        There are not that many acquisitions.
    """
    kept, notes = _alike(frames)
    axes = _axes(kept[0].orientation)
    if axes is None or any(frame.position is None for frame in kept):
        text = "Position in the patient is not recorded"
        text += ": frames are shown in stored order." if len(kept) > 1 else "."
        notes.append(Irregularity("no geometry", f"{text} Left and right are not known."))
        return Stack(tuple(kept), None, None, (0.0, 0.0, 0.0), tuple(notes))
    part = part_of(kept, acquisition)
    notes += part.irregular
    places = np.array([frame.position for frame in part.frames], dtype=np.float64)
    along = places @ axes[:, 2]
    order = np.argsort(along, kind="stable")
    ordered, along, places = [part.frames[i] for i in order], along[order], places[order]
    single = np.concatenate([[True], np.diff(along) > 1e-3])
    if not single.all():
        notes.append(Irregularity(
            "duplicate positions",
            f"{_images(int((~single).sum()))} in the same plane as another, beside it; the first of each is shown.",
        ))  # fmt: skip
        ordered = [frame for frame, keep in zip(ordered, single, strict=True) if keep]
        along, places = along[single], places[single]
    filled, spacing, more = _gaps(ordered, along)
    notes += more
    course = (places[-1] - places[0]) / (along[-1] - along[0]) * spacing if spacing else None
    start, shifted = places[0], _out_of_line(places, along, ordered[0].spacing)
    if shifted:
        start, text = _start(places, along, axes)
        notes.append(Irregularity("slices out of line", text))
    tilt = 0.0 if shifted else _tilt(course, axes)
    if tilt:
        text = f"The gantry was tilted {tilt:.1f} degrees: each slice lies aside of the one before. "
        text += "The affine says so; pictures are drawn without the tilt."
        notes.append(Irregularity("gantry tilt", text))
    uneven = shifted or any(note.name == "varying spacing" for note in more)
    x, y, z = (float(value) for value in start)
    return Stack(
        frames=tuple(filled),
        spacing=spacing,
        direction=axes,
        origin=(x, y, z),
        irregular=tuple(notes),
        course=course if tilt else None,
        acquisitions=part.count,
        places=_every_place(filled, places) if uneven else None,
    )


def _alike(frames: Sequence[Frame]) -> tuple[list[Frame], list[Irregularity]]:
    """Frames of the size and orientation that most have; the others are a localiser, another plane, or damaged."""
    exact = [_kind(frame) for frame in frames]
    leader: dict[_Kind, _Kind] = {}
    leaders: list[_Kind] = []
    for kind, _ in Counter(exact).most_common():
        near = (other for other in leaders[:_LEADERS] if _near(kind, other))
        leader[kind] = next(near, kind)
        if leader[kind] is kind:
            leaders.append(kind)
    total = Counter(leader[kind] for kind in exact)
    chosen, count = total.most_common(1)[0]
    if count == len(frames):
        return list(frames), []
    kept = [frame for frame, kind in zip(frames, exact, strict=True) if leader[kind] == chosen]
    text = f"{_images(len(frames) - count)} of other size or orientation, or without a position, left out."
    return kept, [Irregularity("mixed planes", text)]


def _kind(frame: Frame) -> _Kind:
    spacing = np.log(frame.spacing) if frame.spacing else ()
    shape = (*frame.file.shape[1:], frame.position is not None)
    return shape, tuple(round(float(value), 4) + 0.0 for value in (*(frame.orientation or ()), *spacing))


def _near(one: _Kind, other: _Kind) -> bool:
    """Whether size is the same, and orientation and spacing to a hundredth."""
    same = one[0] == other[0] and len(one[1]) == len(other[1])
    return same and all(abs(a - b) < 0.01 for a, b in zip(one[1], other[1], strict=True))


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


def _gaps(
    frames: Sequence[Frame], along: NDArray[np.float64]
) -> tuple[list[Frame | None], float | None, list[Irregularity]]:
    """Frames with None for each missing slice; distance of slices in mm; what is odd."""
    steps = np.diff(along)
    if not len(steps):
        text = "Only one slice: the distance of slices is not known, and 1 mm stands in its place."
        return list(frames), None, [Irregularity("one slice", text)]
    for base in (float(np.median(steps)), float(steps.min())):  # the median fails where half of the slices are missing
        times = np.rint(steps / base)
        even = np.abs(steps - times * base) <= TOLERANCE * base * np.maximum(times, 1) + 1e-3
        if even.all() and times.min() >= 1 and times.sum() <= 2 * len(frames):
            break
    else:
        spacing = float(np.median(steps))
        text = f"Distance between slices varies, {steps.min():.3g} to {steps.max():.3g} mm; "
        text += f"the stack is drawn with {spacing:.3g} mm, so lengths along it are not exact."
        return list(frames), spacing, [Irregularity("varying spacing", text)]
    spacing = float((along[-1] - along[0]) / times.sum())
    filled: list[Frame | None] = [frames[0]]
    for frame, step in zip(frames[1:], times, strict=True):
        filled += [None] * (int(step) - 1) + [frame]
    if len(filled) == len(frames):
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


def _tilt(course: NDArray[np.float64] | None, axes: NDArray[np.float64]) -> float:
    """Angle between the way from slice to slice and the normal, degrees; 0 where rounding explains it."""
    if course is None:
        return 0.0
    cosine = abs(float(course @ axes[:, 2])) / float(np.linalg.norm(course))
    angle = float(np.degrees(np.arccos(min(1.0, cosine))))
    return angle if angle >= 0.5 else 0.0


def _out_of_line(places: NDArray[np.float64], along: NDArray[np.float64], spacing: tuple[float, float] | None) -> bool:
    """Whether a slice lies farther aside of the line from the first to the last than rounding explains."""
    if len(places) < 3:
        return False
    share = (along - along[0]) / (along[-1] - along[0])
    aside = np.linalg.norm(places - places[0] - np.outer(share, places[-1] - places[0]), axis=1)
    allowed = 0.05 * min(spacing) + _ROUNDED if spacing else 0.0
    return bool(aside.max() > max(0.1, allowed))


def _start(
    places: NDArray[np.float64], along: NDArray[np.float64], axes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], str]:
    """Where the first slice would lie if none were shifted against most of the others, and a sentence."""
    flat = places @ axes[:, :2]
    keys = [tuple(row) for row in np.rint(flat * 10).tolist()]
    usual = flat[keys.index(Counter(keys).most_common(1)[0][0])]
    farthest = float(np.linalg.norm(flat - usual, axis=1).max())
    text = (
        f"Slices are shifted in their plane against each other, by up to {farthest:.3g} mm. Arrays and pictures show "
    )
    text += "them one above the other, and the affine does not say the shift; masks go to their true places."
    start: NDArray[np.float64] = axes @ np.array([*usual, along[0]])
    return start, text


def _every_place(filled: Sequence[Frame | None], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places of all slices; of a missing one on the straight way between its neighbours."""
    present = [k for k, frame in enumerate(filled) if frame is not None]
    return np.stack([np.interp(range(len(filled)), present, places[:, axis]) for axis in range(3)], axis=1)


def _images(count: int) -> str:
    return "1 image is" if count == 1 else f"{count:,} images are"
