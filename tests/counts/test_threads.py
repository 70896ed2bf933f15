"""One cohort asked from many threads, cohorts side by side, and a question that is stopped."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts.scratch import Scratch
from explorer.errors import SnapshotError
from explorer.facets import BodyPartExamined, Modality, sex

RULES = [
    CohortDefinition().including(Modality.is_in("CT")),
    CohortDefinition().including(Modality.is_in("MR"), same="study").excluding(sex.is_in("M")),
    CohortDefinition().including(Modality.is_in("CT"), BodyPartExamined.is_in(None)).including(sex.is_in("F", None)),
    CohortDefinition(),
]


def everything(cohort: Cohort) -> dict[str, Any]:
    """Many answers of one cohort."""
    return {
        "totals": cohort.totals(),
        "sex": cohort.facet("sex"),
        "part": cohort.facet("BodyPartExamined"),
        "age": cohort.histogram("age"),
        "levels": cohort.levels(),
        "attrition": cohort.attrition(),
        "whole": cohort.choosable("Modality"),
        "rows": cohort.frame("series", sort="instances", limit=9).to_dict("records"),
        "licences": cohort.licences(),
    }


@pytest.mark.parametrize("rule", RULES)
def test_one_cohort_many_threads(rule: CohortDefinition, small: Snapshot) -> None:
    expected = everything(Cohort(rule, small))
    shared = Cohort(rule, small)
    start = threading.Barrier(8)

    def ask(_: int) -> dict[str, Any]:
        start.wait(10)
        return everything(shared)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert [str(answer) for answer in answers] == [str(expected)] * 8


def test_cohorts_side_by_side(small: Snapshot) -> None:
    expected = [str(everything(Cohort(rule, small))) for rule in RULES]

    def ask(turn: int) -> str:
        cohort = Cohort(RULES[turn % len(RULES)], small)
        try:
            return str(everything(cohort))
        finally:
            cohort.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(16)))
    assert answers == [expected[turn % len(RULES)] for turn in range(16)]


def test_side_by_side_on_the_default_snapshot(default_snapshot: Snapshot) -> None:
    rules = RULES[:3]
    expected = [Cohort(rule, default_snapshot).totals() for rule in rules]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda rule: Cohort(rule, default_snapshot).totals(), rules)) == expected


SLOW = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE a.range % 7 = b.range % 11"


def test_a_running_question_is_stopped(small: Snapshot) -> None:
    cohort = Cohort(RULES[0], small)
    scratch: Scratch = cohort._work()
    began = time.monotonic()
    timer = threading.Timer(0.3, cohort.interrupt)
    timer.start()
    with pytest.raises(SnapshotError, match="stopped"):
        scratch.rows(SLOW)
    assert time.monotonic() - began < 10
    with pytest.raises(SnapshotError, match="stopped"):
        cohort.totals()
    cohort.close()
    assert str(everything(cohort)) == str(everything(Cohort(RULES[0], small)))


def test_a_question_that_has_not_begun_is_stopped_too(small: Snapshot) -> None:
    cohort = Cohort(RULES[0], small)
    cohort.interrupt()
    with pytest.raises(SnapshotError, match="stopped"):
        cohort.totals()
    cohort.close()
    cohort.close()
    assert cohort.totals().patients


@pytest.mark.parametrize("first", ["facet", "missing", "choosable", "histogram"])
def test_any_question_may_be_the_first(first: str, small: Snapshot) -> None:
    cohort = Cohort(RULES[1], small)
    assert getattr(cohort, first)("age" if first == "histogram" else "SeriesDescription")
