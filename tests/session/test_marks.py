"""Marks in a session: one step each, shared, kept when the rule changes, and never counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explorer import CohortDefinition, Snapshot
from explorer.cohort import SampleChoice, SeriesMark, marks_of, sample_of
from explorer.errors import UserError
from explorer.facets import Modality
from explorer.session import Session, Workspace
from explorer.sources import RowsSource

ROWS = [{"PatientID": f"p{n}", "Modality": ("CT", "MR")[n % 2], "SeriesInstanceUID": f"1.{n}"} for n in range(6)]
CT = CohortDefinition().including(Modality.is_in("CT"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


def mark(uid: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": "mark", "uid": uid, "mark": kind, **more}


def test_each_mark_is_one_step(snapshot: Snapshot) -> None:
    session = Session(snapshot, CT)
    before = session.cohort().totals()
    session.apply(mark("1.0", "flag", note="blurred"))
    session.apply(mark("1.2", "exclude"))
    assert marks_of(session.definition) == (SeriesMark("1.0", "flag", "blurred"), SeriesMark("1.2", "exclude"))
    assert session.cohort().totals() == before, "an excluded series is counted as before"
    session.undo()
    assert marks_of(session.definition) == (SeriesMark("1.0", "flag", "blurred"),)
    session.redo()
    session.apply(mark("1.0", ""))
    assert marks_of(session.definition) == (SeriesMark("1.2", "exclude"),)


def test_marks_and_sample_stay_when_the_rule_changes(snapshot: Snapshot) -> None:
    session = Session(snapshot, CT)
    session.apply(mark("1.0", "flag"))
    session.apply({"kind": "sample", "n": 12, "by": "sex", "seed": 3})
    session.apply({"kind": "toggle", "facet": "Modality", "value": "MR", "on": True})
    session.apply({"kind": "select", "select": "all"})
    session.apply({"kind": "group-delete", "group": "include:0"})
    session.apply({"kind": "rename", "name": "Another"})
    assert marks_of(session.definition) == (SeriesMark("1.0", "flag"),)
    assert sample_of(session.definition) == SampleChoice(12, "sex", 3)
    session.apply({"kind": "sample", "n": 12, "by": "sex", "seed": 3, "here": True})
    assert sample_of(session.definition) == SampleChoice(12, "sex", 3, here=True)


def test_another_screen_has_them(snapshot: Snapshot, tmp_path: Path) -> None:
    here = Session(snapshot, CT, workspace=Workspace("w", tmp_path))
    there = Session(snapshot, workspace=Workspace("w", tmp_path))
    here.apply(mark("1.4", "exclude", note="motion"))
    there.follow()
    assert marks_of(there.definition) == (SeriesMark("1.4", "exclude", "motion"),)
    there.undo()
    here.follow()
    assert here.definition == CT


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "mark", "uid": "1.0"},
        {"kind": "mark", "uid": "1.0", "mark": "star"},
        {"kind": "mark", "uid": 5, "mark": "flag"},
        {"kind": "sample", "n": 24, "by": "age", "seed": 7},
        {"kind": "sample", "n": 0, "by": None, "seed": 7},
        {"kind": "sample", "n": 24, "by": "vendor", "seed": "7"},
        {"kind": "sample", "n": 24},
        {"kind": "sample", "n": 24, "by": None, "seed": 7, "here": 1},
    ],
)
def test_what_is_no_mark_changes_nothing(snapshot: Snapshot, wrong: dict[str, Any]) -> None:
    session = Session(snapshot, CT)
    with pytest.raises(UserError):
        session.apply(wrong)
    assert session.definition == CT
    assert not session.can_undo
