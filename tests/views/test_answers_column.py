"""One workspace for the side panel: changes in order, the newest numbers for all who wait."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.errors import DefinitionError, SurroundingsError, UnknownNameError, UserError
from explorer.facets import Criterion, Modality
from explorer.session import Session, Workspace
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.answers import moment as moments
from explorer.views.answers.column import Column
from explorer.views.rooms import Opened

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "CT", "BodyPartExamined": "CHEST", "sex": "F", "age": 61},
    {"PatientID": "b", "Modality": "MR", "BodyPartExamined": "<b>x</b>", "sex": "M", "age": 12},
    {"PatientID": "c", "Modality": "MR", "sex": "F"},
]
MR = {"kind": "toggle", "facet": "Modality", "value": "MR", "on": True, "group": None, "exclude": False}
CT = MR | {"value": "CT"}


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    folder = tmp_path_factory.mktemp("snapshots")
    made = [
        Snapshot.build(RowsSource(rows, title=title), store=folder) for rows, title in ((ROWS, "A"), (ROWS[:2], "B"))
    ]
    return [Opened(snapshot, wire.everything(snapshot)) for snapshot in made]


@pytest.fixture
def find(snapshots: list[Opened]) -> Callable[[str], Opened]:
    def found(name: str) -> Opened:
        for each in snapshots:
            if not name or each.snapshot.id == name:
                return each
        raise UnknownNameError(f"There is no snapshot {name!r}.")

    return found


@pytest.fixture
def workspace() -> Workspace:
    return Workspace("default")


@pytest.fixture
def column(find: Callable[[str], Opened], workspace: Workspace) -> Iterator[Column]:
    made = Column(find, workspace)
    yield made
    made.close()


def said(future: Future[dict[str, Any]]) -> dict[str, Any]:
    """The answer, as it is after it was written as JSON."""
    read: dict[str, Any] = json.loads(json.dumps(future.result(20)))
    return read


def patients(answer: dict[str, Any]) -> str:
    (found,) = (total["value"] for total in answer["totals"] if total["label"] == "Patients")
    return str(found)


def test_a_look_is_everything_that_the_panel_draws(column: Column, snapshots: list[Opened]) -> None:
    snapshot = snapshots[0].snapshot
    answer = said(column.ask())
    assert answer["snapshot"] == {"id": snapshot.id, "title": "A", "alias": snapshot.alias, "date": ""}
    assert (answer["workspace"], answer["revision"], answer["name"], answer["problem"]) == ("default", 0, "", "")
    assert answer["sentence"] == CohortDefinition().describe()
    assert answer["id"] == answer["traits"]["now"]["id"] == CohortDefinition().id
    assert patients(answer) == "3" and answer["totals"][1]["of"] == "of 3"
    assert (answer["can_undo"], answer["can_redo"], answer["advice"]) == (False, False, [])
    traits = answer["traits"]
    assert traits["all"] == json.loads(json.dumps(snapshots[0].everything))
    assert [facet["name"] for facet in traits["facets"]][:3] == ["Modality", "age", "sex"]
    assert traits["now"]["by"]["Modality"]["values"] == [["MR", 2, 2], ["CT", 1, 1]]
    assert traits["levels"] == {"include": [], "exclude": [], "within": []}
    assert (traits["pending"], traits["measure"], traits["seen"], traits["group"]) == (False, "patients", "", None)
    # What belongs to the snapshot alone is sent once.
    again = said(column.ask(have=snapshot.id))
    assert "facets" not in again["traits"] and "all" not in again["traits"]


def test_a_click_is_applied_counted_and_named(column: Column, workspace: Workspace) -> None:
    answer = said(column.ask(request=MR | {"client": "x", "n": 7, "revision": 0}))
    rule = CohortDefinition().including(Modality.is_in("MR"))
    assert CohortDefinition.from_dict(answer["traits"]["definition"]) == rule == workspace.read().definition
    assert (patients(answer), answer["revision"], answer["can_undo"]) == ("2", 1, True)
    assert (answer["traits"]["seen"], answer["traits"]["group"]) == ("x:7", "include:0")
    assert answer["traits"]["levels"]["include"] == [{"series": 2, "study": 2, "patient": 2, "alone": 2, "without": 1}]
    assert said(column.ask(request={"kind": "undo"}))["traits"]["definition"]["include"] == []
    assert said(column.ask(request={"kind": "redo"}))["id"] == rule.id
    assert said(column.ask(request={"kind": "rename", "name": "Mine"}))["name"] == "Mine"
    again = said(column.ask(request={"kind": "start-again"}))
    assert (again["id"], again["can_undo"]) == (CohortDefinition().id, True)


def test_group_cards_and_measure_are_the_columns_own(column: Column, workspace: Workspace) -> None:
    said(column.ask(request=MR))
    revision = workspace.read().revision
    traits = said(column.ask(request={"kind": "group-add", "exclude": False}))["traits"]
    assert (traits["drafts"], traits["group"]) == ({"include": 1, "exclude": 0}, "include:1")
    assert set(traits["now"]["groups"].values()) == {"include:1"}
    assert said(column.ask(request={"kind": "measure", "value": "series"}))["traits"]["measure"] == "series"
    assert workspace.read().revision == revision


@pytest.mark.parametrize(
    "request_",
    [
        MR | {"facet": "shoe size"},
        {"kind": "measure", "value": "litres"},
        {"kind": "dance"},
        {"kind": "level", "group": "include:7", "same": "study"},
        {"kind": "toggle"},
    ],
)
def test_a_refused_click_is_said_and_settled(column: Column, request_: dict[str, Any]) -> None:
    before = said(column.ask(request=MR))
    answer = said(column.ask(request=request_ | {"client": "x", "n": 1}))
    assert answer["problem"] and answer["traits"]["seen"] == "x:1"
    assert (answer["id"], patients(answer)) == (before["id"], "2")
    assert said(column.ask())["problem"] == ""


@pytest.mark.parametrize("request_", [[], "undo", {"kind": 7}, {}])
def test_what_is_no_request(column: Column, request_: Any) -> None:
    with pytest.raises(UserError, match="a request is an object with its kind"):
        column.ask(request=request_)


def test_what_others_change_shows_at_once(column: Column, workspace: Workspace, snapshots: list[Opened]) -> None:
    said(column.ask(request=MR))
    other = Session(snapshots[0].snapshot, workspace=workspace)
    other.apply(MR | {"on": False})
    other.apply(CT)
    other.close()
    answer = said(column.ask())
    assert (patients(answer), answer["revision"]) == ("1", workspace.read().revision)
    assert said(column.ask(request={"kind": "undo"}))["traits"]["definition"]["include"] == []


def test_nobody_in_the_cohort_is_explained(column: Column) -> None:
    said(column.ask(request=MR))
    answer = said(column.ask(request={"kind": "toggle", "facet": "age", "value": 61, "on": True}))
    assert patients(answer) == "0"
    assert answer["advice"][0].startswith("No patient meets all rules. Leave out")
    said(column.ask(request={"kind": "start-again"}))
    advice = said(column.ask(request=MR | {"value": "CR"}))["advice"]
    assert "CR" in advice[1], advice


def test_each_screen_is_told_in_its_language(column: Column) -> None:
    request = MR | {"value": "CR"}
    spanish = said(column.ask(request=request, language="es"))
    assert spanish["sentence"] == "Pacientes con CR."
    assert spanish["advice"][1].startswith('Modality "CR" no aparece en esta instantánea')
    assert said(column.ask(counts=False, language="es"))["sentence"] == "Pacientes con CR."
    assert said(column.ask())["sentence"] == "Patients with CR."


def test_another_snapshot(column: Column, workspace: Workspace, snapshots: list[Opened]) -> None:
    first, second = (each.snapshot for each in snapshots)
    before = said(column.ask(request=MR))
    answer = said(column.look_at(second.id, have=first.id))
    assert (answer["snapshot"]["title"], patients(answer)) == ("B", "1")
    assert answer["traits"]["all"] and workspace.read().snapshot == second.id
    assert answer["revision"] == before["revision"] + 1
    assert answer["traits"]["revision"] > before["traits"]["revision"]
    assert said(column.ask(request={"kind": "undo"}))["snapshot"]["id"] == second.id
    with pytest.raises(UnknownNameError):
        column.look_at("nowhere").result(20)
    assert said(column.look_at(first.id))["snapshot"]["title"] == "A"


def test_a_definition_that_does_not_fit_stays_where_it_is(
    column: Column, workspace: Workspace, snapshots: list[Opened]
) -> None:
    broken = CohortDefinition().including(Criterion("shoe size", is_in=("43",)))
    workspace.change(lambda shared: type(shared)(0, shared.timeline.then(broken)))
    with pytest.raises(DefinitionError):
        column.look_at(snapshots[1].snapshot.id).result(20)
    assert workspace.read().snapshot == ""
    answer = said(column.ask())
    assert "shoe size" in answer["problem"] and patients(answer) == "3"
    assert said(column.ask(request=MR))["problem"] == ""


def test_a_snapshot_that_is_gone_is_said(column: Column, workspace: Workspace) -> None:
    workspace.change(lambda shared: type(shared)(0, shared.timeline, "f" * 64))
    answer = said(column.ask())
    assert (answer["snapshot"]["title"], patients(answer)) == ("A", "3")
    assert answer["problem"].endswith("A is shown instead.")


def test_a_damaged_file_is_said_until_the_next_change(column: Column, workspace: Workspace) -> None:
    said(column.ask(request=MR))
    workspace.path.write_text("{", encoding="utf-8")
    answer = said(column.ask())
    assert answer["sentence"] == CohortDefinition().describe() and "was damaged" in answer["problem"]
    assert said(column.ask(request=CT))["problem"] == ""


def test_no_snapshot_yet(workspace: Workspace) -> None:
    def not_ready(_: str) -> Opened:
        raise SurroundingsError("The explorer is not ready yet.")

    column = Column(not_ready, workspace)
    with pytest.raises(SurroundingsError, match="not ready"):
        column.ask().result(20)
    column.close()


class Slow:
    """Counting that waits to be let go, or to be stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, slow: int) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.counted: list[str] = []
        monkeypatch.setattr(moments, "counted", self.count)
        monkeypatch.setattr(Cohort, "interrupt", lambda cohort: self.interrupt(cohort))
        self.slow = slow
        self.stopped: list[str] = []

    def interrupt(self, cohort: Cohort) -> None:
        self.stopped.append(cohort.definition.id)
        self.go.set()

    def count(self, cohort: Cohort, active: str | None) -> dict[str, Any]:
        self.counted.append(cohort.definition.id)
        if len(self.counted) <= self.slow:
            self.begun.set()
            assert self.go.wait(20)
            self.go.clear()
            if cohort.definition.id in self.stopped:
                raise ZeroDivisionError("stopped")
        return {"by": {}, "groups": {}}


def test_a_newer_change_stops_the_counting_and_all_get_its_numbers(
    column: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, 1)
    first = column.ask()
    assert slow.begun.wait(20)
    later = [
        column.ask(request=MR),
        column.ask(request=CT | {"client": "y", "n": 2}),
        column.ask(request={"kind": "?"}),
    ]
    answers = [said(each) for each in (first, *later)]
    assert slow.stopped[0] == CohortDefinition().id not in [answer["id"] for answer in answers]
    assert [bool(answer["problem"]) for answer in answers] == [False, False, False, True]
    chosen = [answer["traits"]["definition"]["include"][0]["where"][0]["is_in"] for answer in answers]
    assert set(map(tuple, chosen)) <= {("MR",), ("MR", "CT")} and chosen[2] == chosen[3] == ["MR", "CT"]


def test_what_needs_no_number_is_answered_while_others_are_counted(
    column: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, 1)
    counted = column.ask()
    assert slow.begun.wait(20)
    answer = said(column.ask(request=MR | {"client": "z", "n": 5}, counts=False))
    rule = CohortDefinition().including(Modality.is_in("MR"))
    assert (answer["id"], answer["sentence"], answer["can_undo"]) == (rule.id, rule.describe(), True)
    assert (answer["traits"]["seen"], answer["traits"]["group"]) == ("z:5", "include:0")
    assert not {"totals", "advice"} & answer.keys() and not {"now", "levels"} & answer["traits"].keys()
    # Whoever waits for numbers gets those of the newest rule.
    assert said(counted)["id"] == rule.id and slow.stopped
    refused = said(column.ask(request={"kind": "?"}, counts=False))
    assert refused["problem"] and said(column.ask(counts=False))["problem"] == ""


def test_what_changes_no_number_stops_nothing(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch, 1)
    first = column.ask()
    assert slow.begun.wait(20)
    second = column.ask(request={"kind": "measure", "value": "series"})
    while column._moment is None or column._moment.measure != "series":
        threading.Event().wait(0.01)
    slow.go.set()
    assert (said(first)["traits"]["measure"], said(second)["traits"]["measure"]) == ("patients", "series")
    assert not slow.stopped


def test_many_clicks_at_once_are_all_carried_out_in_order(column: Column) -> None:
    clicks = [{"kind": "rename", "name": f"name {n}"} for n in range(30)]
    answers = [said(each) for each in [column.ask(request=click) for click in clicks]]
    assert answers[-1]["name"] == "name 29" and answers[-1]["revision"] == 30
    shown = [int(answer["name"].split()[1]) for answer in answers]
    assert shown == sorted(shown) and all(n >= k for k, n in enumerate(shown))


def test_what_fails_is_raised_to_those_who_wait(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr(moments, "counted", fail)
    with pytest.raises(ZeroDivisionError):
        column.ask().result(20)
    monkeypatch.undo()
    assert patients(said(column.ask())) == "3"


def test_each_screen_is_told_of_its_own_click(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    said(column.ask())
    go, begun, count = threading.Event(), threading.Event(), moments.totalled

    def slowly(cohort: Cohort) -> Any:
        begun.set()
        assert go.wait(20)
        return count(cohort)

    monkeypatch.setattr(moments, "totalled", slowly)
    column.ask()
    assert begun.wait(20)
    one = column.ask(request=MR | {"client": "one", "n": 1})
    two = column.ask(request=CT | {"client": "two", "n": 4})
    # Both are made before anything is counted, so one count answers both.
    column._edits.submit(lambda: None).result(20)
    go.set()
    assert [said(each)["traits"]["seen"] for each in (one, two)] == ["one:1", "two:4"]
    assert said(one)["id"] == said(two)["id"]
