"""How the slices of a series lie, from positions and orientations; thickness and recorded spacing are often wrong."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

__all__ = ["Lie", "Orientation", "Places", "Position", "orientation_of", "position_of"]

Position = tuple[float, float, float]
Orientation = tuple[float, ...]
"""Six direction cosines: along a row, along a column."""

TOLERANCE = 0.02
"""Part of the slice distance that rounding in the headers may explain."""

_SAME_PLACE = 1e-3
_SAME_TURN = 0.01
_MOST_TURNS = 200
_STRAIGHT = math.cos(math.radians(10))
_PLANES = ("sagittal", "coronal", "axial")


@dataclass(frozen=True, slots=True)
class Lie:
    """How the slices of a series lie; None is not known.

    Attributes
    ----------
    plane
        axial, coronal, sagittal or oblique (more than 10 degrees from each); that of most slices.
    slices
        Number of different positions.
    spacing
        Median distance of neighbouring slices of that plane, mm.
    stack
        uniform, irregular or single slice.
    middle
        SOPInstanceUID of the middle slice by position.
    """

    plane: str | None = None
    slices: int | None = None
    spacing: float | None = None
    stack: str | None = None
    middle: str | None = None


class Places:
    """Where the slices of one series are, about 100 bytes each; the order in which they come does not matter."""

    __slots__ = ("_turns", "_uids", "_unplaced", "_xyz")

    def __init__(self) -> None:
        self._uids = bytearray()
        self._xyz = array("d")
        self._turns = array("l")
        self._unplaced = 0

    def add(self, uid: str, position: Position | None, turn: int | None) -> None:
        """Add a slice: its instance, its position in mm, the number of its orientation."""
        if position is None or turn is None:
            self._unplaced += 1
            return
        self._uids += uid.encode("utf-8", "replace").replace(b"\0", b"?") + b"\0"
        self._xyz.extend(position)
        self._turns.append(turn)

    def lie(self, orientations: Sequence[Orientation]) -> Lie:
        """Return how the slices lie; `orientations` says what the numbers mean."""
        if not self._turns:
            return Lie()
        uids = self._uids[:-1].decode().split("\0")
        alike = _alike(Counter(self._turns), orientations)
        normals = {axes: _normal(axes) for axes in alike.values()}
        placed: dict[Orientation, list[tuple[float, str]]] = {axes: [] for axes in normals}
        for i, turn in enumerate(self._turns):
            axes = alike[turn]
            place = sum(a * b for a, b in zip(normals[axes], self._xyz[3 * i : 3 * i + 3], strict=True))
            placed[axes].append((place, uids[i]))
        stacks = [(axes, normals[axes], sorted(along)) for axes, along in placed.items()]
        _, normal, along = min(stacks, key=lambda each: (-len(each[2]), each[0]))
        places = _distinct(along)
        steps = [after - before for (before, _), (after, _) in pairwise(places)]
        spacing = median(steps) if steps else None
        slices = sum(len(_distinct(each)) for _, _, each in stacks)
        repeated = len(self._turns) > slices
        if slices == 1 and not repeated and not self._unplaced:
            stack = "single slice"
        else:
            even = spacing is not None and all(abs(step - spacing) <= TOLERANCE * spacing + 1e-3 for step in steps)
            stack = "uniform" if even and not repeated and not self._unplaced and len(stacks) == 1 else "irregular"
        # Further decimals would come from the machine's arithmetic, and the snapshot's id from them.
        told = None if spacing is None else round(spacing, 4)
        return Lie(_plane(normal), slices, told, stack, places[len(places) // 2][1])


def position_of(recorded: object) -> Position | None:
    r"""Return ImagePositionPatient, ``"x\\y\\z"`` in mm, as numbers; None for anything else."""
    found = _numbers(recorded, 3)
    return (found[0], found[1], found[2]) if found else None


def orientation_of(recorded: object) -> Orientation | None:
    """Return ImageOrientationPatient as two unit vectors at right angles; None for anything else."""
    found = _numbers(recorded, 6)
    if not found:
        return None
    row, column = found[:3], found[3:]
    lengths = math.hypot(*row), math.hypot(*column)
    if min(lengths) < 0.5 or max(lengths) > 2 or abs(sum(a * b for a, b in zip(row, column, strict=True))) > 0.05:
        return None
    parts = [*(a / lengths[0] for a in row), *(a / lengths[1] for a in column)]
    return tuple(round(part, 6) + 0.0 for part in parts)


def _numbers(recorded: object, count: int) -> list[float] | None:
    if not isinstance(recorded, str):
        return None
    try:
        found = [float(part) for part in recorded.split("\\")]
    except ValueError:
        return None
    return found if len(found) == count and all(abs(number) < 1e6 for number in found) else None


def _alike(counts: Counter[int], orientations: Sequence[Orientation]) -> Mapping[int, Orientation]:
    """Return for each number the most frequent orientation that differs from its own by no more than rounding.

    Once there are 200 of them the stack is irregular, and each further number has its own orientation.
    """
    groups: list[Orientation] = []
    found: dict[int, Orientation] = {}
    for turn, _ in sorted(counts.items(), key=lambda each: (-each[1], orientations[each[0]])):
        axes = orientations[turn]
        found[turn] = axes
        if len(groups) >= _MOST_TURNS:
            continue
        for known in groups:
            if all(abs(a - b) <= _SAME_TURN for a, b in zip(axes, known, strict=True)):
                found[turn] = known
                break
        else:
            groups.append(axes)
    return found


def _normal(axes: Orientation) -> Position:
    (a, b, c), (d, e, f) = axes[:3], axes[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    # Towards left, back or head, so that slices count the same way however the scanner counted.
    sign = math.copysign(1 / math.hypot(*normal), max(normal, key=abs))
    return (normal[0] * sign, normal[1] * sign, normal[2] * sign)


def _plane(normal: Position) -> str:
    along = max(range(3), key=lambda axis: abs(normal[axis]))
    return _PLANES[along] if abs(normal[along]) >= _STRAIGHT else "oblique"


def _distinct(along: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return the different positions, each with the smallest UID of those that lie there."""
    found: list[tuple[float, str]] = []
    for place, uid in along:
        if found and place - found[-1][0] <= _SAME_PLACE:
            found[-1] = (found[-1][0], min(found[-1][1], uid))
        else:
            found.append((place, uid))
    return found
