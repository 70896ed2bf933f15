"""The command line where small counts are protected."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from explorer.snapshot import Snapshot
from explorer.sources import RowsSource
from tests.cli.conftest import CT, Run, where

POLICY = {"threshold": 10, "rounding": 10}
SENTENCE = "Small counts are protected: below 10 not shown, others rounded to 10."


@pytest.fixture(autouse=True)
def policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", "10")


@pytest.fixture(scope="session")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Forty-seven patients: 33 with CT, 11 with MR, 3 with PT."""
    rows = [
        {
            "PatientID": f"p{n}",
            "Modality": "CT" if n < 33 else "MR" if n < 44 else "PT",
            "instances": 100,
            "size_mb": 50.0,
        }
        for n in range(47)
    ]
    return Snapshot.build(RowsSource(rows, title="Hospital"), store=tmp_path_factory.mktemp("hospital"))


@pytest.fixture
def asked(run: Run, hospital: Snapshot, tmp_path: Path) -> Run:
    file = tmp_path / "my.cohort.json"

    def ask(command: str, *words: str | Path, definition: object = None) -> object:
        file.write_text(json.dumps({"version": 1, **(definition or {})}), "utf-8")  # type: ignore[dict-item]
        return run(command, file, "--snapshot", hospital.path, *words)

    return ask  # type: ignore[return-value]


def test_count(asked: Run, hospital: Snapshot) -> None:
    assert asked("count", "--json", definition=where(CT)).json == {
        "snapshot": hospital.id,
        "patients": 30,
        "datasets": 1,
        "studies": 30,
        "series": 30,
        "instances": 3_000,
        "bytes": 1_500_000_000,
        "protected": POLICY,
        "warnings": [],
    }
    lines = asked("count", definition=where(CT)).out.splitlines()
    assert [line.split() for line in lines if line.startswith(("patients", "series", "size", "datasets"))] == [
        ["patients", "≈", "30", "of", "≈", "50"],
        ["datasets", "1", "of", "1"],
        ["series", "≈", "30", "of", "≈", "50"],
        ["size", "≈", "1.5", "GB", "of", "≈", "2.4", "GB"],
    ]
    assert lines[-1] == SENTENCE


def test_a_few_patients(asked: Run, hospital: Snapshot) -> None:
    few = where({"facet": "Modality", "is_in": ["PT"]})
    found = asked("count", "--json", definition=few).json
    hidden = dict.fromkeys(("patients", "datasets", "studies", "series", "instances", "bytes"))
    assert found == {"snapshot": hospital.id, **hidden, "protected": POLICY, "warnings": []}
    said = asked("count", definition=few).out
    assert re.search(r"^patients +under 10 +of ≈ 50$", said, re.M)
    assert re.search(r"^images +not shown +of ≈ 4,500$", said, re.M)


def test_facets(asked: Run) -> None:
    assert asked("facets", "--facet", "Modality", "--json").json == {
        "facet": "Modality",
        "group": "include:0",
        "values": [
            {"value": "CT", "patients": 30, "series": 30},
            {"value": "MR", "patients": 10, "series": 10},
            {"value": "PT", "patients": None, "series": None},
        ],
        "protected": POLICY,
    }
    said = asked("facets", "--facet", "Modality").out
    assert re.search(r"^PT +under 10 +not shown$", said, re.M)
    assert said.endswith(f"{SENTENCE}\n")


def test_attrition(asked: Run) -> None:
    rules = where(CT, exclude=[{"same": "patient", "where": [{"facet": "Modality", "is_in": ["PT"]}]}])
    found = asked("attrition", "--json", definition=rules).json
    assert found["protected"] == POLICY
    numbers = [[step[name] for name in ("patients", "series", "alone", "without")] for step in found["steps"]]
    assert numbers == [[50, 50, 0, 0], [30, 30, 10, 10], [30, 30, None, 0], [30, 30, 0, 0]]
    assert "under 10" in asked("attrition", definition=rules).out


def test_rows_are_withheld(asked: Run, tmp_path: Path) -> None:
    for words in ([], ["-o", str(tmp_path / "rows.csv")], ["--level", "series"]):
        ran = asked("table", *words)
        assert (ran.code, ran.out) == (1, "")
        assert f"Single patients and images are not listed. {SENTENCE}" in ran.err
    assert not (tmp_path / "rows.csv").exists()


def test_a_snapshot(run: Run, hospital: Snapshot) -> None:
    shown = run("snapshot", "show", hospital.path, "--json").json
    assert (shown["totals"]["patients"], shown["protected"]) == (50, POLICY)
    said = run("snapshot", "show", hospital.path).out
    assert re.search(r"^patients +≈ 50$", said, re.M)
    assert SENTENCE in said


@pytest.mark.parametrize("value", ["ten", "10,5", "1"])
def test_a_bad_value_is_said_and_nothing_is_counted(value: str, asked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_SMALL_COUNTS", value)
    for command, *words in (["count", "--json"], ["facets", "--facet", "Modality"], ["attrition"], ["table"]):
        ran = asked(command, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("cohort-explorer: COHORT_EXPLORER_SMALL_COUNTS: ")
