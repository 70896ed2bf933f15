"""Answers beside the page's thread: late ones are dropped, failed ones are said in a sentence."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from explorer import Cohort, Snapshot
from explorer.errors import SnapshotError
from explorer.session import Session
from explorer.sources import RowsSource
from explorer.views.live import Live

CT = {"kind": "toggle", "facet": "Modality", "value": "CT", "on": True}
MR = CT | {"value": "MR"}


class Screen:
    """The page's thread, run by hand."""

    def __init__(self, session: Session) -> None:
        self.tasks: queue.Queue[Callable[[], None]] = queue.Queue()
        self.answers: list[Any] = []
        self.problems: list[str] = []
        self.live = Live(session, self.tasks.put, self.problems.append)

    def ask(self, question: Callable[[Cohort], Any]) -> None:
        self.live.ask(question, self.answers.append)

    def run(self) -> None:
        """Run everything that was asked, and what came of it."""
        self.live._pool.submit(lambda: None).result(10)
        while not self.tasks.empty():
            self.tasks.get()()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows = [{"PatientID": "a", "Modality": "CT"}, {"PatientID": "b", "Modality": "MR"}, {"PatientID": "c"}]
    return Snapshot.build(RowsSource(rows), store=tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def session(snapshot: Snapshot) -> Session:
    return Session(snapshot)


@pytest.fixture
def screen(session: Session) -> Iterator[Screen]:
    made = Screen(session)
    yield made
    made.live.close()


def patients(cohort: Cohort) -> int:
    return cohort.totals().patients


def test_an_answer_arrives_in_the_pages_thread(screen: Screen, session: Session) -> None:
    screen.ask(patients)
    screen.ask(lambda cohort: threading.current_thread().name)
    screen.run()
    assert screen.answers[0] == 3
    assert screen.answers[1].startswith("explorer-answers")
    session.apply(CT)
    screen.ask(patients)
    screen.run()
    assert screen.answers[2] == 1


class Slow:
    """A question that waits to be let go."""

    def __init__(self, answer: Any) -> None:
        self.begun, self.go, self.answer = threading.Event(), threading.Event(), answer

    def __call__(self, cohort: Cohort) -> Any:
        self.begun.set()
        assert self.go.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_a_late_answer_never_replaces_a_newer_one(screen: Screen, session: Session) -> None:
    slow = Slow("late")
    screen.ask(slow)
    assert slow.begun.wait(10)
    session.apply(CT)
    screen.ask(patients)
    slow.go.set()
    screen.run()
    assert screen.answers == [1]


def test_a_slow_question_blocks_no_other_session(screen: Screen, snapshot: Snapshot) -> None:
    slow = Slow("late")
    screen.ask(slow)
    assert slow.begun.wait(10)
    other = Screen(Session(snapshot))
    other.ask(patients)
    other.run()
    assert (other.answers, screen.answers) == ([3], [])
    other.live.close()
    slow.go.set()
    screen.run()
    assert screen.answers == ["late"]


def test_an_answer_that_grows_old_on_its_way_is_dropped(screen: Screen, session: Session) -> None:
    screen.ask(patients)
    task = screen.tasks.get(timeout=10)
    session.apply(CT)
    task()
    assert screen.answers == []
    session.undo()
    screen.ask(patients)
    screen.run()
    assert screen.answers == [3]


def test_questions_that_nobody_waits_for_are_not_asked(screen: Screen, session: Session) -> None:
    slow, asked = Slow("late"), []
    screen.ask(slow)
    assert slow.begun.wait(10)
    for value in ("CT", "MR", "SEG", "PT"):
        session.apply(CT | {"value": value})
        screen.ask(lambda cohort, value=value: asked.append(value))
    slow.go.set()
    screen.run()
    assert asked == ["PT"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SnapshotError("the file is gone; build it again"), "the file is gone; build it again"),
        (
            ZeroDivisionError("x"),
            "This could not be counted; the server's log says why. Your cohort is unchanged.",
        ),
    ],
)
def test_a_failure_is_a_sentence(screen: Screen, error: Exception, said: str, caplog: pytest.LogCaptureFixture) -> None:
    question = Slow(error)
    question.go.set()
    with caplog.at_level(logging.ERROR):
        screen.ask(question)
        screen.run()
    assert screen.problems == [said]
    assert bool(caplog.records) == isinstance(error, ZeroDivisionError)
    screen.ask(patients)
    screen.run()
    assert screen.answers == [3]


@pytest.mark.parametrize("error", [SnapshotError("gone"), ZeroDivisionError("x")])
def test_a_stale_failure_is_silent(
    screen: Screen, session: Session, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    slow = Slow(error)
    screen.ask(slow)
    assert slow.begun.wait(10)
    session.apply(MR)
    screen.ask(patients)
    slow.go.set()
    screen.run()
    assert screen.answers == [1]
    assert screen.problems == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_cohort_is_always_that_of_the_session(screen: Screen, session: Session) -> None:
    before = screen.live.cohort
    assert screen.live.cohort is before
    session.apply({"kind": "group-add"})
    assert screen.live.cohort is before
    session.apply(CT)
    assert screen.live.cohort.definition is session.definition
    assert screen.live.cohort is not before
