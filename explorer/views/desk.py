"""What one person has on screen: the session, the parts of the page, and the answers between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import panel as pn
from panel.io.document import hold

from explorer.cohort import CohortDefinition
from explorer.cohort.texts import one_line
from explorer.counts import Cohort, SmallCounts, Step, Totals
from explorer.errors import ExplorerError
from explorer.session import Session, Workspace
from explorer.snapshot import Snapshot
from explorer.views import wire
from explorer.views.component import Request
from explorer.views.facet_list import FacetList
from explorer.views.live import Live
from explorer.views.local import LocalImages
from explorer.views.numbers import Numbers, Writer, count_all, written
from explorer.views.pacing import Pace
from explorer.views.parts import Part, bar_data, head_totals
from explorer.views.tabs import Tabs
from explorer.views.takeaway import Takeaway
from explorer.views.words import choices_in_words, why_empty

__all__ = ["Desk"]

_pace = Pace()
"""Of the thread that all pages share."""

_PAINTING_MS = 80
"""The charts wait for so long, so that the browser paints the numbers before it draws them."""


class Desk:
    """One person's page.

    Parameters
    ----------
    snapshot, everything
        What is explored, and the counts of all of it (`explorer.views.wire.everything`).
    images
        The index of the local images, in a while; None where no folder was given.
    definition
        Where to begin; None is where the workspace stands.
    writer
        Writes counts beside `everything`; None makes one.
    workspace
        What this page shares with the person's other screens; None where it is on its own.
    embedded
        Whether the page stands in a tab of JupyterLab, which saves, opens and exports for it.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        everything: Mapping[str, Any],
        images: LocalImages | None = None,
        definition: CohortDefinition | None = None,
        *,
        writer: Writer | None = None,
        workspace: Workspace | None = None,
        embedded: bool = False,
    ) -> None:
        self._document = pn.state.curdoc
        self._writer = writer or Writer(everything)
        self._closed = False
        self._embedded = embedded
        self.session = Session(snapshot, definition, workspace=workspace, schedule=self._soon)
        self._began_on = self.session.shared.snapshot
        self._live = Live(self.session, self._soon, self._failed)
        self._whole = Totals.whole(snapshot)
        self._totals = self._whole
        self._problem, self._theme, self._empty, self._totals_of = "", "", "", ""
        # The page's cover stays until the first counts: those of everybody are not those of this cohort.
        self._waiting = True
        self.bar = Part(part="bar", sizing_mode="stretch_width", margin=0)
        self.head = Part(part="head", sizing_mode="stretch_width", margin=0)
        self._policy = SmallCounts.current()
        self.left = FacetList(
            facets=wire.facet_infos(snapshot),
            all=self._writer.everything,
            now="" if self._policy is None else written({"protected": wire.protection()}),
            sizing_mode="stretch_both",
            margin=0,
        )
        self._takeaway = Takeaway(self.session, self.bar, self._soon, self._told)
        self.tabs = Tabs(
            self.session,
            self._live,
            everything,
            images or LocalImages(),
            self._requested,
            self._takeaway,
            self._in_turn,
        )
        self.left.on_request(self._asked_on_the_left)
        self.bar.on_request(self._requested)
        self.head.on_request(self._requested)
        self.tabs.on_chosen(self._draw_head)
        self.session.watch(self._changed)
        self._draw_left()
        self._draw_head()
        self._draw_bar()

    def parts(self) -> dict[str, Any]:
        """Return what stands where in the page's template."""
        return {"bar": self.bar, "left": self.left, "head": self.head, "body": self.tabs.pane}

    def begin(self) -> None:
        """Count for the first time; called when the page is open."""
        self._changed()

    def close(self) -> None:
        """Stop computing and following; the page is closed."""
        self._closed = True
        self.session.close()
        self._live.close()
        self.tabs.close()

    def _soon(self, task: Callable[[], object]) -> None:
        """Run a task in the page's thread."""

        def run() -> None:
            if not self._closed:
                with hold(self._document):
                    task()

        if self._document is None:
            run()
        else:
            self._document.add_next_tick_callback(run)

    def _in_turn(self, task: Callable[[], object]) -> None:
        """Run a task in the page's thread that takes long there, when those of other pages have had their turn."""
        if self._document is None:
            task()
        else:
            self._later(lambda: _pace.run(task), 1000 * _pace.turn())

    def _after_painting(self, task: Callable[[], object]) -> None:
        """Run a task in the page's thread when the browser has had time to paint, unless the definition is another."""
        revision = self.session.revision

        def run() -> None:
            if revision == self.session.revision:
                task()

        if self._document is None:
            run()
        else:
            self._later(run, _PAINTING_MS)

    def _later(self, task: Callable[[], object], pause_ms: float) -> None:
        def run() -> None:
            if not self._closed:
                with hold(self._document):
                    task()

        if self._document is not None:
            self._document.add_timeout_callback(run, max(1, round(pause_ms)))

    def _asked_on_the_left(self, request: Request) -> None:
        if request["kind"] == "measure":
            self.left.answer(request, measure=request["value"])
            return
        with hold(self._document):
            self._requested(request)
            self.left.answer(request)

    def _requested(self, request: Request) -> None:
        match request["kind"]:
            case "theme":
                self._theme = request["theme"]
                self.tabs.theme = self._theme
                self._draw_bar()
            case "tab":
                self.tabs.open(request["tab"])
                self._draw_head()
            case "save" | "export":
                self._takeaway.take(request["kind"])
                self._draw_bar()
            case "open":
                self._open(request)
            case _:
                self._carry_out(request)

    def _open(self, request: Request) -> None:
        try:
            self.session.show(CohortDefinition.from_json(request["text"]))
            self._problem = ""
        except ExplorerError as error:
            self._problem = f"{one_line(request['name'])} was not opened: {error}"
        self._draw_head()

    def _carry_out(self, request: Request) -> None:
        """Make the change, or say why it cannot be made."""
        try:
            self.session.apply(request)
            self._problem = ""
        except ExplorerError as error:
            self._problem = str(error)
            self._draw_left()
        self._draw_head()

    def _changed(self) -> None:
        """Ask for everything that depends on the definition, the numbers first, and show it as it is now."""
        asked, active, writer = time.perf_counter(), self.session.state.active, self._writer

        def count(cohort: Cohort) -> Numbers:
            return count_all(cohort, active, writer, asked)

        self._waiting = True
        self._live.ask(count, self._counted)
        with hold(self._document):
            self._draw_left()
            self._draw_bar()
            self._draw_head()
            self.tabs.refresh()

    def _counted(self, numbers: Numbers) -> None:
        """Show all numbers with one message; the charts are drawn after that."""
        self._totals, self._waiting, self._empty = numbers.totals, False, ""
        self._totals_of = self.session.definition.id
        self.left.param.update(now=numbers.told, levels=numbers.levels, took=numbers.took, pending=False)
        self._draw_head()
        self._after_painting(lambda: self.tabs.counted(numbers.counts))
        if numbers.totals.patients == 0:
            self._live.ask(lambda cohort: cohort.attrition(), self._explain)

    def _explain(self, steps: tuple[Step, ...]) -> None:
        self._empty = why_empty(steps)
        self._draw_head()

    def _failed(self, problem: str) -> None:
        self._waiting = False
        self.left.pending = False
        self._told(problem)

    def _told(self, problem: str) -> None:
        self._problem = problem
        self._draw_head()
        self._draw_bar()

    def _draw_left(self) -> None:
        state = self.session.state
        self.left.param.update(
            **wire.standing(state),
            revision=self.session.revision,
            pending=self._waiting,
        )

    def _draw_bar(self) -> None:
        session = self.session
        self.bar.draw(
            bar_data(
                session.definition,
                session.snapshot,
                undo=session.can_undo,
                redo=session.can_redo,
                theme=self._theme,
                exporting=self._takeaway.busy,
                embedded=self._embedded,
                moved=session.shared.snapshot not in ("", self._began_on, session.snapshot.id),
            )
        )

    def _draw_head(self) -> None:
        definition = self.session.definition
        self.head.draw(
            {
                "sentence": definition.describe(),
                "takes": choices_in_words(definition),
                "select": definition.select,
                "totals": head_totals(self._totals, self._whole),
                "counted": self._totals_of,
                "advice": [*filter(None, [self._empty]), *(each.message for each in self._live.cohort.advice[:3])],
                "tabs": self.tabs.titles(),
                "tab": self.tabs.name,
                "hint": self.tabs.hint(),
                "pending": self._waiting,
                "problem": self._problem or self.session.problem,
                "info": "" if self._policy is None else self._policy.sentence(),
            }
        )
