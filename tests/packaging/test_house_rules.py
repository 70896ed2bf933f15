"""What no file of the repository may hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.home import ROOT

BINARY = {".png", ".jpg", ".dcm", ".duckdb", ".parquet", ".ico", ".webp", ".wasm", ".gz", ".woff2"}
# Written so that this file does not hold them.
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org|opt/py[p]i|opt/whee[l]s"
)
MACHINE = re.compile(r"(?<![\w.])/(farm|work|root)/[\w.]")
CDN = re.compile(r"cdn\.jsdelivr|unpkg\.com|cdnjs\.|cdn\.holoviz|cdn\.bokeh|fonts\.googleapis")
OUTSIDE = ".." + "/shared"
LONGEST = 400


def repository_files() -> list[Path]:
    """Files that are committed, or would be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        pytest.skip("not in a git repository")
    return sorted({path for name in result.stdout.split("\0") if name and (path := ROOT / name).is_file()})


def texts() -> list[tuple[Path, str]]:
    """Text files by their path in the repository."""
    return [
        (path.relative_to(ROOT), path.read_text(encoding="utf-8", errors="ignore"))
        for path in repository_files()
        if path.suffix not in BINARY
    ]


@pytest.mark.parametrize(("what", "pattern"), [("a registry's host", REGISTRY), ("a path of one machine", MACHINE)])
def test_no_file_names(what: str, pattern: re.Pattern[str]) -> None:
    found = {str(path): hit.group() for path, text in texts() if (hit := pattern.search(text))}
    assert not found, f"{what} in {found}"


def is_body(path: Path) -> bool:
    """Whether the file is code that ships or builds."""
    return path.suffix in {".py", ".ts", ".tsx"} and "tests" not in path.parts


def test_code_loads_nothing_from_outside() -> None:
    found = {str(path): hit.group() for path, text in texts() if is_body(path) and (hit := CDN.search(text))}
    assert not found


def test_a_file_holds_one_idea() -> None:
    long = {str(path): lines for path, text in texts() if is_body(path) and (lines := text.count("\n")) > LONGEST}
    assert not long, f"over {LONGEST} lines: {long}; what is the second idea in it?"


def test_the_project_stands_alone() -> None:
    assert not [str(path) for path, text in texts() if OUTSIDE in text]


def test_readme_says_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text
