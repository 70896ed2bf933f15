"""Cells for somebody's notebook: short, readable, and never more than they say."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

import explorer
from explorer import CohortDefinition, Report, Snapshot
from explorer.cohort.texts import one_line
from explorer.export.insert import builder_cell, cohort_cell, images_cell
from explorer.export.table import Table
from explorer.facets import BodyPartExamined, Modality, age, sex
from explorer.sources import RowsSource
from tests.browser.viewer_fixtures import SERIES, write_chest
from tests.cohort.strategies import definitions
from tests.export.hostile import TEXTS, hostile_rule, hostile_snapshot, hostile_texts

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
BREAST = (
    CohortDefinition(name="Breast MR of women")
    .including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"))
    .including(sex.is_in("F"), same="patient")
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot that is full of hostile text, its title and its path too."""
    return hostile_snapshot(tmp_path_factory.mktemp('it\'s """ # {x}'))


@pytest.fixture
def known(home: Path) -> Snapshot:
    """A snapshot in the person's own store."""
    return Snapshot.build(RowsSource([{"PatientID": "a", "Modality": "MR"}], title="Mine"))


def test_a_cell_reads_well(known: Snapshot) -> None:
    assert (
        cohort_cell(BREAST, known)
        == f'''\
# Cohort "Breast MR of women"
import explorer

rule = explorer.CohortDefinition.from_json(r"""
{{"version": 1, "name": "Breast MR of women",
 "include": [
  {{"same": "series", "where": [
    {{"facet": "Modality", "is_in": ["MR"]}},
    {{"facet": "BodyPartExamined", "is_in": ["BREAST"]}}]}},
  {{"same": "patient", "where": [{{"facet": "sex", "is_in": ["F"]}}]}}],
 "select": "matching"}}
""")
cohort = explorer.Cohort(rule, explorer.Snapshot.open("{known.id[:16]}"))  # Mine
explorer.Report(cohort).attrition()'''
    )
    assert builder_cell(known, "default") == (
        "import explorer\n\n"
        f'builder = explorer.CohortBuilder(explorer.Snapshot.open("{known.id[:16]}"), workspace="default")  # Mine\n'
        "builder"
    )
    own = builder_cell(known, BREAST).splitlines()
    assert own[0] == '# Cohort "Breast MR of women"'
    assert own[-2].startswith("builder = explorer.CohortBuilder(") and "rule, workspace=None)" in own[-2]
    assert images_cell(CohortDefinition(), known).startswith("# Images of a cohort\nimport explorer\n")


def test_a_cell_runs_and_shows_the_attrition(known: Snapshot) -> None:
    ran = run(cohort_cell(CohortDefinition().including(Modality.is_in("MR")), known))
    assert ran["cohort"].snapshot == known
    assert isinstance(ran["_"], Table) and repr(ran["_"]) == repr(Report(ran["cohort"]).attrition())


def run(source: str) -> dict[str, Any]:
    """Run a cell as a notebook does: the value of its last line is ``_``, what it displays is in ``shown``."""
    shown: list[Any] = []
    names: dict[str, Any] = {"display": shown.append, "shown": shown}
    *lines, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(lines, []), "cell", "exec"), names)
    names["_"] = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return names


def calls(source: str) -> list[str]:
    """Every call in a cell, without its arguments, and every name that it sets or uses."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found.append(f"{ast.unparse(node.func)}()")
        elif isinstance(node, ast.Name):
            found.append(node.id)
    return sorted(found)


def comments(source: str) -> int:
    """The number of comments in a cell."""
    return sum(each.type == tokenize.COMMENT for each in tokenize.generate_tokens(io.StringIO(source).readline))


def is_harmless(make: Callable[[CohortDefinition], str], definition: CohortDefinition) -> CohortDefinition:
    """The cell of a hostile definition is the same code as that of a plain one, and reads the definition back."""
    source = make(definition)
    assert calls(source) == calls(make(CohortDefinition(name="plain")))
    assert TransformerManager().transform_cell(source) == f"{source}\n"
    assert one_line(source.replace("\n", "")) == source.replace("\n", ""), "something invisible is in the cell"
    assert comments(source) == comments(make(CohortDefinition(name="plain")))
    # What Python would take for the encoding of a file.
    assert not [each for each in source.splitlines()[:2] if re.match(r"[ \t\f]*#.*?coding[:=]", each)]
    (call,) = (
        each
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.Call) and "from_json" in ast.unparse(each.func)
    )
    (literal,) = call.args
    return CohortDefinition.from_json(ast.literal_eval(literal))


@settings(max_examples=400, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(definition=definitions(), data=st.data())
def test_no_name_and_no_value_becomes_code(
    hostile: Snapshot, definition: CohortDefinition, data: st.DataObject
) -> None:
    definition = definition.named(data.draw(hostile_texts))
    wanted = replace(definition, annotations={})
    assert is_harmless(lambda rule: cohort_cell(rule, hostile), definition) == wanted
    assert is_harmless(lambda rule: builder_cell(hostile, rule), definition) == wanted
    assert is_harmless(lambda rule: images_cell(rule, hostile, [Path("/a'b\"\\\n#")]), definition) == wanted


@pytest.mark.parametrize(
    "text", [*TEXTS, '"""\nimport os\nr"""', '\\"""', '"' * 50, "coding: utf-7", "-*- coding=x -*-"]
)
def test_hostile_cells_run_and_do_nothing_else(hostile: Snapshot, text: str, tmp_path: Path) -> None:
    definition = hostile_rule(text, text, f"{text}\\", f'{text}"')
    names = run(cohort_cell(definition, hostile))
    assert names["rule"].id == definition.id and names["rule"].name == definition.name
    assert set(names) - {"__builtins__"} == {"display", "shown", "explorer", "rule", "cohort", "_"}
    assert names["cohort"].snapshot == hostile
    assert names["_"].columns[0] == "step"


def test_the_images_of_the_cohort(known: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_chest(tmp_path / "a", slices=4, size=16)
    rows = [
        {"PatientID": "p", "Modality": "CT", "SeriesInstanceUID": SERIES, "SeriesDescription": "<b>chest</b>"},
        {"PatientID": "q", "Modality": "CT", "SeriesInstanceUID": "1.2.3"},
    ]
    snapshot = Snapshot.build(RowsSource(rows))
    ran = run(images_cell(CohortDefinition(), snapshot, [tmp_path / "a"]))
    assert capsys.readouterr().out == "1 of the cohort's 2 series have files here\n"
    assert list(ran["shown"][0].SeriesInstanceUID) == [SERIES]
    assert type(ran["_"]).__name__ == "NotebookImage"
    none = run(images_cell(CohortDefinition().including(age.is_in(3)), snapshot, [tmp_path / "a"]))
    assert capsys.readouterr().out == "0 of the cohort's 0 series have files here\n"
    assert none["_"] is None
    with pytest.raises(explorer.ExplorerError, match="images is not a folder"):
        run(images_cell(CohortDefinition(), snapshot))


def test_long_definitions_stay_reasonable(hostile: Snapshot) -> None:
    values = tuple(f"value {n}" for n in range(5000))
    many = CohortDefinition().including(Modality.is_in(*values))
    source = cohort_cell(many, hostile)
    assert len(source.splitlines()) < 1000
    assert max(map(len, source.splitlines()[3:-2])) <= 88
    assert len(source) < 1.2 * len(many.to_json(indent=None))
    assert is_harmless(lambda rule: cohort_cell(rule, hostile), many) == many
    named = cohort_cell(CohortDefinition(name="n" * 900), hostile).splitlines()
    assert len(named[0]) < 100


def test_notes_stay_behind(known: Snapshot) -> None:
    noted = replace(BREAST, annotations={"note": "between us"})
    assert cohort_cell(noted, known) == cohort_cell(BREAST, known)
