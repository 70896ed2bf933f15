"""All numbers of one definition, in one go and written small."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, sex
from explorer.sources import RowsSource
from explorer.views import wire
from explorer.views.numbers import Writer, count_all
from explorer.views.remembered import levelled, totalled

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "CT", "sex": "F", "age": 61, "SeriesDescription": "T2"},
    {"PatientID": "a", "Modality": "SEG", "sex": "F", "age": 61, "SeriesDescription": "x"},
    {"PatientID": "b", "Modality": "MR", "age": 12},
    {"PatientID": "c", "Modality": None, "sex": "M"},
]
CT = CohortDefinition().including(Modality.is_in("CT"))
WOMEN = CT.including(sex.is_in("F"), same="patient")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


def read(told: str, everything: dict[str, Any]) -> dict[str, Any]:
    """What the browser makes of it; values without patients are not named."""
    packed: dict[str, Any] = json.loads(told)
    for name, counts in packed["by"].items():
        key = "bins" if "missing" in counts else "values"
        at = counts.pop("at")
        rows = [(*everything[name][key][k][:-2], *pair) for k, *pair in zip(at[::3], at[1::3], at[2::3], strict=True)]
        counts[key] = [*rows, *map(tuple, counts.pop("others", []))]
    return packed


@pytest.mark.parametrize("rule", [CohortDefinition(), CT, WOMEN])
def test_what_is_written_is_what_was_counted(rule: CohortDefinition, snapshot: Snapshot) -> None:
    everything = wire.everything(snapshot)
    numbers = count_all(Cohort(rule, snapshot), None, Writer(everything), time.perf_counter())
    found = read(numbers.told, everything)
    cohort = Cohort(rule, snapshot)
    wanted = json.loads(json.dumps(wire.now(cohort, None)))
    assert found.pop("id") == rule.id
    assert json.loads(json.dumps(found)) == wanted
    assert (numbers.totals, numbers.levels) == (totalled(cohort), levelled(cohort))
    assert set(numbers.took) == {"waiting", "counting", "writing"}
    assert all(spent >= 0 for spent in numbers.took.values())


def test_a_value_that_the_whole_snapshot_does_not_list_comes_in_full(snapshot: Snapshot) -> None:
    counts = wire.now(Cohort(CT, snapshot), None)
    everything = wire.everything(snapshot)
    told = Writer({"Modality": {"values": [("SEG", 1, 1)]}}).write("x", counts)
    assert json.loads(told)["by"]["Modality"]["others"][0] == ["CT", 1, 1]
    assert read(told, everything | {"Modality": {"values": [("SEG", 1, 1)]}})["by"]["sex"]["values"]


def test_it_is_small(default_snapshot: Snapshot) -> None:
    writer = Writer(wire.everything(default_snapshot))
    for rule, most in ((CohortDefinition(), 35_000), (CT, 15_000)):
        cohort = Cohort(rule, default_snapshot)
        counts = wire.now(cohort, None)
        cohort.close()
        assert len(writer.write(rule.id, counts)) < most < len(json.dumps(counts))
