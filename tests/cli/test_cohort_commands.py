from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from explorer.snapshot import Snapshot
from tests.cli.conftest import CT, HOSTILE, Run, where


def test_count_as_json(ask: Run, small: Snapshot) -> None:
    ran = ask("count", "--json", definition=where(CT))
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "snapshot": small.id,
        "patients": 2,
        "datasets": 1,
        "studies": 2,
        "series": 2,
        "instances": 1_201,
        "bytes": 3_500_000,
        "warnings": [],
    }
    assert list(ran.json) == [
        *("snapshot", "patients", "datasets", "studies", "series", "instances", "bytes", "warnings"),
    ]


def test_count_for_people(ask: Run) -> None:
    ran = ask("count", definition=where(CT, name="Chest"))
    assert [line.split() for line in ran.out.splitlines()[2:]] == [
        ["patients", "2", "of", "3"],
        ["datasets", "1", "of", "1"],
        ["studies", "2", "of", "3"],
        ["series", "2", "of", "4"],
        ["images", "1,201", "of", "1,203"],
        ["size", "3.5", "MB", "of", "5.5", "MB"],
        ran.out.splitlines()[-1].split(),
    ]
    assert ran.out.splitlines()[:2] == ["Chest", "Patients with CT."]
    assert all(line.isprintable() for line in ran.out.splitlines())


def test_an_empty_cohort_is_an_answer(ask: Run) -> None:
    nobody = where({"facet": "age", "between": [100, 110]})
    ran = ask("count", "--json", definition=nobody)
    assert (ran.code, ran.json["patients"], ran.json["bytes"]) == (0, 0, 0)
    for command in (("count",), ("facets", "--facet", "sex"), ("attrition",), ("table",), ("sql",)):
        assert ask(*command, definition=nobody).code == 0


def test_warnings(ask: Run) -> None:
    unknown = where({"facet": "Modality", "is_in": ["ct", "PT"]})
    ran = ask("count", "--json", definition=unknown)
    (warning,) = ran.json["warnings"]
    assert list(warning) == ["code", "path", "message", "suggestions"]
    assert (warning["code"], warning["path"]) == ("unknown-value", "/include/0/where/0/is_in/0")
    assert warning["suggestions"] == ["CT"]
    assert ran.err == ""
    people = ask("count", definition=unknown)
    assert people.err.startswith("cohort-explorer: warning: /include/0/where/0/is_in/0: ")


def test_facets_as_json(ask: Run) -> None:
    ran = ask("facets", "--facet", "BodyPartExamined", "--json", definition=where(CT))
    assert ran.json == {
        "facet": "BodyPartExamined",
        "group": "include:0",
        "values": [
            {"value": "CHEST", "patients": 1, "series": 1},
            {"value": None, "patients": 1, "series": 1},
        ],
    }


def test_facets_for_people_escape_what_a_terminal_would_obey(ask: Run) -> None:
    ran = ask("facets", "--facet", "BodyPartExamined")
    assert ran.code == 0
    assert all(line.isprintable() for line in ran.out.splitlines())
    assert "\\u001b[2J<img" in ran.out and "missing" in ran.out
    as_json = ask("facets", "--facet", "BodyPartExamined", "--json")
    assert as_json.out.isascii()
    assert HOSTILE in [value["value"] for value in as_json.json["values"]]


def test_facets_of_an_exclude_group(ask: Run) -> None:
    definition = where(CT, exclude=[{"same": "series", "where": [{"facet": "Modality", "is_in": ["PT"]}]}])
    ran = ask("facets", "--facet", "Modality", "--group", "exclude:0", "--json", definition=definition)
    assert ran.json["group"] == "exclude:0"


@pytest.mark.parametrize("group", ["exclude:0", "include:1", "include", "x\n"])
def test_a_group_that_does_not_exist(ask: Run, group: str) -> None:
    ran = ask("facets", "--facet", "Modality", "--group", group, "--json", definition=where(CT))
    assert (ran.code, ran.out) == (2, "")
    assert "include:0" in ran.err and ran.err.count("\n") == 1


def test_a_facet_that_does_not_exist(ask: Run) -> None:
    ran = ask("facets", "--facet", "modality", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "Modality" in ran.err and "sex" in ran.err


def test_attrition(ask: Run) -> None:
    ran = ask("attrition", "--json", definition=where(CT))
    first, rule, last = ran.json["steps"]
    assert list(first) == [
        *("rule", "patients", "studies", "series", "instances", "bytes", "alone", "without"),
    ]
    assert (first["patients"], rule["patients"], last["series"]) == (3, 2, 2)
    assert "Modality is CT" in ask("attrition", definition=where(CT)).out


def test_sql_runs_as_it_stands(ask: Run, small: Snapshot) -> None:
    ran = ask("sql", definition=where({"facet": "Modality", "is_in": ["CT", "'; DROP TABLE series; --"]}))
    with small.cursor() as cursor:
        assert 2 in cursor.execute(ran.out).fetchall()[0]


def test_describe_needs_no_snapshot(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"version": 1, **where({"facet": "nothing", "is_in": ["<b>\n"]})}))
    ran = run("describe", file)
    assert (ran.code, ran.out) == (0, "Patients with nothing “<b>\\n”.\n")


def test_describe_asks_the_snapshot_that_is_named(ask: Run) -> None:
    ran = ask("describe", definition=where({"facet": "Modality", "is_in": ["ct"]}))
    assert (ran.code, ran.out) == (0, "Patients with ct.\n")
    assert "counts nothing" in ran.err
    assert ask("describe", definition=where({"facet": "nothing", "is_in": ["x"]})).code == 2


def test_table_is_printed_as_csv(ask: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(ask("table", definition=where(CT)).out)))
    assert [row["PatientID"] for row in rows] == ["p1", "p2"]
    series = list(csv.DictReader(io.StringIO(ask("table", "--level", "series").out)))
    assert HOSTILE in [row["BodyPartExamined"] for row in series]


def test_table_is_written(ask: Run, tmp_path: Path) -> None:
    import pandas as pd

    for name, read in (("a.csv", pd.read_csv), ("a.parquet", pd.read_parquet)):
        ran = ask("table", "--level", "study", "-o", str(tmp_path / name), definition=where(CT))
        assert ran.out.startswith("2 rows (study) written to ")
        assert len(read(tmp_path / name)) == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("-o", "a.xlsx"), 2, ".csv or .parquet"),
        (("-o", "none/a.csv"), 1, "a.csv"),
        (("--level", "scan"), 2, "series"),
    ],
)
def test_a_table_that_cannot_be(ask: Run, words: tuple[str, ...], code: int, told: str) -> None:
    ran = ask("table", *words)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_standard_input(run: Run, small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    give(json.dumps({"version": 1, **where(CT)}).encode())
    assert run("count", "-", "--snapshot", small.path, "--json").json["patients"] == 2
    give(b'{"version": 3}')
    ran = run("describe", "-")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("cohort-explorer: standard input: /version: ")


def test_export(ask: Run, tmp_path: Path) -> None:
    out = tmp_path / "my.ipynb"
    ran = ask("export", "-o", str(out), definition=where(CT, name=HOSTILE[:20]))
    assert (ran.code, ran.err) == (0, "") and str(out) in ran.out
    first = out.read_bytes()
    assert json.loads(first)["nbformat"] == 4
    ask("export", "-o", str(out), definition=where(CT, name=HOSTILE[:20]))
    assert out.read_bytes() == first


@pytest.mark.parametrize(("name", "code", "told"), [("my.txt", 2, ".ipynb"), ("none/my.ipynb", 1, "my.ipynb")])
def test_a_notebook_that_cannot_be_written(ask: Run, tmp_path: Path, name: str, code: int, told: str) -> None:
    ran = ask("export", "-o", str(tmp_path / name), definition=where(CT))
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err and ran.err.count("\n") == 1
