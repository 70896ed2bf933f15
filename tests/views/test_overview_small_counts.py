"""The charts where small counts are protected: no picture, tooltip, table or file tells one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import SmallCounts
from explorer.facets import Modality
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.desk import Desk
from explorer.views.overview.bars import Bar, lying, standing
from explorer.views.overview.offers import offers
from explorer.views.overview.saving import as_csv
from explorer.views.overview.view import Seen
from explorer.views.speech import Speech

# Panel 1.9's Tabulator, not ours.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")

TEN = SmallCounts(10, 10)
CT = CohortDefinition().including(Modality.is_in("CT"))


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
            "BodyPartExamined": "CHEST",
            "sex": "F" if n % 4 else "M",
            "age": 93 if n == 0 else 40 + n % 3 if n % 4 else None,
            "study_date": f"{1990 + n // 20}-05-06" if n > 2 else "1992-01-01",
        }
        for n in range(40)
    ]
    again = {**made[1], "study_date": "1993-01-01", "StudyInstanceUID": "a second one"}
    return Snapshot.build(RowsSource([*made, again]), store=tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def desk(snapshot: Snapshot) -> Iterator[Desk]:
    desk = Desk(snapshot, wire.everything(snapshot))
    yield desk
    desk.close()


@pytest.mark.parametrize("name", ["Modality", "age-sex", "modality-body-part", "study_date", "follow-up"])
def test_charts_tell_no_small_count(snapshot: Snapshot, name: str) -> None:
    everything = wire.everything(snapshot)
    kind: Any = offers(snapshot.facets, everything)[name]
    cohorts = Cohort(CT, snapshot), Cohort(CohortDefinition(), snapshot)
    counts = wire.now(cohorts[0], None)
    answer = tuple(kind.question(each, None) for each in cohorts) if kind.question else None
    seen = Seen(counts["by"], counts["groups"], everything, CT, Speech(), "light", kind.scale, answer, protected=TEN)
    view = kind.view(seen)
    told = [number for mark in view.marks for number in (mark.now, mark.of_all)]
    assert "under 10" in told
    assert set(told) <= {"0", "under 10", "≈ 10", "≈ 20", "≈ 30", "≈ 40"}
    numbers = [word for layer in view.picture.layers for word in layer.columns.get("text", ())]
    assert not [word for word in numbers if word.isdigit() and word != "0"]
    hatched = [layer.columns["hatch"] for layer in view.picture.layers if not layer.align]
    assert any("/" in each for each in hatched)
    for row in csv.reader(io.StringIO(as_csv(view, seen).decode())):
        assert not {"1", "2", "3", "4", "5", "6", "7", "8", "9", "33"} & set(row[-2:])


def test_a_bar_that_is_not_told_has_one_length(snapshot: Snapshot) -> None:
    everything = wire.everything(snapshot)
    seen = Seen({}, {}, everything, CT, Speech(), "light", "proportion", protected=TEN)
    bars = [Bar("CT", 30, 40), Bar("MR", None, 40), Bar("PT", None, None), Bar("SR", 0, None)]
    for draw, length in ((lying, "right"), (standing, "top")):
        room: Any = {"slots": 10} if draw is lying else {"ticks": {}}
        picture, marks = draw(bars, (40, 80), seen, **room)
        assert [mark.now for mark in marks] == ["≈ 30", "under 10", "under 10", "0"]
        _, of_all, now = (layer.columns for layer in picture.layers[:3])
        assert now["hatch"] == [" ", "/", "/", " "]
        assert now[length][1] == now[length][2] == of_all[length][2] > 0 == now[length][3]


def test_the_overview_says_what_is_told(desk: Desk, snapshot: Snapshot) -> None:
    overview = desk.tabs._overview
    overview._chosen({"kind": "charts", "shown": ["age", "study_date"]})
    desk.tabs.counted(wire.now(Cohort(CT, snapshot), None))
    said = [chart._footing.data for chart in overview._charts.values()]
    assert any("Missing: under 10 of ≈ 30 patients." in text for text in said)
    assert any("Recorded for all ≈ 30 patients." in text for text in said)
