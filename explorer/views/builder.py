"""The facet list as a notebook widget, in step with the app, the side panel and other kernels."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from contextlib import closing
from html import escape
from typing import Any

import ipywidgets
import traitlets

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, SmallCounts, Totals
from explorer.errors import ExplorerError, UserError
from explorer.session import Session, Workspace
from explorer.snapshot import Snapshot
from explorer.views import wire
from explorer.views.component import Request
from explorer.views.facet_list import FacetListWidget
from explorer.views.live import Live
from explorer.views.numbers import Numbers, Writer, count_all, written
from explorer.views.parts import head_totals
from explorer.views.queue import Line
from explorer.views.remembered import Remembered, totalled
from explorer.views.text_trials import TextTrials, Tried
from explorer.views.turns import Turns
from explorer.views.weak import weakly

__all__ = ["CohortBuilder"]

_whole: Remembered[tuple[str, SmallCounts | None], Writer] = Remembered(8)
"""Counts of all of a snapshot, under a policy: the same for every widget of this kernel."""


class _Definition(traitlets.TraitType[CohortDefinition, Any]):
    """A cohort definition; what `CohortDefinition` can read is one too."""

    info_text = "a CohortDefinition, or its JSON as a dict or text"
    default_value = CohortDefinition()

    def validate(self, obj: Any, value: Any) -> CohortDefinition:
        """Return the definition that `value` is or says."""
        if isinstance(value, CohortDefinition):
            return value
        if isinstance(value, Mapping):
            return CohortDefinition.from_dict(dict(value))
        if isinstance(value, str | bytes):
            return CohortDefinition.from_json(value)
        raise UserError(f"{type(value).__name__} is no cohort definition; give {self.info_text}")


class CohortBuilder(ipywidgets.VBox, ipywidgets.ValueWidget):  # type: ignore[misc]
    """Filters and counts in a notebook, in step with the app and the side panel.

    Clicks change `definition`, and assigning `definition` changes what is shown. It is a trait, so
    ``builder.observe(f, "definition")`` works; `value` is the same, so ``interact`` works too.

    Parameters
    ----------
    snapshot
        A `Snapshot`, or the name of one; None opens the default snapshot.
    definition
        Where to begin: a `CohortDefinition`, or its JSON as a dict or text. None is where the workspace stands.
    workspace
        Name of the definition that this widget shares with the app, the side panel and other notebooks. Another name
        keeps a notebook's cohort apart; None keeps this one widget apart, and nothing is saved.
    **box
        Traits of the ipywidgets box around, such as ``layout``.

    Raises
    ------
    UserError
        The definition is not valid on the snapshot, or the workspace's name is none.

    Examples
    --------
    >>> builder = explorer.CohortBuilder(explorer.Snapshot.open())  # doctest: +SKIP
    >>> builder  # doctest: +SKIP
    >>> builder.definition = {"version": 1}  # doctest: +SKIP
    >>> print(builder.code())  # doctest: +SKIP
    """

    definition = _Definition(help="The cohort definition as it is now.")
    value = _Definition(help="The same; what ``interact`` hands to a function.")
    description = traitlets.Unicode("", help="Written beside the widget by ``interact``.")

    def __init__(
        self,
        snapshot: Snapshot | str | None = None,
        definition: CohortDefinition | Mapping[str, Any] | str | None = None,
        *,
        workspace: str | None = "default",
        **box: Any,
    ) -> None:
        self._session: Session | None = None
        if not isinstance(snapshot, Snapshot):
            snapshot = Snapshot.open(snapshot) if snapshot else Snapshot.open()
        begin = None if definition is None else type(self).definition.validate(self, definition)
        place = None if workspace is None else Workspace(workspace)
        self._turns, self._line = Turns(), Line()
        self._all_of_it = Totals.whole(snapshot)
        self._totals: Totals | None = None
        self._problem = ""
        self._list = FacetListWidget(facets=wire.facet_infos(snapshot), shape="grid")
        super().__init__(children=(self._list,), **box)
        with self._turns.mine():
            session = Session(snapshot, begin, workspace=place, schedule=self._turns)
            self._session, self._workspace = session, place
            self._live = Live(session, self._turns, weakly(self._failed), self._line)
            self._stop = weakref.finalize(self, _end, session, self._live)
            self._stop.atexit = False  # the threads are daemons, and by then the snapshot's file is closed
            self._trials = TextTrials(session, self._live, weakly(self._tried))
            session.watch(weakly(self._changed))
            self._list.on_request(weakly(self._requested))
            # A number, so that the page keeps it: how many places show this widget.
            self._list._view_count = 0
            self._list.observe(weakly(self._looked_at), "_view_count")
            self._changed()

    @property
    def snapshot(self) -> Snapshot:
        """What the definition is counted on."""
        return self._there.snapshot

    @property
    def workspace(self) -> str | None:
        """The name of what is shared; None where this widget is on its own."""
        return self._workspace.name if self._workspace else None

    @property
    def cohort(self) -> Cohort:
        """A new cohort of the definition as it is now."""
        return self._there.cohort()

    def code(self) -> str:
        """Return the text of a cell that gives this cohort again, without the widget."""
        from explorer.export.insert import cohort_cell

        return cohort_cell(self.definition, self.snapshot)

    def apply(self, request: Request) -> None:
        """Carry out what another widget asks for, such as the mark of a contact sheet: one step that can be undone.

        Raises
        ------
        UserError
            The request makes no valid definition; nothing has changed then.
        """
        with self._turns.mine():
            self._changeable.apply(request)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` after every change of the definition, whoever made it; for other widgets."""
        self._there.watch(watcher)

    def undo(self) -> None:
        """Take the last change back, whoever made it."""
        with self._turns.mine():
            self._changeable.undo()

    def redo(self) -> None:
        """Do the last undone change again."""
        with self._turns.mine():
            self._changeable.redo()

    def close(self) -> None:
        """Stop counting and following others, and take the widget off the page."""
        if self._session is not None:
            self._stop()
            self._list.close()
        super().close()

    @property
    def _there(self) -> Session:
        if self._session is None:
            raise UserError("this widget was not made")
        return self._session

    @property
    def _changeable(self) -> Session:
        if not self._stop.alive:
            raise UserError("this widget is closed; make another CohortBuilder")
        return self._there

    @traitlets.validate("definition", "value")
    def _accept(self, proposal: Any) -> CohortDefinition:
        """Go to the definition, so that what does not fit the snapshot is refused before anything has changed."""
        wanted: CohortDefinition = proposal["value"]
        if self._session is None or wanted == self._session.definition:
            return wanted
        with self._turns.mine():
            self._problem = ""
            self._changeable.show(wanted)
        return wanted

    def _requested(self, request: Request) -> None:
        with self._turns.mine():
            self._line.patient = False
            if request["kind"] == "measure":
                self._list.answer(request, measure=request["value"])
                return
            if request["kind"] == "try-text":
                self._trials.ask(request)
                return
            before, self._problem = self._problem, ""
            with self._list.hold_sync():
                try:
                    self._there.apply(request)
                except ExplorerError as error:
                    self._problem = str(error)
                finally:  # also when a function that observes the definition fails
                    if self._problem or before:
                        self._draw()
                    self._list.answer(request)

    def _changed(self) -> None:
        """Ask for everything that depends on the definition, and show it as it is now."""
        session = self._there
        asked, active = time.perf_counter(), session.state.active
        self._totals = None
        if not self._list.all:
            self._live.ask(_everything, weakly(self._compared))
        self._live.ask(lambda cohort: count_all(cohort, active, _everything(cohort), asked), weakly(self._counted))
        self._draw()
        self.set_trait("definition", session.definition)
        self.set_trait("value", session.definition)

    def _draw(self) -> None:
        session = self._there
        state = session.state
        self._set(
            **wire.standing(state),
            revision=session.revision,
            pending=self._totals is None and not self._problem,
            sentence=state.definition.describe(),
            problem=self._problem or session.problem,
        )

    def _compared(self, writer: Writer) -> None:
        # Before the first counts: how the numbers of everybody are to be written.
        protected = written({"protected": wire.protection()}) if SmallCounts.current() else ""
        self._set(all=writer.everything, now=self._list.now or protected)

    def _counted(self, numbers: Numbers) -> None:
        self._totals = numbers.totals
        self._set(
            now=numbers.told,
            levels=numbers.levels,
            took=numbers.took,
            totals=head_totals(numbers.totals, self._all_of_it),
            problem=self._problem or self._there.problem,
            pending=False,
        )

    def _tried(self, tried: Tried) -> None:
        self._set(tried=dict(tried))

    def _failed(self, problem: str) -> None:
        self._problem = problem
        self._draw()

    def _looked_at(self, change: Any) -> None:
        self._line.patient = not change["new"]

    def _set(self, **traits: Any) -> None:
        """Set traits of the list; they arrive together."""
        with self._list.hold_sync():
            for name, value in traits.items():
                self._list.set_trait(name, value)

    def _words(self) -> tuple[str, str]:
        """Return the cohort in words and its totals, for those who have only the notebook's file."""
        session = self._there
        try:
            with closing(session.cohort()) as cohort:
                totals = self._totals or totalled(cohort)
            lines = head_totals(totals, self._all_of_it)
            numbers = [f"{each['value']} {each['unit'] or each['label'].lower()}" for each in lines]
            figures = f"{', '.join(numbers)} in {session.snapshot.title}."
        except ExplorerError as error:
            figures = str(error)
        return session.definition.describe(), figures

    def __repr__(self) -> str:
        return " ".join(self._words())

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        sentence, figures = self._words()
        bundle["text/plain"] = f"{sentence}\n{figures}"
        bundle["text/html"] = f"<p><strong>{escape(sentence)}</strong><br>{escape(figures)}</p>"
        return bundle


def _everything(cohort: Cohort) -> Writer:
    """Return the counts of all of the cohort's snapshot, counted once."""
    snapshot = cohort.snapshot
    return _whole.get((snapshot.id, cohort.protected), lambda: Writer(wire.everything(snapshot)))


def _end(session: Session, live: Live) -> None:
    session.close()
    live.close()
