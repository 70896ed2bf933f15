"""What a chart draws, as boxes, words and axes: numbers and colours only, no library that draws."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from explorer.cohort.texts import one_line
from explorer.views.overview.palette import CLEAR

__all__ = ["Axis", "Box", "Columns", "Layer", "Picture", "Word", "boxes", "long", "short", "words"]

Columns = dict[str, list[Any]]


class Box(NamedTuple):
    """A rectangle, in the units of the axes; `hatched` is the colour of its lines, where it has some."""

    left: float
    bottom: float
    right: float
    top: float
    fill: str
    edge: str = CLEAR
    hatched: str = ""


class Word(NamedTuple):
    """A text at a place."""

    x: float
    y: float
    text: str
    ink: str
    style: Literal["normal", "bold", "italic"] = "normal"


@dataclass(frozen=True, slots=True)
class Layer:
    """Boxes, or words, that are drawn together.

    Attributes
    ----------
    columns
        What is drawn.
    align
        Where words begin: at their place, to both sides of it, or before it. Of boxes None.
    edge
        Width of the boxes' lines, in pixels.
    """

    columns: Columns
    align: Literal["left", "center", "right"] | None = None
    edge: float = 1.0


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a chart: its ends, what is written where, and whether lines lead from there through the chart."""

    start: float
    end: float
    ticks: Mapping[float, str] = field(default_factory=dict)
    grid: bool = False
    line: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: layers from back to front, always as many and of the same kinds, so that a figure can be redrawn.

    Attributes
    ----------
    room
        Pixels for the labels on the left: the same for every answer, so that nothing jumps.
    height
        Pixels of all of it.
    """

    layers: tuple[Layer, ...]
    x: Axis
    y: Axis
    room: int
    height: int


def boxes(them: Iterable[Box], edge: float = 1.0) -> Layer:
    """Return a layer of boxes."""
    listed = list(them)
    columns: Columns = {name: [getattr(box, name) for box in listed] for name in Box._fields}
    columns["hatch"] = ["/" if box.hatched else " " for box in listed]
    columns["hatched"] = [box.hatched or CLEAR for box in listed]
    return Layer(columns, edge=edge)


def words(them: Sequence[Word], align: Literal["left", "center", "right"]) -> Layer:
    """Return a layer of words."""
    columns: Columns = {name: [getattr(word, name) for word in them] for name in Word._fields}
    columns["text"] = [_plain(text) for text in columns["text"]]
    return Layer(columns, align=align)


def long(text: str) -> float:
    """Return about how many pixels a text takes."""
    return sum(map(_width, text))


def short(label: str, pixels: float) -> str:
    """Return a label on one line, cut to about so many pixels, and so that Bokeh takes nothing in it for TeX.

    Examples
    --------
    >>> short("acrin_contralateral_breast_mr", 100)
    'acrin_contralat…'
    """
    line = one_line(label)
    if long(line) <= pixels:
        return _plain(line)
    room, kept = pixels - _width("…"), ""
    for character in line:
        room -= _width(character)
        if room < 0:
            break
        kept += character
    return _plain(f"{kept}…")


_WIDTHS = {
    character: 0.0124 * width
    for characters, width in (
        ("'", 191),
        ("ijl", 222),
        (" !,./:;I[]ft|", 278),
        ("()-r`{}", 333),
        ('"*', 380),
        ("Jcksvxyz", 500),
        ("#$0123456789?_Labdeghnopqu", 556),
        ("+<=>FTZ~", 600),
        ("&ABEKPSVXY", 667),
        ("CDHNRUw", 722),
        ("GOQ", 778),
        ("Mm", 833),
        ("%W", 930),
        ("@…", 1015),
    )
    for character in characters
}
"""Pixels of characters of 12 pixels, in Arial and its like, with a little to spare."""


def _width(character: str) -> float:
    """Return about how wide a character is."""
    if unicodedata.combining(character):
        return 0.0
    return _WIDTHS.get(character, 13.0 if unicodedata.east_asian_width(character) in "WF" else 8.0)


def _plain(text: str) -> str:
    return text.replace("$$", "$\u2060$").replace("\\", "\\\u2060")
