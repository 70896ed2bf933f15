"""What the folder says of itself."""

from __future__ import annotations

from explorer.images.demo.people import PATIENTS, SITES
from explorer.images.demo.plan import PatientPlan

__all__ = ["IRREGULAR", "LICENCE", "MANIFEST", "README", "VERSION", "readme", "title_line"]

VERSION = "1"
LICENCE = "CC0 1.0"
README = "README.txt"
MANIFEST = "MANIFEST.sha256"

IRREGULAR = (
    "SYN-A-02 baseline ct-missing-slice: slice 16 of 32 from the foot, in the lesion, is missing",
    "SYN-A-03 dwi, SYN-A-05 dwi, SYN-B-06 dwi: each position twice, b-values 0 and 800 s/mm2",
    "SYN-A-05 baseline two-echoes: each position twice, echo times 90 and 180 ms",
    "SYN-B-04 baseline ct-tilted: gantry tilted 15 degrees",
    "SYN-B-04 baseline ct-enhanced: one enhanced multi-frame file",
    "SYN-B-05 baseline ct-oblique: planes turned by 20 degrees about the left-right axis",
    "SYN-B-05 baseline ct-varying-spacing: 4 mm apart, and 7 mm towards the head",
    "SYN-B-03 baseline mammogram: MONOCHROME1, low values are white",
    "missing: body part of SYN-A-04 (but on its segmentation) and SYN-B-02, age of SYN-A-04, sex of SYN-A-06",
)


def title_line() -> str:
    """Return the line by which the folder is known."""
    return f"SYNTHETIC study set of Cohort Explorer, version {VERSION}"


def readme() -> str:
    """Return the text of README.txt."""
    lines = [
        title_line(),
        "",
        "Nobody was imaged. Every picture is computed from ellipsoids, and every name, date, scanner and site is",
        "invented. SYNTHETIC stands in every picture's upper left corner, in the names of patients and institutions,",
        "and before every description. For lessons and tests only: no image of this set says anything about medicine.",
        "",
        f"Licence: {LICENCE} (public domain), https://creativecommons.org/publicdomain/zero/1.0/",
        f"{MANIFEST} holds the SHA-256 of every file, the same on every machine. Check: sha256sum -c {MANIFEST}",
        "",
        "In all pictures a rod runs along the patient's left side, another along the front, and a ball lies at the",
        "right front near the head. So a flipped picture is seen.",
        "",
    ]
    lines += ["Irregular on purpose:", *(f"  {each}" for each in IRREGULAR), ""]
    for site in SITES:
        lines += [f"{site.dataset}: {site.title}"]
        lines += [f"  {_person(patient)}" for patient in PATIENTS if patient.site == site]
        lines += [""]
    return "\n".join(lines)


def _person(patient: PatientPlan) -> str:
    visits = "; ".join(
        f"day {visit.day} {', '.join(series.name for series in visit.series)}" for visit in patient.studies
    )
    age = "no age" if patient.age is None else f"{patient.age} years"
    return f"{patient.id} ({patient.sex or 'no sex'}, {age}): {visits}"
