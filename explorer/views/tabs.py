"""The tabs of the page; what is not looked at is not computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from explorer.counts import WITHHELD, Cohort, SmallCounts
from explorer.session import Session
from explorer.views.attrition import AttritionTab
from explorer.views.component import Request
from explorer.views.image_tab import ImageTab
from explorer.views.live import Live
from explorer.views.local import LocalImages, Offer, offer
from explorer.views.overview import Overview
from explorer.views.parts import Part, code_data
from explorer.views.remembered import counted
from explorer.views.rows import Rows
from explorer.views.speech import Speech
from explorer.views.takeaway import Takeaway

__all__ = ["Tabs"]

_TITLES = {
    "overview": ("Overview", "Click a bar or a cell to filter, drag over bars."),
    "attrition": ("Attrition", "Click a loss to see who was lost."),
    "rows": ("Patients & series", "Enter opens a row. Arrow keys move."),
    "images": ("Images", "Choose a series to look at it."),
    "code": ("Code", "One definition, four ways to say it."),
}


class Tabs:
    """The tabs, one of them open.

    Parameters
    ----------
    session, live
        The definition, and how to ask about it.
    everything
        Counts of the whole snapshot.
    images
        The index of the local images.
    request
        Called with what a click on a chart asks for.
    takeaway
        Hands files to the person.
    in_turn
        Runs a task that takes long, when those of other pages have had their turn.
    speech
        What the page speaks.
    name
        The tab that is open at first; of another name, the overview.
    """

    def __init__(
        self,
        session: Session,
        live: Live,
        everything: Mapping[str, Any],
        images: LocalImages,
        request: Callable[[Request], None],
        takeaway: Takeaway,
        in_turn: Callable[[Callable[[], object]], None],
        speech: Speech,
        name: str = "",
    ) -> None:
        self.name = name if name in _TITLES else "overview"
        self._theme = "light"
        self._session, self._live = session, live
        self._speech = speech
        self._counts: Mapping[str, Any] | None = None
        self._overview = Overview(session.snapshot, everything, speech, request, live.ask, in_turn)
        self._attrition = AttritionTab(session, live.ask, request, takeaway, speech)
        self._rows = Rows(self._ask_rows, takeaway.rows, self._view_series, request)
        self._images = ImageTab(
            arrived=images.add, snapshot=session.snapshot, images=images, request=request, again=self._ask_images
        )
        self._local, self._request = images, request
        self._code = Part(part="code", sizing_mode="stretch_width", margin=0)
        self._panes = {
            "overview": self._overview.pane,
            "attrition": self._attrition.pane,
            "rows": self._rows.pane,
            "images": pn.Column(self._images, sizing_mode="stretch_width", margin=0),
            "code": pn.Column(self._code, sizing_mode="stretch_width", margin=0),
        }
        policy = SmallCounts.current()
        # Rows and images are single patients.
        self._withheld = ("rows", "images") if policy else ()
        for name in self._withheld:
            told = Part(part="heading", sizing_mode="stretch_width", margin=0)
            told.draw({"title": speech.say(WITHHELD), "note": speech.policy(policy) if policy else "", "warning": ""})
            self._panes[name] = pn.Column(told, sizing_mode="stretch_width", margin=0)
        self.pane = pn.Column(self._panes[self.name], sizing_mode="stretch_both", margin=0)

    @property
    def theme(self) -> str:
        """``light`` or ``dark``; the charts follow it."""
        return self._theme

    @theme.setter
    def theme(self, theme: str) -> None:
        self._theme = theme
        self._draw_overview()

    def close(self) -> None:
        """Stop what goes on; the page is closed."""
        self._images.close()

    def titles(self) -> list[dict[str, str]]:
        """Return the tabs' names and titles, in order."""
        return [{"name": name, "title": title} for name, (title, _) in _TITLES.items()]

    def hint(self) -> str:
        """Return what a person can do in the open tab."""
        told = self.name in self._withheld or (self.name == "images" and self._images.chosen)
        return "" if told else _TITLES[self.name][1]

    def on_chosen(self, listener: Callable[[], object]) -> None:
        """Call `listener` when a series is chosen: the hint is another."""
        self._images.param.watch(lambda _event: listener(), "chosen")

    def open(self, name: str) -> None:
        """Open a tab, and ask for what it shows."""
        if name not in _TITLES:
            return
        self.name = name
        self.pane[:] = [self._panes[name]]
        self._ask()

    def refresh(self) -> None:
        """Ask anew for what the open tab shows: the definition is another."""
        self._rows.first()
        self._attrition.refresh()
        # The overview waits for the counts of the left column.
        if self.name != "overview":
            self._ask()

    def counted(self, counts: Mapping[str, Any]) -> None:
        """Take the counts of the left column, which the charts share."""
        self._counts = counts
        self._draw_overview()

    def _ask(self) -> None:
        if self.name in self._withheld:
            return
        match self.name:
            case "overview":
                self._draw_overview()
            case "attrition":
                self._attrition.ask()
            case "rows":
                self._ask_rows()
            case "images":
                self._ask_images()
            case "code":
                self._live.ask(lambda cohort: cohort.sql(), self._draw_code)

    def _draw_overview(self) -> None:
        if self._counts is not None and self.name == "overview":
            state = self._session.state
            if state.active and state.active.startswith("exclude"):
                # What a group excludes is not the cohort, whose charts these are.
                self._live.ask(lambda cohort: counted(cohort, None), self._draw_cohort)
            else:
                self._overview.show(self._counts, state.definition, self._theme, state.active)

    def _draw_cohort(self, counts: Mapping[str, Any]) -> None:
        """Draw the cohort while an excluded group is being edited."""
        if self.name == "overview":
            self._overview.show(counts, self._session.state.definition, self._theme)

    def _ask_rows(self) -> None:
        self._live.ask(self._rows.question(), self._rows.show)

    def _view_series(self, uid: str) -> None:
        """Open the Image tab on a series."""
        self._images.view(uid)
        self._request({"kind": "tab", "tab": "images"})

    def _ask_images(self) -> None:
        self._images.noted(self._session.definition)
        local, wish = self._local, self._images.wish

        def ask(cohort: Cohort) -> Offer:
            return offer(cohort, local.index(), wish)

        self._live.ask(ask, self._images.take)

    def _draw_code(self, sql: str) -> None:
        self._code.draw(code_data(self._session.definition, self._session.snapshot, sql, self._speech))
