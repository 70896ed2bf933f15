"""Files of a cohort: made beside the page's thread, handed over in it."""

from __future__ import annotations

import csv
import io
import json
import queue
from collections.abc import Callable
from typing import Any

import nbformat
import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.errors import SurroundingsError
from explorer.facets import Modality
from explorer.session import Session
from explorer.sources import RowsSource
from explorer.views import takeaway
from explorer.views.takeaway import Takeaway

RULE = CohortDefinition(name="Only <b>CT</b>").including(Modality.is_in("CT"))


class Desk:
    """Gets the files and the sentences."""

    def __init__(self, session: Session) -> None:
        self.tasks: queue.Queue[Callable[[], object]] = queue.Queue()
        self.files: list[tuple[str, str, bytes]] = []
        self.said: list[str] = []
        sender: Any = self
        self.takeaway = Takeaway(session, sender, self.tasks.put, self.said.append)

    def download(self, name: str, kind: str, content: bytes) -> None:
        self.files.append((name, kind, content))

    def finish(self) -> None:
        self.tasks.get(timeout=60)()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows = [{"PatientID": f"p,{n}", "Modality": ("CT", "MR")[n % 2], "SeriesDescription": 'a "b"\nc'} for n in range(7)]
    return Snapshot.build(RowsSource(rows), store=tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def desk(snapshot: Snapshot) -> Desk:
    return Desk(Session(snapshot, RULE))


def test_the_definition(desk: Desk) -> None:
    desk.takeaway.take("save")
    ((name, kind, content),) = desk.files
    assert (name, kind) == ("only-b-ct-b.cohort.json", "application/json")
    assert CohortDefinition.from_json(content) == RULE


def test_the_notebook(desk: Desk) -> None:
    desk.takeaway.take("export")
    assert desk.takeaway.busy
    desk.finish()
    assert not desk.takeaway.busy
    ((name, _, content),) = desk.files
    assert name == "only-b-ct-b.ipynb"
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    assert desk.said == [""]


@pytest.mark.parametrize(("level", "rows"), [("patient", 4), ("study", 4), ("series", 4)])
def test_rows(desk: Desk, level: str, rows: int) -> None:
    desk.takeaway.rows(level)
    desk.finish()
    ((name, kind, content),) = desk.files
    assert (name, kind) == (f"only-b-ct-b-{level}.csv", "text/csv")
    assert len(list(csv.DictReader(io.StringIO(content.decode(), newline="")))) == rows


def test_too_many_rows_are_for_the_command_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeaway, "MOST_ROWS", 3)
    desk.takeaway.rows("series")
    desk.finish()
    (said,) = desk.said
    assert said.startswith("4 rows are too many for the browser.")
    assert "cohort-explorer table FILE.cohort.json --level series -o series.parquet" in said
    assert not desk.files
    assert not desk.takeaway.busy


def test_steps(desk: Desk, snapshot: Snapshot) -> None:
    steps = Cohort(RULE, snapshot).attrition()
    desk.takeaway.steps(steps)
    ((name, _, content),) = desk.files
    assert name == "only-b-ct-b-attrition.csv"
    read = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert read == [{key: str(value) for key, value in step.to_dict().items()} for step in steps]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SurroundingsError("the disk is full"), "the disk is full"),
        (ValueError("x"), "only-b-ct-b.ipynb could not be made; the server's log says why."),
    ],
)
def test_what_could_not_be_made_is_said(
    desk: Desk, error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(takeaway, "notebook", fail)
    desk.takeaway.take("export")
    desk.finish()
    assert desk.said == [said]
    assert not desk.files
    assert not desk.takeaway.busy


def test_the_file_is_that_of_the_click_not_of_a_later_definition(desk: Desk) -> None:
    desk.takeaway.take("export")
    desk.takeaway._session.show(CohortDefinition())
    desk.finish()
    assert "Only" in json.dumps(json.loads(desk.files[0][2]))
