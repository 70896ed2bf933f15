"""Numbers and names as the screens write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer import CohortDefinition
from explorer.counts import Step, Totals
from explorer.facets import Modality, Scalar, age, sex
from explorer.views.parts import head_totals
from explorer.views.speech import Speech
from explorer.views.words import file_stem, share_of, why_empty


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (286, 1000, "28.6 %"),
        (1, 86451, "< 0.1 %"),
        (1, 2000, "< 0.1 %"),
        (1, 1000, "0.1 %"),
        (0, 5, "0"),
        (5, 5, "100.0 %"),
    ],
)
def test_percent(part: int, whole: int, said: str) -> None:
    assert Speech().percent(part, whole) == said


def test_a_share_of_nothing() -> None:
    assert share_of(0, 0) == 0
    assert share_of(1, 4) == 0.25


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "missing"), ("CT", "CT"), (1234, "1,234"), (0, "0"), ("<b>", "<b>"), ("2001-02-03", "2001-02-03")],
)
def test_values(value: Scalar, said: str) -> None:
    assert Speech().value(value) == said


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("", "cohort"),
        ("Breast MR of women", "breast-mr-of-women"),
        ("../../etc/passwd", "etc-passwd"),
        ("<img src=x onerror=alert(1)>", "img-src-x-onerror-alert-1"),
        ("con\r\nContent-Type: x", "con-content-type-x"),
        ("中文", "cohort"),
        ("x" * 500, "x" * 60),
    ],
)
def test_file_names(name: str, stem: str) -> None:
    assert file_stem(name) == stem
    assert Path(stem).name == stem


def test_what_a_cohort_takes() -> None:
    rule = CohortDefinition().including(Modality.is_in("CT"))
    said = {select: Speech().taken(rule.taking(select)) for select in ("matching", "images", "all")}  # type: ignore[arg-type]
    assert said["matching"] == "The cohort takes the matching series."
    assert len(set(said.values())) == 3
    assert all(text.startswith("The cohort takes ") and text.endswith(".") for text in said.values())


def test_totals_each_with_its_whole() -> None:
    now = Totals("id", 3296, 11, 5037, 44303, 5935433, 2_169_000_000_000)
    everything = Totals("id", 86451, 179, 168508, 1044191, 58784975, 99_900_000_000_000)
    totals = head_totals(now, everything)
    assert [total["label"] for total in totals] == ["Datasets", "Patients", "Studies", "Series", "Images", "Size"]
    assert totals[1] == {"label": "Patients", "value": "3,296", "unit": "", "of": "of 86,451", "share": 3296 / 86451}
    assert (totals[5]["value"], totals[5]["unit"], totals[5]["of"]) == ("2.17", "TB", "of 99.9 TB")
    empty = head_totals(Totals("id", 0, 0, 0, 0, 0, 0), Totals("id", 0, 0, 0, 0, 0, 0))
    assert {total["share"] for total in empty} == {0.0}
    assert (empty[5]["value"], empty[5]["unit"]) == ("0", "bytes")


def step(path: str, without: int) -> Step:
    return Step("", path, 0, 0, 0, 0, 0, 0, without)


def test_why_nobody_is_in_a_cohort() -> None:
    rule = CohortDefinition().including(sex.is_in("M")).including(age.between(60, 60))
    first, second = "/include/0", "/include/1"

    def said(*steps: Step, language: str = "en") -> str:
        return why_empty(steps, rule, Speech(language))

    assert said(step("", 0), step(first, 502), step(second, 3)) == (
        "No patient meets all rules. Leave out “Sex is M”: +502 patients."
    )
    assert said(step(first, 1)).endswith("+1 patient.")
    assert "nor all rules but one" in said(step(first, 0))
    assert said(step(first, 1502), language="es").endswith("“El sexo es M”: +1.502 pacientes.")
