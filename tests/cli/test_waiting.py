from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from explorer.cli import program_commands
from explorer.cli.inputs import ProgressBar
from explorer.cli.outputs import in_columns, size, sizes
from explorer.snapshot import Snapshot
from tests.cli.conftest import Run


def test_progress_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar() as report:
        for done, what in ((0.0, "reading"), (0.1, "reading"), (0.5, "hashing\x1b[2J")):
            report(done, what)
    out, err = capsys.readouterr()
    assert (out, err) == ("", "reading (0 %)\nhashing\\u001b[2J (50 %)\n")


def test_progress_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with ProgressBar() as report:
        report(0.25, "reading")
        report(1.0, "done")
    out, err = capsys.readouterr()
    assert out == "" and "25 %" in err and "100 %" in err


def test_no_work_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar():
        pass
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (2_500_000, "2.5 MB"), (99_900_000_000_000, "99.9 TB")],
)
def test_size(count: int, text: str) -> None:
    assert size(count) == text


def test_sizes_share_a_unit() -> None:
    assert sizes([1_500_000_000, 20_000_000, 0]) == ["1.5 GB", "< 0.1 GB", "0 GB"]
    assert sizes([]) == []


def test_columns() -> None:
    assert list(in_columns([("a", "patients"), ("line\n", "3")])) == ["a       patients", "line\\n         3"]


def test_lab_is_started_without_its_news(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(program_commands, "find_spec", lambda _: SimpleNamespace())
    monkeypatch.setattr(program_commands, "_wait_for", lambda command: seen.append(command) or len(seen) - 1)
    assert run("lab", "--no-browser").code == 0
    assert "--LabApp.news_url=None" in seen[0] and "--no-browser" in seen[0]
    ended = run("lab")
    assert ended.code == 1 and "exit code 1" in ended.err


def test_lab_opens_the_explorer_and_a_notebook_beside_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(program_commands, "find_spec", lambda _: SimpleNamespace())
    monkeypatch.setattr(program_commands, "_wait_for", lambda command: seen.append(command) or 0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my lessons").mkdir()
    (tmp_path / "my lessons" / "a b.ipynb").write_text("{}")
    assert run("lab").code == 0
    assert run("lab", "my lessons/a b.ipynb").code == 0
    assert "--LabApp.default_url=/lab" in seen[0]
    assert "--LabApp.default_url=/lab/tree/my%20lessons/a%20b.ipynb" in seen[1]
    absent = run("lab", "none.ipynb")
    assert absent.code == 2 and "none.ipynb: there is no such notebook" in absent.err
    outside = run("lab", __file__)
    assert outside.code == 2 and "not in this folder" in outside.err


def test_lab_that_is_not_installed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_commands, "find_spec", lambda _: None)
    ran = run("lab")
    assert ran.code == 1 and "cohort-explorer[lab]" in ran.err


def test_app_is_served_to_a_jupyter_server(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[tuple[Any, ...]] = []
    module = ModuleType("explorer.views.app")
    module.serve_on_socket = lambda path, find, **options: seen.append((path, options))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "explorer.views.app", module)
    (tmp_path / "a").mkdir()
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", f"{tmp_path}:{tmp_path / 'a'}")
    assert run("app", "--unix-socket", tmp_path / "s", "--prefix", "/user/a/explorer/app").code == 0
    images = [tmp_path, tmp_path / "a"]
    assert seen == [(tmp_path / "s", {"prefix": "/user/a/explorer/app", "images": images})]


def test_app_is_served(run: Run, small: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    seen: list[tuple[Snapshot, dict[str, Any]]] = []
    module = ModuleType("explorer.views.app")
    module.serve = lambda snapshot, **options: seen.append((snapshot, options))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "explorer.views.app", module)
    assert run("app", "--no-browser", "--snapshot", small.path, "--images", tmp_path).code == 0
    assert seen == [(small, {"port": 0, "open_browser": False, "images": [tmp_path]})]
