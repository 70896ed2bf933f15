"""The build hook, and the wheel that a user installs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import hatch_build
from tests.home import ROOT

SHIPPED = {"explorer/py.typed", "explorer/cohort/definition.schema.json"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small stand-in for the repository: browser sources, nothing built."""
    widgets = tmp_path / "widgets"
    (widgets / "src").mkdir(parents=True)
    (widgets / "src" / "index.ts").write_text("export {};\n")
    (widgets / "package.json").write_text("{}\n")
    return tmp_path


def build_at(root: Path, time: float, name: str = "index.js") -> None:
    built = root / "explorer" / "static" / name
    built.parent.mkdir(parents=True, exist_ok=True)
    built.write_text("")
    os.utime(built, (time, time))


def test_absent_and_older_files_are_out_of_date(clone: Path) -> None:
    now = (clone / "widgets" / "src" / "index.ts").stat().st_mtime
    assert not hatch_build.is_current(clone)
    build_at(clone, now - 10)
    assert not hatch_build.is_current(clone)
    build_at(clone, now + 10)
    assert hatch_build.is_current(clone)
    build_at(clone, now - 10, "half.js")
    assert not hatch_build.is_current(clone)


def test_tests_and_installed_packages_are_no_sources(clone: Path) -> None:
    now = (clone / "widgets" / "src" / "index.ts").stat().st_mtime
    build_at(clone, now + 10)
    for folder in ("node_modules", "test"):
        later = clone / "widgets" / folder / "later.ts"
        later.parent.mkdir()
        later.write_text("")
        os.utime(later, (now + 20, now + 20))
    assert hatch_build.is_current(clone)


def test_without_node_one_sentence_says_what_to_do(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clone))
    with pytest.raises(SystemExit, match="Node 20"):
        hatch_build.build_widgets(clone)


def test_without_sources_there_is_nothing_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    hatch_build.build_widgets(tmp_path)


@pytest.mark.slow
def test_a_wheel_from_the_source_distribution_needs_no_node(tmp_path: Path) -> None:
    def run(*command: str | Path, **environment: str) -> str:
        result = subprocess.run(
            [str(part) for part in command],
            cwd=tmp_path,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    copy = tmp_path / "clone"
    left_out = shutil.ignore_patterns(".git", ".venv", "build", "dist", "node_modules", "*cache*", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=left_out)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path / "dist"], cwd=copy, check=True
    )
    (sdist,) = (tmp_path / "dist").glob("*.tar.gz")
    bare = tmp_path / "bare"
    bare.mkdir()
    run(*pip, "wheel", "--quiet", "--no-deps", "-w", tmp_path / "dist", sdist, PATH=str(bare))
    (wheel,) = (tmp_path / "dist").glob("*.whl")

    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= SHIPPED
    assert any(name.startswith("explorer/static/") and name.endswith(".js") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "widgets/")) or "__pycache__" in name]

    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "-c", ROOT / "requirements.lock", wheel)
    assert "snapshot" in run(tmp_path / "venv" / "bin" / "cohort-explorer", "--help")
