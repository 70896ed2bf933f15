"""Patients that two cohorts share, against plain sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import Overlap
from explorer.errors import UserError
from explorer.facets import Modality, sex
from explorer.sources import RowsSource
from tests.generative.strategies import catalogue, definitions
from tests.spec.engines import Product, Reference

POOL = range(4)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Reference, Product]]:
    """A few random catalogues, each in the slow evaluator and in a snapshot."""

    def pair(seed: int) -> tuple[Reference, Product]:
        folder = tmp_path_factory.mktemp("pool")
        return Reference(catalogue(seed), folder), Product(catalogue(seed), folder)

    return [pair(seed) for seed in POOL]


@settings(max_examples=80, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_the_overlap_is_that_of_the_sets(pool: list[tuple[Reference, Product]], seed: int, data: st.DataObject) -> None:
    judge, product = pool[seed]
    rules = [data.draw(definitions(judge.catalogue.series)) for _ in range(2)]
    one, other = (judge.members(rule) for rule in rules)
    first, second = (Cohort(CohortDefinition.from_dict(rule), product.snapshot) for rule in rules)
    try:
        wanted = Overlap(product.snapshot.id, len(one & other), len(one - other), len(other - one))
        assert first.overlap(second) == wanted
        assert second.overlap(first) == Overlap(wanted.snapshot, wanted.both, wanted.second, wanted.first)
    finally:
        first.close()
        second.close()


def test_a_cohort_with_itself_with_everybody_and_with_nobody(small: Snapshot) -> None:
    women = Cohort(CohortDefinition().including(sex.is_in("F")), small)
    everybody = Cohort(CohortDefinition(), small)
    nobody = Cohort(CohortDefinition().including(Modality.is_in("nothing")), small)
    n = women.totals().patients
    assert women.overlap(women) == Overlap(small.id, n, 0, 0)
    assert women.overlap(everybody) == Overlap(small.id, n, 0, 40 - n)
    assert nobody.overlap(women) == Overlap(small.id, 0, 0, n)
    assert str(women.overlap(everybody)) == f"{n} patients in both, 0 in the first only, {40 - n} in the second only"
    assert women.overlap(nobody).to_dict() == {"snapshot": small.id, "both": 0, "first": n, "second": 0}


def test_small_counts_are_protected(small: Snapshot) -> None:
    rules = [CohortDefinition().including(sex.is_in(*values), same="patient") for values in (("F", "M"), ("F", None))]
    first, second = (Cohort(rule, small, small_counts="10,10") for rule in rules)
    exact = Cohort(rules[0], small).overlap(Cohort(rules[1], small))
    told = first.overlap(second)
    assert (exact.both, exact.first, exact.second) == (14, 13, 13)
    assert (told.both, told.first, told.second) == (10, 10, 10)
    assert told.to_dict()["protected"] == {"threshold": 10, "rounding": 10}
    few = Cohort(rules[0].excluding(sex.is_in("M")), small, small_counts="20,20")
    assert few.overlap(first).both is None
    assert "under 20 patients in both" in str(few.overlap(first))


def test_cohorts_of_two_snapshots_are_not_compared(small: Snapshot, tmp_path: Path) -> None:
    other = Snapshot.build(RowsSource([{"PatientID": "a"}]), store=tmp_path)
    with pytest.raises(UserError, match="of two snapshots"):
        Cohort(CohortDefinition(), small).overlap(Cohort(CohortDefinition(), other))
