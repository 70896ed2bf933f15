"""One chart on screen: its heading with its menu, the figure, a table in its place, and what stands below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, SmallCounts
from explorer.snapshot import Snapshot
from explorer.views.component import Request
from explorer.views.overview.figures import FigurePane, compose, redraw
from explorer.views.overview.offers import Kind
from explorer.views.overview.palette import palette
from explorer.views.overview.saving import as_csv
from explorer.views.overview.view import Scale, Seen, View
from explorer.views.parts import Part
from explorer.views.remembered import Remembered
from explorer.views.speech import Speech
from explorer.views.weak import weakly
from explorer.views.words import file_stem

__all__ = ["Chart"]

_MOST_ROWS = 300
"""Rows of the table on screen; the file has all of them."""

_wholes: Remembered[tuple[str, str, SmallCounts | None], Any] = Remembered(32)
"""What charts have asked of everybody, by snapshot, chart, and the policy under which numbers are told."""

_TOOLTIP = "margin: -5px; padding: 6px 8px; font: 12px/16px var(--sans); color: var(--ink); background: var(--bg)"


class Chart:
    """One chart; it is drawn when it is first shown.

    Parameters
    ----------
    name, kind
        What it shows.
    snapshot
        Of which; the saved picture names it.
    everything
        Counts of the whole snapshot by facet.
    speech
        In which language.
    request
        Called with what a click asks of the definition.
    asked
        Called with the chart's name and what its menu asks for.
    in_turn
        Called with the chart's name and a task that takes long; runs it when others have had their turn.

    Attributes
    ----------
    scale
        What grey says.
    table
        Whether a table stands in the place of the figure.
    large
        Whether the chart has all the room.
    answer_of
        Id of the definition that the chart's own numbers are of, and the group in which they were tried.
    """

    def __init__(
        self,
        name: str,
        kind: Kind,
        snapshot: Snapshot,
        everything: Mapping[str, Any],
        speech: Speech,
        request: Callable[[Request], None],
        asked: Callable[[str, Request], None],
        in_turn: Callable[[str, Callable[[], object]], None],
    ) -> None:
        self.name, self.kind = name, kind
        self.scale: Scale = kind.scale
        self.table = self.large = False
        self.answer_of: tuple[str, str | None] = ("", None)
        self._snapshot, self._everything, self._speech = snapshot, everything, speech
        self._request, self._asked, self._in_turn = request, asked, in_turn
        self._protected = SmallCounts.current()
        self._answer: tuple[Any, Any] | None = None
        self._seen: Seen | None = None
        self._view: View | None = None
        self._figure: Any = None
        self._begun = False
        self._heading = Part(part="chart", sizing_mode="stretch_width", margin=0)
        self._footing = Part(part="chart-foot", sizing_mode="stretch_width", margin=0)
        self._rows = Part(part="chart-table", sizing_mode="stretch_width", margin=0)
        self._room: Any = pn.Spacer(sizing_mode="stretch_width", height=0, margin=0)  # type: ignore[no-untyped-call]
        self.pane = pn.Column(self._heading, self._room, self._footing, sizing_mode="stretch_width", margin=0)
        for part in (self._heading, self._footing, self._rows):
            part.on_request(weakly(self._heard))

    @property
    def asks(self) -> bool:
        """Whether it needs other numbers than those of the left column."""
        return self.kind.question is not None

    def question(self, group: str | None) -> Callable[[Cohort], tuple[Any, Any]]:
        """Return what is asked of the cohort: its numbers, and those of the whole snapshot."""
        name = self.name
        ask: Any = self.kind.question

        def answer(cohort: Cohort) -> tuple[Any, Any]:
            return ask(cohort, group), _of_all(name, ask, cohort)

        return answer

    def answered(self, answer: tuple[Any, Any], definition_id: str, group: str | None) -> None:
        """Take an answer to `question`, for the next time it is drawn."""
        self._answer, self.answer_of = answer, (definition_id, group)

    def show(self, counts: Mapping[str, Any], definition: CohortDefinition, theme: str) -> None:
        """Draw these counts, which `explorer.views.wire.now` gives."""
        if self.asks and self._answer is None:
            return
        self._seen = Seen(
            by=counts["by"],
            groups=counts["groups"],
            everything=self._everything,
            definition=definition,
            speech=self._speech,
            theme=theme,
            scale=self.scale,
            answer=self._answer,
            large=self.large,
            protected=self._protected,
        )
        self._view = self.kind.view(self._seen)
        if self._figure is not None:
            redraw(self._figure, self._view.picture, palette(theme))
        elif not self._begun:
            self._begun = True
            self._room.height = self._view.picture.height
            # HoloViews takes a tenth of a second for each chart: other pages have their turn in between.
            self._in_turn(self.name, weakly(self._begin))
        self._draw_words()

    def resize(self, large: bool) -> None:
        """Have all the room, or no longer, from the next time it is drawn."""
        # Bokeh leaves traces of the larger picture at the edge of the smaller one: a new figure has none.
        self.large, self._figure, self._begun = large, None, False

    def csv(self) -> None:
        """Have the browser save the chart's numbers."""
        if self._view is not None and self._seen is not None:
            name = f"{file_stem(self._seen.definition.name)}-{self.name}.csv"
            self._heading.download(name, "text/csv", as_csv(self._view, self._seen))

    def _begin(self) -> None:
        """Draw for the first time."""
        if self._view is None or self._seen is None:
            return
        say, view = self._speech.say, self._view
        number = "@of_all"
        unit = say("series now, %1 of all", number) if view.unit == "series" else say("patients now, %1 of all", number)
        told = f'<div style="{_TOOLTIP}">@label<br><b>@now</b> {unit}</div>'
        brushed = view.brushed if view.brush else None
        self._figure = compose(view.picture, palette(self._seen.theme), told, brushed)
        self._room = FigurePane(
            self._figure,
            weakly(self._tapped),
            weakly(self._brushed),
            view.brushed,
            sizing_mode="stretch_width",
            margin=0,
        )
        self._place()
        self._draw_words()

    def _place(self) -> None:
        """Put the figure, or the table, where it belongs."""
        wanted = self._rows if self.table else self._room
        if self.pane[1] is not wanted:
            self.pane[1] = wanted

    def _draw_words(self) -> None:
        view, seen = self._view, self._seen
        if view is None or seen is None:
            return
        self._place()
        self._heading.draw(
            {
                "name": self.name,
                "title": view.title,
                "note": view.note,
                "warning": view.warning,
                "scale": self.scale if view.scales else "",
                "table": self.table,
                "large": self.large,
                "figure": "" if self._figure is None else self._figure.ref["id"],
                # For the saved picture, which has to say what it is of.
                "sentence": self._speech.sentence(seen.definition),
                "source": f"{self._snapshot.title}, {self._snapshot.id[:12]}",
                "foot": " ".join(each.text for each in view.foot),
                "file": f"{file_stem(seen.definition.name)}-{self.name}",
            }
        )
        self._footing.draw({"lines": [{"text": each.text, "offer": each.offer} for each in view.foot]})
        if self.table:
            self._draw_table(view, seen)

    def _draw_table(self, view: View, seen: Seen) -> None:
        self._rows.draw(
            {
                "title": view.title,
                "heads": list(view.heads),
                "rows": [
                    {
                        "names": list(row.names),
                        "numbers": [seen.told(n, view.unit) for n in row.numbers],
                        "chosen": row.chosen,
                        "asks": row.request is not None,
                    }
                    for row in view.rows[:_MOST_ROWS]
                ],
                "more": max(0, len(view.rows) - _MOST_ROWS),
                "height": view.picture.height,
            }
        )

    def _tapped(self, x: float, y: float) -> None:
        mark = self._view.at(x, y) if self._view else None
        self._ask_for(mark.request if mark else None)

    def _brushed(self, low: float, high: float) -> None:
        self._ask_for(self._view.brush(low, high) if self._view and self._view.brush else None)

    def _heard(self, request: Request) -> None:
        view = self._view
        match request["kind"]:
            case "chart-row" if view is not None:
                index = request.get("index")
                if isinstance(index, int) and 0 <= index < len(view.rows):
                    self._ask_for(view.rows[index].request)
            case "chart-offer" if view is not None:
                index = request.get("index")
                if isinstance(index, int) and 0 <= index < len(view.foot):
                    self._ask_for(view.foot[index].request)
            case _:
                self._asked(self.name, request)

    def _ask_for(self, request: Request | None) -> None:
        """Ask for what a click means, in the group that the counts on screen belong to."""
        if request is None or self._seen is None:
            return
        if request["kind"] == "chart-large":
            self._asked(self.name, request)
        elif "facet" in request and "group" not in request:
            self._request({**request, "group": self._seen.groups[request["facet"]]})
        else:
            self._request(request)


def _of_all(name: str, ask: Callable[[Cohort, str | None], Any], cohort: Cohort) -> Any:
    """Return what a chart asks of everybody in the cohort's snapshot."""

    def count() -> Any:
        everybody = Cohort(CohortDefinition(), cohort.snapshot)
        try:
            return ask(everybody, None)
        finally:
            everybody.close()

    return _wholes.get((cohort.snapshot.id, name, cohort.protected), count)
