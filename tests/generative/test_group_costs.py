"""What each group costs, on random definitions: against cohorts that are counted without it, and with nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.cohort.paused import resumed, with_pause
from tests.generative.strategies import definitions
from tests.generative.test_engines import POOL, QUIET, pool

__all__ = ["pool"]


def patients(definition: CohortDefinition, snapshot: Snapshot) -> int:
    count = Cohort(definition, snapshot).totals().patients
    assert count is not None
    return count


@settings(max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_costs_of_groups(pool: list[tuple[Any, Snapshot]], seed: int, data: st.DataObject) -> None:
    rows, snapshot = pool[seed]
    definition = CohortDefinition.from_dict(data.draw(definitions(rows.series)))
    costs, members = Cohort(definition, snapshot).group_costs(), patients(definition, snapshot)
    for index, group in enumerate(definition.include):
        paused = with_pause(definition, "include", index)
        alone = CohortDefinition(include=(group,))
        expected = {"alone": patients(alone, snapshot), "without": patients(paused, snapshot) - members}
        assert costs["include"][index] == expected
        again = resumed(paused, 0)
        assert (again.include, set(again.within)) == (definition.include, set(definition.within))
    for index, group in enumerate(definition.exclude):
        paused = with_pause(definition, "exclude", index)
        alone = CohortDefinition(exclude=(group,))
        expected = {"alone": patients(alone, snapshot), "without": patients(paused, snapshot) - members}
        assert costs["exclude"][index] == expected
        assert resumed(paused, 0) == definition
    assert [len(costs[kind]) for kind in ("include", "exclude", "within")] == [
        len(definition.include),
        len(definition.exclude),
        len(definition.within),
    ]
