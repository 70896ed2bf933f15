from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from explorer.cohort import Catalogue, CohortDefinition
from explorer.errors import OperatorError, UnknownFacetError
from explorer.facets import (
    FACETS,
    Criterion,
    Facet,
    Modality,
    Scalar,
    SeriesDescription,
    age,
    cancer_type,
    sex,
    study_date,
)
from explorer.facets.fold import fold


class Small:
    """A catalogue of a handful of values."""

    id = "0" * 64
    title = "Small catalogue"
    facets: Mapping[str, Facet] = FACETS

    held: Mapping[str, Sequence[Scalar]] = {
        "Modality": ("CT", "MR", "PT", "SEG"),
        "BodyPartExamined": ("BREAST", "CHEST", "Chest", "HEADNECK", "HEAD"),
        "age": (40, 50, 61, 70),
        "study_date": ("2000-01-01", "2001-06-01", "2020-01-01"),
        "sex": ("F", "M", None),
        "cancer_type": ("Breast Cancer",),
        "SeriesDescription": ("T2 axial", "t1", "Straße"),
    }

    def values(self, facet: str) -> Sequence[Scalar]:
        return [value for value in self.held.get(facet, ()) if value is not None]

    def holds(self, facet: str, value: Scalar) -> bool:
        return value in self.held.get(facet, ())

    has_links = True

    def holds_text(self, facet: str, text: str) -> bool:
        return any(fold(text) in fold(str(value)) for value in self.values(facet))


CATALOGUE: Catalogue = Small()


def asking(*criteria: Criterion) -> CohortDefinition:
    return CohortDefinition().including(*criteria)


@pytest.mark.parametrize(
    "criterion",
    [
        Modality.is_in("CT", "MR"),
        sex.is_in(None, "F"),
        cancer_type.is_in("Breast Cancer"),
        age.is_in(40, 50.0),
        age.between(39.5, None, missing=True),
        SeriesDescription.is_in("t1"),
        SeriesDescription.contains("T2 AX", "STRASSE"),
        study_date.between(None, None),
    ],
)
def test_nothing_to_say(criterion: Criterion) -> None:
    assert asking(criterion).check(CATALOGUE) == ()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("modality", "Did you mean Modality?"),
        ("bodypartexamined", "Did you mean BodyPartExamined?"),
        ("study date", "Did you mean study_date?"),
        ("cancer_typ", "cancer_type"),
        ("series_description", "Did you mean SeriesDescription?"),
    ],
)
def test_unknown_facet(name: str, near: str) -> None:
    with pytest.raises(UnknownFacetError) as caught:
        asking(Modality.is_in("CT"), Criterion(name, is_in=("a",))).check(CATALOGUE)
    message = str(caught.value)
    assert caught.value.path == "/include/0/where/1/facet"
    assert near in message and "Small catalogue" in message
    assert all(facet in message for facet in FACETS)


def test_an_unknown_facet_with_nothing_near() -> None:
    with pytest.raises(UnknownFacetError) as caught:
        CohortDefinition().excluding(Criterion("\x1b[2Jzzz\n", is_in=("a",))).check(CATALOGUE)
    assert "Did you mean" not in str(caught.value) and str(caught.value).isprintable()
    assert caught.value.path == "/exclude/0/where/0/facet"


@pytest.mark.parametrize(
    ("criterion", "path", "words"),
    [
        (Criterion("Modality", between=(1, 2)), "between", "it can with is_in"),
        (Criterion("Modality", contains=("C",)), "contains", "it can with is_in"),
        (Criterion("cancer_type", contains=("C",)), "contains", "it can with is_in"),
        (Criterion("age", contains=("5",)), "contains", "is_in and between"),
        (Criterion("SeriesDescription", between=(1, 2)), "between", "is_in and contains"),
        (Criterion("age", is_in=(50, "50")), "is_in/1", "without quotes"),
        (Criterion("Modality", is_in=(5,)), "is_in/0", "in quotes"),
        (Criterion("study_date", is_in=("2001-02-30",)), "is_in/0", '"2024-01-31"'),
        (Criterion("study_date", is_in=(20010203,)), "is_in/0", '"2024-01-31"'),
        (Criterion("study_date", between=(1, 2)), "between/0", '"2024-01-31"'),
        (Criterion("age", between=(None, "2001-01-01")), "between/1", "without quotes"),
    ],
)
def test_operators_and_values_fit_the_kind(criterion: Criterion, path: str, words: str) -> None:
    with pytest.raises(OperatorError) as caught:
        asking(criterion).check(CATALOGUE)
    assert caught.value.path == f"/include/0/where/0/{path}"
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("criterion", "suggestions"),
    [
        (Modality.is_in("ct"), ("CT",)),
        (Modality.is_in("XX"), ()),
        (Criterion("BodyPartExamined", is_in=("chest",)), ("CHEST", "Chest")),
        (Criterion("BodyPartExamined", is_in=("HEA",)), ("HEAD", "HEADNECK")),
        (Criterion("BodyPartExamined", is_in=("BRAEST",)), ("BREAST",)),
        (sex.is_in("female"), ("F",)),
        (age.is_in(52), ("50", "61", "40")),
        (study_date.is_in("2001-01-01"), ("2001-06-01", "2000-01-01", "2020-01-01")),
    ],
)
def test_unknown_values_come_with_the_nearest(criterion: Criterion, suggestions: tuple[str, ...]) -> None:
    advice = asking(criterion).check(CATALOGUE)[0]
    assert (advice.code, advice.path) == ("unknown-value", "/include/0/where/0/is_in/0")
    assert advice.suggestions[: len(suggestions)] == suggestions
    assert bool(advice.suggestions) is bool(suggestions)
    assert "counts nothing" in advice.message
    assert advice.to_dict()["suggestions"] == list(advice.suggestions)


def test_a_facet_that_is_never_missing() -> None:
    (advice,) = asking(Modality.is_in("CT", None)).check(CATALOGUE)
    assert advice.path == "/include/0/where/0/is_in/1"
    assert "never missing" in advice.message


def test_a_text_that_nothing_contains() -> None:
    (advice,) = asking(SeriesDescription.contains("T2", "axail")).check(CATALOGUE)
    assert (advice.code, advice.path) == ("unknown-text", "/include/0/where/0/contains/1")


def test_many_unknown_values_are_all_accounted_for() -> None:
    advice = asking(Modality.is_in(*(f"X{i}" for i in range(5_000)))).check(CATALOGUE)
    assert len(advice) == 21
    assert "4,980 more" in advice[-1].message


def test_many_texts_are_looked_for_in_one_go() -> None:
    found = ["T2 AX", "STRASSE", "t1"] * 10
    advice = asking(SeriesDescription.contains(*found, "axialt1", "axail")).check(CATALOGUE)
    assert [each.path.rpartition("/")[2] for each in advice] == ["30", "31"]


def test_dates_carry_their_caution() -> None:
    (advice,) = asking(study_date.between("2001-01-01", None)).check(CATALOGUE)
    assert (advice.code, advice.path) == ("shifted-dates", "/include/0/where/0")
    assert "shifted" in advice.message


def test_a_hostile_value_is_told_harmlessly() -> None:
    (advice,) = asking(Modality.is_in("\x1b[2J\u202e<script>")).check(CATALOGUE)
    assert advice.message.isprintable()
