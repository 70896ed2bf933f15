"""The notebook as a file: its cells, its data, its bytes."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from IPython.core.inputtransformer2 import TransformerManager
from PIL import Image

from explorer import Cohort, CohortDefinition, Snapshot, export_notebook
from explorer.errors import SurroundingsError
from explorer.export import Chart, Table, notebook
from explorer.export.draw import Bar
from explorer.facets import Modality
from tests.export.hostile import TEXTS, hostile_rule, hostile_snapshot, hostile_texts
from tests.export.test_text import Page
from tests.home import ROOT

EXAMPLES = sorted((ROOT / "tests" / "examples").glob("*.cohort.json"))
ALLOWED = (ast.Module, ast.Import, ast.alias, ast.Assign, ast.Expr, ast.Call, ast.Attribute, ast.Name, ast.Constant)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return hostile_snapshot(tmp_path_factory.mktemp("hostile"))


def made(definition: CohortDefinition, snapshot: Snapshot) -> Any:
    found = nbformat.reads(notebook(definition, snapshot), as_version=4)
    nbformat.validate(found)
    return found


def code_cells(found: Any) -> Iterator[str]:
    yield from (cell.source for cell in found.cells if cell.cell_type == "code")


def check_cells(found: Any, definition: CohortDefinition) -> None:
    ids = [cell.id for cell in found.cells]
    assert len(set(ids)) == len(ids)
    for source in code_cells(found):
        assert source.isascii()
        assert TransformerManager().transform_cell(source) == f"{source}\n"
        nodes = list(ast.walk(ast.parse(source)))
        assert {type(node) for node in nodes} <= {*ALLOWED, ast.keyword, ast.Load, ast.Store}
        assert {
            node.value.id for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        } <= {
            "json",
            "explorer",
            "cohort",
            "report",
        }
    namespace: dict[str, Any] = {}
    exec(next(code_cells(found)), namespace)
    assert namespace["definition"] == definition
    for cell in found.cells:
        if cell.cell_type == "markdown":
            assert cell.source.startswith("#")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=hostile_texts, value=hostile_texts.filter(bool))
def test_a_definition_is_data_only(hostile: Snapshot, name: str, value: str) -> None:
    definition = hostile_rule(name, value)
    check_cells(made(definition, hostile), definition)


@pytest.mark.parametrize("definition", [CohortDefinition(name="<b>all</b>"), hostile_rule(TEXTS[4], *TEXTS)])
def test_a_hostile_catalogue_is_shown_as_text(hostile: Snapshot, definition: CohortDefinition) -> None:
    found = made(definition, hostile)
    check_cells(found, definition)
    tables = [
        output.data["text/html"]
        for cell in found.cells
        for output in cell.get("outputs", ())
        if "text/html" in output.data
    ]
    assert len(tables) == 6
    for html in tables:
        page = Page(html)
        plain = {tag.split(" ")[0] for tag in page.tags}
        assert plain <= {"div", "p", "strong", "em", "span", "table", "thead", "tbody", "tr", "th", "td", "a"}
        assert {tag for tag in page.tags if tag.startswith("a ")} <= {"a href=https://doi.org/10.1234/abc"}
        assert not [piece for piece in page.text if len(piece) > 1 and ("$" in piece or "\\" in piece)]


def test_tables_escape_their_headings_and_notes() -> None:
    table = Table(("<i>",), ((1,),), "<b>", ("<u>",), ("<s>",))
    tags = {tag.split(" ")[0] for tag in Page(table.to_html()).tags}
    assert tags == {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("shape", ["bars", "columns"])
@pytest.mark.parametrize("bars", [[], [Bar("中文", 0, 0)], [Bar(text, k, k * 3) for k, text in enumerate(TEXTS)]])
def test_charts_are_pictures_of_any_text(shape: Any, bars: list[Bar]) -> None:
    chart = Chart("<b>Title</b>", "patients", tuple(bars), shape, ("note",), ("warning",))
    picture = Image.open(io.BytesIO(chart.png()))
    assert picture.width == 2 * (720 + 2 * 8)
    assert "\n" not in chart.alt
    data, metadata = chart._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert metadata["image/png"]["alt"] == chart.alt


def test_missing_characters_are_written_as_code_points() -> None:
    def picture(label: str) -> bytes:
        return Chart("t", "patients", (Bar(label, 1),), "bars").png()

    assert picture("中") == picture("\\u4e2d")
    assert picture("Ω") != picture("\\u03a9")


def test_an_empty_cohort_is_explained(hostile: Snapshot) -> None:
    definition = CohortDefinition(name="Nobody").including(Modality.is_in("CTX"))
    found = made(definition, hostile)
    check_cells(found, definition)
    words = "\n".join(cell.source for cell in found.cells if cell.cell_type == "markdown")
    assert "## Nobody is in this cohort" in words
    assert f"leaves none of {len(TEXTS)} patients" in words
    assert "does not occur in this snapshot" in words
    assert "10 of 10 checks passed" in json.dumps(found)


def test_the_first_cell_says_what_the_numbers_are(default_snapshot: Snapshot) -> None:
    definition = CohortDefinition.read(ROOT / "tests" / "examples" / "mr-breast-women.cohort.json")
    opening = made(definition, default_snapshot).cells[0].source
    assert opening.startswith(
        "# Breast MR of women\n\n**Patients with MR of the BREAST in the same series, whose sex is F.**"
    )
    numbers = "**3,296** of 86,451 patients, **5,037** studies, **44,303** series, **5,935,433** images, **2.17 TB**"
    assert f"{numbers}, from **11** of 179 datasets." in opening
    assert "4,079 patients in the same study and 4,080 patients in the same patient" in opening
    assert "Imaging Data Commons 25.0.5" in opening
    assert default_snapshot.id[:12] in opening


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.split(".")[0])
def test_every_example_exports(path: Path, default_snapshot: Snapshot) -> None:
    definition = CohortDefinition.read(path)
    check_cells(made(definition, default_snapshot), definition)


def test_licences_and_citations_are_those_of_the_taken_series(default_snapshot: Snapshot) -> None:
    definition = CohortDefinition.read(ROOT / "tests" / "examples" / "mr-breast-women.cohort.json")
    plain = """
        SELECT {}, count(DISTINCT series.patient_key), count(*)
        FROM series JOIN patient ON patient.patient_key = series.patient_key
        WHERE Modality = 'MR' AND BodyPartExamined = 'BREAST' AND sex = 'F' GROUP BY 1"""
    with default_snapshot.cursor() as cursor:
        licences = cursor.execute(plain.format("license")).fetchall()
        citations = cursor.execute(plain.format("source_doi")).fetchall()
    found = made(definition, default_snapshot)
    shown = {cell.source: cell.outputs[0].data for cell in found.cells if cell.get("outputs")}
    for rows, source in ((licences, "report.licences()"), (citations, "report.citations()")):
        for name, patients, series in rows:
            (line,) = [each for each in shown[source]["text/plain"].splitlines() if f"  {name}  " in f"  {each}  "]
            assert f"{patients:,}  " in line
            assert f" {series:,}" in line
    assert "4,458 series of 811 patients are for non-commercial use only" in shown["report.licences()"]["text/plain"]


WRITES = """
import sys
from explorer import CohortDefinition, Snapshot, export_notebook
export_notebook(CohortDefinition.read(sys.argv[1]), Snapshot.open(sys.argv[2]), sys.argv[3])
"""


def test_two_machines_write_the_same_bytes(default_snapshot: Snapshot, tmp_path: Path) -> None:
    written = []
    for k, (zone, locale) in enumerate([("UTC", "C"), ("Pacific/Kiritimati", "de_DE.UTF-8")]):
        home = tmp_path / f"home {k}"
        home.mkdir()
        snapshot, out = home / f"{k}.duckdb", home / f"out{k}.ipynb"
        snapshot.symlink_to(default_snapshot.path)
        changed = {
            "TZ": zone,
            "LC_ALL": locale,
            "HOME": str(home),
            "PYTHONHASHSEED": str(k),
            "COHORT_EXPLORER_HOME": str(home),
        }
        changed |= {"COHORT_EXPLORER_THREADS": str(k + 1)}
        example = ROOT / "tests" / "examples" / "ct-mr-90-days.cohort.json"
        command = [sys.executable, "-c", WRITES, str(example), str(snapshot), str(out)]
        subprocess.run(command, env=os.environ | changed, cwd=home, check=True, timeout=120)
        written.append(out.read_bytes())
    assert written[0] == written[1]
    for trace in (str(tmp_path), str(default_snapshot.path.parent), str(ROOT)):
        assert trace.encode() not in written[0]


def test_a_file_is_written_whole_or_not_at_all(hostile: Snapshot, tmp_path: Path) -> None:
    export_notebook(CohortDefinition(), hostile, tmp_path / "a.ipynb")
    assert (tmp_path / "a.ipynb").read_text(encoding="utf-8") == notebook(CohortDefinition(), hostile)
    with pytest.raises(SurroundingsError, match="cannot be written"):
        export_notebook(CohortDefinition(), hostile, tmp_path / "nowhere" / "a.ipynb")


def test_charts_count_the_members(default_snapshot: Snapshot) -> None:
    from explorer.export import Report

    cohort = Cohort(
        CohortDefinition.read(ROOT / "tests" / "examples" / "mr-breast-women.cohort.json"), default_snapshot
    )
    report = Report(cohort)
    frame = cohort.frame("patient")
    assert sum(bar.number for bar in report.chart("age").bars) == frame["age"].notna().sum()
    assert {bar.label: bar.number for bar in report.chart("dataset").bars} == frame["dataset"].value_counts().to_dict()
    assert report.chart("Modality").bars == (Bar("MR", 3296, 8348),)
    study = cohort.frame("study")
    study["year"] = study["study_date"].astype(str).str[:4]
    years = study.drop_duplicates(["dataset", "PatientID", "year"])["year"].value_counts().to_dict()
    assert {bar.label: bar.number for bar in report.chart("study_date").bars if bar.number} == years
