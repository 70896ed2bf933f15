"""Tables of two facets and lengths of follow-up, against the slow, obvious evaluator and by plain SQL."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from tests.generative.strategies import FACETS as ALL
from tests.generative.strategies import TEXT_FACETS, catalogue, definitions, labels
from tests.generative.test_engines import ENGINES, counting_with
from tests.reference import Catalogue, tables
from tests.spec.engines import build

POOL = range(6)
FACETS = [facet for facet in ALL if facet not in TEXT_FACETS]
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
Pool = list[tuple[Catalogue, Snapshot]]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    folder = tmp_path_factory.mktemp("tables")
    made = []
    for seed in POOL:
        (folder / str(seed)).mkdir()
        made.append((catalogue(seed), build(catalogue(seed), folder / str(seed))))
    return made


def check_pairs(pool: Pool, seed: int, data: st.DataObject) -> None:
    rows, snapshot = pool[seed]
    raw = data.draw(definitions(rows.series))
    named = [each["facet"] for group in raw["include"] for each in group["where"] if each["facet"] in FACETS]
    first, second = (data.draw(st.sampled_from([*FACETS, *named, *named])) for _ in range(2))
    group = data.draw(st.sampled_from(labels(raw)))
    years = data.draw(st.sampled_from([5, 10, 20]))
    expected = tables.pairs(rows, first, second, raw, group, years)
    for engine in ENGINES:
        with counting_with(engine):
            found = Cohort(CohortDefinition.from_dict(raw), snapshot).pairs(first, second, group, years=years)
        cells = {(cell.first, cell.second): (cell.patients, cell.series) for cell in found.cells}
        assert len(cells) == len(found.cells), "two values stand twice"
        assert cells == expected, (engine, first, second, group)


@settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_pairs(pool: Pool, seed: int, data: st.DataObject) -> None:
    check_pairs(pool, seed, data)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, database=None, suppress_health_check=QUIET, print_blob=True)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_many_pairs(pool: Pool, seed: int, data: st.DataObject) -> None:
    check_pairs(pool, seed, data)


@settings(max_examples=50, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_follow_up(pool: Pool, seed: int, data: st.DataObject) -> None:
    rows, snapshot = pool[seed]
    raw = data.draw(definitions(rows.series))
    group = data.draw(st.sampled_from([each for each in labels(raw) if each is None or each.startswith("include")]))
    cohort = Cohort(CohortDefinition.from_dict(raw), snapshot)
    found = cohort.follow_up(group)
    assert ([each.patients for each in found.bins], found.missing) == tables.follow_up(rows, raw, group)
    assert [(each.low, each.high) for each in found.bins[:-1]] == tables.FOLLOW_UP[:-1]
    within = [pair for pair in raw.get("within", []) if not pair["first"] == pair["then"] == int(found.group[-1])]
    place = int(found.group[-1])
    everybody: Any = {"same": "series", "where": [{"facet": "study_date", "between": [None, None], "missing": True}]}
    for k, each in enumerate(found.bins):
        pair = {"first": place, "then": place, "days": [each.low, None]}
        longer = {**raw, "include": raw["include"] or [everybody], "within": [*within, pair]}
        members = Cohort(CohortDefinition.from_dict(longer), snapshot).totals().patients
        assert members == sum(one.patients or 0 for one in found.bins[k:])
