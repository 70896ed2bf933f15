"""The twelve people of the study set, none of whom exists, and the two sites that never saw them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from explorer.images.demo.grid import CORONAL, MEDIAL, OBLIQUE, SAGITTAL, TILTED, Grid, even
from explorer.images.demo.phantom import Lesion
from explorer.images.demo.plan import PatientPlan, SeriesPlan, Site, StudyPlan

__all__ = ["PATIENTS", "SITES"]

SITE_A = Site(
    dataset="synthetic-site-a",
    title="Synthetic site A (no real patients)",
    description="Synthetic phantoms for lessons and tests: chest CT with lung lesions, breast and prostate MR. "
    "Nobody was imaged.",
    institution="SYNTHETIC Site A",
    manufacturer="Synthetic Imaging One",
    model="SYNTHETIC Phantom One",
    kvp=120,
    tesla=1.5,
    pixels="JPEG-LS",
)
SITE_B = Site(
    dataset="synthetic-site-b",
    title="Synthetic site B (no real patients)",
    description="Synthetic phantoms for lessons and tests: PET/CT, chest CT in odd geometries, a mammogram, breast and "
    "prostate MR. Nobody was imaged.",
    institution="SYNTHETIC Site B",
    manufacturer="Synthetic Imaging Two",
    model="SYNTHETIC Phantom Two",
    kvp=100,
    tesla=3.0,
    pixels="RLE",
)
SITES = (SITE_A, SITE_B)

CHEST_A = Grid(128, 2.75, even(32, 6.0))
CHEST_B = Grid(128, 2.8, even(36, 5.0))
BREAST_A = Grid(128, 2.75, even(24, 5.0), centre=(0.0, 40.0, 0.0))
BREAST_B = Grid(128, 2.8, even(28, 4.4), centre=(0.0, 40.0, 0.0))
PELVIS_A = Grid(128, 1.6, even(24, 3.5))
PELVIS_B = Grid(120, 1.7, even(28, 3.0))
# Slices get further apart towards the head: 4, then 7 mm.
UNEVEN = tuple(-84.0 + 4.0 * i for i in range(20)) + tuple(-8.0 + 7.0 * (i + 1) for i in range(12))

UPPER = Lesion("right upper lobe", (-70.0, 8.0, 42.0), (15.0, 13.0, 14.0))
LOWER = Lesion("left lower lobe", (74.0, 24.0, -16.0), (10.0, 10.0, 10.0))
MIDDLE = Lesion("right middle lobe", (-54.0, -22.0, -4.0), (12.0, 11.0, 13.0))
BREAST = Lesion("left breast", (78.0, -18.0, 8.0), (14.0, 12.0, 13.0))
OTHER_BREAST = Lesion("right breast", (-72.0, -6.0, -10.0), (11.0, 12.0, 10.0))
PROSTATE = Lesion("left peripheral zone", (14.0, 14.0, -8.0), (7.0, 5.0, 8.0))


def _ct(*lesions: Lesion, at: Grid = CHEST_A, part: str | None = "CHEST", **changes: object) -> SeriesPlan:
    plan = SeriesPlan("ct", "CT", "chest", "chest", ("ct",), at, lesions, part, ("SEG", "RTSTRUCT"), drawn_part=part)
    return replace(plan, **changes)  # type: ignore[arg-type]


def _ct_b(*lesions: Lesion, at: Grid = CHEST_B, **changes: object) -> SeriesPlan:
    return _ct(*lesions, at=at, part="THORAX", **changes)


def _pet(*lesions: Lesion, part: str | None, report: bool) -> SeriesPlan:
    grid = Grid(64, 5.6, CHEST_B.offsets)
    plan = SeriesPlan("pet", "PT", "FDG PET", "chest", ("pet",), grid, lesions, part, ("SEG",), drawn_part=part)
    return replace(plan, pixels="explicit", drawn=("SEG", "SR") if report else ("SEG",))


def _breast(*lesions: Lesion, at: Grid, part: str | None = "BREAST", short: bool = False) -> tuple[SeriesPlan, ...]:
    def series(name: str, description: str, *contrasts: str) -> SeriesPlan:
        return SeriesPlan(name, "MR", description, "breast", contrasts, at, lesions, part)

    contrast = replace(series("t1-contrast", "T1 after contrast", "t1 contrast"), drawn=("SEG",), drawn_part="BREAST")
    t2 = series("t2", "T2", "t2 breast")
    if short:
        return contrast, t2
    return series("t1", "T1 before contrast", "t1"), contrast, t2, series("dwi", "DWI b0 and b800", "b0", "b800")


def _prostate(*lesions: Lesion, at: Grid) -> tuple[SeriesPlan, ...]:
    def series(name: str, description: str, *contrasts: str, on: Grid = at) -> SeriesPlan:
        return SeriesPlan(name, "MR", description, "pelvis", contrasts, on, lesions, "PROSTATE")

    t2 = replace(series("t2", "T2 axial", "t2"), drawn=("SEG",), drawn_part="PROSTATE")
    sagittal = series("t2-sagittal", "T2 sagittal", "t2", on=replace(at, orientation=SAGITTAL))
    return t2, sagittal, series("dwi", "DWI b0 and b800", "b0", "b800")


def _visit(name: str, day: int, description: str, *series: SeriesPlan) -> StudyPlan:
    return StudyPlan(name, day, description, series)


def _person(
    id_: str, site: Site, sex: str | None, age: int | None, weight: int, first: str, *studies: StudyPlan
) -> PatientPlan:
    return PatientPlan(id_, site, sex, age, weight, date.fromisoformat(first), studies)


_ECHOES = SeriesPlan(
    "two-echoes", "MR", "T2 two echoes", "pelvis", ("t2", "t2 late echo"), PELVIS_A, (PROSTATE,), "PROSTATE"
)
_MAMMOGRAM = SeriesPlan(
    "mammogram", "MG", "left MLO", "breast", ("mg",), Grid(160, 1.1, even(30, 4.0), MEDIAL, centre=(74.0, -48.0, 0.0)),
    (BREAST,), "BREAST", kind="projection",
)  # fmt: skip
_RADIOGRAPH = SeriesPlan(
    "radiograph",
    "DX",
    "chest PA",
    "chest",
    ("dx",),
    Grid(160, 2.3, even(60, 4.0), CORONAL),
    (MIDDLE,),
    "CHEST",
    kind="projection",
)

PATIENTS: tuple[PatientPlan, ...] = (
    _person(
        "SYN-A-01", SITE_A, "F", 61, 64, "2021-03-02",
        _visit("baseline", 0, "CT chest", _ct(UPPER, LOWER, annotators=2)),
        _visit("follow-up-1", 91, "CT chest", _ct(UPPER.grown(0.8), LOWER.grown(0.75))),
        _visit("follow-up-2", 182, "CT chest", _ct(UPPER.grown(0.55), LOWER.grown(0.6))),
    ),
    _person(
        "SYN-A-02", SITE_A, "M", 67, 81, "2021-04-13",
        _visit("baseline", 0, "CT chest", _ct(MIDDLE), _ct(
            MIDDLE, name="ct-missing-slice", description="one slice missing", drawn=(),
            at=replace(CHEST_A, offsets=even(32, 6.0, leave_out=(15,))),
        )),
        _visit("follow-up-1", 88, "CT chest", _ct(MIDDLE.grown(1.35))),
    ),
    _person(
        "SYN-A-03", SITE_A, "F", 54, 70, "2021-05-04",
        _visit("baseline", 0, "MR breast", *_breast(BREAST, at=BREAST_A)),
        _visit("follow-up-1", 90, "MR breast", *_breast(BREAST.grown(0.7), at=BREAST_A)),
        _visit("follow-up-2", 180, "MR breast", *_breast(BREAST.grown(0.45), at=BREAST_A)),
    ),
    _person(
        "SYN-A-04", SITE_A, "F", None, 58, "2021-06-15",
        _visit("baseline", 0, "MR breast", *_breast(OTHER_BREAST, at=BREAST_A, part=None, short=True)),
    ),
    _person(
        "SYN-A-05", SITE_A, "M", 72, 77, "2021-07-06",
        _visit("baseline", 0, "MR prostate", *_prostate(PROSTATE, at=PELVIS_A), _ECHOES),
        _visit("follow-up-1", 178, "MR prostate", *_prostate(PROSTATE.grown(1.2), at=PELVIS_A)[:1]),
    ),
    _person(
        "SYN-A-06", SITE_A, None, 58, 73, "2021-09-21",
        _visit("baseline", 0, "Chest radiograph", _RADIOGRAPH),
        _visit("follow-up-1", 9, "CT chest", _ct(
            MIDDLE, name="ct-coronal", description="coronal slices", drawn=("SEG",),
            at=Grid(128, 2.75, even(40, 6.5), CORONAL),
        )),
    ),
    _person(
        "SYN-B-01", SITE_B, "M", 70, 84, "2022-02-01",
        _visit("baseline", 0, "PET/CT", _ct_b(UPPER), _pet(UPPER, part="THORAX", report=True)),
        _visit(
            "follow-up-1", 94, "PET/CT",
            _ct_b(UPPER.grown(1.2)), _pet(UPPER.grown(1.2), part="THORAX", report=True),
        ),
    ),
    _person(
        "SYN-B-02", SITE_B, "F", 63, 66, "2022-02-22",
        _visit("baseline", 0, "PET/CT", _ct(LOWER, at=CHEST_B, part=None), _pet(LOWER, part=None, report=False)),
    ),
    _person(
        "SYN-B-03", SITE_B, "F", 49, 62, "2022-03-15",
        _visit("baseline", 0, "Mammography", _MAMMOGRAM),
        _visit("follow-up-1", 12, "MR breast", *_breast(BREAST, at=BREAST_B, short=True)),
    ),
    _person(
        "SYN-B-04", SITE_B, "M", 77, 75, "2022-04-05",
        _visit(
            "baseline", 0, "CT chest",
            _ct_b(MIDDLE, name="ct-enhanced", description="multi-frame", kind="enhanced", pixels="explicit"),
            _ct_b(MIDDLE, name="ct-tilted", description="gantry tilted 15 degrees", drawn=(), pixels="JPEG-LS",
                  at=replace(CHEST_B, orientation=TILTED, course=(0.0, 0.0, 1.0))),
        ),
    ),
    _person(
        "SYN-B-05", SITE_B, "F", 66, 59, "2022-05-10",
        _visit(
            "baseline", 0, "CT chest",
            _ct_b(LOWER, name="ct-oblique", description="oblique 20 degrees", drawn=("SEG",),
                  at=replace(CHEST_B, orientation=OBLIQUE)),
            _ct_b(LOWER, name="ct-varying-spacing", description="varying spacing", drawn=(), pixels="implicit",
                  at=replace(CHEST_B, offsets=UNEVEN)),
        ),
        _visit("follow-up-1", 185, "CT chest", _ct_b(LOWER.grown(1.3))),
    ),
    _person(
        "SYN-B-06", SITE_B, "M", 59, 90, "2022-06-07",
        _visit("baseline", 0, "MR prostate", *_prostate(PROSTATE, at=PELVIS_B)),
    ),
)  # fmt: skip
