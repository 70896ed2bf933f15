"""A small catalogue with every kind of value, hostile texts too."""

from __future__ import annotations

from typing import Any

HOSTILE = ("it's", '"quoted"', "a;b--c", "/* x */", "?", "line\nbreak", "\\", "$1 {0} %s", "ß 😀 \u202e", "<b>", "NULL")


def rows() -> list[dict[str, Any]]:
    """Forty patients; every value follows from the patient's number."""
    found: list[dict[str, Any]] = []
    for n in range(40):
        text = HOSTILE[n % len(HOSTILE)]
        patient = {
            "PatientID": f"p{n:02}",
            "dataset": ("one", "two", text)[n % 3],
            "sex": ("F", "M", None)[n % 3],
        }
        for s in range(1 + n % 3):
            study = {
                "StudyInstanceUID": f"{n}.{s}",
                "study_date": None if n % 7 == 0 else f"{1995 + n % 12}-{1 + n % 12:02}-{1 + 9 * s:02}",
                "age": None if n % 5 == 0 else (7 * n + s) % 95,
                "StudyDescription": text if n % 2 else None,
            }
            for k in range(1 + (n + s) % 4):
                found.append(
                    patient
                    | study
                    | {
                        "SeriesInstanceUID": f"{n}.{s}.{k}",
                        "Modality": ("CT", "MR", "SEG", None)[(n + k) % 4],
                        "BodyPartExamined": text if (n + k) % 3 else None,
                        "SeriesDescription": f"T2 {text} {k}",
                        "license": ("CC BY 4.0", text, None)[k % 3],
                        "source_doi": ("10.1/a", "10.1/b", None)[n % 3],
                        "instances": (0, 1, 2, 5, 10, 199, 200, 2**53 - 1)[(n * 3 + k) % 8],
                        "size_mb": (0.0, 0.5, 1.0, 1.999, 2.0, 5.5, 123456.75)[(n + 2 * k) % 7],
                    }
                )
    return found


CITATIONS = [
    {"source_doi": "10.1/a", "title": "A <i>title</i>", "citation": "A. 2020.", "url": "https://example.org/a"},
]
