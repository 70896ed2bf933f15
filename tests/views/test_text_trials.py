"""What a text that is being typed would give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, SeriesDescription, sex
from explorer.session import State
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.desk import Desk
from explorer.views.text_trials import try_text

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "MR", "SeriesDescription": "AX T1", "sex": "F"},
    {"PatientID": "b", "Modality": "MR", "SeriesDescription": "ax t1", "sex": "F"},
    {"PatientID": "c", "Modality": "MR", "SeriesDescription": "AX T1", "sex": "M"},
    {"PatientID": "d", "Modality": "CT", "SeriesDescription": "T1 <i>", "sex": "M"},
    {"PatientID": "e", "Modality": "MR", "SeriesDescription": "dwi", "sex": None},
]
MR = CohortDefinition().including(Modality.is_in("MR"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


def tried(rule: CohortDefinition, snapshot: Snapshot, **request: Any) -> Any:
    wished = {"kind": "try-text", "facet": "SeriesDescription", "group": None, "texts": [], **request}
    with closing(Cohort(rule, snapshot)) as cohort:
        return try_text(cohort, State(rule), wished)


def test_it_is_what_the_cohort_would_have(snapshot: Snapshot) -> None:
    found = tried(MR, snapshot, text="t1")
    assert found == {
        "id": MR.id,
        "facet": "SeriesDescription",
        "text": "t1",
        "patients": 3,
        "texts": 2,
        "most": [("AX T1", 2), ("ax t1", 1)],
    }
    assert tried(MR, snapshot, text="t1", texts=["DWI"])["patients"] == 4
    assert tried(CohortDefinition(), snapshot, text="t1")["most"][1] == ("T1 <i>", 1)
    assert tried(MR, snapshot, text="nobody") | {"id": ""} == {
        "id": "",
        "facet": "SeriesDescription",
        "text": "nobody",
        "patients": 0,
        "texts": 0,
        "most": [],
    }


def test_it_is_tried_in_the_group_that_a_click_edits(snapshot: Snapshot) -> None:
    rule = MR.including(sex.is_in("F")).excluding(SeriesDescription.contains("dwi"))
    assert tried(rule, snapshot, text="ax", group="include:1")["patients"] == 2
    assert tried(rule, snapshot, text="ax", group="include:2")["patients"] == 2  # an empty card
    assert tried(rule, snapshot, text="ax", group="exclude:0", texts=["dwi"])["patients"] == 0
    for group in ("include:1", "include:2"):
        wished = rule.including(SeriesDescription.contains("ax")) if group == "include:2" else None
        if wished is not None:
            assert (
                tried(rule, snapshot, text="ax", group=group)["patients"] == Cohort(wished, snapshot).totals().patients
            )


@pytest.mark.parametrize(
    "request_",
    [{"text": ""}, {"text": 3}, {"text": "x", "texts": "y"}, {"text": "x", "facet": "sex"}, {"text": "x", "facet": []},
     {"text": "x", "group": "include:9"}, {"text": "x" * 2000}, {"text": "x", "texts": [1]}],
)  # fmt: skip
def test_what_makes_no_definition_has_no_answer(request_: dict[str, Any], snapshot: Snapshot) -> None:
    assert tried(MR, snapshot, **request_) is None


def test_protected_texts_are_not_told(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")
    found = tried(MR, snapshot, text="t1")
    assert (found["patients"], found["texts"], found["most"]) == (None, None, [])


@pytest.fixture
def desk(snapshot: Snapshot) -> Iterator[Desk]:
    desk = Desk(snapshot, wire.everything(snapshot), definition=MR)
    yield desk
    desk.close()


def test_a_trial_changes_nothing_and_only_the_last_one_is_answered(desk: Desk) -> None:
    answers: list[dict[str, Any]] = []
    desk.left.param.watch(lambda event: answers.append(event.new), "tried")
    asked = {"kind": "try-text", "facet": "SeriesDescription", "group": None, "texts": []}
    questions: list[tuple[Any, Any]] = []
    desk._live.ask = lambda question, answered: questions.append((question, answered))  # type: ignore[method-assign]
    for text in ("t", "t1"):
        desk.left._handle_msg({**asked, "text": text})
    with closing(desk.session.cohort()) as cohort:
        for question, answered in questions:
            answered(question(cohort))
    assert [answer["text"] for answer in answers] == ["t1"]
    assert desk.session.definition == MR and not desk.session.can_undo
