"""A notebook exported where small counts are protected: only such numbers in it, and it checks them anywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from explorer import Cohort, CohortDefinition, Report, Snapshot, export_notebook
from explorer.errors import DifferenceError, SurroundingsError, UserError
from explorer.export import notebook
from explorer.facets import Modality, sex
from tests.home import ROOT

VARIABLE = "COHORT_EXPLORER_SMALL_COUNTS"
SENTENCE = "Small counts are protected: below 10 not shown, others rounded to 10."
BREAST = CohortDefinition.read(ROOT / "tests" / "examples" / "mr-breast-women.cohort.json")


@pytest.fixture(scope="module")
def exported(default_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "breast.ipynb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "10,10")
        export_notebook(BREAST, default_snapshot, path)
    return path


@pytest.fixture(scope="module")
def report(default_snapshot: Snapshot) -> Report:
    return Report(Cohort(BREAST, default_snapshot, small_counts="10"))


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def outputs(path: Path) -> list[Any]:
    cells = _read(path).cells
    return [[(each.data, each.metadata) for each in cell.outputs] for cell in cells if cell.cell_type == "code"]


def run(path: Path, home: Path, policy: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jupyter", "execute", str(path), "--inplace", "--timeout=300"]
    changed = {"COHORT_EXPLORER_HOME": str(home), "HOME": str(path.parent), "COLUMNS": "120", VARIABLE: policy}
    return subprocess.run(command, env=os.environ | changed, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("policy", ["", "10,10"])
def test_a_run_gives_what_was_saved(policy: str, exported: Path, default_home: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(exported, tmp_path / "run.ipynb"))
    result = run(path, default_home, policy)
    assert result.returncode == 0, result.stderr
    assert outputs(path) == outputs(exported)


def test_another_policy_stops_the_run_readably(exported: Path, default_home: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(exported, tmp_path / "run.ipynb"))
    result = run(path, default_home, "20")
    assert result.returncode != 0
    assert "small counts are protected here as 20,20" in re.sub(r"\x1b\[[0-9;]*m", "", result.stderr)


def test_it_holds_protected_numbers_only(exported: Path) -> None:
    found = _read(exported)
    text = exported.read_text(encoding="utf-8")
    assert SENTENCE in found.cells[0].source
    for exact in (3296, 86451, 168508, 1044191, 44303, 5037, 4079, 2169203474586):
        assert str(exact) not in text
        assert f"{exact:,}" not in text
    assert "cohort.frame" not in text
    assert "report.rows" not in text
    assert "SeriesInstanceUID" not in text
    assert '"small_counts=\\"10,10\\"' in text or 'small_counts=\\"10,10\\"' in text
    assert "under 10" in text


def test_every_number_of_the_promise(report: Report) -> None:
    promise = report.promise()
    assert promise["protected"] == {"threshold": 10, "rounding": 10}
    assert promise["totals"]["patients"] == 3300
    assert {"members", "series"}.isdisjoint(promise)
    assert promise["datasets"]["columns"] == ["source", "dataset", "patients", "series"]
    rows = [row for name in ("attrition", "datasets", "licences", "citations") for row in promise[name]["rows"]]
    numbers = [cell for row in rows for cell in row if isinstance(cell, int)]
    assert numbers
    assert not [number for number in numbers if number % 10]


def test_a_changed_number_is_found(report: Report) -> None:
    promise = json.loads(json.dumps(report.promise()))
    checks = repr(report.check(promise))
    assert checks.startswith("8 of 8 checks passed.")
    assert checks.endswith(SENTENCE)
    promise["totals"]["patients"] = None
    with pytest.raises(DifferenceError, match=r"Totals: patients +protected +3,300"):
        report.check(promise)


def test_exact_numbers_are_not_compared_with_protected_ones(report: Report, default_snapshot: Snapshot) -> None:
    """A check that passes would say that a guess is right."""
    exact = Report(Cohort(BREAST, default_snapshot)).promise()
    with pytest.raises(SurroundingsError, match=r"exported with no protection.*; here they are told with .* as 10,10"):
        report.check(exact)
    with pytest.raises(SurroundingsError, match="exported with small counts protected as 10,10"):
        Report(Cohort(BREAST, default_snapshot)).check(report.promise())
    with pytest.raises(UserError, match="export the notebook again"):
        report.check({**report.promise(), "protected": {"threshold": "few"}})


def test_no_rows_and_hatched_bars(report: Report) -> None:
    with pytest.raises(SurroundingsError, match="not listed"):
        report.rows()
    ages = report.chart("age")
    hidden = [bar for bar in ages.bars if bar.hidden]
    assert hidden
    assert {(bar.number, bar.written) for bar in hidden} == {(0, "under 10")}
    assert "under 10" in repr(ages)
    assert ages.notes[-1] == SENTENCE
    assert ages.png().startswith(b"\x89PNG")
    assert [bar.number for bar in report.chart("dataset").bars] == sorted(
        (bar.number for bar in report.chart("dataset").bars), reverse=True
    )


@pytest.mark.parametrize(
    "rule",
    [
        CohortDefinition(),
        CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT")),
        CohortDefinition().including(Modality.is_in("MR")).including(sex.is_in("conflicting")),
    ],
    ids=["everybody", "nobody", "few"],
)
def test_other_cohorts(rule: CohortDefinition, default_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1000")
    text = notebook(rule, default_snapshot)
    assert "below 1000 not shown" in text
    assert "86,451" not in text
