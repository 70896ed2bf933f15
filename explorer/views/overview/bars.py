"""Bars as pictures: lying with their names on the left, or standing side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.counts import Count
from explorer.views.component import Request
from explorer.views.overview.palette import CLEAR, Palette, palette
from explorer.views.overview.pictures import Axis, Box, Picture, Word, boxes, short, words
from explorer.views.overview.view import HEIGHT, Mark, Seen, Unit

__all__ = ["Bar", "Wholes", "hits", "length_of", "lying", "nice_steps", "now_box", "standing"]

Wholes = tuple[Count, Count]
"""Patients now and patients of all that the bars' shares are of."""

_STUB = 0.04
"""Length of a bar whose length is not told, of the longest."""

_LABELS = 184
"""Pixels for the names of lying bars."""

_NUMBERS = 40
"""Pixels for the numbers beside standing bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: patients (or series) now before those of all.

    Attributes
    ----------
    label
        Its name.
    now, of_all
        None where protected.
    chosen
        Whether the definition takes it, where the definition says anything on the facet.
    missing
        Whether it stands for "missing": hatched.
    request
        What a click on it asks for.
    """

    label: str
    now: Count
    of_all: Count
    chosen: bool = True
    missing: bool = False
    request: Request | None = None


def length_of(number: Count, longest: float) -> float:
    """Return the length of a bar; a short one where it is not told."""
    return _STUB * longest if number is None else number


def hits(marks: Sequence[Mark]) -> tuple[list[Box], dict[str, list[str]]]:
    """Return what can be pointed at as boxes that are not seen, with what the tooltip says of each."""
    seen = [Box(mark.left, mark.bottom, mark.right, mark.top, CLEAR) for mark in marks]
    return seen, {name: [getattr(mark, name) for mark in marks] for name in ("label", "now", "of_all")}


def now_box(corners: tuple[float, float, float, float], bar: Bar, colours: Palette) -> Box:
    """Return the box of a bar now: light where the rule does not take it, hatched where it is missing or not told."""
    colour = colours.accent if bar.chosen else colours.accent_soft
    if bar.now == 0:
        return Box(*corners, CLEAR)
    if bar.missing or bar.now is None:
        return Box(*corners, CLEAR, colour, colour)
    # The line keeps a bar of a few patients among many visible.
    return Box(*corners, colour, colour)


def nice_steps(most: float, steps: int = 4) -> list[int]:
    """Return whole numbers from 0 in equal steps of 1, 2, 2.5 or 5 times a power of ten, the last one not under `most`.

    Examples
    --------
    >>> nice_steps(976)
    [0, 250, 500, 750, 1000]
    """
    rough = max(most, 1) / steps
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough)
    step = max(1, round(step))
    return [step * k for k in range(math.ceil(max(most, 1) / step) + 1)]


def _scaled(bars: Sequence[Bar], wholes: Wholes, seen: Seen) -> list[tuple[float, float]]:
    """Return the lengths of each bar now and of all, in patients; a bar that is not told is short."""
    now, of_all = wholes
    factor = 1.0
    # Beside nobody, everybody keeps their numbers: a chart without its reference would say nothing.
    if seen.scale == "proportion" and now and of_all:
        factor = now / of_all
    longest = max((max(bar.now or 0, (bar.of_all or 0) * factor) for bar in bars), default=0) or 1

    def length(number: Count, times: float) -> float:
        return _STUB * longest if number is None else number * times

    return [(length(bar.now, 1.0), length(bar.of_all, factor)) for bar in bars]


def lying(bars: Sequence[Bar], wholes: Wholes, seen: Seen, *, slots: int) -> tuple[Picture, list[Mark]]:
    """Return lying bars, the first on top, with their numbers now and of all; `slots` bars have room."""
    colours = palette(seen.theme)
    lengths = _scaled(bars, wholes, seen)
    longest = max((max(pair) for pair in lengths), default=0) or 1
    # Numbers stand right of the longest bar, in two columns.
    step = 0.36 if seen.protected else 0.26
    end = 1 + 2 * step
    marks, grey, blue, numbers = [], [], [], []
    for place, (bar, (now, of_all)) in enumerate(zip(bars, lengths, strict=True)):
        told = (seen.patients(bar.now), seen.patients(bar.of_all))
        marks.append(Mark(0, place - 0.5, end, place + 0.5, bar.label, *told, bar.request))
        if bar.of_all != 0:
            grey.append(Box(0, place - 0.3, of_all / longest, place + 0.3, colours.all, colours.all))
        blue.append(now_box((0, place - 0.15, now / longest, place + 0.15), bar, colours))
        ink = colours.ink if bar.now != 0 else colours.ink_3
        numbers.append(Word(1 + step, place, told[0], ink, "bold" if bar.now != 0 else "normal"))
        numbers.append(Word(end, place, told[1], colours.ink_3))
    unseen, told_of = hits(marks)
    hit = boxes(unseen)
    hit.columns.update(told_of)
    labels = {float(place): short(bar.label, _LABELS - 8) for place, bar in enumerate(bars)}
    picture = Picture(
        (hit, boxes(grey), boxes(blue), words(numbers, "right")),
        Axis(0, end),
        Axis(slots - 0.5, -0.5, labels),
        room=_LABELS,
        height=max(HEIGHT, 22 * slots) if seen.large else HEIGHT,
    )
    return picture, marks


def standing(
    bars: Sequence[Bar], wholes: Wholes, seen: Seen, ticks: Mapping[float, str], unit: Unit = "patients"
) -> tuple[Picture, list[Mark]]:
    """Return standing bars from left to right, bar k between k - 0.5 and k + 0.5; the axis counts what is now."""
    colours = palette(seen.theme)
    lengths = _scaled(bars, wholes, seen)
    steps = nice_steps(max((max(pair) for pair in lengths), default=1))
    top = float(steps[-1])
    marks, grey, blue = [], [], []
    for place, (bar, (now, of_all)) in enumerate(zip(bars, lengths, strict=True)):
        told = (seen.told(bar.now, unit), seen.told(bar.of_all, unit))
        marks.append(Mark(place - 0.5, 0, place + 0.5, top, bar.label, *told, bar.request))
        if bar.of_all != 0:
            grey.append(Box(place - 0.46, 0, place + 0.46, of_all, colours.all))
        blue.append(now_box((place - 0.26, 0, place + 0.26, now), bar, colours))
    unseen, told_of = hits(marks)
    hit = boxes(unseen)
    hit.columns.update(told_of)
    picture = Picture(
        (hit, boxes(grey, 0), boxes(blue)),
        Axis(-0.6, max(len(bars), 1) - 0.4, ticks, line=True),
        Axis(0, top * 1.02, {float(n): seen.speech.number(n) for n in steps}, grid=True),
        room=_NUMBERS,
        height=420 if seen.large else HEIGHT,
    )
    return picture, marks
