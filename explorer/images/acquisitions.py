"""Several acquisitions in one series: the same places again, at another echo, time point or b-value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from explorer.errors import ImageError
from explorer.images.frames import Frame

__all__ = ["Acquisitions", "Irregularity", "part_of"]

_TOGETHER = 3
"""As many attributes together may tell acquisitions apart (echo, time and phase, say)."""
_SHARED = 0.5
"""Part of the smaller one's places that two acquisitions of the same region have in common at least."""


@dataclass(frozen=True)
class Irregularity:
    """A named fact that may mislead whoever looks at the picture."""

    name: str
    text: str


@dataclass(frozen=True, eq=False)
class Acquisitions:
    """Frames of the acquisition that was asked for, how many there are, and what is odd about them."""

    frames: tuple[Frame, ...]
    count: int
    irregular: tuple[Irregularity, ...]


def part_of(frames: Sequence[Frame], acquisition: int) -> Acquisitions:
    """Frames of one acquisition, one at each place.

    Frames at the same place are told apart by the fewest recorded attributes that leave one frame of each kind at a
    place. Groups that share few of their places are parts of one acquisition, not several. Acquisitions are numbered
    from 1 by the value of these attributes, lowest first, else by instance number.
    Where no attribute tells them apart, the n-th acquisition is the n-th image of each place by instance number.

    Parameters
    ----------
    frames
        Of one plane, with positions, by instance number.
    acquisition
        Which one, from 1.

    Raises
    ------
    ImageError
        There are not that many.
    """
    places = _places(frames)
    most = max(Counter(places).values())
    if most == 1:
        _check(acquisition, 1)
        return Acquisitions(tuple(frames), 1, ())
    names, keys = _told_apart(frames, places, most)
    if names:
        return _chosen(frames, places, names, keys, acquisition)
    _check(acquisition, most)
    nth, seen = [], Counter[Hashable]()
    for place in places:
        seen[place] += 1
        # A place with fewer images than others keeps its last one, so that no slice goes missing.
        nth.append(seen[place])
    kept = [
        frame
        for frame, place, number in zip(frames, places, nth, strict=True)
        if number == min(acquisition, seen[place])
    ]
    over = len(frames) - len(seen)
    text = (
        f"{'1 image is' if over == 1 else f'{over:,} images are'} at a place that another image has, and no recorded "
        f"attribute tells them apart; the {'first' if acquisition == 1 else f'number {acquisition}'} of each place "
        "by instance number is shown."
    )
    return Acquisitions(tuple(kept), most, (Irregularity("duplicate positions", text),))


def _chosen(
    frames: Sequence[Frame],
    places: Sequence[Hashable],
    names: tuple[str, ...],
    keys: Sequence[tuple[str, ...]],
    acquisition: int,
) -> Acquisitions:
    """Of each part of the body the acquisition that was asked for; what two parts share is read once."""
    parts = _parts(places, keys)
    count = max(len(part) for part in parts)
    _check(acquisition, count)
    wanted = [part[min(acquisition, len(part)) - 1] for part in parts]
    found = [(frame, place) for frame, place, key in zip(frames, places, keys, strict=True) if key in wanted]
    kept: dict[Hashable, Frame] = {}
    for frame, place in found:
        kept.setdefault(place, frame)
    notes: list[Irregularity] = []
    if count > 1:
        text = (
            f"{count} acquisitions are in this series; they differ by {', '.join(names)}. This is number "
            f"{acquisition} ({'; '.join(_said(names, key) for key in wanted)}), {len(kept):,} of "
            f"{len(frames):,} images; choose another with acquisition=2."
        )
        notes.append(Irregularity("several acquisitions", text))
    if over := len(found) - len(kept):
        text = (
            f"The series has {len(parts)} parts that overlap; they differ by {', '.join(names)}. "
            f"{'1 image is' if over == 1 else f'{over:,} images are'} at a place that another part has too; "
            "the first of each place by instance number is shown."
        )
        notes.append(Irregularity("duplicate positions", text))
    return Acquisitions(tuple(kept.values()), count, tuple(notes))


def _parts(places: Sequence[Hashable], keys: Sequence[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
    """Keys in order, together where they have most of their places in common: chest and abdomen share only an edge."""
    held: dict[tuple[str, ...], set[Hashable]] = {key: set() for key in _ordered(keys)}
    for place, key in zip(places, keys, strict=True):
        held[key].add(place)
    parts: list[list[tuple[str, ...]]] = []
    for key, own in held.items():
        same: list[tuple[str, ...]] = []
        rest: list[list[tuple[str, ...]]] = []
        for part in parts:
            near = any(len(own & held[other]) >= _SHARED * min(len(own), len(held[other])) for other in part)
            if near:
                same += part
            else:
                rest.append(part)
        parts = [*rest, [*same, key]]
    return parts


def _check(acquisition: int, count: int) -> None:
    if not 1 <= acquisition <= count:
        there = "one acquisition" if count == 1 else f"{count} acquisitions, numbered from 1"
        raise ImageError(f"There is no acquisition {acquisition}: this series has {there}.")


def _places(frames: Sequence[Frame]) -> list[Hashable]:
    """Positions as keys; those within a thousandth of a millimetre are the same place."""
    positions = np.array([frame.position for frame in frames], dtype=np.float64)
    return [tuple(row) for row in np.rint(positions * 500).astype(np.int64).tolist()]


def _told_apart(
    frames: Sequence[Frame], places: Sequence[Hashable], most: int
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Names of the fewest attributes that leave one frame of each kind at a place, and each frame's values of them."""
    known = dict.fromkeys(name for frame in frames for name in frame.marks)
    values = {name: [frame.marks.get(name, "") for frame in frames] for name in known}
    # Times differ from slice to slice: what makes more kinds than twice the images of a place tells nothing.
    varying = [name for name in known if 1 < len(set(values[name])) <= 2 * most]
    for together in range(1, _TOGETHER + 1):
        best: tuple[int, tuple[str, ...], list[tuple[str, ...]]] | None = None
        for names in combinations(varying, together):
            keys = list(zip(*(values[name] for name in names), strict=True))
            kinds = len(set(keys))
            fewer = best is None or kinds < best[0]
            if fewer and kinds <= 2 * most and len(set(zip(places, keys, strict=True))) == len(frames):
                best = kinds, names, keys
        if best:
            return best[1], best[2]
    return (), []


def _ordered(keys: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Different keys, by number where all are numbers, else in order of appearance."""
    different = list(dict.fromkeys(keys))
    try:
        return sorted(different, key=lambda key: tuple(float(value or "-inf") for value in key))
    except ValueError:
        return different


def _said(names: Sequence[str], values: Sequence[str]) -> str:
    return ", ".join(f"{name} {value or 'not recorded'}" for name, value in zip(names, values, strict=True))
