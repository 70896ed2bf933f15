"""The overview: linked charts of the cohort; a click on a bar filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import holoviews as hv
import panel as pn
from holoviews.streams import Pipe

from explorer.cohort import CohortDefinition
from explorer.counts import Count, SmallCounts, count_in_words
from explorer.facets import Criterion, Facet, Scalar
from explorer.views.bars import Bar, Wholes, column_layers, row_labels, row_layers
from explorer.views.charts import columns, redraw, rows
from explorer.views.parts import Part
from explorer.views.weak import weakly
from explorer.views.words import percent, value_in_words

__all__ = ["Overview"]

_SLOTS = 10
_HEIGHT = 232


@dataclass(frozen=True, slots=True)
class _Chart:
    """A chart of the overview: the facet it shows, its heading, what its numbers are."""

    facet: str
    title: str
    note: str


_CHARTS = (
    _Chart("age", "Age", "share of patients, age at study; grey is everybody"),
    _Chart("Modality", "Modality", "share of patients, as recorded; grey is everybody"),
    _Chart("dataset", "Datasets", "share of patients; grey is everybody"),
    _Chart("study_date", "Year of study", "share of patients, as recorded; grey is everybody"),
)


_Drawing = tuple[list[Bar], Wholes, list[int], str]
"""Bars, the patients that their shares are of, the bars whose labels are written, and the theme."""


class Overview:
    """Four charts of what the left column counts, drawn from the same answers.

    Parameters
    ----------
    facets
        The snapshot's facets.
    everything
        Counts of the whole snapshot, as `explorer.views.wire.everything` gives them.
    request
        Called with what a click asks for.
    in_turn
        Runs a task that takes long, when those of other pages have had their turn.
    """

    def __init__(
        self,
        facets: Mapping[str, Facet],
        everything: Mapping[str, Any],
        request: Callable[[dict[str, Any]], None],
        in_turn: Callable[[Callable[[], object]], None],
    ) -> None:
        shown = [chart for chart in _CHARTS if chart.facet in everything]
        self._charts = [
            _Drawn(chart, facets[chart.facet], everything[chart.facet], request, in_turn) for chart in shown
        ]
        self.pane = pn.Column(
            *(chart.pane for chart in self._charts), sizing_mode="stretch_width", margin=0, stylesheets=[_GRID]
        )

    def show(self, counts: Mapping[str, Any], definition: CohortDefinition, theme: str) -> None:
        """Draw these counts, which `explorer.views.wire.now` gives."""
        for chart in self._charts:
            chart.show(counts["by"], counts["groups"], definition, theme)


class _Drawn:
    """One chart on screen, with its heading and its footing."""

    def __init__(
        self,
        chart: _Chart,
        facet: Facet,
        whole: Mapping[str, Any],
        request: Callable[[dict[str, Any]], None],
        in_turn: Callable[[Callable[[], object]], None],
    ) -> None:
        self._chart, self._facet, self._whole, self._request, self._in_turn = chart, facet, whole, request, in_turn
        self._protected = SmallCounts.current()
        # HoloViews keeps a chart's hooks for ever; the closed page that they belong to must go.
        self._on_tap, self._on_made = weakly(self._tapped), weakly(self._made)
        self._pipe: Pipe | None = None
        self._figure: Any = None
        self._theme = ""
        self._values: list[Any] = []
        self._chosen: list[bool] = []
        self._heading = Part(part="heading", sizing_mode="stretch_width", margin=0)
        self._footing = Part(part="footing", sizing_mode="stretch_width", margin=0)
        room = pn.Spacer(sizing_mode="stretch_width", height=_HEIGHT, margin=0)  # type: ignore[no-untyped-call]
        self.pane = pn.Column(self._heading, room, self._footing, sizing_mode="stretch_width", margin=0)
        warning = facet.column.caution if facet.kind == "date" else None
        self._heading.draw({"title": chart.title, "note": chart.note, "warning": warning or ""})

    def show(self, by: Mapping[str, Any], groups: Mapping[str, str], definition: CohortDefinition, theme: str) -> None:
        criterion = _criterion(definition, groups[self._facet.name], self._facet.name)
        counts = by[self._facet.name]
        bars = self._bins(counts, criterion) if "bins" in counts else self._ranked(counts, criterion)
        self._footing.draw({"text": self._said(counts)})
        wholes = (counts["whole"][0], self._whole["whole"][0])
        drawing = (bars, wholes, self._ticks(bars), theme)
        before, self._theme = self._theme, theme
        if self._pipe is None:
            self._pipe = Pipe(data=drawing)
            # HoloViews takes a tenth of a second for each chart: other pages have their turn in between.
            self._in_turn(self._begin)
            return
        if self._figure is not None and theme != before:
            self._pipe.send(drawing)
            return
        # For the next figure, which HoloViews makes when the tab is opened again.
        self._pipe.update(data=drawing)
        if self._figure is None:
            return
        if "bins" in self._whole:
            redraw(self._figure, column_layers(bars, wholes, theme, self._protected))
        else:
            redraw(self._figure, row_layers(bars, wholes, theme, self._protected), row_labels(bars))

    def _begin(self) -> None:
        """Draw for the first time."""
        drawn = hv.DynamicMap(self._draw, streams=[self._pipe])
        self.pane[1] = pn.pane.HoloViews(  # type: ignore[no-untyped-call]
            drawn, linked_axes=False, sizing_mode="stretch_width", height=_HEIGHT, margin=0
        )

    def _made(self, figure: Any) -> None:
        self._figure = figure

    def _draw(self, data: _Drawing) -> hv.Overlay:
        bars, wholes, ticks, theme = data
        look: dict[str, Any] = {"height": _HEIGHT, "tapped": self._on_tap, "made": self._on_made}
        if "bins" in self._whole:
            return columns(bars, wholes, theme, ticks=ticks, protected=self._protected, **look)
        return rows(bars, wholes, theme, slots=_SLOTS, protected=self._protected, **look)

    def _ranked(self, counts: Mapping[str, Any], criterion: Criterion | None) -> list[Bar]:
        of_all = {value: patients for value, patients, _ in self._whole["values"]}
        ranked = counts["values"][:_SLOTS]
        self._values = [value for value, _, _ in ranked]
        wanted = criterion.is_in if criterion else None
        self._chosen = [wanted is not None and value in wanted for value in self._values]
        return [
            Bar(value_in_words(value), patients, of_all.get(value, 0), wanted is None or value in wanted)
            for value, patients, _ in ranked
        ]

    def _bins(self, counts: Mapping[str, Any], criterion: Criterion | None) -> list[Bar]:
        found = {low: patients for low, _, patients, _ in counts["bins"]}
        listed = self._all_bins()
        self._values = [(low, high) for low, high, _ in listed]
        between = criterion.between if criterion else None
        self._chosen = [between == (low, high) for low, high, _ in listed]
        return [
            Bar(_span(low, high), found.get(low, 0), of_all, _inside(low, high, between))
            for low, high, of_all in listed
        ]

    def _all_bins(self) -> list[tuple[Scalar, Scalar, Count]]:
        """Return every bin from the first to the last, empty years too, so that the axis is true to scale."""
        bins = [(low, high, patients) for low, high, patients, _ in self._whole["bins"]]
        if not bins:
            return bins
        if self._facet.kind != "date":
            known = {low: patients for low, _, patients in bins}
            width = int(bins[0][1]) - int(bins[0][0]) + 1
            lows = range(int(bins[0][0]), int(bins[-1][0]) + 1, width)
            return [(low, low + width - 1, known.get(low, 0)) for low in lows]
        by_year = {int(str(low)[:4]): patients for low, _, patients in bins}
        first = max(min(by_year), max(by_year) - _YEARS)
        return [(f"{y:04}-01-01", f"{y:04}-12-31", by_year.get(y, 0)) for y in range(first, max(by_year) + 1)]

    def _ticks(self, bars: Sequence[Bar]) -> list[int]:
        step = 10 if self._facet.kind == "date" else 4
        if self._facet.kind == "date":
            return [k for k, (low, _) in enumerate(self._values) if int(low[:4]) % step == 0]
        return list(range(0, len(bars), step)) if "bins" in self._whole else []

    def _said(self, counts: Mapping[str, Any]) -> str:
        whole = counts["whole"][0]
        if "bins" in counts:
            missing, earlier = counts["missing"][0], _earlier(counts["bins"], self._values)
            number, of = (count_in_words(each, self._protected) for each in (missing, whole))
            said = f"Recorded for all {of} patients."
            if missing != 0:
                share = "" if missing is None else f" ({percent(missing, whole)})"
                said = f"Missing in a {self._facet.level} of {number} of {of} patients{share}, not drawn."
            if earlier and self._protected:
                return f"{said} Patients before {self._values[0][0][:4]} are not drawn."
            hidden = sum(earlier)
            return f"{said} {hidden:,} patients before {self._values[0][0][:4]}, not drawn." if hidden else said
        shown, there = min(len(counts["values"]), _SLOTS), len(counts["values"])
        of_all = f"of {self._whole['distinct']:,} in the snapshot"
        several = " A patient can count under several." if self._facet.of_image else ""
        return f"{shown} of {there:,} values now, {of_all}.{several}"

    def _tapped(self, place: float) -> None:
        index = round(place)
        if not 0 <= index < len(self._values):
            return
        value, chosen = self._values[index], self._chosen[index]
        name = self._facet.name
        if "bins" not in self._whole:
            self._request({"kind": "toggle", "facet": name, "value": value, "on": not chosen})
        elif chosen:
            self._request({"kind": "clear", "facet": name})
        else:
            self._request({"kind": "range", "facet": name, "low": value[0], "high": value[1], "missing": False})


_YEARS = 60
"""Years that the chart of years shows; what lies before is said in words."""

_GRID = """
:host {
  display: grid !important;
  grid-template-columns: repeat(2, minmax(0, 1fr)) !important;
  grid-auto-rows: max-content !important;
  gap: 16px 40px !important;
}
@media (max-width: 700px) {
  :host { grid-template-columns: minmax(0, 1fr) !important; }
}
"""


def _criterion(definition: CohortDefinition, label: str, facet: str) -> Criterion | None:
    kind, _, index = label.partition(":")
    groups = definition.include if kind == "include" else definition.exclude
    where = groups[int(index)].where if int(index) < len(groups) else ()
    return next((criterion for criterion in where if criterion.facet == facet), None)


def _span(low: Scalar, high: Scalar) -> str:
    if isinstance(low, str):
        return low[:4]
    return f"{low}" if low == high or high is None else f"{low}–{high}"


def _inside(low: Any, high: Any, between: tuple[Scalar, Scalar] | None) -> bool:
    if between is None:
        return True
    first: Any
    last: Any
    first, last = between
    return (first is None or high is None or high >= first) and (last is None or low <= last)


def _earlier(bins: Sequence[Any], shown: Sequence[Any]) -> list[Any]:
    """Return the patients in each bin before those that are drawn."""
    return [patients for low, _, patients, _ in bins if isinstance(low, str) and low < shown[0][0]]
