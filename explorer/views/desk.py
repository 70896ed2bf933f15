"""What one person has on screen: the session, the parts of the page, and the answers between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, SmallCounts
from explorer.errors import DefinitionError, ExplorerError
from explorer.session import Session, Workspace
from explorer.snapshot import Snapshot
from explorer.views import wire
from explorer.views.address import Address
from explorer.views.component import Request
from explorer.views.facet_list import FacetList
from explorer.views.head import Head
from explorer.views.live import Live
from explorer.views.local import LocalImages
from explorer.views.memory import Memory
from explorer.views.numbers import Numbers, Writer, count_all, written
from explorer.views.page_thread import PageThread
from explorer.views.parts import Part, bar_data
from explorer.views.speech import Speech
from explorer.views.start import question
from explorer.views.tabs import Tabs
from explorer.views.takeaway import Takeaway
from explorer.views.text_trials import TextTrials

__all__ = ["Desk"]


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
    language
        What the page speaks, ``"es"``; English otherwise.
    address
        The tab to open, and the cohort that a link brings.
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
        language: str = "en",
        address: Address | None = None,
    ) -> None:
        self.speech = Speech(language)
        self._thread = PageThread(pn.state.curdoc)
        self._writer = writer or Writer(everything)
        self._embedded = embedded
        self._address = address or Address()
        self.session = Session(snapshot, definition, workspace=workspace, schedule=self._thread.soon)
        self._began_on = self.session.shared.snapshot
        self._live = Live(self.session, self._thread.soon, self._failed)
        self._problem, self._theme = "", ""
        # The page's cover stays until the first counts: those of everybody are not those of this cohort.
        self._waiting = True
        self.bar = Part(part="bar", sizing_mode="stretch_width", margin=0)
        self._head = Head(self.session, self._live, self.speech, embedded=embedded)
        self.head = self._head.part
        policy = SmallCounts.current()
        self.left = FacetList(
            facets=wire.facet_infos(snapshot),
            all=self._writer.everything,
            now="" if policy is None else written({"protected": wire.protection()}),
            sizing_mode="stretch_both",
            margin=0,
        )
        self._takeaway = Takeaway(self.session, self.bar, self._thread.soon, self._told)
        self._memory = Memory(self.session, self.speech, self._thread.soon, self._draw_bar, embedded=embedded)
        self.tabs = Tabs(
            self.session,
            self._live,
            everything,
            images or LocalImages(),
            self._requested,
            self._takeaway,
            self._thread.in_turn,
            self.speech,
            self._address.tab,
        )
        self._around: dict[str, Callable[[Request], object]] = {
            "theme": self._change_theme,
            "tab": lambda request: self.tabs.open(request["tab"]),
            "save-file": lambda _request: self._takeaway.take("save"),
            "export": lambda _request: self._takeaway.take("export"),
            **self._memory.around(),
        }
        self._with_cohort = {"question": self._start, **self._memory.with_cohort()}
        self._trials = TextTrials(self.session, self._live, lambda tried: self.left.param.update(tried=tried))
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
        rail, body = self._head.rail, self.tabs.pane
        return {"bar": self.bar, "rail": rail, "left": self.left, "head": self.head, "body": body}

    def begin(self) -> None:
        """Go where the address points and count for the first time; called when the page is open."""
        before = self.session.revision
        try:
            self._problem = self._memory.follow(self._address)
        except ExplorerError as error:
            self._problem = self.speech.say("This link could not be opened: %1. Your cohort is unchanged.", error)
        if self.session.revision == before:
            self._changed()
        else:
            self._draw_bar()
            self._draw_head()

    def close(self) -> None:
        """Stop computing and following; the page is closed."""
        self._thread.close()
        self._memory.close()
        self.session.close()
        self._live.close()
        self.tabs.close()

    def _asked_on_the_left(self, request: Request) -> None:
        if request["kind"] == "measure":
            self.left.answer(request, measure=request["value"])
            return
        if request["kind"] == "try-text":
            self._trials.ask(request)
            return

        def carry_out() -> None:
            self._requested(request)
            self.left.answer(request)

        self._thread.at_once(carry_out)

    def _requested(self, request: Request) -> None:
        """Do what a part asks: around the cohort, with it, or to it."""
        kind = request["kind"]
        if kind in self._around:
            self._around[kind](request)
        else:
            self._carry_out(request, self._with_cohort.get(kind, self.session.apply))
        self._draw_bar()
        self._draw_head()

    def _carry_out(self, request: Request, change: Callable[[Request], object]) -> None:
        """Make the change, or say why it cannot be made."""
        try:
            change(request)
            self._problem = ""
        except ExplorerError as error:
            self._problem = str(error)
            if isinstance(error, DefinitionError) and change == self.session.apply:
                self._problem = self.speech.say("This was not done: %1. Your cohort is unchanged.", error)
            self._draw_left()

    def _change_theme(self, request: Request) -> None:
        self._theme = self.tabs.theme = request["theme"]

    def _start(self, request: Request) -> None:
        """Go to a question to start from, under its name."""
        asked = question(request["name"])
        self._memory.go(asked.rule.named(self.speech.say(asked.title)))

    def _changed(self) -> None:
        """Ask for everything that depends on the definition, the numbers first, and show it as it is now."""
        asked, active, writer = time.perf_counter(), self.session.state.active, self._writer

        def count(cohort: Cohort) -> Numbers:
            return count_all(cohort, active, writer, asked)

        def draw() -> None:
            self._draw_left()
            self._draw_bar()
            self._draw_head()
            self.tabs.refresh()

        self._waiting = True
        self._live.ask(count, self._counted)
        self._thread.at_once(draw)

    def _counted(self, numbers: Numbers) -> None:
        """Show all numbers with one message; the charts are drawn after that."""
        self._waiting = False
        self._head.counted(numbers.totals)
        self.left.param.update(now=numbers.told, levels=numbers.levels, took=numbers.took, pending=False)
        self._memory.counted(numbers.totals.patients)
        self._draw_head()
        self._draw_bar()
        revision = self.session.revision
        self._thread.after_painting(
            lambda: self.tabs.counted(numbers.counts), lambda: revision == self.session.revision
        )

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
                self._memory.drawn(),
                self.speech,
                tab=self.tabs.name,
                theme=self._theme,
                exporting=self._takeaway.busy,
                embedded=self._embedded,
                moved=session.shared.snapshot not in ("", self._began_on, session.snapshot.id),
            )
        )

    def _draw_head(self) -> None:
        self._head.draw(
            tabs=self.tabs.titles(),
            tab=self.tabs.name,
            hint=self.tabs.hint(),
            pending=self._waiting,
            problem=self._problem or self.session.problem,
        )
