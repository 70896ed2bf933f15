"""Long tasks of all pages take turns, with rests."""

from __future__ import annotations

import pytest

from explorer.views.pacing import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> None:
        self.now += seconds


def test_the_first_begins_at_once_and_the_others_after_rests() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert [pace.turn() for _ in range(3)] == pytest.approx([0, 0.3, 0.6])
    clock.work(5)
    assert pace.turn() == 0


def test_rests_are_as_long_as_the_tasks_ask_for() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.run(lambda: clock.work(1))
    assert [pace.turn(), pace.turn()] == pytest.approx([0, 3])

    def fails() -> None:
        clock.work(0.01)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pace.run(fails)
    clock.work(60)
    assert [pace.turn(), pace.turn()] == pytest.approx([0, 0.03])
