"""The questions of the first screen, and the ways out of an empty cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.cohort import Group, Within
from explorer.errors import UnknownNameError
from explorer.facets import Modality, age, sex
from explorer.session import Session
from explorer.sources import RowsSource
from explorer.views.empty import ways_out
from explorer.views.start import QUESTIONS, answered, question

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "MR", "BodyPartExamined": "BREAST", "sex": "F", "age": 61},
    {"PatientID": "b", "Modality": "MR", "BodyPartExamined": "BREAST", "sex": "M", "age": 30},
    {"PatientID": "c", "Modality": "CT", "BodyPartExamined": "CHEST", "sex": "F", "age": 70},
    {"PatientID": "d", "Modality": "CT", "BodyPartExamined": "CHEST", "sex": "M", "age": 40},
    {"PatientID": "d", "Modality": "PT", "BodyPartExamined": "CHEST", "sex": "M", "age": 40},
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


def test_only_what_finds_somebody_is_asked(snapshot: Snapshot) -> None:
    assert answered(snapshot) == [{"name": "breast-mr", "title": "Breast MR of women", "patients": 1}]


def test_a_snapshot_without_the_columns_has_no_questions(tmp_path: Path) -> None:
    bare = Snapshot.build(RowsSource([{"PatientID": "a", "Modality": "MR"}]), store=tmp_path)
    assert answered(bare) == []


def test_a_question_is_found_by_its_name() -> None:
    assert [question(each.name) for each in QUESTIONS] == list(QUESTIONS)
    with pytest.raises(UnknownNameError, match="there is no question 'x'; there are breast-mr"):
        question("x")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            # Women with CT under 50: without the age c, without the sex d. Without CT nobody.
            CohortDefinition().including(Modality.is_in("CT"), age.between(0, 50)).including(sex.is_in("F")),
            [
                ({"kind": "remove", "group": "include:0", "criterion": 1}, 1),
                ({"kind": "remove", "group": "include:1", "criterion": 0}, 1),
            ],
        ),
        (
            # CT and PET in one series: d has both, in one study and not in one series.
            CohortDefinition(include=(Group("series", (Modality.is_in("CT"), Modality.is_in("PT"))),)),
            [
                ({"kind": "remove", "group": "include:0", "criterion": 0}, 1),
                ({"kind": "level", "group": "include:0", "same": "study"}, 1),
                ({"kind": "remove", "group": "include:0", "criterion": 1}, 2),
            ],
        ),
        (
            CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT")),
            [
                ({"kind": "remove", "group": "include:0", "criterion": 0}, 2),
                ({"kind": "group-delete", "group": "exclude:0"}, 2),
            ],
        ),
        (
            # No study is dated.
            CohortDefinition(include=(Group("patient", (Modality.is_in("MR"),)),), within=(Within(0, 0, (1, 5)),)),
            [
                ({"kind": "within-remove", "index": 0}, 2),
                ({"kind": "remove", "group": "include:0", "criterion": 0}, 4),
            ],
        ),
        (CohortDefinition().including(Modality.is_in("US")).including(sex.is_in("O")), []),
    ],
)
def test_the_smallest_changes_of_an_empty_cohort(
    snapshot: Snapshot, rule: CohortDefinition, expected: list[tuple[dict[str, Any], int]]
) -> None:
    cohort = Cohort(rule, snapshot)
    assert cohort.totals().patients == 0
    ways = ways_out(cohort)
    assert [(way["request"], way["patients"]) for way in ways] == expected
    for way in ways:
        session = Session(snapshot, rule)
        session.apply(way["request"])
        assert Cohort(session.definition, snapshot).totals().patients == way["patients"]


def test_few_people_are_not_told(snapshot: Snapshot) -> None:
    rule = CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT"))
    cohort = Cohort(rule, snapshot, small_counts="10,10")
    assert {way["patients"] for way in ways_out(cohort)} == {None}


def test_questions_are_told_under_the_policy_of_the_process(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")
    assert [each["patients"] for each in answered(snapshot)] == [None]
