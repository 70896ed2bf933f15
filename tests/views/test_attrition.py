"""The attrition tab: what is drawn of a cohort, what a click asks for, and the files."""

from __future__ import annotations

import csv
import io
from typing import Any, ClassVar

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import BodyPartExamined, Criterion, Modality, StudyDescription, age, dataset, sex
from explorer.session import Session
from explorer.sources import RowsSource
from explorer.views.attrition import AttritionTab, Flow, attrition_data
from explorer.views.flow_changes import bringing_back, leaving_out
from explorer.views.parts import Part
from explorer.views.speech import Speech
from explorer.views.takeaway import Takeaway

MR_BREAST = ("Modality", "BodyPartExamined")
RULE = (
    CohortDefinition(name="Breast MR")
    .including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"))
    .including(sex.is_in("F"), same="patient")
    .excluding(Modality.is_in("PT"))
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Thirty patients of three datasets; every value follows from the patient's number."""
    made: list[dict[str, Any]] = [
        {
            "PatientID": f"p{n:02}",
            "dataset": ("one", "two", "<b>")[n % 3],
            "sex": ("F", "M", None)[n % 5 % 3],
            "Modality": "CT" if n % 6 == 0 else "MR",
            "BodyPartExamined": (None, "BREAST", "BREAST", "LEG")[n % 4],
            "age": n,
        }
        for n in range(30)
    ]
    made += [{**each, "Modality": "PT"} for each in made[1::7]]
    return Snapshot.build(RowsSource(made), store=tmp_path_factory.mktemp("snapshots"))


def test_each_criterion_is_a_step(snapshot: Snapshot) -> None:
    cohort = Cohort(RULE, snapshot)
    drawn = attrition_data(Flow.of(cohort), snapshot, Speech())
    assert [(step["rule"], step["group"], step["together"]) for step in drawn["steps"]] == [
        ("Everybody in the snapshot", 0, ""),
        ("Modality is MR", 1, ""),
        ("Body part is BREAST", 1, "series"),
        ("Sex is F", 2, ""),
        ("Without: Modality is PT", 0, ""),
        ("The matching series", 0, ""),
    ]
    assert [step["patients"] for step in drawn["steps"]] == [s.patients for s in cohort.attrition(criteria=True)]
    grouped = {step.path: step.patients for step in cohort.attrition()}
    assert drawn["steps"][2]["patients"] == grouped["/include/0"]
    assert drawn["steps"][3]["patients"] == grouped["/include/1"]
    assert drawn["sources"] == ["dataset"]
    assert drawn["by"] is None
    # Of the steps after the first, the one that costs most.
    assert (drawn["lost"]["step"], drawn["lost"]["facet"]) == (3, "sex")
    looked = attrition_data(Flow.of(cohort, "/include/0/where/1"), snapshot, Speech())["lost"]
    assert (looked["step"], looked["facet"], looked["naming"]) == (2, "BodyPartExamined", [*MR_BREAST])
    assert drawn["steps"][2]["had"]["rows"] == [
        {key: row[key] for key in ("value", "high", "patients")} for row in looked["rows"]
    ]
    assert "protected" not in drawn
    spanish = attrition_data(Flow.of(cohort), snapshot, Speech("es"))
    assert spanish["steps"][1]["rule"] != drawn["steps"][1]["rule"]


def test_everybody_loses_nobody(snapshot: Snapshot) -> None:
    drawn = attrition_data(Flow.of(Cohort(CohortDefinition(), snapshot)), snapshot, Speech())
    assert (len(drawn["steps"]), drawn["costs"], drawn["lost"]) == (2, [], None)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/include/0/where/1", {"kind": "remove", "group": "include:0", "criterion": 1}),
        ("/include/0/same", {"kind": "level", "group": "include:0", "same": "study"}),
        ("/include/1/where/0", {"kind": "group-pause", "group": "include:1"}),
        ("/within/0", {"kind": "within-remove", "index": 0}),
        ("/exclude/0", {"kind": "group-pause", "group": "exclude:0"}),
    ],
)
def test_leaving_out(path: str, change: dict[str, Any], snapshot: Snapshot) -> None:
    rule = RULE.following(0, 1, (0, 90))
    assert leaving_out(rule, path) == change
    before = Cohort(rule, snapshot)
    (cost,) = [each for each in before.costs() if each.path == path]
    session = Session(snapshot, rule)
    session.apply(change)
    after = Cohort(session.definition, snapshot).totals().patients
    assert after == (before.totals().patients or 0) + (cost.without or 0)


@pytest.mark.parametrize("group", [0, 1])
@pytest.mark.parametrize(
    ("criterion", "value", "change"),
    [
        (Modality.is_in("MR"), "CT", {"kind": "toggle", "value": "CT", "on": True}),
        (Modality.is_in("MR"), None, {"kind": "toggle", "value": None, "on": True}),
        (age.between(1, 9), None, {"kind": "range", "low": 1, "high": 9, "missing": True}),
        (age.between(1, 9), 10, None),
        (age.is_in(1), 10, None),
        (StudyDescription.contains("a"), "b", {"kind": "contains", "texts": ["a", "b"]}),
        (StudyDescription.contains("a"), None, None),
    ],
)
def test_bringing_back(criterion: Criterion, value: Any, change: dict[str, Any] | None, group: int) -> None:
    rule = CohortDefinition().including(sex.is_in("F"), same="patient").including(criterion, dataset.is_in("one"))
    asked = bringing_back(rule, "/include/1/where/1", criterion.facet, value)
    assert asked == (change and {**change, "facet": criterion.facet, "group": "include:1"})
    twice = rule.including(criterion, criterion)
    assert bringing_back(twice, "/include/2", criterion.facet, value) is None


def test_an_excluded_value_is_kept() -> None:
    rule = CohortDefinition().excluding(Modality.is_in("PT", "CT"))
    kept = {"kind": "toggle", "facet": "Modality", "group": "exclude:0", "value": "PT", "on": False}
    assert bringing_back(rule, "/exclude/0", "Modality", "PT") == kept
    assert bringing_back(rule, "/exclude/0", "Modality", "MR") is None


class Heard(Part):
    """The part of the page that hands files to the browser, as the test reads them."""

    files: ClassVar[list[tuple[str, str]]] = []

    def download(self, name: str, kind: str, content: bytes) -> None:
        self.files.append((name, content.decode()))


@pytest.fixture
def tab(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> tuple[AttritionTab, list[dict[str, Any]], Session]:
    """The tab of a session, answered at once; with what it draws or asks for, and the files it made."""
    monkeypatch.setattr(Heard, "files", [])
    session, heard = Session(snapshot, RULE), []
    takeaway = Takeaway(session, Heard(), lambda task: task(), heard.append)
    cohort = Cohort(RULE, snapshot)
    made = AttritionTab(session, lambda ask, told: told(ask(cohort)), heard.append, takeaway, Speech())
    made._part.draw = heard.append  # type: ignore[method-assign]
    made.ask()
    return made, heard, session


def test_a_click_on_a_loss_looks_at_it(tab: Any, snapshot: Snapshot) -> None:
    made, heard, _ = tab
    made._asked({"kind": "attrition-lost", "step": 3, "facet": ""})
    assert (heard[-1]["lost"]["step"], heard[-1]["lost"]["facet"]) == (3, "sex")
    made._asked({"kind": "attrition-lost", "step": 3, "facet": "dataset"})
    assert (heard[-1]["lost"]["facet"], heard[-1]["lost"]["named"]) == ("dataset", False)
    expected = Cohort(RULE, snapshot).lost(3, "dataset", 6, criteria=True)
    assert [row["patients"] for row in heard[-1]["lost"]["rows"]] == [each.patients for each in expected.values]
    for step, facet in ((0, "sex"), (5, "sex"), (99, "sex"), ("1", "sex"), (None, None)):
        before = len(heard)
        made._asked({"kind": "attrition-lost", "step": step, "facet": facet})
        assert len(heard) == before, step
    made._asked({"kind": "attrition-lost", "step": 1, "facet": "no facet"})
    assert heard[-1]["lost"]["facet"] == "dataset"


def test_other_requests_change_the_rule(tab: Any) -> None:
    made, heard, _ = tab
    made._asked({"kind": "remove", "group": "include:0", "criterion": 1})
    assert heard[-1] == {"kind": "remove", "group": "include:0", "criterion": 1}


def test_files_are_whole(tab: Any, snapshot: Snapshot) -> None:
    made, heard, _ = tab
    made._asked({"kind": "csv"})
    made._asked({"kind": "attrition-by", "facet": "dataset"})
    assert heard[-1]["by"]["total"] == 3
    made._asked({"kind": "csv"})
    made._asked({"kind": "attrition-by", "facet": ""})
    assert heard[-1]["by"] is None
    (steps, by) = [(name, list(csv.DictReader(io.StringIO(text, newline="")))) for name, text in Heard.files]
    cohort = Cohort(RULE, snapshot)
    assert steps[0] == "breast-mr-attrition.csv"
    assert steps[1] == [{k: str(v) for k, v in s.to_dict().items()} for s in cohort.attrition(criteria=True)]
    assert by[0] == "breast-mr-attrition-by-dataset.csv"
    expected = cohort.attrition_by("dataset", criteria=True)
    assert [[int(number) for number in list(row.values())[1:]] for row in by[1]] == [
        [*row] for row in expected.patients
    ]
    assert [row["dataset"] for row in by[1]] == [*expected.values]
