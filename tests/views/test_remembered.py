"""Answers that are shared: each computed once, bounded, and never somebody else's failure."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
from explorer.sources import RowsSource
from explorer.views import remembered, wire
from explorer.views.remembered import Remembered, counted, levelled, totalled


def test_the_last_few_are_kept() -> None:
    kept: Remembered[int, int] = Remembered(2)
    computed: list[int] = []

    def square(n: int) -> int:
        computed.append(n)
        return n * n

    for n in (1, 2, 1, 3, 1, 2):
        assert kept.get(n, lambda n=n: square(n)) == n * n
    assert computed == [1, 2, 3, 2]
    assert kept.values() == [1, 4]


def test_those_who_ask_at_once_count_once() -> None:
    kept: Remembered[str, int] = Remembered(2)
    go, asked = threading.Event(), []

    def slow() -> int:
        asked.append(1)
        assert go.wait(20)
        return 7

    with ThreadPoolExecutor(5) as pool:
        answers = [pool.submit(kept.get, "x", slow) for _ in range(5)]
        go.set()
        assert [answer.result(20) for answer in answers] == [7] * 5
    assert len(asked) == 1
    assert not kept._turns


def test_a_failure_is_its_callers_and_the_next_one_tries() -> None:
    kept: Remembered[str, int] = Remembered(2)
    begun, go = threading.Event(), threading.Event()

    def stopped() -> int:
        begun.set()
        assert go.wait(20)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.get, "x", stopped)
        assert begun.wait(20)
        second = pool.submit(kept.get, "x", lambda: 7)
        go.set()
        assert second.result(20) == 7
        with pytest.raises(ZeroDivisionError):
            first.result(20)
    assert kept.get("x", stopped) == 7


def test_counts_are_those_of_snapshot_definition_group_and_policy(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"PatientID": str(n), "Modality": "CT" if n % 2 else "MR"} for n in range(6)]
    made = [Snapshot.build(RowsSource(some), store=tmp_path_factory.mktemp("snapshots")) for some in (rows, rows[:3])]
    rule = CohortDefinition().including(Modality.is_in("MR"))
    for definition in (rule, CohortDefinition()):
        for snapshot in made:
            for policy in (None, "5,5"):
                cohort = Cohort(definition.named("as it is called"), snapshot, small_counts=policy)
                for active in (None, "include:0", "include:1"):
                    assert counted(cohort, active) == wire.now(cohort, active)
                assert totalled(cohort) == cohort.totals()
                numbers, levels, costs = levelled(cohort), cohort.levels(), cohort.group_costs()
                assert numbers["within"] == costs["within"]
                for kind in ("include", "exclude"):
                    both = zip(levels[kind], costs[kind], strict=True)
                    assert numbers[kind] == [{**dict(patients), **cost} for patients, cost in both]
                cohort.close()

    def never(*_: object) -> None:
        raise AssertionError("counted twice")

    monkeypatch.setattr(remembered.wire, "now", never)
    monkeypatch.setattr(Cohort, "totals", never)
    again = Cohort(rule.named("another name"), made[0])
    assert totalled(again).patients == 3 and counted(again, None)
