from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from explorer.cohort import SCHEMA, CohortDefinition, Group, Within
from explorer.errors import DefinitionError
from explorer.facets import Criterion, Modality, age
from tests.cohort.shapes import BAD, GOOD, Bad

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("definition", GOOD.values(), ids=GOOD.keys())
def test_good_definitions_are_read(definition: dict[str, Any]) -> None:
    rule = CohortDefinition.from_dict(definition)
    assert CohortDefinition.from_json(rule.to_json()) == rule
    assert CohortDefinition.from_json(rule.canonical()).id == rule.id


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_definitions_are_refused_in_our_words(bad: Bad) -> None:
    with pytest.raises(DefinitionError) as caught:
        CohortDefinition.from_dict(bad.definition)
    message = str(caught.value)
    assert caught.value.path == bad.path
    assert bad.words in message
    assert message.isprintable() and len(message) < 500
    for python in ("NoneType", "<class", "dict", "str'", "tuple", "Traceback"):
        assert python not in message


@pytest.mark.parametrize("definition", GOOD.values(), ids=GOOD.keys())
def test_the_schema_accepts_good_definitions(definition: dict[str, Any]) -> None:
    VALIDATOR.validate(definition)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_the_schema_refuses_what_it_can_see(bad: Bad) -> None:
    assert VALIDATOR.is_valid(bad.definition) is not bad.by_schema


def test_the_schema_is_one_and_says_what_everything_is() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name, part in SCHEMA["$defs"].items():
        assert part["title"] == name
        assert part["description"]
        for key, member in part.get("properties", {}).items():
            assert "$ref" in member or member["description"], f"{name}.{key}"
    assert set(SCHEMA["properties"]) == {"version", *CohortDefinition.__dataclass_fields__}


def test_what_is_written_meets_the_schema() -> None:
    for definition in GOOD.values():
        VALIDATOR.validate(CohortDefinition.from_dict(definition).to_dict())


@pytest.mark.parametrize(
    "parts",
    [
        {"include": (Group("scan", (Modality.is_in("CT"),)),)},  # type: ignore[arg-type]
        {"include": (Group("series", ()),)},
        {"include": (Group("series", (Modality.is_in(),)),)},
        {"include": (Group("series", (Criterion("Modality"),)),)},
        {"include": (Group("series", (Criterion("Modality", is_in=("a",), contains=("a",)),)),)},
        {"include": (Group("series", (Criterion("Modality", is_in=("a",), missing=True),)),)},
        {"include": (Group("series", (age.between(75, 50),)),)},
        {"include": (Group("series", (age.between("50", "75"),)),)},
        {"include": "CT"},
        {"include": (Modality.is_in("CT"),)},
        {"within": (Within(0, 0, (0, 1)),)},
        {"name": 5},
        {"select": "some"},
        {"annotations": "notes"},
    ],
)
def test_python_has_the_same_rules_as_json(parts: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError):
        CohortDefinition(**parts)


def test_python_and_json_give_the_same_definition() -> None:
    python = CohortDefinition(
        name="x",
        include=(
            Group("study", (Modality.is_in("CT", None), age.between(50.0, None, missing=True))),
            Group("series", (Criterion("SeriesDescription", contains=("T2",)),)),
        ),
        within=(Within(0, 1, (None, 5)),),
        select="images",
        derived="linked",
        annotations={"notes": ["a"]},
    )
    assert CohortDefinition.from_dict(json.loads(python.to_json())) == python


def test_lists_become_tuples_and_foreign_numbers_our_own() -> None:
    import numpy as np

    rule = CohortDefinition(include=[Group("series", [Criterion("age", is_in=[np.int64(5), np.float32(2.5)])])])  # type: ignore
    assert rule.include == (Group("series", (Criterion("age", is_in=(5, 2.5)),)),)
    assert [type(value) for value in rule.include[0].where[0].is_in or ()] == [int, float]


def test_text_is_kept_in_nfc_and_whole_floats_as_integers() -> None:
    rule = CohortDefinition.from_dict(
        {
            "version": 1,
            "name": "Cafe\u0301",
            "include": [{"same": "series", "where": [{"facet": "A\u030a", "is_in": ["e\u0301", 2.0, -0.0]}]}],
        }
    )
    criterion = rule.include[0].where[0]
    assert (rule.name, criterion.facet, criterion.is_in) == ("Caf\u00e9", "\u00c5", ("\u00e9", 2, 0))
    assert json.dumps(criterion.is_in[1:]) == "[2, 0]"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"version": 1, "version": 1}', '"version" stands twice'),
        ('{"version": 1, "annotations": {"a": 1, "a": 2}}', '"a" stands twice'),
        ('{"version": 1, "annotations": {"a": NaN}}', "NaN"),
        ('{"version": 1, "annotations": {"a": -Infinity}}', "Infinity"),
        ('{"version": 1, "annotations": {"a": 1e999}}', "not finite"),
        ('{"version": ' + "9" * 5000 + "}", "digits"),
        ('{"version": 1,}', "line 1, column"),
        ("", "line 1, column 1"),
        ("[" * 100_000, "nested"),
        ('{"version": 1, "annotations": ' + '{"a":' * 90 + "1" + "}" * 91, "nested"),
        (b'{"version": 1, "name": "\xff"}', "UTF-8"),
        ('{"version": 1}'.encode("utf-16"), "UTF-8"),
        ('{"version": 1, "name": "\\ud800"}', "half a character"),
    ],
    ids=range(13),
)
def test_text_that_is_no_definition(text: str | bytes, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        CohortDefinition.from_json(text)


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert CohortDefinition.from_json(b'\xef\xbb\xbf{"version": 1}') == CohortDefinition()
    assert CohortDefinition.from_json('\ufeff{"version": 1}') == CohortDefinition()


def test_big_numbers_that_a_double_holds_are_accepted() -> None:
    text = '{"version":1,"include":[{"same":"series","where":[{"facet":"x","is_in":[1e20,%d,-%d]}]}]}'
    rule = CohortDefinition.from_json(text % (2**60, 2**53 - 1))
    assert rule.include[0].where[0].is_in == (1e20, float(2**60), -(2**53) + 1)
