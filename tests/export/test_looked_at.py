"""Sample and marks in an exported notebook: data only, the same on every machine, and no number changes by them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings

from explorer import Cohort, CohortDefinition, Report, Snapshot
from explorer.cohort import SampleChoice, marks_of, with_mark, with_sample
from explorer.export import notebook
from explorer.facets import Modality
from tests.export.hostile import TEXTS, hostile_snapshot, hostile_texts
from tests.export.test_execution import outputs, run
from tests.export.test_notebook import check_cells, code_cells, made
from tests.export.test_text import Page

CT = CohortDefinition(name="CT").including(Modality.is_in("CT"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return hostile_snapshot(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def uids(snapshot: Snapshot) -> list[str]:
    cohort = Cohort(CohortDefinition(), snapshot)
    return list(cohort.frame("series", columns=["SeriesInstanceUID"])["SeriesInstanceUID"])


def markdown(found: Any) -> str:
    return "\n".join(cell.source for cell in found.cells if cell.cell_type == "markdown")


def test_nothing_of_it_where_nothing_was_looked_at(snapshot: Snapshot) -> None:
    text = notebook(CohortDefinition(annotations={"notes": "between us"}), snapshot)
    assert "contact_sheet" not in text
    assert "marks(" not in text
    assert "between us" not in text
    assert text == notebook(CohortDefinition(), snapshot)


def test_the_cell_of_the_sheet_has_facet_and_seed(snapshot: Snapshot) -> None:
    rule = with_sample(CohortDefinition(), SampleChoice(5, "Modality", 11))
    found = made(rule, snapshot)
    check_cells(found, CohortDefinition())
    (cell,) = (each for each in found.cells if "contact_sheet" in each.source)
    assert cell.source == 'explorer.contact_sheet(cohort, n=5, by="Modality", seed=11)'
    assert "seed 11" in cell.outputs[0].data["text/plain"]
    assert "seed 11" in markdown(found)
    plain = made(with_sample(CohortDefinition(), SampleChoice(5, None, 11)), snapshot)
    assert "contact_sheet(cohort, n=5, by=None, seed=11)" in "\n".join(code_cells(plain))


def test_a_sample_of_one_computer_is_drawn_among_the_series_there(snapshot: Snapshot) -> None:
    rule = with_sample(CohortDefinition(), SampleChoice(5, "Modality", 11, here=True))
    found = made(rule, snapshot)
    check_cells(found, CohortDefinition())
    (cell,) = (each for each in found.cells if "contact_sheet" in each.source)
    assert cell.source == 'explorer.contact_sheet(cohort, n=5, by="Modality", seed=11, here=True)'
    said = re.sub(r"\s+", " ", markdown(found))
    assert "drawn among the series of the cohort whose images are on the computer where this runs" in said
    assert "The same seed draws the same series anywhere" not in said
    assert "where this runs" in cell.outputs[0].data["text/plain"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=hostile_texts.filter(lambda text: len(text) <= 1000))
def test_notes_are_data_and_text(snapshot: Snapshot, uids: list[str], note: str) -> None:
    marked = with_mark(with_mark(CohortDefinition(), uids[0], "flag", note), "1.2.999", "exclude", note)
    found = made(marked, snapshot)
    check_cells(found, CohortDefinition())
    (cell,) = (each for each in found.cells if "report.marks(marked)" in each.source)
    namespace: dict[str, Any] = {"json": json}
    exec(cell.source.replace("report.marks(marked)", ""), namespace)
    assert namespace["marked"] == marked.annotations["series"]
    page = Page(cell.outputs[0].data["text/html"])
    assert {tag.split(" ")[0] for tag in page.tags} <= {
        "div", "p", "strong", "em", "span", "table", "thead", "tbody", "tr", "th", "td", "a",
    }  # fmt: skip
    assert note not in markdown(found) or len(note) < 3


def test_marks_are_told_and_change_no_number(snapshot: Snapshot, uids: list[str]) -> None:
    marked = with_mark(with_mark(CohortDefinition(), uids[0], "flag", TEXTS[4]), "1.2.999", "exclude")
    found, plain = made(marked, snapshot), made(CohortDefinition(), snapshot)
    assert "1 series flagged, 1 excluded" in markdown(found)
    assert "change no count" in re.sub(r"\s+", " ", markdown(found))
    expected = [cell.source for cell in found.cells if cell.source.startswith("expected = ")]
    assert expected == [cell.source for cell in plain.cells if cell.source.startswith("expected = ")]
    table = Report(Cohort(CohortDefinition(), snapshot)).marks(marked.annotations["series"])
    assert [row[0] for row in table.rows] == ["flagged", "excluded"]
    assert table.rows[0][1] == TEXTS[4]
    assert table.rows[1][2:6] == (None, None, None, None), "one that the snapshot does not have"
    assert "1 of the 2 series is not in this cohort." in table.notes
    # Marks of a hand-written file are passed over where they are none.
    assert Report(Cohort(CohortDefinition(), snapshot)).marks({"1.2": {"mark": "star"}, "1.3": 5}).rows == ()


def test_an_empty_cohort_tells_its_marks(snapshot: Snapshot, uids: list[str]) -> None:
    nobody = CohortDefinition().including(Modality.is_in("no such"))
    text = notebook(with_sample(with_mark(nobody, uids[0], "flag"), SampleChoice()), snapshot)
    assert "report.marks(marked)" in text
    assert "contact_sheet" not in text


def test_protected_counts_show_neither(snapshot: Snapshot, uids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10,10")
    marked = with_sample(with_mark(CohortDefinition(), uids[0], "flag", "seen"), SampleChoice())
    text = notebook(marked, snapshot)
    assert "contact_sheet" not in text
    assert uids[0] not in text
    assert "seen" not in text.replace("be seen", "")


def test_it_runs_without_images_and_gives_what_was_saved(
    default_snapshot: Snapshot, default_home: Path, tmp_path: Path
) -> None:
    first = Cohort(CT, default_snapshot).sample(2, columns=["SeriesInstanceUID"]).rows[0]["SeriesInstanceUID"]
    rule = with_sample(with_mark(CT, first, "exclude", TEXTS[1]), SampleChoice(4, "vendor", 3))
    path = tmp_path / "seen.ipynb"
    path.write_text(notebook(rule, default_snapshot), "utf-8")
    assert path.read_text("utf-8") == notebook(rule, default_snapshot), "the same bytes every time"
    saved = outputs(path)
    result = run(path, default_home)
    assert result.returncode == 0, result.stderr
    ran = outputs(path)
    at = next(k for k, source in enumerate(code_cells(nbformat.read(path, 4))) if "contact_sheet" in source)
    assert [each for k, each in enumerate(ran) if k != at] == [each for k, each in enumerate(saved) if k != at]
    ((_, data, metadata),) = ran[at]
    assert data["text/plain"] == saved[at][0][1]["text/plain"]
    assert "widget" not in "".join(data), "nobody looks, so the page asks for no widget"
    assert "widgets" not in nbformat.read(path, 4).metadata
    assert len(data["image/png"]) > 5000
    assert metadata["image/png"]["alt"].startswith("Contact sheet: 4 of ")
    assert marks_of(rule)[0].note == TEXTS[1]
