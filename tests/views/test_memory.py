"""What a page remembers for its person, without a browser."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.cohort import with_note
from explorer.facets import Modality
from explorer.session import Kept, Library, Recent, Workspace, packed
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.address import Address
from explorer.views.desk import Desk

# Panel 1.9's Tabulator, not ours.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")

KINDS = ["CT", "MR", "PT", "MG", "US"]
ROWS: list[dict[str, Any]] = [{"PatientID": f"p{n}", "Modality": KINDS[n % 5], "age": n} for n in range(40)]
CT = CohortDefinition().including(Modality.is_in("CT"))

Opener = Callable[..., Desk]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def open_desk(snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Open pages of one person, whose home is empty at first."""
    monkeypatch.setenv("COHORT_EXPLORER_HOME", str(tmp_path / "home"))
    everything, desks = wire.everything(snapshot), []

    def opened(workspace: str = "default", address: Address | None = None, **options: Any) -> Desk:
        desk = Desk(snapshot, everything, workspace=Workspace(workspace), address=address, **options)
        desks.append(desk)
        desk.begin()
        return desk

    yield opened
    for desk in desks:
        desk.close()


def ask(desk: Desk, kind: str, **request: Any) -> CohortDefinition:
    desk._requested({"kind": kind, **request})
    return desk.session.definition


def toggle(desk: Desk, value: str, *, on: bool = True) -> CohortDefinition:
    return ask(desk, "toggle", facet="Modality", value=value, on=on)


def bar(desk: Desk) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(desk.bar.data)
    return drawn


def problem(desk: Desk) -> str:
    return str(json.loads(desk.head.data)["problem"])


def settled(desk: Desk, holds: Callable[[], bool]) -> None:
    late = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < late
        time.sleep(0.01)


def test_the_history_tells_the_patients_of_every_step(open_desk: Opener, snapshot: Snapshot) -> None:
    first = open_desk()
    for value in ("CT", "MR"):
        toggle(first, value)
    # Another page of the same person has counted none of them.
    desk = open_desk()
    assert bar(desk)["history"] is None
    ask(desk, "memory", name="history", on=True)
    settled(desk, lambda: all("patients" in step for step in bar(desk)["history"]["steps"]))
    drawn = [(step["by"], step["words"], step["patients"]) for step in bar(desk)["history"]["steps"]]
    assert drawn == [(-2, "All patients", 40), (-1, "Modality is CT", 8), (0, "Modality is CT or MR", 16)]
    assert ask(desk, "history", by=-1) == CT
    steps = bar(desk)["history"]["steps"]
    assert [(step["by"], step["patients"]) for step in steps] == [(-1, 40), (0, 8), (1, 16)]
    assert (bar(desk)["undoes"], bar(desk)["redoes"]) == ("Modality is CT", "Modality is CT or MR")
    ask(desk, "memory", name="history", on=False)
    assert bar(desk)["history"] is None


def test_a_long_history_is_told_from_the_present(open_desk: Opener) -> None:
    desk = open_desk()
    for number in range(70):
        ask(desk, "rename", name=f"name {number}")
    ask(desk, "memory", name="history", on=True)
    drawn = bar(desk)["history"]
    assert (len(drawn["steps"]), drawn["earlier"], drawn["later"]) == (31, 40, 0)
    assert drawn["steps"][-1]["words"] == "Named “name 69”"
    for _ in range(2):
        ask(desk, "history-more")
    assert (len(bar(desk)["history"]["steps"]), bar(desk)["history"]["earlier"]) == (71, 0)


def test_small_counts_are_protected_in_the_history_too(open_desk: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")
    desk = open_desk()
    toggle(desk, "CT")
    ask(desk, "memory", name="history", on=True)
    settled(desk, lambda: all("patients" in step for step in bar(desk)["history"]["steps"]))
    assert [step["patients"] for step in bar(desk)["history"]["steps"]] == [40, None]
    assert bar(desk)["protected"] is not None


def test_a_cohort_is_saved_opened_and_forgotten(open_desk: Opener, snapshot: Snapshot) -> None:
    desk = open_desk()
    toggle(desk, "CT")
    assert bar(desk)["saved"] == ""
    assert ask(desk, "save") == CT.named("CT")
    assert (bar(desk)["saved"], bar(desk)["said"]["text"]) == ("saved", "Saved as “CT”.")
    ask(desk, "note", text="for Ana")
    assert bar(desk)["saved"] == "changed"
    # What was opened from a file is written over that file.
    ask(desk, "save")
    assert [each.definition for each in Library().saved()] == [with_note(CT.named("CT"), "for Ana")]
    ask(desk, "start-again")
    toggle(desk, "MR")
    ask(desk, "rename", name="CT")
    assert ask(desk, "save").name == "CT 2"
    assert "another cohort has the name “CT”" in bar(desk)["said"]["text"]
    ask(desk, "memory", name="cohorts", on=True)
    settled(desk, lambda: all("patients" in each for each in bar(desk)["cohorts"]["saved"]))
    assert {each["name"]: each["patients"] for each in bar(desk)["cohorts"]["saved"]} == {"CT": 8, "CT 2": 8}
    (file,) = (each["file"] for each in bar(desk)["cohorts"]["saved"] if each["name"] == "CT")
    assert ask(desk, "cohort-open", file=file) == with_note(CT.named("CT"), "for Ana")
    assert bar(desk)["saved"] == "saved"
    ask(desk, "cohort-delete", file=file)
    assert [each["name"] for each in bar(desk)["cohorts"]["saved"]] == ["CT 2"]
    ask(desk, "cohort-open", file=file)
    assert "no longer among those saved" in problem(desk)


def test_what_was_left_is_among_the_recent_ones(open_desk: Opener) -> None:
    desk = open_desk()
    toggle(desk, "CT")
    ask(desk, "start-again")
    assert Recent().read() == [CT]
    ask(desk, "memory", name="cohorts", on=True)
    (left,) = bar(desk)["cohorts"]["recent"]
    assert left["sentence"] == "Patients with CT."
    assert ask(desk, "recent-open", key=left["key"]) == CT
    assert ask(desk, "recent-open", key="nothing") == CT


def test_in_jupyterlab_its_own_files_are_the_saved_cohorts(open_desk: Opener) -> None:
    desk = open_desk(embedded=True)
    Library().save(CT.named("Mine"))
    ask(desk, "memory", name="cohorts", on=True)
    assert bar(desk)["cohorts"]["saved"] == [] and bar(desk)["saved"] == ""


def test_links_restore_the_cohort(open_desk: Opener, snapshot: Snapshot) -> None:
    desk = open_desk()
    rule = with_note(CT.named("Mine"), "for Ana")
    ask(desk, "open", name="x", text=rule.to_json())
    ask(desk, "memory", name="link", on=True)
    link = bar(desk)["link"]
    assert (Kept().find(link["cohort"]), link["definition"]) == (rule, packed(rule))
    for number, address in enumerate((Address("code", link["cohort"]), Address("code", packed=link["definition"]))):
        other = open_desk(f"other-{number}", address)
        assert other.session.definition == rule
        assert other.tabs.name == "code" and bar(other)["tab"] == "code"
        assert "Opened from a link" in bar(other)["said"]["text"] and not problem(other)
        assert ask(other, "undo") == CohortDefinition()
    elsewhere = open_desk("elsewhere", Address(packed=link["definition"], snapshot="<b>" * 100))
    assert elsewhere.session.definition == rule
    assert "made on snapshot <b><b><b><b><b><." in problem(elsewhere)


@pytest.mark.parametrize(
    "address",
    [
        Address("nowhere", "0" * 16),
        Address(cohort="../../recent"),
        Address(packed="<script>"),
        Address(packed=packed(CohortDefinition.from_dict(json.loads(CT.to_json().replace("Modality", "unknown"))))),
    ],
)
def test_a_hostile_link_is_a_sentence_and_changes_nothing(open_desk: Opener, address: Address) -> None:
    toggle(open_desk(), "CT")
    desk = open_desk(address=address)
    assert problem(desk).startswith("This link could not be opened: ")
    assert problem(desk).endswith(". Your cohort is unchanged.")
    assert (desk.session.definition, desk.tabs.name) == (CT, "overview")


def test_ten_pages_hold_their_own_state(open_desk: Opener, snapshot: Snapshot) -> None:
    desks = [open_desk(f"page-{number}") for number in range(10)]
    expected: list[set[str]] = [set() for _ in desks]
    chance = random.Random(7)
    for _ in range(200):
        number, value = chance.randrange(10), chance.choice(KINDS)
        expected[number] ^= {value}
        toggle(desks[number], value, on=value in expected[number])
    for desk, values in zip(desks, expected, strict=True):
        settled(desk, lambda desk=desk: not json.loads(desk.head.data)["pending"])  # type: ignore[misc]
        held = desk.session.definition
        assert {value for group in held.include for value in group.where[0].is_in or ()} == values
        head = json.loads(desk.head.data)
        assert head["counted"] == held.id == json.loads(desk.left.now)["id"]
        patients = next(each["value"] for each in head["totals"] if each["label"] == "Patients")
        assert patients == str(Cohort(held, snapshot).totals().patients)
