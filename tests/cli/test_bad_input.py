from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import explorer.cli.cohort_commands
from explorer.cli import main
from explorer.snapshot import Snapshot
from tests.cli.conftest import CT, Run, where
from tests.cohort.shapes import BAD, Bad


@pytest.mark.parametrize(
    "bad", [pytest.param(bad, id=name) for name, bad in BAD.items() if isinstance(bad.definition, dict)]
)
def test_a_bad_definition_ends_with_one_clear_line(run: Run, tmp_path: Path, bad: Bad) -> None:
    file = tmp_path / "bad.cohort.json"
    file.write_text(json.dumps(bad.definition), "utf-8")
    ran = run("count", file, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1 and ran.err.startswith("cohort-explorer: ")
    assert "bad.cohort.json" in ran.err


def test_a_bad_definition_is_found_before_a_snapshot_is_opened(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{}")
    ran = run("count", file, "--snapshot", "nowhere")
    assert ran.code == 2 and '"version"' in ran.err


def test_an_unknown_facet_names_those_that_exist(ask: Run) -> None:
    ran = ask("count", "--json", definition=where({"facet": "modality", "is_in": ["CT"]}))
    assert (ran.code, ran.out) == (2, "")
    assert "my.cohort.json: /include/0/where/0/facet" in ran.err and "Did you mean Modality?" in ran.err


def test_an_operator_that_the_facet_does_not_have(ask: Run) -> None:
    ran = ask("count", "--json", definition=where({"facet": "Modality", "between": [1, 2]}))
    assert (ran.code, ran.out) == (2, "") and "it can with is_in" in ran.err


@pytest.mark.parametrize("words", [(), ("cuont",), ("count",), ("count", "a", "b"), ("facets", "a"), ("snapshot",)])
def test_wrong_use(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1 and "--help" in ran.err


def test_help_and_version(run: Run) -> None:
    assert "attrition" in run("--help").out
    assert run("--version").out.startswith("cohort-explorer")
    for command in ("count", "facets", "attrition", "sql", "describe", "table", "export", "snapshot", "app", "lab"):
        assert run(command, "--help").code == 0


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    ran = run("count", tmp_path / "none.json")
    assert ran.code == 2 and "no such file" in ran.err


@pytest.mark.parametrize("name", ["nowhere", "abcdef", "missing/x.duckdb"])
def test_a_missing_snapshot(run: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"version": 1}')
    ran = run("count", file, "--snapshot", name, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_a_foreign_snapshot_file(run: Run, tmp_path: Path) -> None:
    file, foreign = tmp_path / "a.json", tmp_path / "foreign.duckdb"
    file.write_text('{"version": 1}')
    foreign.write_bytes(b"not a database" * 1_000)
    ran = run("count", file, "--snapshot", foreign)
    assert ran.code == 1 and "foreign.duckdb" in ran.err


def test_a_port_in_use(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("app", "lab"):
            ran = run(command, "--port", str(port), "--no-browser")
            assert ran.code == 1
            assert str(port) in ran.err and "--port" in ran.err


@pytest.mark.parametrize("port", ["x", "-1", "65536", "5.5"])
def test_a_port_that_is_none(run: Run, port: str) -> None:
    ran = run("app", f"--port={port}")
    assert ran.code == 2 and "65535" in ran.err


def test_images_that_are_not_there(run: Run, tmp_path: Path) -> None:
    ran = run("app", "--images", tmp_path / "none")
    assert ran.code == 2 and "no such folder" in ran.err


def test_a_failure_of_our_own_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("inside\nout")

    monkeypatch.setattr(explorer.cli.cohort_commands, "describe", fail)
    ran = run("describe", "x")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1 and "COHORT_EXPLORER_DEBUG=1" in ran.err
    monkeypatch.setenv("COHORT_EXPLORER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["describe", "x"])


def test_an_interrupted_command() -> None:
    script = """
import time
import explorer.cli.cohort_commands as commands
from explorer.cli import main

commands.describe = lambda _: (print(1, flush=True), time.sleep(30))
raise SystemExit(main(["describe", "x"]))
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"1\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")


def test_a_closed_pipe_is_quiet(small: Snapshot, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"version": 1, **where(CT)}))
    reader, writer = os.pipe()
    os.close(reader)
    for command in (["facets", "--facet", "sex"], ["table"], ["count", "--json"]):
        words = [sys.executable, "-m", "explorer", command[0], str(file), *command[1:], "--snapshot", str(small.path)]
        ran = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, timeout=60)
        assert ran.stderr == b""
    os.close(writer)


def test_describe_starts_quickly_and_brings_no_engine(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"version": 1}')
    script = (
        "import sys; from explorer.cli import main; code = main(sys.argv[1:]); "
        "heavy = {'duckdb', 'pandas', 'pyarrow', 'numpy', 'panel', 'tqdm'} & set(sys.modules); print(sorted(heavy))"
    )
    started = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", script, "describe", str(file)], capture_output=True, text=True)
    assert ran.stdout == "All patients.\n[]\n"
    assert time.monotonic() - started < 5
