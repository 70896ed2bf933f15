"""One person's definition, with its history."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import CohortDefinition, ExplorerError, Snapshot
from explorer.cohort import note_of
from explorer.facets import Modality, sex
from explorer.session import Session, State, Workspace, parse_label
from explorer.sources import RowsSource

ROWS = [
    {"PatientID": "a", "Modality": "CT", "sex": "F", "age": 61, "study_date": "2001-02-03", "SeriesDescription": "t2"},
    {"PatientID": "a", "Modality": "PT", "sex": "F", "age": 61, "study_date": "2001-02-03"},
    {"PatientID": "b", "Modality": "MR", "cancer_type": ["Glioma"], "dataset": "other"},
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


def ct(value: str = "CT", *, on: bool = True) -> dict[str, Any]:
    return {"kind": "toggle", "facet": "Modality", "value": value, "on": on}


def test_undo_and_redo(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    assert (session.can_undo, session.can_redo, session.revision) == (False, False, 0)
    session.apply(ct())
    session.apply(ct("MR"))
    assert session.definition == CohortDefinition().including(Modality.is_in("CT", "MR"))
    session.apply({"kind": "undo"})
    assert session.definition == CohortDefinition().including(Modality.is_in("CT"))
    session.apply({"kind": "redo"})
    assert session.definition == CohortDefinition().including(Modality.is_in("CT", "MR"))
    assert (session.can_undo, session.can_redo) == (True, False)
    session.undo()
    session.undo()
    session.undo()
    assert session.definition == CohortDefinition()
    assert (session.can_undo, session.can_redo) == (False, True)


def test_a_step_of_the_history_is_gone_to_at_once(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    for value in ("CT", "MR", "PT"):
        session.apply(ct(value))
    heard: list[int] = []
    session.watch(lambda: heard.append(1))
    session.apply({"kind": "history", "by": -3})
    assert session.definition == CohortDefinition() and len(heard) == 1
    session.apply({"kind": "history", "by": 2})
    assert session.definition == CohortDefinition().including(Modality.is_in("CT", "MR"))
    session.apply({"kind": "history", "by": 99})
    assert session.definition == CohortDefinition().including(Modality.is_in("CT", "MR", "PT"))
    session.apply({"kind": "history", "by": -(10**30)})
    assert not session.can_undo
    for by in ("1", None, True, 1.5):
        with pytest.raises(ExplorerError, match="number of steps"):
            session.apply({"kind": "history", "by": by})
    assert not session.can_undo


def test_a_note_is_a_step_and_counts_nothing(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    session.apply(ct())
    before = session.definition
    session.apply({"kind": "note", "text": "for Ana\n<b>"})
    assert note_of(session.definition) == "for Ana\n<b>" and session.definition.id == before.id
    for text in ("x" * 4_001, None, 3):
        with pytest.raises(ExplorerError):
            session.apply({"kind": "note", "text": text})
    session.apply({"kind": "note", "text": ""})
    assert session.definition == before
    session.undo()
    assert note_of(session.definition)


def test_a_page_that_is_loaded_anew_finds_its_open_group_and_empty_cards(snapshot: Snapshot, tmp_path: Path) -> None:
    first = Session(snapshot, workspace=Workspace("one", tmp_path))
    first.apply(ct())
    first.apply({"kind": "group-add"})
    second = Session(snapshot, workspace=Workspace("one", tmp_path))
    assert second.state == first.state and second.state.drafts.include == 1
    other = Session(snapshot, workspace=Workspace("two", tmp_path))
    assert other.state == State()
    for session in (first, second, other):
        session.close()


def test_a_new_change_forgets_what_was_undone(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    session.apply(ct())
    session.undo()
    session.apply(ct("MR"))
    assert not session.can_redo
    session.redo()
    assert session.definition == CohortDefinition().including(Modality.is_in("MR"))


def test_starting_again_is_everybody_and_one_step(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    session.apply(ct())
    session.apply({"kind": "group-add", "exclude": True})
    session.apply({"kind": "start-again"})
    assert session.state == State()
    session.undo()
    assert session.definition == CohortDefinition().including(Modality.is_in("CT"))


def test_what_changes_nothing_is_no_step(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    session.apply(ct())
    revision = session.revision
    session.apply(ct())
    assert session.revision == revision
    session.apply({"kind": "group-add"})
    session.undo()
    assert session.definition == CohortDefinition()


def test_another_definition_can_be_undone(snapshot: Snapshot) -> None:
    rule = CohortDefinition().including(sex.is_in("F"))
    session = Session(snapshot, rule)
    session.show(CohortDefinition())
    assert session.definition == CohortDefinition()
    session.undo()
    assert session.definition == rule
    assert session.cohort().totals().patients == 1


@pytest.mark.parametrize(
    "request_",
    [
        {"kind": "toggle", "facet": "age", "value": "old", "on": True},
        {"kind": "contains", "facet": "Modality", "texts": ["C"]},
        {"kind": "range", "facet": "study_date", "low": 5, "high": None},
        {"kind": "nothing"},
        {"kind": "remove", "group": "include:0", "criterion": 3},
    ],
)
def test_a_bad_request_changes_nothing(snapshot: Snapshot, request_: dict[str, Any]) -> None:
    session = Session(snapshot)
    session.apply(ct())
    session.apply(ct("MR"))
    session.undo()
    before, told = (session.state, session.revision, session.can_undo, session.can_redo), []
    session.watch(lambda: told.append(1))
    with pytest.raises(ExplorerError):
        session.apply(request_)
    assert (session.state, session.revision, session.can_undo, session.can_redo) == before
    assert not told


def test_a_definition_that_does_not_fit_is_refused(snapshot: Snapshot) -> None:
    bad = CohortDefinition.from_dict(
        {"version": 1, "include": [{"same": "series", "where": [{"facet": "x", "is_in": ["y"]}]}]}
    )
    with pytest.raises(ExplorerError, match="x"):
        Session(snapshot, bad)
    session = Session(snapshot)
    with pytest.raises(ExplorerError, match="x"):
        session.show(bad)
    assert session.definition == CohortDefinition()


def test_many_steps_are_remembered_but_not_all(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    for number in range(250):
        session.apply({"kind": "rename", "name": f"name {number}"})
    steps = 0
    while session.can_undo:
        session.undo()
        steps += 1
    assert steps == 200


def test_watchers_hear_of_every_change_and_threads_do_not_lose_any(snapshot: Snapshot) -> None:
    session = Session(snapshot)
    heard: list[int] = []
    session.watch(lambda: heard.append(session.revision))

    def work(name: str) -> None:
        for number in range(20):
            session.apply({"kind": "rename", "name": f"{name} {number}"})

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == list(range(1, 81))


labels = st.sampled_from(["include:0", "include:1", "include:2", "exclude:0", "exclude:1", None, "include:77", "x"])
values = st.one_of(st.sampled_from(["CT", "MR", "PT", "F", 61, "2001-02-03", ""]), st.none())
facets = st.sampled_from(["Modality", "sex", "age", "study_date", "SeriesDescription", "cancer_type", "no such"])
some_requests = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("toggle"),
            "facet": facets,
            "value": values,
            "on": st.booleans(),
            "group": labels,
            "exclude": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("range"),
            "facet": facets,
            "low": st.one_of(values, st.integers(0, 99)),
            "high": st.one_of(values, st.integers(0, 99)),
            "missing": st.booleans(),
            "group": labels,
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("contains"),
            "facet": facets,
            "texts": st.lists(st.sampled_from(["t2", "FLAIR", ""]), max_size=2),
            "group": labels,
        }
    ),
    st.fixed_dictionaries({"kind": st.just("clear"), "facet": facets, "group": labels}),
    st.fixed_dictionaries({"kind": st.just("remove"), "group": labels.filter(bool), "criterion": st.integers(-1, 2)}),
    st.fixed_dictionaries(
        {
            "kind": st.just("level"),
            "group": labels.filter(bool),
            "same": st.sampled_from(["series", "study", "patient"]),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("group-add"), "exclude": st.booleans()}),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["group-delete", "group-duplicate", "group-flip", "activate"]),
            "group": labels.filter(bool),
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("group-move"), "group": labels.filter(bool), "by": st.sampled_from([-1, 1])}
    ),
    st.fixed_dictionaries({"kind": st.just("select"), "select": st.sampled_from(["all", "images", "matching", "no"])}),
    st.fixed_dictionaries({"kind": st.just("rename"), "name": st.sampled_from(["", "a", "b"])}),
    st.fixed_dictionaries({"kind": st.sampled_from(["undo", "redo", "start-again"])}),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(some_requests, max_size=25))
def test_no_requests_spoil_a_session(snapshot: Snapshot, requests: list[dict[str, Any]]) -> None:
    start = CohortDefinition().including(Modality.is_in("CT")).including(sex.is_in("F")).following(0, 1, (0, 9))
    session = Session(snapshot, start)
    for request in requests:
        before, revision = session.state, session.revision
        try:
            session.apply(request)
        except ExplorerError as error:
            assert str(error)
            assert (session.state, session.revision) == (before, revision)
        rule = session.definition
        rule.check(snapshot)
        assert CohortDefinition.from_json(rule.to_json()) == rule
        active = session.state.active
        if active is not None:
            kind, index = parse_label(active)
            assert index < session.state.groups(kind) + session.state.drafts.of(kind)
    last = session.definition
    steps = 0
    while session.can_undo:
        session.undo()
        steps += 1
    assert session.definition == start
    for _ in range(steps):
        session.redo()
    assert session.definition == last or session.can_redo


def test_the_store_is_only_read(snapshot: Snapshot) -> None:
    folder = Path(snapshot.path).parent
    before = sorted(folder.iterdir())
    session = Session(snapshot)
    session.apply(ct())
    session.cohort().totals()
    assert sorted(folder.iterdir()) == before
