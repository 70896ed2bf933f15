"""The screens where small counts are protected: what Python writes, and what the browser gets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import SmallCounts, Step, Totals
from explorer.errors import SurroundingsError
from explorer.facets import Modality
from explorer.session import Session
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.attrition import Flow, attrition_data
from explorer.views.desk import Desk
from explorer.views.parts import head_totals
from explorer.views.speech import Speech
from explorer.views.takeaway import Takeaway
from explorer.views.words import share_of, why_empty

TEN = SmallCounts(10, 10)
POLICY = {"threshold": 10, "rounding": 10}
CT = CohortDefinition().including(Modality.is_in("CT"))
SENTENCE = "Small counts are protected: below 10 not shown, others rounded to 10."


@pytest.fixture(autouse=True)
def policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Forty patients: 33 with CT, 7 with MR, the oldest 93 years."""
    made = [
        {
            "PatientID": f"p{n}",
            "Modality": "CT" if n < 33 else "MR",
            "age": 93 if n == 0 else 40 + n % 3 if n % 4 else None,
            "study_date": f"{1990 + n // 20}-05-06",
        }
        for n in range(40)
    ]
    return Snapshot.build(RowsSource(made), store=tmp_path_factory.mktemp("snapshots"))


def test_what_the_browser_gets(snapshot: Snapshot) -> None:
    now = wire.now(Cohort(CT, snapshot), None)
    assert now["protected"] == wire.protection() == POLICY
    assert now["by"]["Modality"] == {"values": [("CT", 30, 30), ("MR", None, None)], "whole": (40, 40)}
    assert now["by"]["age"]["bins"] == ((40, 44, 20, 20), (90, 94, None, None))
    assert now["by"]["age"]["missing"] == (None, None)
    everything = wire.everything(snapshot)
    assert "protected" not in everything
    assert (everything["age"]["min"], everything["age"]["max"]) == (40, 94)
    assert (everything["study_date"]["min"], everything["study_date"]["max"]) == ("1990-01-01", "1991-12-31")
    json.dumps([now, everything], allow_nan=False)


def test_totals(snapshot: Snapshot) -> None:
    totals = {total["label"]: total for total in head_totals(Cohort(CT, snapshot).totals(), Totals.whole(snapshot))}
    assert totals["Patients"] == {"label": "Patients", "value": "≈ 30", "unit": "", "of": "of ≈ 40", "share": 0.75}
    assert (totals["Datasets"]["value"], totals["Datasets"]["of"]) == ("1", "of 1")
    exact = Totals("id", 3296, 11, 5037, 44303, 5935433, 2_169_000_000_000)
    size = head_totals(exact, exact)[-1]
    assert (size["value"], size["unit"], size["of"]) == ("≈ 2.17", "TB", "of ≈ 2.17 TB")
    few = head_totals(Totals("id", 3, 1, 5, 40, 900, 10**9), exact)
    assert [total["value"] for total in few] == ["not shown", "under 10", *["not shown"] * 4]
    assert {total["share"] for total in few} == {0.0}


def step(path: str, patients: int, without: int) -> Step:
    return Step(f"rule {path}", path, patients, patients, patients, patients, patients, 0, without).under(TEN)


def test_attrition() -> None:
    rule = CT.including(Modality.is_in("MR"))
    steps = (
        step("", 100, 0),
        step("/include/0/where/0", 96, 4),
        step("/include/1/where/0", 5, 91),
        step("/select", 5, 0),
    )
    snapshot = SimpleNamespace(title="Hospital", facets={})
    data = attrition_data(Flow(rule, steps, (), {}, None, None), snapshot, Speech())  # type: ignore[arg-type]
    assert data["protected"] == POLICY
    assert [(each["patients"], each["lost"], each["without"]) for each in data["steps"]] == [
        (100, 0, 0),
        (100, None, None),
        (None, 100, 90),
        (None, None, 0),
    ]


def test_words() -> None:
    rule, speech = CT.including(Modality.is_in("MR"), same="patient"), Speech()
    said = why_empty([step("/include/0", 0, 7), step("/include/1", 0, 0)], rule, speech)
    assert said == "No patient meets all rules. Leave out “Modality is CT”: +under 10 patients."
    said = why_empty([step("/include/0", 0, 7), step("/include/1", 0, 38)], rule, speech)
    assert said.endswith("+≈ 40 patients.")
    assert "nor all rules but one" in why_empty([step("/include/0", 0, 0)], rule, speech)
    assert (share_of(None, 40), share_of(10, None), Speech().percent(None, 40)) == (0.0, 0.0, "0")


def test_the_steps_as_a_file(snapshot: Snapshot) -> None:
    files: list[bytes] = []
    sender: Any = SimpleNamespace(download=lambda _name, _kind, content: files.append(content))
    Takeaway(Session(snapshot), sender, lambda _task: None, print).steps(
        [step("", 100, 0), step("/include/0", 3, 97), step("/select", 3, 0)]
    )
    found = list(csv.DictReader(io.StringIO(files[0].decode())))
    assert [row["patients"] for row in found] == ["100", "under 10", "under 10"]
    assert [row["series"] for row in found] == ["100", "not shown", "not shown"]
    assert {row["small counts protected"] for row in found} == {"10,10"}


@pytest.fixture
def desk(snapshot: Snapshot) -> Iterator[Desk]:
    desk = Desk(snapshot, wire.everything(snapshot))
    yield desk
    desk.close()


def test_the_page_begins_with_protected_numbers(desk: Desk) -> None:
    assert "≈ 40" in desk.head.data
    assert '"40"' not in desk.head.data


@pytest.mark.parametrize("tab", ["rows", "images"])
def test_rows_and_images_are_withheld(tab: str, desk: Desk) -> None:
    desk._requested({"kind": "tab", "tab": tab})
    pane: Any = desk.tabs.pane[0]
    told = pane[0]
    assert json.loads(told.data) == {
        "title": "Single patients and images are not listed.",
        "note": SENTENCE,
        "warning": "",
    }
    assert desk.tabs.hint() == ""


def test_a_page_does_not_open_on_a_bad_value(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "few")
    with pytest.raises(SurroundingsError, match="COHORT_EXPLORER_SMALL_COUNTS"):
        wire.everything(snapshot)
    with pytest.raises(SurroundingsError, match="COHORT_EXPLORER_SMALL_COUNTS"):
        Desk(snapshot, {})
