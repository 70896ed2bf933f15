"""One workspace for JupyterLab's side panel: changes in the order in which they came, counts of the newest only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

from explorer.cohort.texts import shown
from explorer.counts import Cohort
from explorer.errors import ExplorerError, UserError
from explorer.session import Request, Session, Shared, Workspace
from explorer.views.answers.moment import Answer, Measure, Moment

if TYPE_CHECKING:
    from explorer.views.rooms import Opened

__all__ = ["Column"]


@dataclass(eq=False)
class _Caller:
    """Somebody who asked; `seen` is the click that is answered, where others came with it."""

    have: str
    counts: bool = True
    problem: str = ""
    seen: str = ""
    language: str = "en"
    future: Future[Answer] = field(default_factory=Future)

    def __post_init__(self) -> None:
        self.future.set_running_or_notify_cancel()  # from here on nobody cancels it

    def told(self, moment: Moment, answer: Answer) -> Answer:
        """Return the answer as this caller gets it."""
        return moment.told_to(self.have, self.seen, answer, self.problem, self.language)


class _LateError(Exception):
    """What was counted is no longer what is asked."""


class Column:
    """What the side panel shows of one workspace, with its own active group, empty cards and measure.

    A question is a change, or only a look, and is answered with all numbers, or at once without any. Changes are made
    one after another in one thread, counting goes on in another: where a newer change comes, counting stops, and all
    who wait get the numbers of the newest.

    Parameters
    ----------
    opened
        Returns the open snapshot of an id; of none, the one to begin with.
    workspace
        Where the definition is kept.
    """

    def __init__(self, opened: Callable[[str], Opened], workspace: Workspace) -> None:
        self._open = opened
        self._workspace = workspace
        self._edits = ThreadPoolExecutor(1, thread_name_prefix="explorer-column-edits")
        self._counts = ThreadPoolExecutor(1, thread_name_prefix="explorer-column-counts")
        # Of the thread that edits:
        self._session: Session | None = None
        self._measure: Measure = "patients"
        self._seen = ""
        self._changes = 0
        # Of both, under the lock:
        self._lock = threading.Lock()
        self._moment: Moment | None = None
        self._waiting: list[_Caller] = []
        self._cohort: Cohort | None = None
        self._counting: tuple[str, str, str | None] | None = None

    def ask(
        self, have: str = "", request: Request | None = None, *, counts: bool = True, language: str = "en"
    ) -> Future[Answer]:
        """Carry out a request from the screen, if there is one, and return what the screen shows then, in a while.

        A request that makes no valid definition changes nothing; ``problem`` in the answer says why.

        Parameters
        ----------
        have
            Id of the snapshot whose facets and counts of everything the screen has; they are left out then.
        counts
            Wait for the numbers; without them the answer has neither ``totals`` and ``advice`` nor the traits ``now``
            and ``levels``.
        language
            What the screen speaks.
        """
        if request is not None and not (isinstance(request, Mapping) and isinstance(request.get("kind"), str)):
            raise UserError(f"a request is an object with its kind, not {shown(request)}")
        caller = _Caller(have, counts, language=language)
        return self._submit(caller, lambda: "" if request is None else self._carry_out(request))

    def look_at(self, snapshot: str, have: str = "") -> Future[Answer]:
        """Go to another snapshot with the same definition, and return what the screen shows then, in a while.

        The answer is a `UserError` where there is no such snapshot or the definition does not fit it; then nothing has
        changed.
        """
        return self._submit(_Caller(have), lambda: self._go_to(snapshot))

    def close(self) -> None:
        """Take no more questions; those that were asked are answered."""
        self._edits.submit(self._counts.shutdown, wait=False)
        self._edits.shutdown(wait=False)

    # --- The thread that edits ----------------------------------------------------------------------------------------

    def _submit(self, caller: _Caller, step: Callable[[], str]) -> Future[Answer]:
        self._edits.submit(self._edit, caller, step)
        return caller.future

    def _edit(self, caller: _Caller, step: Callable[[], str]) -> None:
        try:
            caller.problem = step()
            caller.seen = self._seen
            moment = self._look()
            if not caller.counts:
                caller.future.set_result(caller.told(moment, moment.uncounted()))
        except BaseException as error:
            caller.future.set_exception(error)
            return
        with self._lock:
            self._moment = moment
            if caller.counts:
                self._waiting.append(caller)
            late = self._cohort if self._cohort is not None and self._counting != moment.key else None
        self._counts.submit(self._count)
        if late is not None:
            late.interrupt()

    def _carry_out(self, request: Request) -> str:
        """Carry out a request, and return why it could not be; empty where it could."""
        session, _, _ = self._now()
        self._seen = f"{str(request.get('client', ''))[:40]}:{str(request.get('n', 0))[:20]}"
        try:
            match request["kind"]:
                case "measure":
                    if request.get("value") not in get_args(Measure):
                        raise UserError(f"numbers show {' or '.join(get_args(Measure))}, not {shown(request)}")
                    self._measure = request["value"]
                case _:
                    session.apply(request)
        except ExplorerError as error:
            return str(error)
        return ""

    def _go_to(self, name: str) -> str:
        snapshot = self._open(name).snapshot

        def step(shared: Shared) -> Shared:
            shared.definition.check(snapshot)
            return replace(shared, snapshot=snapshot.id)

        self._workspace.change(step)
        return ""

    def _look(self) -> Moment:
        session, opened, lost = self._now()
        return Moment(
            workspace=self._workspace.name,
            opened=opened,
            state=session.state,
            shared=session.shared,
            revision=self._changes + session.revision,
            measure=self._measure,
            problem=lost or session.problem,
        )

    def _now(self) -> tuple[Session, Opened, str]:
        """Return the session as the workspace stands now, its snapshot, and why that is not the one chosen."""
        wanted, lost = self._workspace.read().snapshot, ""
        try:
            opened = self._open(wanted)
        except ExplorerError as error:
            opened = self._open("")
            lost = f"{error} {opened.snapshot.title} is shown instead."
        if self._session is None or self._session.snapshot != opened.snapshot:
            if self._session is not None:
                self._changes += self._session.revision + 1
            self._session = Session(opened.snapshot, workspace=self._workspace)
            self._session.close()  # it looks whenever it is asked
        else:
            self._session.follow()
        return self._session, opened, lost

    # --- The thread that counts ---------------------------------------------------------------------------------------

    def _count(self) -> None:
        with self._lock:
            callers, self._waiting = self._waiting, []
            moment = self._moment
        if not callers or moment is None:
            return
        try:
            answer = self._answer(moment)
            answers = [each.told(moment, answer) for each in callers]
        except _LateError:
            with self._lock:
                self._waiting = [*callers, *self._waiting]
        except BaseException as error:
            for caller in callers:
                caller.future.set_exception(error)
        else:
            for caller, told in zip(callers, answers, strict=True):
                caller.future.set_result(told)

    def _answer(self, moment: Moment) -> Answer:
        cohort = moment.cohort()
        try:
            with self._lock:
                self._check(moment)
                self._cohort, self._counting = cohort, moment.key
            return moment.answer(cohort)
        except Exception:
            with self._lock:
                self._check(moment)
            raise
        finally:
            with self._lock:
                self._cohort = None
            cohort.close()

    def _check(self, moment: Moment) -> None:
        if self._moment is not None and self._moment.key != moment.key:
            raise _LateError
