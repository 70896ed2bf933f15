"""Pictures as figures: HoloViews composes one once, then small messages redraw it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Literal

import holoviews as hv
import pandas as pd
import panel as pn
from bokeh import events
from bokeh.core.properties import field, value
from bokeh.models import BoxSelectTool, ColumnDataSource, FixedTicker, HoverTool, Quad, Text

from explorer.views.overview.palette import CLEAR, Palette
from explorer.views.overview.pictures import Axis, Layer, Picture

__all__ = ["FigurePane", "compose", "redraw"]

hv.extension("bokeh", logo=False)

FONT = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif'
"""As the page's."""

Tapped = Callable[[float, float], None]
Brushed = Callable[[float, float], None]

_EDGE = 2
"""Pixels on the left and on top that stay empty."""

_CORNERS = ["left", "bottom", "right", "top"]
_TOLD = ["label", "now", "of_all"]

_FIGURE: dict[str, Any] = {
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


def compose(
    picture: Picture,
    colours: Palette,
    told: str,
    brushed: Literal["x", "y"] | None = None,
) -> Any:
    """Return a Bokeh figure of a picture, whose first layer is what can be pointed at.

    Parameters
    ----------
    told
        What the tooltip says: HTML of our own, with ``@label`` for the columns of the first layer, which are escaped.
    brushed
        The axis along which it can be brushed; None where it cannot.
    """
    hit, *others = picture.layers
    ends = {"xlim": (picture.x.start, picture.x.end), "ylim": (picture.y.start, picture.y.end)}
    figure = hv.render(_rectangles(hit, told).opts(**_FIGURE, **ends, height=picture.height), backend="bokeh")
    # One element costs HoloViews a tenth of a second, in the thread that all pages share: the others are glyphs only.
    for each in others:
        figure.add_glyph(ColumnDataSource(each.columns), Text(text_font_size="12px") if each.align else Quad())
    for renderer, layer in zip(figure.renderers, picture.layers, strict=True):
        _dress(renderer, layer)
    figure.renderers[0].hover_glyph = figure.renderers[0].glyph.clone()
    figure.background_fill_alpha = figure.border_fill_alpha = 0
    figure.outline_line_color = None
    # Bokeh does not clear the outermost half pixel, so nothing may be drawn there.
    figure.update(min_border_top=_EDGE, min_border_right=0, min_border_bottom=0, title=None)
    figure.sizing_mode = "stretch_width"
    # WebGL keeps what was drawn before beside it, and its SVG is a picture of dots.
    figure.output_backend = "canvas"
    for axis in (*figure.xaxis, *figure.yaxis):
        axis.major_tick_line_color = axis.minor_tick_line_color = None
        axis.major_label_text_font = FONT
        axis.major_label_text_font_size = "12px"
    if brushed:
        _add_brush(figure, brushed)
    redraw(figure, picture, colours)
    return figure


def redraw(figure: Any, picture: Picture, colours: Palette) -> None:
    """Give a figure another picture of the same kind.

    HoloViews would compose the whole figure anew, which takes a hundred times as long and sends all of it.
    """
    for renderer, layer in zip(figure.renderers, picture.layers, strict=True):
        if renderer.data_source.data != layer.columns:
            renderer.data_source.data = layer.columns
    figure.renderers[0].hover_glyph.update(fill_color=colours.hover, line_color=CLEAR)
    figure.update(height=picture.height, min_border_left=max(_EDGE, picture.room))
    _set_axis(figure.x_range, figure.xaxis[0], figure.xgrid[0], picture.x, colours)
    _set_axis(figure.y_range, figure.yaxis[0], figure.ygrid[0], picture.y, colours)


def _set_axis(ends: Any, drawn: Any, grid: Any, axis: Axis, colours: Palette) -> None:
    ends.update(start=axis.start, end=axis.end)
    # A new ticker would have Bokeh look through every model of the page.
    if isinstance(drawn.ticker, FixedTicker):
        drawn.ticker.ticks = list(axis.ticks)
    else:
        drawn.ticker = FixedTicker(ticks=list(axis.ticks))
        grid.ticker = drawn.ticker
    drawn.update(
        visible=bool(axis.ticks) or axis.line,
        major_label_overrides=dict(axis.ticks),
        axis_line_color=colours.line if axis.line else None,
        major_label_text_color=colours.ink_2,
    )
    grid.grid_line_color = colours.line if axis.grid else None


class FigurePane(pn.pane.Bokeh):
    """A figure on screen.

    Panel takes all listeners off the models of a pane that leaves the page, as when another tab is opened; these come
    back with it.

    Parameters
    ----------
    figure
        What `compose` gives.
    tapped
        Called with the place of a click, in the units of the axes.
    brushed
        Called with both ends of a brush `along` an axis.
    """

    def __init__(self, figure: Any, tapped: Tapped, brushed: Brushed, along: Literal["x", "y"], **params: Any) -> None:
        self._hear: dict[type[events.Event], Callable[[Any], None]] = {
            events.Tap: lambda event: tapped(event.x, event.y),
            events.SelectionGeometry: lambda event: _ends(event, along, brushed),
        }
        super().__init__(figure, **params)  # type: ignore[no-untyped-call]

    def _get_model(self, *arguments: Any, **named: Any) -> Any:
        model = super()._get_model(*arguments, **named)
        model._event_callbacks = defaultdict(list)
        for event, heard in self._hear.items():
            model._event_callbacks[event.event_name].append(heard)
        # To name them anew would be a message about a model that the browser may have dropped.
        if not model.subscribed_events:
            model.subscribed_events = {event.event_name for event in self._hear}
        return model


def _ends(event: Any, along: Literal["x", "y"], brushed: Brushed) -> None:
    if event.final:
        low, high = sorted((event.geometry[f"{along}0"], event.geometry[f"{along}1"]))
        brushed(low, high)


def _add_brush(figure: Any, along: Literal["x", "y"]) -> None:
    # It selects nothing of the figure: the definition that it makes says what is chosen.
    tool = BoxSelectTool(dimensions="width" if along == "x" else "height", renderers=[])
    tool.overlay.update(fill_color="#0b5fb0", fill_alpha=0.14, line_color=None)
    figure.add_tools(tool)
    figure.toolbar.active_drag = tool


def _dress(renderer: Any, layer: Layer) -> None:
    """Have a glyph read the layer's columns; HoloViews names one only where its entries differ."""
    renderer.update(nonselection_glyph=None, selection_glyph=None, hover_glyph=None, muted_glyph=None)
    if layer.align:
        renderer.glyph.update(
            x=field("x"),
            y=field("y"),
            text=field("text"),
            text_color=field("ink"),
            text_font_style=field("style"),
            text_font=value(FONT),
            text_align=layer.align,
            text_baseline="middle",
        )
        return
    renderer.glyph.update(
        **{corner: field(corner) for corner in _CORNERS},
        fill_color=field("fill"),
        line_color=field("edge"),
        line_width=layer.edge,
        hatch_pattern=field("hatch"),
        hatch_color=field("hatched"),
        hatch_scale=6,
    )


def _rectangles(layer: Layer, told: str) -> hv.Rectangles:
    names = [name for name in _TOLD if name in layer.columns]
    table = pd.DataFrame({name: layer.columns[name] for name in (*_CORNERS, *names)})
    hover = HoverTool(tooltips=told, show_arrow=False)
    return hv.Rectangles(table, _CORNERS, names).opts(line_width=layer.edge, tools=[hover])
