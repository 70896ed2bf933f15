"""One person's page: what its requests do to the definition."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer import CohortDefinition, Snapshot
from explorer.errors import SurroundingsError
from explorer.facets import Modality, age
from explorer.session import Workspace
from explorer.sources import Recipe, RowsSource
from explorer.views import wire
from explorer.views.desk import Desk

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "CT", "age": 61},
    {"PatientID": "b", "Modality": "MR", "age": 12},
]
CT = CohortDefinition().including(Modality.is_in("CT"))


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    snapshot = Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))
    desk = Desk(snapshot, wire.everything(snapshot))
    yield desk
    desk.close()


def ask(desk: Desk, **request: Any) -> CohortDefinition:
    desk._requested(request)
    return desk.session.definition


def test_clearing_one_filter_keeps_the_others(desk: Desk) -> None:
    ask(
        desk,
        kind="open",
        name="x",
        text=CohortDefinition().including(Modality.is_in("CT"), age.between(50, 70)).to_json(),
    )
    assert ask(desk, kind="clear", facet="age") == CT


def test_the_bar_says_what_is_kept_of_people(desk: Desk, tmp_path: Path) -> None:
    assert not json.loads(desk.bar.data)["deidentified"]

    class Hidden(RowsSource):
        @property
        def recipe(self) -> Recipe:
            kept = {"patient_ids": "hash", "uids": "keep", "dates": "shift"}
            return Recipe("rows", "2", "Rows", None, {"deidentification": kept})

    hidden = Desk(Snapshot.build(Hidden(ROWS), store=tmp_path), {})
    bar = json.loads(hidden.bar.data)
    hidden.close()
    assert bar["deidentified"] and "Patient identifiers are keyed hashes" in bar["about"]


def test_starting_again_is_everybody_and_can_be_undone(desk: Desk) -> None:
    ask(desk, kind="toggle", facet="Modality", value="CT", on=True)
    assert ask(desk, kind="start-again") == CohortDefinition()
    assert ask(desk, kind="undo") == CT


def test_what_no_definition_allows_is_not_done_and_said(desk: Desk) -> None:
    desk.session.show(CT)
    for _ in range(19):
        ask(desk, kind="group-duplicate", group="include:0")
    before = desk.session.definition
    assert len(before.include) == 20
    assert ask(desk, kind="group-duplicate", group="include:0") == before
    assert re.match(r"This was not done: .*at most 20.*\. Your cohort is unchanged\.", desk._problem)


def test_what_cannot_be_kept_is_said_whatever_was_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_step: Any) -> Any:
        raise SurroundingsError("the disk is full")

    ask(desk, kind="toggle", facet="Modality", value="CT", on=True)
    monkeypatch.setattr(desk.session._workspace, "change", full)
    for request in ({"kind": "start-again"}, {"kind": "undo"}, {"kind": "rename", "name": "x"}):
        desk._problem = ""
        desk._asked_on_the_left({**request, "client": "a", "n": 1})
        assert desk._problem == "the disk is full" and desk.left.seen == "a:1"
        assert desk.session.definition == CT


def test_a_file_that_is_no_definition_changes_nothing_and_says_so(desk: Desk) -> None:
    ask(desk, kind="toggle", facet="Modality", value="CT", on=True)
    assert ask(desk, kind="open", name="notes.json", text="{") == CT
    assert "notes.json was not opened" in desk.head.data


def test_what_the_cohort_takes_can_be_chosen(desk: Desk) -> None:
    assert ask(desk, kind="select", select="all").select == "all"
    ask(desk, kind="select", select="some")
    assert desk.session.definition.select == "all"


def numbers(desk: Desk) -> tuple[str, str, bool]:
    """Ids of the definitions that the list's numbers and the head's totals are of, and whether others are awaited."""
    head = json.loads(desk.head.data)
    return json.loads(desk.left.now or "{}").get("id", ""), head["counted"], desk.left.pending or head["pending"]


def test_numbers_carry_the_id_of_their_definition(desk: Desk) -> None:
    desk.begin()
    seen = set()
    for n in range(12):
        ask(desk, kind="toggle", facet="Modality", value=("CT", "MR")[n % 2], on=n % 4 < 2)
        assert desk.left.definition_id == desk.session.definition.id
        seen.add(numbers(desk)[:2])
    late = time.monotonic() + 20
    while numbers(desk)[2]:
        assert time.monotonic() < late
        seen.add(numbers(desk)[:2])
        time.sleep(0.001)
    assert numbers(desk) == (desk.session.definition.id, desk.session.definition.id, False)
    assert all(listed == totalled or not totalled for listed, totalled in seen)


def test_what_a_click_took_is_told(desk: Desk) -> None:
    desk.begin()
    late = time.monotonic() + 20
    while not desk.left.took:
        assert time.monotonic() < late
        time.sleep(0.01)
    assert set(desk.left.took) == {"waiting", "counting", "writing"}


def bar(desk: Desk) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(desk.bar.data)
    return drawn


def test_a_page_shares_its_workspace(tmp_path: Path, desk: Desk) -> None:
    space = Workspace("default", tmp_path)
    snapshot = desk.session.snapshot
    one, two = (Desk(snapshot, wire.everything(snapshot), workspace=space, embedded=True) for _ in range(2))
    ask(one, kind="toggle", facet="Modality", value="CT", on=True)
    two.session.follow()
    assert two.session.definition == CT
    assert bar(two)["undo"] and bar(two)["embedded"] and not bar(desk)["embedded"]
    assert two.left.definition == CT.to_dict()
    for each in (one, two):
        each.close()
    ask(desk, kind="toggle", facet="Modality", value="MR", on=True)
    assert one.session.definition == CT


def test_a_page_starts_anew_when_its_workspace_goes_to_another_snapshot(tmp_path: Path, desk: Desk) -> None:
    space = Workspace("default", tmp_path)
    snapshot = desk.session.snapshot
    page = Desk(snapshot, wire.everything(snapshot), workspace=space)
    assert not bar(page)["moved"]
    space.change(lambda shared: replace(shared, snapshot="f" * 64))
    page.session.follow()
    assert bar(page)["moved"]
    page.close()
    # A snapshot that is gone: the page opened on another one, and does not start anew again and again.
    late = Desk(snapshot, wire.everything(snapshot), workspace=space)
    assert not bar(late)["moved"]
    late.close()


def test_a_cohort_that_does_not_fit_is_said(tmp_path: Path, desk: Desk) -> None:
    space = Workspace("default", tmp_path)
    page = Desk(desk.session.snapshot, wire.everything(desk.session.snapshot), definition=CT, workspace=space)
    foreign = {"version": 1, "include": [{"same": "series", "where": [{"facet": "x", "is_in": ["y"]}]}]}
    other = CohortDefinition.from_dict(foreign)
    space.change(lambda shared: replace(shared, timeline=shared.timeline.then(other)))
    page.session.follow()
    assert page.session.definition == CT
    assert "does not fit this snapshot" in page.head.data
    ask(page, kind="toggle", facet="Modality", value="MR", on=True)
    assert "does not fit this snapshot" not in page.head.data
    page.close()
