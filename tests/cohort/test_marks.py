"""Notes on series travel with a definition and change nothing of what it counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.cohort import CohortDefinition, SampleChoice, SeriesMark, marks_of, sample_of, with_mark, with_sample
from explorer.errors import UserError
from explorer.facets import Modality

RULE = CohortDefinition(annotations={"notes": ["ask Ana"]}).including(Modality.is_in("CT"))
HOSTILE = "<img src=x onerror=alert(1)>\n```'''\\\u202e"


def test_marks_are_kept_changed_and_taken_away() -> None:
    marked = with_mark(with_mark(RULE, "1.2", "flag", HOSTILE), "1.3", "exclude")
    assert marks_of(marked) == (SeriesMark("1.2", "flag", HOSTILE), SeriesMark("1.3", "exclude"))
    other = with_mark(marked, "1.2", "exclude")
    assert marks_of(other)[0] == SeriesMark("1.2", "exclude", HOSTILE), "the note stays with another mark"
    assert marks_of(with_mark(other, "1.2", "exclude", ""))[0].note == ""
    assert with_mark(with_mark(other, "1.2", ""), "1.3", "") == RULE, "nothing is left behind"


def test_nothing_else_of_the_definition_changes() -> None:
    marked = with_sample(with_mark(RULE, "1.2", "flag"), SampleChoice(24, None, 3))
    assert marked.id == RULE.id
    assert marked.describe() == RULE.describe()
    assert marked.annotations["notes"] == ["ask Ana"]
    assert replace(marked, annotations=RULE.annotations) == RULE


def test_they_are_saved_with_the_cohort(tmp_path: Path) -> None:
    marked = with_sample(with_mark(RULE, "1.2", "flag", HOSTILE), SampleChoice(12, "sex", -4))
    marked.save(tmp_path / "a.cohort.json")
    again = CohortDefinition.read(tmp_path / "a.cohort.json")
    assert again == marked
    assert sample_of(again) == SampleChoice(12, "sex", -4)
    assert marks_of(again) == marks_of(marked)


def test_a_sample_of_one_computer_says_so_and_others_say_nothing() -> None:
    here, anywhere = SampleChoice(12, "sex", 3, here=True), SampleChoice(12, "sex", 3)
    assert with_sample(RULE, here).annotations["sample"] == {"n": 12, "by": "sex", "seed": 3, "here": True}
    assert with_sample(RULE, anywhere).annotations["sample"] == {"n": 12, "by": "sex", "seed": 3}
    assert [sample_of(with_sample(RULE, each)) for each in (here, anywhere)] == [here, anywhere]


@pytest.mark.parametrize(
    "found",
    [
        {"series": ["1.2"]},
        {"series": "1.2"},
        {"series": {"1.2": "flag"}},
        {"series": {"1.2": {"mark": "FLAG"}}},
        {"series": {"1.2": {"mark": ["flag"]}}},
        {"series": {"1" * 65: {"mark": "flag"}}},
        {"sample": {"n": 24, "by": "vendor"}},
        {"sample": {"n": 24, "by": "age", "seed": 7}},
        {"sample": {"n": 24, "by": ["vendor"], "seed": 7}},
        {"sample": {"n": True, "by": "vendor", "seed": 7}},
        {"sample": {"n": 24, "by": "vendor", "seed": "7"}},
        {"sample": {"n": 24, "by": "vendor", "seed": 7, "here": "yes"}},
        {"sample": 7},
    ],
)
def test_what_is_written_otherwise_is_passed_over(found: dict[str, Any]) -> None:
    definition = CohortDefinition(annotations=found)
    assert marks_of(definition) == ()
    assert sample_of(definition) is None


def test_a_note_that_is_no_text_is_none() -> None:
    found = CohortDefinition(annotations={"series": {"1.2": {"mark": "flag", "note": 5}}})
    assert marks_of(found) == (SeriesMark("1.2", "flag"),)


@pytest.mark.parametrize("wrong", [("", "flag"), (5, "flag"), ("1" * 65, "flag"), ("1.2", "star"), ("1.2", None, 5)])
def test_what_cannot_be_marked(wrong: Any) -> None:
    with pytest.raises(UserError):
        with_mark(RULE, *wrong)


def test_too_much_is_refused() -> None:
    with pytest.raises(UserError, match="1,000 characters"):
        with_mark(RULE, "1.2", "flag", "x" * 1001)
    full = CohortDefinition(annotations={"series": {f"1.{k}": {"mark": "flag"} for k in range(2000)}})
    assert len(marks_of(with_mark(full, "1.7", "exclude"))) == 2000
    with pytest.raises(UserError, match="2,000 series"):
        with_mark(full, "2.1", "flag")
    with pytest.raises(UserError, match="something else"):
        with_mark(CohortDefinition(annotations={"series": [1]}), "1.2", "flag")
