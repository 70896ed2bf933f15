"""binder/ makes what a Binder needs: read by repo2docker, and each step as far as it runs without a container."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.home import ROOT

BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def recipe() -> str:
    """The Dockerfile that repo2docker would build."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_repo2docker_takes_every_file(recipe: str) -> None:
    assert '--file "binder/environment.yml"' in recipe
    assert "RUN ./binder/postBuild" in recipe
    assert re.search(r"apt-get install --yes --no-install-recommends\s+&&", recipe), "apt.txt names no packages"
    assert {path.name for path in BINDER.iterdir()} == {"apt.txt", "environment.yml", "postBuild"}


def test_the_environment_is_made_before_the_project_is_there(recipe: str) -> None:
    """Only environment.yml is copied before its step, so nothing in it may name a file of the project."""
    assert recipe.index("src/binder/environment.yml") < recipe.index('--file "binder/environment.yml"')
    assert recipe.index('--file "binder/environment.yml"') < recipe.index("COPY --chown=0:0 src/ ")
    text = (BINDER / "environment.yml").read_text(encoding="utf-8")
    assert not re.search(r"^\s*- *(-e|\.|file:)", text, re.MULTILINE)


def test_post_build_is_a_script() -> None:
    assert os.access(BINDER / "postBuild", os.X_OK)
    assert (BINDER / "postBuild").read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


def test_post_build_installs_and_builds_the_snapshot(tmp_path: Path) -> None:
    """Its commands in their order, with stand-ins that only note how they were called."""
    bin_folder, prefix, log = tmp_path / "bin", tmp_path / "prefix", tmp_path / "log"
    bin_folder.mkdir()
    stand_ins = {
        "python": f'[ "$1" = -c ] && echo {prefix} || echo "python $*" >> {log}',
        "cohort-explorer": f'echo "cohort-explorer $*" >> {log}',
        "rm": f'echo "rm $*" >> {log}',
    }
    for name, body in stand_ins.items():
        (bin_folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (bin_folder / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"}
    subprocess.run([str(BINDER / "postBuild")], cwd=tmp_path, env=environment, check=True, timeout=30)
    steps = log.read_text(encoding="utf-8").splitlines()
    assert steps[0].startswith("python -m pip install")
    assert "-c requirements-itkwidgets.lock" in steps[0]
    assert steps[-1] == "cohort-explorer snapshot build idc"
    settings = prefix / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert json.loads(settings.read_text(encoding="utf-8"))


def test_the_badge_opens_the_explorer_beside_the_welcome() -> None:
    badge = re.search(r"\]\((https://mybinder\.org/v2/[^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert badge, "README.md has no badge line"
    query = urlsplit(badge[1]).query
    path, _, inside = unquote(query.removeprefix("urlpath=")).partition("?")
    assert (ROOT / path.removeprefix("lab/tree/")).is_file()
    assert inside == "cohort-explorer=right"
