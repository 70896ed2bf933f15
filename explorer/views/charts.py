"""The charts of the overview: HoloViews elements from counts, with the look of the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakSet

import holoviews as hv
import pandas as pd
from bokeh import events
from bokeh.core.properties import field
from bokeh.models import FixedTicker

from explorer.counts import SmallCounts
from explorer.views.bars import (
    Bar,
    Layer,
    Palette,
    Wholes,
    column_layers,
    numbers_end,
    palette,
    row_labels,
    row_layers,
)

__all__ = ["Tapped", "columns", "redraw", "rows"]

hv.extension("bokeh", logo=False)

Tapped = Callable[[float], None]
"""Called with the place along the axis of bars where a chart was clicked."""

Made = Callable[[Any], None]
"""Called with the Bokeh figure of a chart whenever there is a new one."""

_LISTENING: WeakSet[Any] = WeakSet()

_CORNERS = ("x0", "y0", "x1", "y1")

_BOKEH = {"x0": "left", "y0": "bottom", "x1": "right", "y1": "top"}
"""What Bokeh calls the corners of rectangles."""


def rows(
    bars: Sequence[Bar],
    wholes: Wholes,
    theme: str,
    *,
    slots: int,
    height: int,
    tapped: Tapped,
    made: Made | None = None,
    protected: SmallCounts | None = None,
) -> hv.Overlay:
    """Return horizontal bars, the first on top: share of the patients now over share of all patients.

    The y axis is the number of the bar, 0 on top, so that a click finds its bar by rounding; `slots` bars have room.
    Where numbers are protected, a bar of unknown length is short and hatched. `made` is given the figure.
    """
    colours = palette(theme)
    of_all, now, numbers = row_layers(bars, wholes, theme, protected)
    labels = hv.Labels(pd.DataFrame(numbers), ["at", "place"], "text").opts(
        text_color=colours.ink, text_font_size="12px", text_align="right", text_font_style="bold"
    )
    overlay = _rectangles(of_all, "all") * _rectangles(now, "colour") * labels
    look = _Look(colours, [of_all, now, numbers], row_labels(bars), labelled="y", tapped=tapped, made=made)
    ends = (0, numbers_end(protected))
    return overlay.opts(hv.opts.Overlay(**_LOOK, height=height, xlim=ends, ylim=(slots - 0.5, -0.5), hooks=[look]))


def columns(
    bars: Sequence[Bar],
    wholes: Wholes,
    theme: str,
    *,
    ticks: Sequence[int],
    height: int,
    tapped: Tapped,
    made: Made | None = None,
    protected: SmallCounts | None = None,
) -> hv.Overlay:
    """Return upright bars from left to right: share of the patients now before share of all patients.

    The x axis is the number of the bar, from 0; `ticks` are the bars whose labels are written. Where numbers are
    protected, a bar of unknown height is short and hatched. `made` is given the figure.
    """
    of_all, now = column_layers(bars, wholes, theme, protected)
    overlay = _rectangles(of_all, "all") * _rectangles(now, "colour")
    labels = {k: bars[k].label for k in ticks}
    look = _Look(palette(theme), [of_all, now], labels, labelled="x", tapped=tapped, made=made)
    ends = (-0.6, max(len(bars), 1) - 0.4)
    return overlay.opts(hv.opts.Overlay(**_LOOK, height=height, xlim=ends, ylim=(0, 1.05), hooks=[look]))


def redraw(figure: Any, layers: Sequence[Layer], labels: Mapping[int, str] | None = None) -> None:
    """Give a figure that is on screen other bars of the same kind, and other labels where its axis has others.

    HoloViews would compose the whole figure anew, which takes a hundred times as long and sends all of it.
    """
    for renderer, layer in zip(figure.renderers, layers, strict=True):
        # HoloViews' glyphs for hovered and muted bars look for their colours under its own name.
        colours = {"color": layer["colour"]} if "colour" in layer else {}
        renderer.data_source.data = {_BOKEH.get(name, name): column for name, column in layer.items()} | colours
    if labels is not None:
        _write_labels(figure.yaxis[0], labels)


_LABELS = 190
"""Pixels for the labels of horizontal bars."""

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


@dataclass(frozen=True)
class _Look:
    """A hook that gives the Bokeh figure the look of the page around it, and its axis the bars' labels."""

    colours: Palette
    layers: Sequence[Layer]
    labels: Mapping[int, str]
    labelled: Literal["x", "y"]
    tapped: Tapped
    made: Made | None

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
        # HoloViews names a column of colours only where they differ, and numbers those of no bars.
        redraw(figure, self.layers)
        now = figure.renderers[1].glyph
        now.update(fill_color=field("colour"))
        if "hatch" in self.layers[1]:
            now.update(hatch_pattern=field("hatch"), hatch_color=self.colours.accent, hatch_scale=6)
        (axis,) = figure.xaxis if self.labelled == "x" else figure.yaxis
        _write_labels(axis, self.labels)
        axis.axis_line_color = self.colours.line
        axis.major_tick_line_color = None
        axis.minor_tick_line_color = None
        axis.major_label_text_color = self.colours.ink
        axis.major_label_text_font = "Arial"
        axis.major_label_text_font_size = "12px"
        if self.made:
            self.made(figure)


def _write_labels(axis: Any, labels: Mapping[int, str]) -> None:
    # A new ticker would have Bokeh look through every model of the page.
    if isinstance(axis.ticker, FixedTicker):
        axis.ticker.ticks = list(labels)
    else:
        axis.ticker = FixedTicker(ticks=list(labels))
    axis.major_label_overrides = dict(labels)


def _rectangles(layer: Layer, colour: str) -> hv.Rectangles:
    hatched = ["hatch"] if colour == "colour" and "hatch" in layer else []
    told = ["label", "now", "of_all", colour, *hatched]
    rectangles = hv.Rectangles(pd.DataFrame({name: layer[name] for name in (*_CORNERS, *told)}), list(_CORNERS), told)
    return rectangles.opts(color=colour, line_color=None, tools=["hover"], hover_tooltips=_TOOLTIPS)
