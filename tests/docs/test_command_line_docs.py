from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest

from explorer.cli.parser import build_parser
from explorer.cohort import Advice
from explorer.counts import FacetCounts, FacetValue, Step, Totals

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")
BLOCKS: dict[str, Any] = {
    name: json.loads(block) for name, block in re.findall(r"<!-- (\w+) -->\n```json\n(.*?)```", PAGE, re.DOTALL)
}


def _commands(parser: argparse.ArgumentParser, prefix: str = "") -> dict[str, argparse.ArgumentParser]:
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, each in action.choices.items():
                found |= _commands(each, f"{prefix}{name} ") or {f"{prefix}{name}": each}
    return found


COMMANDS = _commands(build_parser())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"\n| `{name}" in PAGE
    for action in COMMANDS[name]._actions:
        if action.option_strings and "--help" not in action.option_strings:
            assert any(option in PAGE for option in action.option_strings), f"{name} {action.option_strings}"


def test_the_json_on_the_page_has_the_keys_in_force() -> None:
    assert list(BLOCKS["count"]) == [*Totals("", 0, 0, 0, 0, 0, 0).to_dict(), "warnings"]
    assert list(BLOCKS["count"]["warnings"][0]) == list(Advice("", "", "").to_dict())
    counts: Any = FacetCounts("", "", (FacetValue("", 0, 0),)).to_dict()
    assert list(BLOCKS["facets"]) == list(counts)
    assert list(BLOCKS["facets"]["values"][0]) == list(counts["values"][0])
    assert list(BLOCKS["attrition"]["steps"][0]) == list(Step("", "", 0, 0, 0, 0, 0, 0, 0).to_dict())
