"""What rules cost, where patients come from and who was lost, against the slow, obvious evaluator."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import Lost
from tests.generative.strategies import FACETS, catalogue, definitions
from tests.generative.test_engines import ENGINES, counting_with
from tests.reference import Catalogue, Definition, flows
from tests.spec.engines import STEP, build

POOL = range(6)
OF_PATIENTS = ["sex", "dataset", "cancer_type", "tumor_location", "country", "tier"]
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
Pool = list[tuple[Catalogue, Snapshot]]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    folder = tmp_path_factory.mktemp("flows")
    made = []
    for seed in POOL:
        (folder / str(seed)).mkdir()
        made.append((catalogue(seed), build(catalogue(seed), folder / str(seed))))
    return made


def check(pool: Pool, seed: int, data: st.DataObject) -> None:
    rows, snapshot = pool[seed]
    raw = data.draw(definitions(rows.series))
    cohort = Cohort(CohortDefinition.from_dict(raw), snapshot)
    assert {each.path: (each.alone, each.without) for each in cohort.costs()} == flows.costs(rows, raw)
    told = [{name: getattr(step, name) for name in STEP} for step in cohort.attrition(criteria=True)]
    assert told == flows.attrition(rows, raw)
    facet, criteria = data.draw(st.sampled_from(OF_PATIENTS)), data.draw(st.booleans())
    found = cohort.attrition_by(facet, criteria=criteria)
    by_value = dict(zip(found.values, map(list, found.patients), strict=True))
    assert len(by_value) == len(found.values), "a value stands twice"
    assert by_value == flows.attrition_by(rows, raw, facet, criteria)
    steps = len(flows.steps(raw, criteria))
    if steps:
        check_lost(rows, snapshot, raw, data.draw(st.integers(1, steps)), data, criteria=criteria)


def check_lost(
    rows: Catalogue, snapshot: Snapshot, raw: Definition, step: int, data: st.DataObject, *, criteria: bool
) -> None:
    group = flows.steps(raw, criteria)[step - 1][1]
    named = [criterion["facet"] for criterion in group["where"]] if group else []
    facet = data.draw(st.sampled_from([*named, *named, *FACETS]))
    patients, expected = flows.lost(rows, raw, step, facet, criteria)
    for engine in ENGINES:
        with counting_with(engine):
            found: Lost = Cohort(CohortDefinition.from_dict(raw), snapshot).lost(step, facet, 1000, criteria=criteria)
        counts = {each.value: each.patients for each in found.values}
        assert (found.patients, counts) == (patients, expected), (engine, step, facet)
        assert (found.distinct, found.named) == (len(expected), facet in named)
        order = [(-(each.patients or 0), each.value) for each in found.values if each.value is not None]
        assert order == sorted(order)
        first = Cohort(CohortDefinition.from_dict(raw), snapshot).lost(step, facet, 2, criteria=criteria)
        assert (first.values, first.distinct) == (found.values[:2], len(expected))


@settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_hundreds_of_definitions(pool: Pool, seed: int, data: st.DataObject) -> None:
    check(pool, seed, data)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, database=None, suppress_health_check=QUIET, print_blob=True)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_thousands_of_definitions(pool: Pool, seed: int, data: st.DataObject) -> None:
    check(pool, seed, data)
