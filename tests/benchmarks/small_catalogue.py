"""A small catalogue with what the states of the facet benchmark ask for: every kind of facet, and holes in each."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

DESCRIPTIONS = ("T2 axial", "t1 AXIAL post", "Chest 1.0 B70f", "localizer", "It's a scout", "segmentation of T2")
DATASETS: dict[str, dict[str, list[str]]] = {
    "one": {"cancer_type": ["Lung Cancer"], "tumor_location": ["Lung", "Chest"]},
    "two": {"cancer_type": ["Breast Cancer", "Lung Cancer"], "tumor_location": []},
    "three's": {"cancer_type": [], "tumor_location": ["Breast"]},
}


def rows(patients: int = 60, seed: int = 1) -> list[dict[str, Any]]:
    """One row for each series."""
    random = Random(seed)

    def maybe(*values: Any) -> Any:
        return random.choice([None, *values])

    found = []
    for number in range(patients):
        dataset = random.choice(sorted(DATASETS))
        patient = {"PatientID": f"p{number:02}", "dataset": dataset, "sex": maybe("F", "M"), **DATASETS[dataset]}
        for study in range(random.randint(1, 3)):
            day = maybe(0, 20, 80, 300)
            of_study = {
                **patient,
                "StudyInstanceUID": f"1.{number}.{study}",
                "study_date": None if day is None else (date(2001, 6, 1) + timedelta(day + 400 * study)).isoformat(),
                "age": maybe(0, 4, 5, 33, 61, 62, 88),
            }
            for series in range(random.randint(1, 5)):
                modality = maybe("CT", "CT", "MR", "PT", "SEG")
                found.append(
                    {
                        **of_study,
                        "SeriesInstanceUID": f"1.{number}.{study}.{series}",
                        "Modality": modality,
                        "object_kind": "segmentation" if modality == "SEG" else "image",
                        "analysis_result": random.choice([None, None, "an analysis"]),
                        "BodyPartExamined": maybe("CHEST", "BREAST", "ABDOMEN"),
                        "Manufacturer": maybe("SIEMENS", "GE", "Philips"),
                        "license": random.choice(["CC BY 4.0", "CC BY-NC 3.0"]),
                        "source_doi": maybe("10.1/a", "10.1/b"),
                        "SeriesDescription": maybe(*DESCRIPTIONS),
                        "StudyDescription": maybe("Thorax", "Mamma"),
                        "instances": random.choice([1, 2, 5, 19, 20, 199, 500]),
                        "size_mb": random.choice([0.0, 1.0, 1.999, 2.0, *(1.5**power for power in range(18))]),
                    }
                )
    return found
