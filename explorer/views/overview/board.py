"""The overview: which charts there are, in which order, and what they are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort
from explorer.snapshot import Snapshot
from explorer.views.component import Request
from explorer.views.overview.chart import Chart
from explorer.views.overview.offers import offers, usual
from explorer.views.overview.view import Scale, tried_in
from explorer.views.parts import Part
from explorer.views.speech import Speech
from explorer.views.weak import weakly

__all__ = ["Overview"]

Ask = Callable[[Callable[[Cohort], Any], Callable[[Any], None]], None]
"""Puts a question to the cohort as it is now; the answer comes in the page's thread if it still holds."""

_SCALES: tuple[Scale, ...] = ("numbers", "proportion")

_MOST = 40
"""Charts that a browser may ask for at once."""


class Overview:
    """The charts of a page, of which each person chooses some; the browser keeps the choice.

    Nothing is drawn before the browser has said what it keeps, so that no chart is drawn for nothing.

    Parameters
    ----------
    snapshot
        What is explored.
    everything
        Counts of the whole snapshot, as `explorer.views.wire.everything` gives them.
    speech
        In which language the charts speak.
    request
        Called with what a click asks for.
    ask
        Puts a question to the cohort.
    in_turn
        Runs a task that takes long, when those of other pages have had their turn.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        everything: Mapping[str, Any],
        speech: Speech,
        request: Callable[[Request], None],
        ask: Ask,
        in_turn: Callable[[Callable[[], object]], None],
    ) -> None:
        self._snapshot, self._everything, self._speech = snapshot, everything, speech
        self._request, self._ask, self._in_turn = request, ask, in_turn
        self._kinds = offers(snapshot.facets, everything)
        self._charts: dict[str, Chart] = {}
        self._waiting: dict[str, Callable[[], object]] = {}
        self.shown: list[str] = []
        self.large = ""
        self._settled = False
        self._last: tuple[Mapping[str, Any], CohortDefinition, str | None, str] | None = None
        self._choice = Part(part="charts", sizing_mode="stretch_width", margin=0)
        self._choice.on_request(weakly(self._chosen))
        self._grid = pn.Column(sizing_mode="stretch_width", margin=0, stylesheets=[_WHOLE, _GRID])
        self.pane = pn.Column(self._grid, self._choice, sizing_mode="stretch_width", margin=0, stylesheets=[_WHOLE])
        self._draw_choice()

    def show(
        self, counts: Mapping[str, Any], definition: CohortDefinition, theme: str, active: str | None = None
    ) -> None:
        """Draw these counts, which `explorer.views.wire.now` gives.

        Parameters
        ----------
        active
            The group being edited; None is each facet's default.
        """
        before, self._last = self._last, (counts, definition, active, theme)
        if not self._settled:
            return
        fresh = before is None or before[0] is not counts
        for name in self._drawn():
            self._draw(self._charts[name], fresh)

    def _drawn(self) -> list[str]:
        """Return the charts that are on screen."""
        return [self.large] if self.large else [name for name in self.shown if name in self._kinds]

    def _draw(self, chart: Chart, fresh: bool) -> None:
        """Draw one chart, with an answer of its own where it needs one and has none that holds."""
        if self._last is None:
            return
        counts, definition, active, theme = self._last
        if not chart.asks:
            chart.show(counts, definition, theme)
            return
        group = tried_in(definition, active)
        if not fresh and chart.answer_of == (definition.id, group):
            chart.show(counts, definition, theme)
            return

        def take(answer: tuple[Any, Any]) -> None:
            chart.answered(answer, definition.id, group)
            if self._last is not None and self._last[1] is definition:
                chart.show(self._last[0], definition, self._last[3])

        self._ask(chart.question(group), take)

    def _chosen(self, request: Request) -> None:
        """Take what the browser keeps, or what the person has chosen."""
        if request["kind"] != "charts":
            return
        wished = request.get("shown")
        names = [name for name in wished if isinstance(name, str)][:_MOST] if isinstance(wished, list) else None
        shown = usual(self._kinds) if names is None else list(dict.fromkeys(names))
        looks = request.get("looks")
        self._look(looks if isinstance(looks, dict) else {})
        if self._settled and shown == self.shown:
            return
        self._settled = True
        self._arrange(shown)

    def _look(self, looks: Mapping[str, Any]) -> None:
        for name, look in looks.items():
            if name in self._kinds and isinstance(look, dict):
                chart = self._chart(name)
                chart.scale = look["scale"] if look.get("scale") in _SCALES else chart.scale
                chart.table = look.get("table") is True

    def _chart(self, name: str) -> Chart:
        if name not in self._charts:
            self._charts[name] = Chart(
                name,
                self._kinds[name],
                self._snapshot,
                self._everything,
                self._speech,
                self._request,
                weakly(self._menu),
                weakly(self._compose),
            )
        return self._charts[name]

    def _arrange(self, shown: list[str]) -> None:
        """Show these charts in this order."""
        self.shown = shown
        charts = [self._chart(name) for name in self._drawn()]
        self._grid.objects = [chart.pane for chart in charts]
        self._grid.css_classes = ["alone"] if self.large else []
        self._draw_choice()
        # The rule may have changed while some of them were not on screen.
        for chart in charts:
            self._draw(chart, False)

    def _compose(self, name: str, task: Callable[[], object]) -> None:
        """Compose a chart's figure in turn."""
        self._waiting[name] = task
        self._in_turn(weakly(self._compose_next))

    def _compose_next(self) -> None:
        """Compose the uppermost of the charts that wait: some wait for an answer before they wait for their turn."""
        drawn = self._drawn()
        name = min(self._waiting, key=lambda each: drawn.index(each) if each in drawn else len(drawn), default=None)
        if name is not None:
            self._waiting.pop(name)()

    def _menu(self, name: str, request: Request) -> None:
        """Do what a chart's menu asks for."""
        chart = self._chart(name)
        match request["kind"]:
            case "chart-large":
                self.large = "" if self.large else name
                chart.resize(bool(self.large))
                self._arrange(self.shown)
            case "chart-table":
                chart.table = not chart.table
                self._draw(chart, False)
                self._draw_choice()
            case "chart-scale" if request.get("scale") in _SCALES:
                chart.scale = request["scale"]
                self._draw(chart, False)
                self._draw_choice()
            case "chart-csv":
                chart.csv()
            case "chart-hide":
                if self.large:
                    self.large = ""
                    chart.resize(False)
                self._arrange([each for each in self.shown if each != name])
            case "chart-move" if request.get("by") in (-1, 1):
                self._arrange(_moved(self.shown, name, request["by"], self._kinds))

    def _draw_choice(self) -> None:
        looks = {
            name: {"scale": chart.scale, "table": chart.table}
            for name, chart in self._charts.items()
            if chart.table or chart.scale != self._kinds[name].scale
        }
        ordered = [*(name for name in self.shown if name in self._kinds), *self._kinds]
        self._choice.draw(
            {
                "offers": [
                    {"name": name, "title": self._kinds[name].title(self._speech), "shown": name in self.shown}
                    for name in dict.fromkeys(ordered)
                ],
                "shown": self.shown,
                "usual": usual(self._kinds),
                "looks": looks,
                "settled": self._settled,
                "large": bool(self.large),
            }
        )


_WHOLE = ":host { flex: none !important; height: max-content !important; max-height: none !important; }"

_GRID = """
:host {
  display: grid !important;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)) !important;
  grid-auto-rows: max-content !important;
  gap: 16px 40px !important;
}
.scroll-button { display: none !important; }
:host(.alone) { grid-template-columns: minmax(0, 1fr) !important; }
@media (max-width: 1300px) { :host { column-gap: 32px !important; } }
"""


def _moved(shown: list[str], name: str, by: int, known: Mapping[str, Any]) -> list[str]:
    """Return the names with one of them before or after its neighbour on screen."""
    there = [each for each in shown if each in known]
    place = there.index(name) if name in there else -1
    other = place + by
    if place < 0 or not 0 <= other < len(there):
        return shown
    swapped = {there[place]: there[other], there[other]: there[place]}
    return [swapped.get(each, each) for each in shown]
