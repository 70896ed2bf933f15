"""Costs, those lost, sources, tables of two facets and follow-up: what is refused, kept and told under a policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.errors import OperatorError, SnapshotError, UnknownFacetError, UnknownNameError
from explorer.facets import BodyPartExamined, Modality, age, sex

CT = CohortDefinition().including(Modality.is_in("CT"), age.between(10, 60)).excluding(sex.is_in("M"))


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda c: c.pairs("Modality", "SeriesDescription"), OperatorError, "SeriesDescription is a text facet"),
        (lambda c: c.pairs("Modality", "nothing"), UnknownFacetError, "no facet 'nothing'"),
        (lambda c: c.pairs("Modality", "age", "include:7"), UnknownNameError, "no group 'include:7'"),
        (lambda c: c.pairs("Modality", "age", years=7), OperatorError, "bins of 5 years"),
        (lambda c: c.pairs("Modality", "age", years=0), OperatorError, "bins of 5 years"),
        (lambda c: c.follow_up("exclude:0"), UnknownNameError, "include groups"),
        (lambda c: c.attrition_by("Modality"), OperatorError, "belongs to a series"),
        (lambda c: c.attrition_by("age"), OperatorError, "belongs to a study"),
        (lambda c: c.lost(0, "sex"), UnknownNameError, "steps 1 to 2"),
        (lambda c: c.lost(3, "sex"), UnknownNameError, "steps 1 to 2"),
        (lambda c: c.lost(4, "sex", criteria=True), UnknownNameError, "steps 1 to 3"),
        (lambda c: c.lost(True, "sex"), UnknownNameError, "not at True"),
        (lambda c: c.lost(1, "nothing"), UnknownFacetError, "no facet"),
    ],
)
def test_refused(ask: Callable[[Cohort], Any], error: type[Exception], said: str, small: Snapshot) -> None:
    with pytest.raises(error, match=said):
        ask(Cohort(CT, small))


def test_a_new_group_and_every_group(small: Snapshot) -> None:
    cohort = Cohort(CT, small)
    assert [cohort.pairs("sex", "dataset", group).group for group in (None, "new", "include:0", "exclude:0")] == [
        "include:0",
        "include:1",
        "include:0",
        "exclude:0",
    ]
    assert cohort.pairs("Modality", "sex").whole == cohort.choosable("Modality")
    everybody = Cohort(CohortDefinition(), small)
    assert everybody.pairs("Modality", "sex").whole == (40, small.totals["series"])
    assert everybody.follow_up().group == "include:0"


def test_one_facet_in_pairs_is_the_facet_alone(small: Snapshot) -> None:
    """In one series a value stands beside itself only."""
    cohort = Cohort(CohortDefinition().including(sex.is_in("F")), small)
    for name in ("Modality", "BodyPartExamined", "sex", "age"):
        told = [(c.first, c.patients, c.series) for c in cohort.pairs(name, name).cells]
        if name == "age":
            bins = cohort.histogram(name)
            assert told == [*((low, *counts) for low, _, *counts in bins.bins), (None, *bins.missing)]
        else:
            assert sorted(told, key=str) == sorted(
                ((v.value, v.patients, v.series) for v in cohort.facet(name).values), key=str
            )


def test_costs_have_their_paths_in_order(small: Snapshot) -> None:
    rule = CT.including(Modality.is_in("MR"), BodyPartExamined.is_in(None), same="study").following(0, 1, (0, None))
    assert [cost.path for cost in Cohort(rule, small).costs()] == [
        "/include/0/where/0",
        "/include/0/where/1",
        "/include/0/same",
        "/include/1/where/0",
        "/include/1/where/1",
        "/include/1/same",
        "/within/0",
        "/exclude/0",
    ]
    patients = [
        cost.path for cost in Cohort(rule.including(Modality.is_in("MR"), age.is_in(7), same="patient"), small).costs()
    ]
    assert "/include/2/same" not in patients
    assert Cohort(rule, small).costs()[2].to_dict() | {"words": "", "without": 0} == {
        "words": "",
        "path": "/include/0/same",
        "alone": None,
        "without": 0,
    }


def test_every_answer_says_its_policy(small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10")
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), small)
    answers: list[Any] = [cohort.pairs("Modality", "sex"), cohort.follow_up(), cohort.attrition_by("dataset")]
    answers += [cohort.lost(1, "Modality"), *cohort.costs(), *cohort.attrition(criteria=True)]
    for answer in answers:
        assert answer.protected is cohort.protected
        assert "protected" not in repr(answer)
        assert not hasattr(answer, "under") or answer.under(cohort.protected) is answer
    told = cohort.lost(1, "BodyPartExamined", 1000).values
    assert [-(each.patients or 0) for each in told] == sorted(-(each.patients or 0) for each in told)


def test_stopped(small: Snapshot) -> None:
    for ask in (lambda c: c.pairs("Modality", "sex"), Cohort.costs, lambda c: c.lost(1, "sex"), Cohort.follow_up):
        cohort = Cohort(CT, small)
        cohort.totals()
        cohort._evaluated().stop()
        with pytest.raises(SnapshotError, match="stopped"):
            ask(cohort)
