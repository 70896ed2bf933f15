"""The charts of the overview: HoloViews elements from counts, with the look of the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakSet

import holoviews as hv
import pandas as pd
from bokeh import events

from explorer.cohort.texts import one_line
from explorer.counts import Count, SmallCounts, count_in_words

__all__ = ["Bar", "Palette", "Tapped", "Wholes", "columns", "palette", "rows"]

hv.extension("bokeh", logo=False)

Tapped = Callable[[float], None]
"""Called with the place along the axis of bars where a chart was clicked."""

Wholes = tuple[Count, Count]
"""Patients now and patients of all that the bars' shares are of."""

_LISTENING: WeakSet[Any] = WeakSet()


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


def rows(
    bars: Sequence[Bar],
    wholes: Wholes,
    theme: str,
    *,
    slots: int,
    height: int,
    tapped: Tapped,
    protected: SmallCounts | None = None,
) -> hv.Overlay:
    """Return horizontal bars, the first on top: share of the patients now over share of all patients.

    The y axis is the number of the bar, 0 on top, so that a click finds its bar by rounding; `slots` bars have room.
    Where numbers are protected, a bar of unknown length is short and hatched.
    """
    colours = palette(theme)
    frame = _frame(bars, wholes, colours, protected)
    end = _END + (0.1 if protected else 0)
    numbers = hv.Labels(frame.assign(at=end), ["at", "place"], "text").opts(
        text_color=colours.ink, text_font_size="12px", text_align="right", text_font_style="bold"
    )
    overlay = _lying(frame, "share_of_all", "all", 0.35) * _lying(frame, "share_now", "colour", 0.18) * numbers
    look = _Look(colours, tuple((k, _short(bar.label)) for k, bar in enumerate(bars)), labelled="y", tapped=tapped)
    return overlay.opts(hv.opts.Overlay(**_LOOK, height=height, xlim=(0, end), ylim=(slots - 0.5, -0.5), hooks=[look]))


def columns(
    bars: Sequence[Bar],
    wholes: Wholes,
    theme: str,
    *,
    ticks: Sequence[int],
    height: int,
    tapped: Tapped,
    protected: SmallCounts | None = None,
) -> hv.Overlay:
    """Return upright bars from left to right: share of the patients now before share of all patients.

    The x axis is the number of the bar, from 0; `ticks` are the bars whose labels are written. Where numbers are
    protected, a bar of unknown height is short and hatched.
    """
    colours = palette(theme)
    frame = _frame(bars, wholes, colours, protected)
    overlay = _standing(frame, "share_of_all", "all", 0.46) * _standing(frame, "share_now", "colour", 0.27)
    look = _Look(colours, tuple((k, bars[k].label) for k in ticks), labelled="x", tapped=tapped)
    ends = (-0.6, max(len(bars), 1) - 0.4)
    return overlay.opts(hv.opts.Overlay(**_LOOK, height=height, xlim=ends, ylim=(0, 1.05), hooks=[look]))


_END = 1.35
"""Where the numbers beside horizontal bars end; the longest bar ends at 1."""

_LABELS = 190
"""Pixels for the labels of horizontal bars."""

_LONGEST = 26
"""Characters of a label on an axis; the tooltip has all of them."""

_LOOK: dict[str, Any] = {
    "responsive": True,
    "toolbar": None,
    "show_legend": False,
    "show_frame": False,
    "xlabel": "",
    "ylabel": "",
    "shared_axes": False,
    "default_tools": [],
    "active_tools": [],
}
_TOOLTIPS = [("", "@label"), ("patients now", "@now"), ("of all", "@of_all")]

_CLEAR = "#00000000"

_STUB = 0.04
"""Length of a bar whose length is not told."""


@dataclass(frozen=True)
class _Look:
    """A hook that gives the Bokeh figure the look of the page around it, and its axis the bars' labels."""

    colours: Palette
    labels: tuple[tuple[int, str], ...]
    labelled: Literal["x", "y"]
    tapped: Tapped

    def __call__(self, plot: Any, _element: Any) -> None:
        figure = plot.state
        if figure not in _LISTENING:
            # Hooks run at every update; HoloViews' own Tap stream stays silent on an overlay of this kind.
            _LISTENING.add(figure)
            figure.on_event(events.Tap, lambda event: self.tapped(event.x if self.labelled == "x" else event.y))
        figure.background_fill_alpha = 0
        figure.border_fill_alpha = 0
        figure.outline_line_color = None
        figure.grid.grid_line_color = None
        figure.min_border = 0
        if self.labelled == "y":
            figure.min_border_left = _LABELS  # the same for every answer, so that nothing jumps
        figure.xaxis.visible = self.labelled == "x"
        figure.yaxis.visible = self.labelled == "y"
        for renderer in figure.renderers:
            if "hatch" in renderer.data_source.data:
                renderer.glyph.update(hatch_pattern="hatch", hatch_color=self.colours.accent, hatch_scale=6)
        (axis,) = figure.xaxis if self.labelled == "x" else figure.yaxis
        axis.ticker = [place for place, _ in self.labels]
        axis.major_label_overrides = dict(self.labels)
        axis.axis_line_color = self.colours.line
        axis.major_tick_line_color = None
        axis.minor_tick_line_color = None
        axis.major_label_text_color = self.colours.ink
        axis.major_label_text_font = "Arial"
        axis.major_label_text_font_size = "12px"


def _frame(bars: Sequence[Bar], wholes: Wholes, colours: Palette, protected: SmallCounts | None) -> pd.DataFrame:
    whole_now, whole_all = (whole or 1 for whole in wholes)
    # One scale for both, so that a longer bar is a larger share.
    scale = max((max((bar.now or 0) / whole_now, (bar.of_all or 0) / whole_all) for bar in bars), default=0) or 1

    def length(number: Count, whole: int) -> float:
        return _STUB if number is None else number / whole / scale

    frame = pd.DataFrame(
        {
            "place": [float(place) for place in range(len(bars))],
            "label": [bar.label for bar in bars],
            "share_now": [length(bar.now, whole_now) for bar in bars],
            "share_of_all": [length(bar.of_all, whole_all) for bar in bars],
            "now": [count_in_words(bar.now, protected) for bar in bars],
            "of_all": [count_in_words(bar.of_all, protected) for bar in bars],
            "text": [count_in_words(bar.now, protected) for bar in bars],
            "colour": [colours.accent if bar.chosen else colours.accent_soft for bar in bars],
            "all": colours.all,
        }
    )
    if protected:
        frame["hatch"] = ["/" if bar.now is None else " " for bar in bars]
        frame.loc[frame["hatch"] == "/", "colour"] = _CLEAR
    return frame


def _lying(frame: pd.DataFrame, length: str, colour: str, half: float) -> hv.Rectangles:
    return _rectangles(
        frame.assign(x0=0.0, y0=frame["place"] - half, x1=frame[length], y1=frame["place"] + half), colour
    )


def _standing(frame: pd.DataFrame, height: str, colour: str, half: float) -> hv.Rectangles:
    return _rectangles(
        frame.assign(x0=frame["place"] - half, y0=0.0, x1=frame["place"] + half, y1=frame[height]), colour
    )


def _rectangles(frame: pd.DataFrame, colour: str) -> hv.Rectangles:
    hatched = ["hatch"] if colour == "colour" and "hatch" in frame else []
    rectangles = hv.Rectangles(frame, ["x0", "y0", "x1", "y1"], ["label", "now", "of_all", colour, *hatched])
    return rectangles.opts(color=colour, line_color=None, tools=["hover"], hover_tooltips=_TOOLTIPS)


def _short(label: str) -> str:
    """Return the label on one line, cut, and so that Bokeh takes nothing in it for TeX."""
    line = one_line(label)
    cut = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return cut.replace("$$", "$\u2060$").replace("\\", "\\\u2060")
