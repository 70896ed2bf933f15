from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.errors import UserError
from explorer.facets import BodyPartExamined, Modality, sex
from explorer.images.demo import DemoSource

SNAPSHOT = "c3b6869918eb86dcdcfe72c743b9e337077c13febdd30a3c8c00aaeb482c8c0a"

# Patients and series with each value; None is missing.
VALUES: dict[str, dict[str | None, tuple[int, int]]] = {
    "dataset": {"synthetic-site-a": (6, 44), "synthetic-site-b": (6, 35)},
    "sex": {"F": (6, 42), "M": (5, 34), None: (1, 3)},
    "Modality": {
        "CT": (7, 15), "DX": (1, 1), "MG": (1, 1), "MR": (5, 24), "PT": (2, 3),
        "RTSTRUCT": (6, 10), "SEG": (12, 23), "SR": (1, 2),
    },
    "object_kind": {"image": (12, 44), "segmentation": (12, 23), "contours": (6, 10), "report": (1, 2)},
    "BodyPartExamined": {
        "BREAST": (3, 20), "CHEST": (3, 19), "THORAX": (3, 22), "PROSTATE": (2, 11), None: (2, 7),
    },
    "body_part": {"BREAST": (3, 20), "CHEST": (6, 41), "PROSTATE": (2, 11), None: (2, 7)},
    "vendor": {"Synthetic Imaging One": (6, 44), "Synthetic Imaging Two": (6, 35)},
    "license": {"CC0 1.0": (12, 79)},
    "species": {"Synthetic phantom": (12, 79)},
    "access_condition": {"synthetic data, open to everybody": (12, 79)},
    "country": {None: (12, 79)},
}  # fmt: skip


def rows(snapshot: Snapshot, sql: str) -> list[Any]:
    with snapshot.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def members(snapshot: Snapshot, rule: CohortDefinition) -> set[str]:
    return set(Cohort(rule, snapshot).frame("patient")["PatientID"])


def test_the_catalogue_is_the_same_on_every_machine(demo_snapshot: Snapshot) -> None:
    totals = dict(demo_snapshot.totals)
    assert 15e6 < totals.pop("bytes") < 30e6
    assert totals == {"datasets": 2, "patients": 12, "studies": 22, "series": 79, "instances": 1369}
    assert demo_snapshot.id == SNAPSHOT
    demo_snapshot.verify()


def test_it_says_that_it_is_synthetic(demo_snapshot: Snapshot) -> None:
    assert (
        "SYNTHETIC" in demo_snapshot.title
        and demo_snapshot.alias == "demo-1"
        and demo_snapshot.recipe["options"]["synthetic"]
    )
    for title, description, terms, holder in rows(
        demo_snapshot, "SELECT title, description, terms_of_use, data_holder FROM dataset"
    ):
        assert "Synthetic" in title and "no real patients" in title
        assert "Nobody was imaged" in description and "CC0" in terms and holder.startswith("SYNTHETIC")
    assert rows(
        demo_snapshot, "SELECT count(*) FROM series WHERE NOT starts_with(SeriesDescription, 'SYNTHETIC ')"
    ) == [(0,)]


@pytest.mark.parametrize("facet", VALUES)
def test_every_value_counts_as_promised(demo_snapshot: Snapshot, facet: str) -> None:
    found = Cohort(CohortDefinition(), demo_snapshot).facet(facet).values
    assert {each.value: (each.patients, each.series) for each in found} == VALUES[facet]


def test_ages_and_visits(demo_snapshot: Snapshot) -> None:
    visits = "SELECT PatientID, age, list(study_day ORDER BY study_day) FROM study JOIN patient USING (patient_key)"
    found = {
        name: (age, [day - days[0] for day in days])
        for name, age, days in rows(demo_snapshot, f"{visits} GROUP BY ALL")
    }
    assert found == {
        "SYN-A-01": (61, [0, 91, 182]), "SYN-A-02": (67, [0, 88]), "SYN-A-03": (54, [0, 90, 180]),
        "SYN-A-04": (None, [0]), "SYN-A-05": (72, [0, 178]), "SYN-A-06": (58, [0, 9]),
        "SYN-B-01": (70, [0, 94]), "SYN-B-02": (63, [0]), "SYN-B-03": (49, [0, 12]),
        "SYN-B-04": (77, [0]), "SYN-B-05": (66, [0, 185]), "SYN-B-06": (59, [0]),
    }  # fmt: skip


def test_how_the_slices_lie(demo_snapshot: Snapshot) -> None:
    def series(where: str) -> dict[str, Any]:
        found = rows(
            demo_snapshot, f"SELECT SeriesDescription, plane, slices, slice_spacing_mm FROM series WHERE {where}"
        )
        return {name.removeprefix("SYNTHETIC "): tuple(rest) for name, *rest in found}

    assert series("stack = 'irregular' AND object_kind = 'image'") == {
        "DWI b0 and b800": ("axial", 28, 3.0),
        "T2 two echoes": ("axial", 24, 3.5),
        "one slice missing": ("axial", 31, 6.0),
        "varying spacing": ("axial", 32, 4.0),
    } | series("SeriesDescription = 'SYNTHETIC DWI b0 and b800'")
    assert series("plane <> 'axial' AND object_kind = 'image'") == {
        "T2 sagittal": ("sagittal", 28, 3.0),
        "coronal slices": ("coronal", 40, 6.5),
        "oblique 20 degrees": ("oblique", 36, 5.0),
        "gantry tilted 15 degrees": ("oblique", 36, 4.8296),
    } | series("SeriesDescription = 'SYNTHETIC T2 sagittal'")


def test_what_is_drawn_leads_to_its_images(demo_snapshot: Snapshot) -> None:
    links = """SELECT d.object_kind, i.object_kind, count(*) FROM derivation
        JOIN series d ON d.series_key = derived_key JOIN series i ON i.series_key = image_key
        WHERE d.study_key = i.study_key GROUP BY ALL ORDER BY ALL"""
    assert rows(demo_snapshot, links) == [
        ("contours", "image", 10),
        ("report", "image", 2),
        ("report", "segmentation", 2),
        ("segmentation", "image", 23),
    ]
    rule = CohortDefinition().including(Modality.is_in("PT"), same="series")
    linked = CohortDefinition.from_dict({**rule.to_dict(), "derived": "linked"})
    assert Cohort(rule, demo_snapshot).totals().series == 3
    assert set(Cohort(linked, demo_snapshot).frame("series")["Modality"]) == {"PT", "SEG", "SR"}


def test_the_level_changes_the_answer(demo_snapshot: Snapshot) -> None:
    """One woman's MR has no body part; BREAST stands on her segmentation only."""
    women = CohortDefinition().including(sex.is_in("F"), same="patient")
    breast = (Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"))
    assert members(demo_snapshot, women.including(*breast, same="series")) == {"SYN-A-03", "SYN-B-03"}
    assert members(demo_snapshot, women.including(*breast, same="study")) == {"SYN-A-03", "SYN-A-04", "SYN-B-03"}


def test_a_set_that_is_not_whole_makes_no_catalogue(demo_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "demo"
    shutil.copytree(demo_folder, copy)
    next(copy.rglob("*.dcm")).unlink()
    with pytest.raises(UserError, match="was changed"):
        Snapshot.build(DemoSource(copy), store=tmp_path / "store")
    assert not list((tmp_path / "store").glob("*.duckdb"))
