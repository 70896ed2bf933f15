"""Bars of the overview's charts as columns of numbers, colours and words; how they are drawn is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.cohort.texts import one_line
from explorer.counts import Count, SmallCounts, count_in_words

__all__ = ["Bar", "Layer", "Palette", "Wholes", "column_layers", "numbers_end", "palette", "row_labels", "row_layers"]

Wholes = tuple[Count, Count]
"""Patients now and patients of all that the bars' shares are of."""

Layer = dict[str, list[Any]]
"""Columns of what is drawn in one layer of a chart."""

_TOLD = ("label", "now", "of_all", "colour", "all", "hatch")

_LONGEST = 26
"""Characters of a label on an axis; the tooltip has all of them."""

_CLEAR = "#00000000"

_STUB = 0.04
"""Length of a bar whose length is not told."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme, as `page.css` has them; Bokeh draws on a canvas and knows no CSS variables."""

    ink: str
    ink_2: str
    line: str
    accent: str
    accent_soft: str
    all: str


_PALETTES = {
    "light": Palette("#181b20", "#434b57", "#e2e5ea", "#0b5fb0", "#7fb0df", "#cbd1da"),
    "dark": Palette("#e9ecf0", "#bcc4cf", "#2b3139", "#72b3f4", "#3f78b3", "#48515d"),
}


def palette(theme: str) -> Palette:
    """Return the colours of ``light`` or ``dark``; light where the theme is not known yet."""
    return _PALETTES.get(theme, _PALETTES["light"])


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: patients now before patients of all.

    Attributes
    ----------
    label
        What stands beside it; unique in a chart.
    now, of_all
        Patients; None where protected.
    chosen
        Whether the definition takes it, where the definition says anything on the facet.
    """

    label: str
    now: Count
    of_all: Count
    chosen: bool = True


def numbers_end(protected: SmallCounts | None) -> float:
    """Return where the numbers beside horizontal bars end; the longest bar ends at 1."""
    return 1.45 if protected else 1.35


def row_layers(bars: Sequence[Bar], wholes: Wholes, theme: str, protected: SmallCounts | None) -> list[Layer]:
    """Return what `rows` draws: the bars of all, the bars now, and the numbers beside them."""
    layer = _layer(bars, wholes, palette(theme), protected)
    places, count = layer["place"], len(bars)
    told = {name: layer[name] for name in _TOLD if name in layer}

    def lying(length: str, half: float) -> Layer:
        low, high = [place - half for place in places], [place + half for place in places]
        return {"x0": [0.0] * count, "y0": low, "x1": layer[length], "y1": high, **told}

    numbers = {"at": [numbers_end(protected)] * count, "place": places, "text": layer["now"]}
    return [lying("share_of_all", 0.35), lying("share_now", 0.18), numbers]


def column_layers(bars: Sequence[Bar], wholes: Wholes, theme: str, protected: SmallCounts | None) -> list[Layer]:
    """Return what `columns` draws: the bars of all, and the bars now."""
    layer = _layer(bars, wholes, palette(theme), protected)
    places, count = layer["place"], len(bars)
    told = {name: layer[name] for name in _TOLD if name in layer}

    def standing(height: str, half: float) -> Layer:
        left, right = [place - half for place in places], [place + half for place in places]
        return {"x0": left, "y0": [0.0] * count, "x1": right, "y1": layer[height], **told}

    return [standing("share_of_all", 0.46), standing("share_now", 0.27)]


def row_labels(bars: Sequence[Bar]) -> dict[int, str]:
    """Return what is written beside horizontal bars."""
    return {place: _short(bar.label) for place, bar in enumerate(bars)}


def _layer(bars: Sequence[Bar], wholes: Wholes, colours: Palette, protected: SmallCounts | None) -> Layer:
    """Return what both bars of each place have: their lengths, their colours, and what the tooltip says."""
    whole_now, whole_all = (whole or 1 for whole in wholes)
    # One scale for both, so that a longer bar is a larger share.
    scale = max((max((bar.now or 0) / whole_now, (bar.of_all or 0) / whole_all) for bar in bars), default=0) or 1

    def length(number: Count, whole: int) -> float:
        return _STUB if number is None else number / whole / scale

    layer: Layer = {
        "place": [float(place) for place in range(len(bars))],
        "label": [bar.label for bar in bars],
        "share_now": [length(bar.now, whole_now) for bar in bars],
        "share_of_all": [length(bar.of_all, whole_all) for bar in bars],
        "now": [count_in_words(bar.now, protected) for bar in bars],
        "of_all": [count_in_words(bar.of_all, protected) for bar in bars],
        "colour": [colours.accent if bar.chosen else colours.accent_soft for bar in bars],
        "all": [colours.all] * len(bars),
    }
    if protected:
        layer["hatch"] = ["/" if bar.now is None else " " for bar in bars]
        layer["colour"] = [
            _CLEAR if bar.now is None else colour for bar, colour in zip(bars, layer["colour"], strict=True)
        ]
    return layer


def _short(label: str) -> str:
    """Return the label on one line, cut, and so that Bokeh takes nothing in it for TeX."""
    line = one_line(label)
    cut = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return cut.replace("$$", "$\u2060$").replace("\\", "\\\u2060")
