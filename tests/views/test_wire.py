"""What the left column gets: facets and their counts, as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality, SeriesDescription, sex
from explorer.sources import RowsSource
from explorer.views import wire

ROWS: list[dict[str, Any]] = [
    {"PatientID": "a", "Modality": "CT", "sex": "F", "age": 61, "study_date": "2001-02-03", "SeriesDescription": "T2"},
    {"PatientID": "a", "Modality": "SEG", "sex": "F", "age": 61, "study_date": "2001-02-03", "SeriesDescription": "x"},
    {"PatientID": "b", "Modality": "MR", "cancer_type": ["Glioma", "Other"], "age": 12, "SeriesDescription": "T2"},
    {"PatientID": "c", "Modality": None, "sex": "M"},
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshot.build(RowsSource(ROWS), store=tmp_path_factory.mktemp("snapshots"))


def test_facets_are_those_that_hold_anything_in_the_order_of_the_screen(snapshot: Snapshot) -> None:
    infos = wire.facet_infos(snapshot)
    names = [info["name"] for info in infos]
    assert set(names) == snapshot.recorded_facets
    assert names[:4] == ["Modality", "age", "sex", "cancer_type"]
    assert names == sorted(names, key=wire.ORDER.index)
    assert infos[0].get("apart") == ["SEG"]
    for info in infos:
        assert info["title"] and info["description"] and info["missing"]
        assert info["kind"] in ("category", "many-valued", "text", "number", "date")
    json.dumps(infos, allow_nan=False)


def test_everything(snapshot: Snapshot) -> None:
    counts = wire.everything(snapshot)
    assert set(counts) == snapshot.recorded_facets
    assert counts["Modality"] == {
        "values": [("CT", 1, 1), ("MR", 1, 1), ("SEG", 1, 1), (None, 1, 1)],
        "whole": (3, 4),
        "distinct": 3,
    }
    assert counts["age"] == {
        "bins": ((10, 14, 1, 1), (60, 64, 1, 2)),
        "missing": (1, 1),
        "whole": (3, 4),
        "min": 12,
        "max": 61,
    }
    assert counts["cancer_type"]["values"] == [("Glioma", 3, 4), ("Other", 3, 4)]
    names: dict[str, Any] = {"dataset": "rows", "names": ["Glioma", "Other"], "number": 2, "within": 3}
    assert counts["cancer_type"]["cautions"] == [{"kind": "several-names", "patients": 3, **names}]
    assert [name for name, each in counts.items() if "cautions" in each] == ["cancer_type"]
    assert counts["SeriesDescription"] == {"values": [(None, 1, 1)], "whole": (3, 4), "distinct": 2}
    assert (counts["study_date"]["min"], counts["study_date"]["max"]) == ("2001-02-03", "2001-02-03")
    json.dumps(counts, allow_nan=False)


@pytest.mark.parametrize(
    ("rule", "group"),
    [
        (CohortDefinition(), None),
        (CohortDefinition().including(Modality.is_in("CT")).including(sex.is_in("F")), None),
        (CohortDefinition().including(Modality.is_in("CT")).including(sex.is_in("F")), "include:1"),
        (CohortDefinition().including(SeriesDescription.contains("t2")).excluding(sex.is_in("M")), "exclude:0"),
        (CohortDefinition().including(Modality.is_in("CT")).excluding(Modality.is_in("CT")), None),
    ],
)
def test_now_is_what_a_cohort_counts(rule: CohortDefinition, group: str | None, snapshot: Snapshot) -> None:
    cohort = Cohort(rule, snapshot)
    now = wire.now(cohort, group)
    assert set(now) == {"by", "groups"}
    assert set(now["by"]) == set(now["groups"]) == snapshot.recorded_facets
    for name, counts in now["by"].items():
        assert counts["whole"] == cohort.choosable(name, group)
        if "bins" in counts:
            histogram = cohort.histogram(name, group)
            assert (counts["bins"], counts["missing"]) == (histogram.bins, histogram.missing)
            assert now["groups"][name] == histogram.group
        else:
            facet = cohort.facet(name, group)
            values = [(value.value, value.patients, value.series) for value in facet.values]
            text = snapshot.facets[name].kind == "text"
            assert counts["values"] == [value for value in values if value[0] is None or not text]
            assert now["groups"][name] == facet.group
        assert group is None or now["groups"][name] == group
    json.dumps(now, allow_nan=False)


def test_each_facet_is_counted_in_the_group_that_a_click_edits(snapshot: Snapshot) -> None:
    rule = CohortDefinition().including(Modality.is_in("CT")).including(sex.is_in("F"))
    groups = wire.now(Cohort(rule, snapshot), None)["groups"]
    assert (groups["Modality"], groups["sex"], groups["age"]) == ("include:0", "include:1", "include:0")


def test_the_default_snapshot_is_quick_enough_to_open(default_snapshot: Snapshot) -> None:
    counts = wire.everything(default_snapshot)
    assert {value: patients for value, patients, _ in counts["Modality"]["values"]}["MR"] == 8348
    assert dict(counts["body_part"]["spellings"])["BREAST"] == ("BREAST", "Left Breast", "Right Breast")
    assert [name for name, each in counts.items() if "spellings" in each] == ["vendor", "body_part"]
    assert counts["sex"]["whole"] == (86451, 1044191)
    assert len(json.dumps(counts)) < 5_000_000
