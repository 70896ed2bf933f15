from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from explorer import Cohort, CohortBuilder, CohortDefinition, Snapshot
from explorer.cohort import CohortDefinition as Definition
from explorer.errors import DefinitionError, SurroundingsError, UnknownFacetError, UserError
from explorer.facets import Modality, sex
from explorer.session import Workspace

WOMEN = CohortDefinition().including(sex.is_in("F"), same="patient")
MR = CohortDefinition().including(Modality.is_in("MR"))
PATIENCE_S = 20


@pytest.fixture
def home(tmp_path: Path, default_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own: builders write their workspaces there."""
    monkeypatch.setenv("COHORT_EXPLORER_HOME", str(tmp_path))
    monkeypatch.setenv("COHORT_EXPLORER_PATH", str(default_home))
    return tmp_path


@pytest.fixture
def build(default_snapshot: Snapshot, home: Path) -> Iterator[Callable[..., CohortBuilder]]:
    """Makes builders, and closes them."""
    made: list[CohortBuilder] = []

    def make(*arguments: Any, **options: Any) -> CohortBuilder:
        made.append(CohortBuilder(default_snapshot, *arguments, **options))
        return made[-1]

    yield make
    for builder in made:
        builder.close()


def until(holds: Callable[[], Any]) -> None:
    late = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < late, "it did not come"
        time.sleep(0.01)


def shown(builder: CohortBuilder) -> Any:
    """The widget in the middle, with every answer to the definition as it is now."""
    middle = builder.children[0]

    def settled() -> bool:
        return bool(counted(middle) == builder.definition.id and not middle.pending and middle.totals and middle.all)

    until(settled)
    return middle


def counted(middle: Any) -> str:
    """Id of the definition whose numbers are shown."""
    return str(json.loads(middle.now or "{}").get("id", ""))


def patients(middle: Any) -> str:
    return next(total["value"] for total in middle.totals if total["label"] == "Patients")


def click(builder: CohortBuilder, facet: str, value: str, *, on: bool = True, n: int = 1) -> None:
    message = {"kind": "toggle", "facet": facet, "value": value, "on": on, "exclude": False, "client": "c", "n": n}
    builder.children[0]._handle_custom_msg(message, [])


def test_shows_the_cohort_with_its_counts(build: Callable[..., CohortBuilder], default_snapshot: Snapshot) -> None:
    builder = build(WOMEN, workspace=None)
    middle = shown(builder)
    assert middle.shape == "grid"
    assert middle.sentence == WOMEN.describe()
    assert middle.definition == WOMEN.to_dict()
    assert patients(middle) == f"{Cohort(WOMEN, default_snapshot).totals().patients:,}"
    assert {facet["name"] for facet in middle.facets} == set(json.loads(middle.now)["by"])


def test_a_click_changes_the_definition_at_once(build: Callable[..., CohortBuilder]) -> None:
    builder = build(workspace=None)
    click(builder, "Modality", "MR")
    assert builder.definition == builder.value == MR
    assert builder.children[0].seen == "c:1"
    assert patients(shown(builder)) == f"{builder.cohort.totals().patients:,}"


def test_a_text_is_tried_before_it_is_added(build: Callable[..., CohortBuilder]) -> None:
    builder = build(MR, workspace=None)
    middle = shown(builder)
    message = {"kind": "try-text", "facet": "SeriesDescription", "group": None, "texts": [], "text": "dce"}
    middle._handle_custom_msg(message, [])
    until(lambda: middle.tried)
    assert (middle.tried["text"], middle.tried["patients"], middle.tried["texts"]) == ("dce", 1187, 74)
    assert builder.definition == MR


@pytest.mark.parametrize("given", [WOMEN, WOMEN.to_dict(), WOMEN.to_json()], ids=["definition", "dict", "text"])
@pytest.mark.parametrize("trait", ["definition", "value"])
def test_assigning_shows_it(build: Callable[..., CohortBuilder], given: Any, trait: str) -> None:
    builder = build(workspace=None)
    heard: list[Definition] = []
    for name in ("definition", "value"):
        builder.observe(lambda change: heard.append(change["new"]), name)
    setattr(builder, trait, given)
    assert heard == [WOMEN, WOMEN]
    assert builder.definition == builder.value == WOMEN
    assert shown(builder).definition == WOMEN.to_dict()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"version": 2}, DefinitionError, "version"),
        ("{", DefinitionError, "JSON"),
        (17, UserError, "CohortDefinition"),
        (
            {"version": 1, "include": [{"same": "series", "where": [{"facet": "colour", "is_in": ["red"]}]}]},
            UnknownFacetError,
            "colour",
        ),
    ],
    ids=["version", "text", "type", "facet"],
)
def test_what_is_refused_changes_nothing(
    build: Callable[..., CohortBuilder], given: Any, error: type[Exception], words: str
) -> None:
    builder = build(WOMEN, workspace="here")
    heard: list[object] = []
    builder.observe(heard.append, "definition")
    with pytest.raises(error, match=words):
        builder.definition = given
    assert builder.definition == builder.value == WOMEN == Workspace("here").read().definition
    assert not heard
    with pytest.raises(error, match=words):
        build(given, workspace="here")
    assert Workspace("here").read().definition == WOMEN


def test_a_refused_click_is_said_in_the_widget(build: Callable[..., CohortBuilder]) -> None:
    builder = build(WOMEN, workspace=None)
    middle = builder.children[0]
    middle._handle_custom_msg({"kind": "toggle", "facet": "colour", "value": "red", "on": True, "n": 3}, [])
    assert "colour" in middle.problem
    assert middle.seen.endswith(":3")
    assert builder.definition == WOMEN
    click(builder, "Modality", "MR")
    assert middle.problem == ""


def test_a_failed_count_is_said_in_the_widget(
    build: Callable[..., CohortBuilder], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_cohort: Cohort) -> None:
        raise SurroundingsError("the disk is full")

    monkeypatch.setattr(Cohort, "totals", fail)
    builder = build(CohortDefinition().including(Modality.is_in("XA")), workspace=None)
    middle = builder.children[0]
    until(lambda: middle.problem == "the disk is full")
    assert not middle.pending
    assert repr(builder).endswith("the disk is full")


def test_undo_and_redo(build: Callable[..., CohortBuilder]) -> None:
    builder = build(workspace=None)
    click(builder, "Modality", "MR")
    builder.definition = WOMEN
    builder.undo()
    assert builder.definition == MR
    builder.undo()
    assert builder.definition == CohortDefinition()
    builder.redo()
    assert builder.definition == MR
    builder.children[0]._handle_custom_msg({"kind": "start-again", "n": 4}, [])
    assert builder.definition == CohortDefinition()


def test_two_of_one_workspace_are_in_step(build: Callable[..., CohortBuilder]) -> None:
    one, other, apart = build(workspace="a"), build(workspace="a"), build(workspace="b")
    click(one, "Modality", "MR")
    until(lambda: other.definition == MR)
    assert shown(other).definition == MR.to_dict()
    other.definition = WOMEN
    until(lambda: one.definition == WOMEN)
    one.undo()
    until(lambda: other.definition == MR)
    assert apart.definition == CohortDefinition()
    assert (one.workspace, apart.workspace) == ("a", "b")


def test_another_program_of_the_same_person_is_in_step(build: Callable[..., CohortBuilder]) -> None:
    from dataclasses import replace

    builder = build()
    Workspace().change(lambda shared: replace(shared, timeline=shared.timeline.then(MR)))
    until(lambda: builder.definition == MR)
    click(builder, "sex", "F")
    assert Workspace().read().definition == builder.definition != MR


def test_begins_where_the_workspace_stands(build: Callable[..., CohortBuilder]) -> None:
    build(WOMEN)
    assert build().definition == WOMEN


def test_a_widget_of_its_own_saves_nothing(build: Callable[..., CohortBuilder], home: Path) -> None:
    builder = build(WOMEN, workspace=None)
    assert builder.workspace is None
    assert not (home / "workspaces").exists()


def test_a_bad_workspace_is_refused(build: Callable[..., CohortBuilder]) -> None:
    with pytest.raises(UserError, match="workspace"):
        build(workspace="../alice")


def test_stands_in_boxes_and_interact(build: Callable[..., CohortBuilder]) -> None:
    builder = build(workspace=None, layout=ipywidgets.Layout(width="600px"))
    row = ipywidgets.HBox([builder, ipywidgets.IntSlider()])
    assert row.children[0] is builder
    assert builder.layout.width == "600px"
    seen: list[tuple[str, int]] = []
    out = ipywidgets.interactive(
        lambda rule, days: seen.append((rule.describe(), days)), rule=builder, days=ipywidgets.IntSlider()
    )
    out.update()
    click(builder, "Modality", "MR")
    assert seen[-1] == (MR.describe(), 0)
    assert builder.description == "rule"


def test_code_gives_the_cohort_again(build: Callable[..., CohortBuilder], default_home: Path) -> None:
    builder = build(WOMEN, workspace=None)
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COHORT_EXPLORER_HOME", str(default_home))
        exec(compile(builder.code(), "cell", "exec"), names)
    made = [value for value in names.values() if isinstance(value, Cohort)]
    assert [cohort.definition.id for cohort in made] == [WOMEN.id]
    assert made[0].snapshot.id == builder.snapshot.id


def test_readers_of_the_file_see_words_and_numbers(build: Callable[..., CohortBuilder]) -> None:
    builder = build(CohortDefinition(name="<script>").including(sex.is_in("F", "<b>"), same="patient"), workspace=None)
    bundle = builder._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    number = f"{builder.cohort.totals().patients:,} patients"
    assert number in bundle["text/plain"]
    assert number in bundle["text/html"]
    assert builder.definition.describe() in bundle["text/plain"]
    assert "<b>" not in bundle["text/html"]
    json.dumps(bundle)


def test_in_a_kernel_answers_come_in_the_loop_after_the_cell(build: Callable[..., CohortBuilder]) -> None:
    """What the loop's thread sees: nothing moves while it works, and everything has come when it is free."""
    threads: set[str] = set()

    async def cell() -> None:
        builder = build(workspace=None)
        middle = builder.children[0]
        middle.observe(lambda _change: threads.add(threading.current_thread().name), "now")
        click(builder, "Modality", "MR")
        time.sleep(1)  # a long cell
        assert middle.now == ""
        late = time.monotonic() + PATIENCE_S
        while not (counted(middle) == MR.id and middle.totals and not middle.pending):
            assert time.monotonic() < late
            await asyncio.sleep(0.01)

    asyncio.run(cell())
    assert threads == {threading.main_thread().name}


def test_answers_never_go_back(build: Callable[..., CohortBuilder]) -> None:
    builder = build(workspace=None)
    middle = builder.children[0]
    seen: list[tuple[str, str]] = []
    middle.observe(lambda _change: seen.append((counted(middle), builder.definition.id)), "now")
    for n in range(20):
        click(builder, "Modality", ("MR", "CT", "PT", "US")[n % 4], on=n % 8 < 4, n=n)
        time.sleep(0.01)
    shown(builder)
    assert seen and all(numbers == definition for numbers, definition in seen)
    assert counted(middle) == middle.definition_id == builder.definition.id
    assert patients(middle) == f"{builder.cohort.totals().patients:,}"


def test_the_same_cell_many_times_leaves_no_threads(build: Callable[..., CohortBuilder]) -> None:
    build()
    before = threading.active_count()
    for _ in range(10):
        builder = build(workspace="again")
    shown(builder)
    assert threading.active_count() <= before + 2


def test_closing_ends_it(build: Callable[..., CohortBuilder]) -> None:
    one, other = build(workspace="a"), build(workspace="a")
    shown(one)
    one.close()
    one.close()
    other.definition = MR
    shown(other)
    assert one.definition == CohortDefinition()
    with pytest.raises(UserError, match="closed"):
        one.definition = WOMEN
    assert other.definition == MR


def test_what_nobody_holds_any_more_is_closed(default_snapshot: Snapshot, home: Path) -> None:
    builder = CohortBuilder(default_snapshot, workspace=None)
    shown(builder)
    stop = builder._stop
    assert stop.alive
    ipywidgets.Widget.close(builder.children[0])
    ipywidgets.Widget.close(builder)
    del builder
    until(lambda: gc.collect() is not None and not stop.alive)


@pytest.mark.parametrize("pause", [0, 0.3, 1])
def test_a_program_that_ends_meanwhile_ends_quietly(home: Path, pause: float) -> None:
    code = f"import explorer, time; builder = explorer.CohortBuilder(workspace=None); time.sleep({pause})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
