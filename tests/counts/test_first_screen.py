"""The numbers of the first screens for breast MR of women, as somebody else computed them with other code."""

from __future__ import annotations

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import BodyPartExamined, Modality, sex

RULE = CohortDefinition().including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST")).including(sex.is_in("F"))

SHOWN = ("MR", "MG", "CT", "PT", "SM", "CR", "DX", "US")
HEAT_MAP = {
    "BREAST": (3296, 9855, 98, 103, 0, 1, 0, 0),
    None: (1275, 0, 1483, 314, 5059, 0, 0, 1),
    "ABDOMEN": (192, 0, 1385, 24, 0, 41, 1, 1),
    "CHEST": (2, 0, 1195, 38, 0, 709, 214, 0),
    "COLON": (0, 0, 414, 0, 0, 0, 0, 0),
    "WHOLEBODY": (1, 0, 7, 400, 0, 0, 0, 0),
    "LUNG": (0, 0, 278, 23, 0, 0, 0, 0),
    "HEAD": (80, 0, 2, 0, 0, 0, 0, 0),
    "PELVIS": (57, 0, 90, 23, 0, 1, 0, 2),
}
DATASETS = (976, 811, 632, 265, 222, 137, 84, 64, 56, 39, 10)
FIRST_VALUES = {
    "Modality": [("MG", 9855), ("MR", 3296), ("SEG", 2225), ("PT", 103)],
    "BodyPartExamined": [("BREAST", 3296), (None, 1275)],
    "sex": [("F", 3296), ("O", 295), (None, 119), ("conflicting", 10), ("M", 3)],
}


@pytest.fixture(scope="module")
def cohort(default_snapshot: Snapshot) -> Cohort:
    return Cohort(RULE, default_snapshot)


def test_totals_and_levels(cohort: Cohort) -> None:
    now = cohort.totals()
    assert (now.datasets, now.patients, now.studies, now.series, now.instances) == (11, 3296, 5037, 44303, 5935433)
    assert cohort.levels()["include"][0] == {"series": 3296, "study": 4079, "patient": 4080}


@pytest.mark.parametrize("facet", FIRST_VALUES)
def test_first_values(cohort: Cohort, facet: str) -> None:
    wanted = FIRST_VALUES[facet]
    values = [(each.value, each.patients) for each in cohort.facet(facet).values]
    assert values[: len(wanted)] == wanted


def test_heat_map(cohort: Cohort) -> None:
    patients = {(each.first, each.second): each.patients for each in cohort.pairs("Modality", "BodyPartExamined").cells}
    found = {part: tuple(patients.get((modality, part), 0) for modality in SHOWN) for part in HEAT_MAP}
    assert found == HEAT_MAP


def test_datasets_and_years(cohort: Cohort) -> None:
    assert tuple(each.patients for each in cohort.facet("dataset").values) == DATASETS
    years = {str(low)[:4]: patients for low, _, patients, _ in cohort.histogram("study_date").bins}
    assert years["1959"] == 938


def test_costs(cohort: Cohort) -> None:
    costs = {each.path: (each.alone, each.without) for each in cohort.costs()}
    assert costs["/include/0/where/0"] == (8348, 10708)
    assert costs["/include/0/where/1"] == (20941, 1782)
    assert costs["/include/0/same"][1] == 783
    assert costs["/include/1/where/0"] == (24789, 427)
