"""What README.md shows is what one gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import explorer
from tests.home import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", TEXT.partition("## In Python")[2], re.DOTALL)
    assert match
    return match[1]


def test_the_five_lines_give_their_numbers(default_home: Path) -> None:
    names: dict[str, Any] = {}
    exec(compile(block("python"), "README.md", "exec"), names)
    totals = names["cohort"].totals()
    assert f"{totals.patients:,} patients, {totals.series:,} series" in block("python")


def test_the_file_is_the_same_rule(default_home: Path) -> None:
    names: dict[str, Any] = {}
    exec(compile(block("python"), "README.md", "exec"), names)
    assert explorer.CohortDefinition.from_json(block("json")).id == names["rule"].id
