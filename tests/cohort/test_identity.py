from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from explorer.cohort import CohortDefinition
from tests.cohort.strategies import definitions

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "definition_ids.json").read_text("utf-8")
)
"""Shared with the TypeScript tests."""

BY_CASE = {vector["case"]: vector["id"] for vector in VECTORS}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_canonical_form_and_id(vector: dict[str, Any]) -> None:
    rule = CohortDefinition.from_dict(vector["definition"])
    assert rule.canonical().decode() == vector["canonical"]
    assert rule.id == vector["id"]
    assert CohortDefinition.from_json(rule.canonical()).canonical() == rule.canonical()


def test_what_does_not_count() -> None:
    plain = BY_CASE["version alone"]
    for case in ("all defaults written out", "the name does not count", "annotations do not count"):
        assert BY_CASE[case] == plain
    assert BY_CASE["values sorted"] == BY_CASE["values sorted already"] == BY_CASE["values without duplicates"]


def test_what_counts() -> None:
    assert BY_CASE["order of criteria and groups is kept"] != BY_CASE["the other order"]
    assert len({BY_CASE["version alone"], BY_CASE["select counts"], BY_CASE["derived counts"]}) == 3


def test_an_id_computed_by_hand() -> None:
    canonical = b'{"derived":"none","exclude":[],"include":[],"select":"matching","version":1,"within":[]}'
    assert CohortDefinition().canonical() == canonical


@given(definitions())
def test_every_definition_survives_its_own_text(rule: CohortDefinition) -> None:
    again = CohortDefinition.from_json(rule.to_json())
    assert again == rule
    assert hash(again) == hash(rule)
    assert again.id == rule.id == CohortDefinition.from_json(rule.canonical()).id
    assert again.to_json() == rule.to_json()
