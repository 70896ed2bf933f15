"""The notebook as it runs: the snapshot found or rebuilt, the same outputs, a readable difference."""

from __future__ import annotations

import copy
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

import explorer.export.versions
from explorer import Cohort, CohortDefinition, DifferenceError, Report, Snapshot, export_notebook, reopen
from explorer.errors import SnapshotError, UserError
from explorer.export.numbers import flat
from explorer.facets import Modality
from tests.home import ROOT

EXAMPLES = ROOT / "tests" / "examples"


@pytest.fixture(scope="module")
def exported(default_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "breast.ipynb"
    export_notebook(CohortDefinition.read(EXAMPLES / "mr-breast-women.cohort.json"), default_snapshot, path)
    return path


@pytest.fixture(scope="module")
def report(default_snapshot: Snapshot) -> Report:
    return Report(Cohort(CohortDefinition.read(EXAMPLES / "mr-breast-women.cohort.json"), default_snapshot))


@pytest.fixture(scope="module")
def promise(report: Report) -> dict[str, Any]:
    # As a notebook holds it.
    read: dict[str, Any] = json.loads(json.dumps(report.promise()))
    return read


def run(path: Path, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jupyter", "execute", str(path), "--inplace", "--timeout=300"]
    changed = {"COHORT_EXPLORER_HOME": str(home), "HOME": str(path.parent), "COLUMNS": "120"}
    return subprocess.run(command, env=os.environ | changed, capture_output=True, text=True, timeout=300)


def outputs(path: Path) -> list[Any]:
    found = nbformat.read(path, as_version=4)
    return [
        [(each["output_type"], each.get("data"), each.get("metadata")) for each in cell.outputs]
        for cell in found.cells
        if cell.cell_type == "code"
    ]


def test_a_run_gives_what_was_saved(exported: Path, default_home: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(exported, tmp_path / "run.ipynb"))
    result = run(path, default_home)
    assert result.returncode == 0, result.stderr
    assert outputs(path) == outputs(exported)


def test_a_clean_machine_builds_the_snapshot(exported: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(exported, tmp_path / "run.ipynb"))
    result = run(path, tmp_path / "home of a stranger")
    assert result.returncode == 0, result.stderr
    assert outputs(path) == outputs(exported)


def test_nbval_passes(exported: Path, default_home: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-c",
        os.devnull,
        "-p",
        "no:cacheprovider",
        exported.name,
    ]
    environment = os.environ | {"COHORT_EXPLORER_HOME": str(default_home)}
    result = subprocess.run(command, cwd=exported.parent, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout


def test_a_changed_number_stops_the_run_readably(exported: Path, default_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "changed.ipynb"
    path.write_text(exported.read_text().replace('{\\"patients\\": 3296', '{\\"patients\\": 3297', 1))
    result = run(path, default_home)
    assert result.returncode != 0
    said = re.sub(r"\x1b\[[0-9;]*m", "", result.stderr)
    assert "DifferenceError: One number is not what was exported." in said
    assert re.search(r"what +expected +found\n *Totals: patients +3,297 +3,296\n", said), said
    assert "Definition and snapshot are the same" in said
    assert "site-packages" not in said.split("DifferenceError", 1)[1]


def changes(promise: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every number of the promise changed, one at a time, with the name that the difference gives it."""
    found: list[tuple[str, dict[str, Any]]] = []

    def walk(value: Any, path: list[Any]) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                if key not in ("versions", "columns"):
                    walk(part, [*path, key])
        elif isinstance(value, list):
            for k, part in enumerate(value):
                walk(part, [*path, k])
        else:
            changed = copy.deepcopy(promise)
            place: Any = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value + 1 if isinstance(value, int) else f"{value or ''}0"
            found.append(("/".join(map(str, path)), changed))

    walk(promise, [])
    return found


def test_every_changed_number_is_found(promise: dict[str, Any], default_snapshot: Snapshot) -> None:
    from explorer.export.checks import checked

    numbers = {name: part for name, part in promise.items() if name != "versions"}
    assert "10 of 10 checks passed" in checked(promise, numbers).title
    silent = []
    for where, changed in changes(promise):
        try:
            checked(changed, numbers)
            silent.append(where)
        except DifferenceError as error:
            assert "expected" in str(error)
    # The words of a rule are for the reader; its numbers are checked.
    assert all(re.fullmatch(r"attrition/rows/\d+/0", where) for where in silent), silent
    assert len(changes(promise)) > 100


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("totals", "Totals: patients"),
        ("attrition", "Steps"),
        ("licences", "Licences"),
        ("citations", "Citations"),
        ("datasets", "Datasets"),
        ("members", "Members"),
        ("levels", "Group include 0, same series: patients"),
    ],
)
def test_a_part_left_out_is_found(section: str, name: str, promise: dict[str, Any], report: Report) -> None:
    with pytest.raises(DifferenceError) as found:
        report.check({key: part for key, part in promise.items() if key != section})
    (line,) = [each for each in str(found.value).splitlines() if each.startswith(f"{name} ")]
    assert "nothing" in line


def test_another_definition_is_named_as_the_reason(promise: dict[str, Any], default_snapshot: Snapshot) -> None:
    other = Report(Cohort(CohortDefinition().including(Modality.is_in("PT")), default_snapshot))
    with pytest.raises(DifferenceError, match="definition in this notebook is not the one") as found:
        other.check(promise)
    assert "… and" in str(found.value)


def test_members_are_told_apart_by_dataset(default_snapshot: Snapshot) -> None:
    """As many patients, other ones."""
    a, b = (
        flat(
            Report(Cohort(CohortDefinition().including(Modality.is_in(value)), default_snapshot)).promise()
            | {"versions": ""}
        )
        for value in ("CT", "PT")
    )
    key = 'Dataset "idc", "acrin_nsclc_fdg_pet": PatientID'
    assert a[key] != b[key]
    assert a["Members"] != b["Members"]


@pytest.mark.parametrize("wrong", [{"attrition": 3}, {"licences": {"rows": [[1]]}}, {"levels": []}, {"datasets": None}])
def test_what_is_no_promise_is_refused(wrong: dict[str, Any], report: Report) -> None:
    with pytest.raises(UserError, match="shape that an exported notebook"):
        report.check(wrong)


def test_other_versions_are_said_and_do_not_stop(promise: dict[str, Any], report: Report) -> None:
    shown = report.check(promise | {"versions": {"duckdb": "1.5.0", "gone": "1"}})
    assert shown.warnings == (
        f"This notebook was made with duckdb 1.5.0 (here {explorer.export.versions.versions()['duckdb']}), "
        "gone 1 (here not installed). The checks say whether that matters.",
    )
    assert report.check(promise).warnings == ()


def test_a_damaged_snapshot_stops_the_check(
    promise: dict[str, Any], report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify() -> None:
        raise SnapshotError("The content is not what its id says.")

    monkeypatch.setattr(report.cohort.snapshot, "verify", verify)
    with pytest.raises(DifferenceError, match="not what its id says"):
        report.check(promise)


def test_an_empty_cohort_checks_itself(default_snapshot: Snapshot, default_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "nobody.ipynb"
    export_notebook(CohortDefinition(name="Nobody").including(Modality.is_in("XX")), default_snapshot, path)
    before = outputs(path)
    result = run(path, default_home)
    assert result.returncode == 0, result.stderr
    assert outputs(path) == before


def test_reopen_finds_by_content(default_snapshot: Snapshot, default_home: Path) -> None:
    assert reopen({"id": default_snapshot.id, "recipe": dict(default_snapshot.recipe)}) == default_snapshot


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"id": "0" * 64, "recipe": {"source": "hospital", "release": "3"}}, "Ask whoever made it for the file"),
        ({"id": "0" * 64, "recipe": {"source": "idc", "release": "24.0.0"}}, "pip install idc-index-data==24.0.0"),
        ({"id": "0" * 64, "recipe": {"source": "idc", "release": "25.0.5", "builder": "9"}}, "cohort-explorer==9"),
    ],
)
def test_reopen_says_what_to_do(made: dict[str, Any], said: str, default_home: Path) -> None:
    with pytest.raises(SnapshotError, match=re.escape(said)):
        reopen(made)


@pytest.mark.parametrize("made", [{}, {"id": "0" * 64}, {"id": "0", "recipe": None}])
def test_reopen_refuses_what_names_no_snapshot(made: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="named by its id and recipe"):
        reopen(made)
