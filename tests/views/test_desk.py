"""One person's page: what its requests do to the definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from explorer import CohortDefinition, Snapshot
from explorer.facets import Modality, age
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.desk import Desk

# Panel 1.9's Tabulator, not ours.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")

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


def test_starting_again_is_everybody_and_can_be_undone(desk: Desk) -> None:
    ask(desk, kind="toggle", facet="Modality", value="CT", on=True)
    assert ask(desk, kind="start-again") == CohortDefinition()
    assert ask(desk, kind="undo") == CT


def test_a_file_that_is_no_definition_changes_nothing_and_says_so(desk: Desk) -> None:
    ask(desk, kind="toggle", facet="Modality", value="CT", on=True)
    assert ask(desk, kind="open", name="notes.json", text="{") == CT
    assert "notes.json was not opened" in desk.head.data


def test_what_the_cohort_takes_can_be_chosen(desk: Desk) -> None:
    assert ask(desk, kind="select", select="all").select == "all"
    ask(desk, kind="select", select="some")
    assert desk.session.definition.select == "all"
