"""The build hook, and the wheel that a user installs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import hatch_build
from tests.home import ROOT

SHIPPED = {"explorer/py.typed", "explorer/cohort/definition.schema.json"}
EXTENSION = "share/jupyter/labextensions/@cohort-explorer/widgets"
ENABLED = "etc/jupyter/jupyter_server_config.d/cohort_explorer.json"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small stand-in for the repository: browser sources, nothing built."""
    widgets = tmp_path / "widgets"
    (widgets / "src").mkdir(parents=True)
    (widgets / "src" / "index.ts").write_text("export {};\n")
    (widgets / "package.json").write_text("{}\n")
    return tmp_path


def build_at(root: Path, time: float, name: str = "index.js", folders: tuple[str, ...] = hatch_build.BUILT) -> None:
    for folder in folders:
        built = root / folder / name
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


@pytest.mark.parametrize("built", hatch_build.BUILT)
def test_half_a_build_is_none(clone: Path, built: str) -> None:
    now = (clone / "widgets" / "src" / "index.ts").stat().st_mtime
    build_at(clone, now + 10, folders=(built,))
    assert not hatch_build.is_current(clone)


def test_a_build_that_follows_changes_is_not_shipped(clone: Path) -> None:
    now = (clone / "widgets" / "src" / "index.ts").stat().st_mtime
    build_at(clone, now + 10)
    (clone / hatch_build.WATCHED).write_text("{}")
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


def of_data(wheel: zipfile.ZipFile) -> dict[str, str]:
    """What the wheel installs outside the package, by its place below the environment, with its name in the wheel."""
    found = (re.fullmatch(r"[^/]+\.data/data/(.+)", name) for name in wheel.namelist())
    return {match[1]: match[0] for match in found if match}


def check_extension(wheel: zipfile.ZipFile) -> None:
    """Check that JupyterLab and its server find the extension that the wheel brings."""
    data = of_data(wheel)
    assert json.loads(wheel.read(data[ENABLED])) == {"ServerApp": {"jpserver_extensions": {"explorer.server": True}}}
    assert json.loads(wheel.read(data[f"{EXTENSION}/install.json"]))["packageName"] == "cohort-explorer"
    package = json.loads(wheel.read(data[f"{EXTENSION}/package.json"]))
    assert package["name"] == "@cohort-explorer/widgets"
    assert f"{EXTENSION}/{package['jupyterlab']['_build']['load']}" in data
    assert f"{EXTENSION}/schemas/@cohort-explorer/widgets/plugin.json" in data
    assert set(data) == {ENABLED} | {name for name in data if name.startswith(f"{EXTENSION}/")}
    assert not [name for name in wheel.namelist() if name.startswith("explorer/labextension") or name.endswith(".map")]


def test_the_wheel_brings_the_extension(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        assert set(wheel.namelist()) >= SHIPPED
        check_extension(wheel)


def test_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = json.loads((ROOT / "widgets" / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == project["version"]
    (discovery,) = package["jupyterlab"]["discovery"].values()
    assert discovery["base"]["name"] == project["name"]


def test_the_lock_names_no_registry() -> None:
    text = (ROOT / "widgets" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text


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

    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        check_extension(opened)
    assert names >= SHIPPED
    assert any(name.startswith("explorer/static/") and name.endswith(".js") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "widgets/")) or "__pycache__" in name]

    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "-c", ROOT / "requirements.lock", wheel)
    assert "snapshot" in run(tmp_path / "venv" / "bin" / "cohort-explorer", "--help")
    assert (tmp_path / "venv" / EXTENSION / "package.json").is_file()
