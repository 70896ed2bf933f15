from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from explorer.cohort import SCHEMA, CohortDefinition
from explorer.cohort.reading import MOST_CRITERIA, MOST_GROUPS, MOST_PAIRS, MOST_VALUES
from explorer.cohort.scalars import LONGEST_TEXT
from explorer.facets import FACETS

PAGE = (Path(__file__).parents[2] / "docs" / "definition.md").read_text("utf-8")
BLOCKS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_is_a_definition(block: str) -> None:
    rule = CohortDefinition.from_json(block)
    jsonschema.validate(json.loads(block), SCHEMA)
    assert {criterion.facet for group in rule.include + rule.exclude for criterion in group.where} <= set(FACETS)


def test_there_are_examples_of_everything() -> None:
    rules = [CohortDefinition.from_json(block) for block in BLOCKS]
    criteria = [criterion for rule in rules for group in rule.include + rule.exclude for criterion in group.where]
    assert any(c.is_in for c in criteria) and any(c.between for c in criteria) and any(c.contains for c in criteria)
    assert any(c.missing for c in criteria) and any(None in (c.is_in or ()) for c in criteria)
    assert {group.same for rule in rules for group in rule.include} == {"series", "study", "patient"}
    assert any(rule.exclude for rule in rules) and any(rule.within for rule in rules)
    assert any(rule.derived == "linked" for rule in rules) and any(rule.annotations for rule in rules)


def test_python_runs_and_says_what_the_page_says() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "definition.md", "exec"), {})


def test_the_limits_are_the_ones_in_force() -> None:
    text = " ".join(PAGE.split())
    assert f"at most {MOST_GROUPS} groups, {MOST_CRITERIA} criteria, {MOST_VALUES:,} values" in text
    assert f"{MOST_PAIRS} entries of `within`, and {LONGEST_TEXT:,} characters" in text
