"""The protection of small counts: the policy as a table, and what a cohort tells under one."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, get_args

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import SmallCounts, TableLevel, Totals, byte_size, count_in_words, few_or_more, loss, size_in_words
from explorer.errors import SurroundingsError, UserError
from explorer.facets import Modality, age, sex

VARIABLE = "COHORT_EXPLORER_SMALL_COUNTS"
TEN = SmallCounts(10, 10)
CT = CohortDefinition().including(Modality.is_in("CT"))


@pytest.mark.parametrize(
    ("policy", "patients", "told"),
    [
        ((10, 10), 0, 0),
        ((10, 10), 1, None),
        ((10, 10), 9, None),
        ((10, 10), 10, 10),
        ((10, 10), 14, 10),
        ((10, 10), 15, 20),
        ((10, 10), 24, 20),
        ((10, 10), 25, 30),
        ((10, 10), 3296, 3300),
        ((5, 5), 4, None),
        ((5, 5), 7, 5),
        ((5, 5), 8, 10),
        ((10, 25), 10, 25),
        ((10, 25), 37, 25),
        ((10, 25), 38, 50),
        ((3, 4), 3, 4),
        ((2, 2), 1, None),
        ((2, 2), 3, 4),
    ],
)
def test_patients(policy: tuple[int, int], patients: int, told: int | None) -> None:
    protected = SmallCounts(*policy)
    assert protected.protect(patients) == told
    if told is not None:
        assert protected.protect(told) == told
        assert told == 0 or told >= protected.threshold


@pytest.mark.parametrize(
    ("number", "patients", "told"),
    [
        (0, 0, 0),
        (0, 50, 0),
        (200, 9, None),
        (0, 9, None),
        (3, 50, None),
        (190, 120, 190),
        (5_037, 3_296, 5_040),
        (44_303, 3_296, 44_300),
        (2_169_203_474_586, 3_296, 2_170_000_000_000),
        (24_000, 12, 20_000),
        (35_000, 12, 40_000),
    ],
)
def test_what_belongs_to_patients(number: int, patients: int, told: int | None) -> None:
    """As coarse as the patients: 3,296 told as 3,300 is a step of 10 patients, and so is every size of them."""
    assert TEN.protect_size(number, patients) == told


@pytest.mark.parametrize("rounding", range(5, 31))
def test_one_hidden_count_is_never_determined_by_the_rest_and_the_whole(rounding: int) -> None:
    """Whatever is told of the rest and of the whole, at least two numbers fit in between."""
    for threshold in range(5, rounding + 1):
        policy = SmallCounts(threshold, rounding)
        fitting: dict[tuple[int, int | None], set[int]] = {}
        for rest in (0, *range(threshold, 6 * rounding)):
            for hidden in range(1, threshold):
                told = policy.protect(rest)
                assert told is not None
                fitting.setdefault((told, policy.protect(rest + hidden)), set()).add(hidden)
        # Of the last ones not every rest was tried.
        assert min(len(found) for (told, _), found in fitting.items() if told < 5 * rounding) > 1, policy


def test_nor_are_two_hidden_counts_by_their_sum() -> None:
    fitting: dict[int | None, set[int]] = {}
    for one in range(1, 10):
        for other in range(1, 10):
            fitting.setdefault(TEN.protect(one + other), set()).add(one)
    assert {told: len(found) for told, found in fitting.items()} == {None: 8, 10: 9, 20: 4}


@pytest.mark.parametrize("rounding", range(5, 31))
def test_a_small_difference_is_never_determined(rounding: int) -> None:
    """Nor is it where both are told, and the difference lies between 1 and the threshold."""
    for threshold in range(5, rounding + 1):
        policy = SmallCounts(threshold, rounding)
        fitting: dict[tuple[int | None, int | None], set[int]] = {}
        for smaller in range(6 * rounding):
            for larger in range(smaller, smaller + 2 * rounding):
                fitting.setdefault((policy.protect(smaller), policy.protect(larger)), set()).add(larger - smaller)
        complete = {told: found for told, found in fitting.items() if (told[0] or 0) < 5 * rounding}
        sure = [found for found in complete.values() if len(found) == 1]
        assert not [found for found in sure if 0 < min(found) < threshold], policy


@pytest.mark.parametrize(
    ("before", "after", "policy", "lost"),
    [
        (40, 30, None, 10),
        (40, 40, None, 0),
        (40, 30, TEN, 10),
        (40, 40, TEN, None),
        (None, 0, TEN, None),
        (0, 0, TEN, 0),
    ],
)
def test_loss(before: int | None, after: int | None, policy: SmallCounts | None, lost: int | None) -> None:
    assert loss(before, after, policy) == lost


def test_a_loss_that_is_not_told_is_less_than_the_rounding() -> None:
    for policy in (TEN, SmallCounts(5, 20), SmallCounts(6, 7)):
        for before in range(200):
            for after in range(before + 1):
                told = loss(policy.protect(before), policy.protect(after), policy)
                assert told is not None or before - after < policy.widest
    assert (TEN.widest, SmallCounts(5, 20).widest) == (10, 25)


@pytest.mark.parametrize(
    ("number", "policy", "patients", "size"),
    [
        (3296, None, "3,296", "3,296"),
        (0, None, "0", "0"),
        (3300, TEN, "≈ 3,300", "≈ 3,300"),
        (0, TEN, "0", "0"),
        (None, TEN, "under 10", "not shown"),
    ],
)
def test_in_words(number: int | None, policy: SmallCounts | None, patients: str, size: str) -> None:
    assert count_in_words(number, policy) == patients
    assert size_in_words(number, policy) == size


def test_other_words() -> None:
    assert size_in_words(2_170_000_000_000, TEN, byte_size) == "≈ 2.17 TB"
    assert count_in_words(None, SmallCounts(5, 20), lost=True) == "under 25"
    assert sorted([20, None, 0, 10], key=few_or_more) == [0, None, 10, 20]
    assert TEN.sentence() == "Small counts are protected: below 10 not shown, others rounded to 10."
    with pytest.raises(ValueError, match="not by a policy"):
        count_in_words(None, None)


@pytest.mark.parametrize(
    ("text", "policy"), [("10", TEN), (" 10 , 10 ", TEN), ("5,20", SmallCounts(5, 20)), ("", None), ("  ", None)]
)
def test_the_environment(text: str, policy: SmallCounts | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    assert SmallCounts.current() == policy
    assert policy is None or SmallCounts.parse(str(policy)) == policy


@pytest.mark.parametrize(
    "text", ["ten", "0", "1", "1,1", "10,", ",10", "10,5", "10,0", "-10", "10.0", "10,10,10", "\u0661\u0660", "0x10"]
)
def test_a_value_that_says_no_policy_stops_counting(
    text: str, small: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, text)
    for ask in (SmallCounts.current, lambda: Cohort(CT, small), lambda: Totals.whole(small)):
        with pytest.raises(SurroundingsError, match=f"^{VARIABLE}: .*(hides nothing|no protection|write a rounding)"):
            ask()


def test_without_one_nothing_changes(small: Snapshot) -> None:
    cohort = Cohort(CT, small)
    assert cohort.protected is None
    answers: list[Any] = [cohort.totals(), cohort.facet("sex"), cohort.histogram("age"), *cohort.attrition()]
    for answer in (*answers, *cohort.licences(), *cohort.citations()):
        assert answer.protected is None
        assert "protected" not in repr(answer)
    plain = [cohort.totals().to_dict(), cohort.facet("sex").to_dict(), *(step.to_dict() for step in cohort.attrition())]
    assert not [each for each in plain if "protected" in each]


@pytest.fixture
def protected(small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Cohort:
    """27 patients, 38 with everybody; counts below 10 are protected."""
    monkeypatch.setenv(VARIABLE, "10")
    return Cohort(CT, small)


def test_every_answer_says_its_policy(protected: Cohort) -> None:
    assert protected.protected == TEN
    answers: list[Any] = [protected.totals(), protected.facet("sex"), protected.histogram("age")]
    answers += [protected.missing("SeriesDescription"), *protected.attrition()]
    for answer in (*answers, *protected.licences(), *protected.citations()):
        assert answer.protected == TEN
    for answer in (protected.totals(), protected.facet("sex")):
        assert answer.to_dict()["protected"] == {"threshold": 10, "rounding": 10}
        assert json.loads(json.dumps(answer.to_dict())) == answer.to_dict()


def test_totals(protected: Cohort, small: Snapshot) -> None:
    exact = Cohort.totals(_exact(CT, small))
    told = protected.totals()
    assert exact.patients is not None
    assert (told.patients, told.datasets) == (TEN.protect(exact.patients), exact.datasets)
    assert str(told).startswith(f"≈ {told.patients} patients, ")
    assert Totals.whole(small).patients == 40
    few = Cohort(CT.including(sex.is_in("F")).including(age.between(60, 62)), small).totals()
    assert few.to_dict() | {"snapshot": "", "protected": None} == {
        **dict.fromkeys(("patients", "datasets", "studies", "series", "instances", "bytes")),
        "snapshot": "",
        "protected": None,
    }
    assert str(few) == (
        "under 10 patients, not shown studies, not shown series, not shown images, not shown, from not shown datasets"
    )


def test_sizes_belong_to_the_patients_of_whom_anything_is_taken(small: Snapshot) -> None:
    """Forty members, but series of few of them: their size is not told."""
    rule = CohortDefinition().including(Modality.is_in("CT", "MR", "SEG", None), age.between(60, 66), same="series")
    everybody = CohortDefinition().including(sex.is_in("F", "M", None))
    few = Cohort(rule, small, small_counts="30").totals()
    assert few.patients is None
    totals = Totals("id", 40, 3, 5, 200, 300, 10_000).under(TEN, takers=3)
    assert (totals.patients, totals.studies, totals.series, totals.instances, totals.bytes) == (40, *[None] * 4)
    assert Cohort(everybody, small, small_counts="10").totals().patients == 40


def test_the_order_tells_no_more_than_the_numbers(protected: Cohort) -> None:
    for facet in ("dataset", "sex", "BodyPartExamined", "license"):
        values = protected.facet(facet).values
        keys = [(-(each.patients or 0), each.value is None, each.value or "") for each in values]
        assert keys == sorted(keys), facet
        assert any(each.patients is None for each in values) or facet == "sex"
    for one, two in pairwise(protected.licences()):
        assert (one.patients or 0) >= (two.patients or 0)


def test_no_rows(protected: Cohort, tmp_path: Any) -> None:
    said = "Single patients and images are not listed. Small counts are protected: below 10"
    for level in get_args(TableLevel):
        with pytest.raises(SurroundingsError, match=said):
            protected.frame(level)
        with pytest.raises(SurroundingsError, match=said):
            protected.write_table(level, tmp_path / "rows.csv")
    with pytest.raises(SurroundingsError, match=said):
        protected.series(["0.0.0"])
    assert not list(tmp_path.iterdir())


def test_code_may_ask_for_a_policy_and_not_for_a_weaker_one(small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Cohort(CT, small, small_counts="5").protected == SmallCounts(5, 5)
    with pytest.raises(UserError, match="no protection"):
        Cohort(CT, small, small_counts="few")
    monkeypatch.setenv(VARIABLE, "10,10")
    assert Cohort(CT, small, small_counts="10").protected == TEN
    for other in ("5", "20", "10,20"):
        with pytest.raises(SurroundingsError, match="protected here as 10,10"):
            Cohort(CT, small, small_counts=other)


def _exact(rule: CohortDefinition, snapshot: Snapshot) -> Cohort:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE)
        return Cohort(rule, snapshot)
