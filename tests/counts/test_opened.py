"""What rows of the table open into, which rows an identifier stands for, and orders at random: against plain rows."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import TABLE_LEVELS
from explorer.errors import SurroundingsError, UnknownNameError, UserError
from explorer.facets import BodyPartExamined, Modality, SeriesDescription, sex
from tests.generative.strategies import catalogue
from tests.reference import Catalogue
from tests.spec.engines import build

EVERYBODY = CohortDefinition()
RULES = {
    "everybody": EVERYBODY,
    "everything": CohortDefinition(select="all"),
    "units": EVERYBODY.including(Modality.is_in("CT", "MR")),
    "texts": EVERYBODY.including(SeriesDescription.contains("x")),
    "patients": EVERYBODY.including(sex.is_in("F", None), Modality.is_in("SEG"), same="patient"),
    "nobody": EVERYBODY.including(Modality.is_in("CT")).excluding(Modality.is_in("CT")),
}
BREAST = EVERYBODY.including(Modality.is_in("MR"), BodyPartExamined.is_in("BREAST"), sex.is_in("F"))
KEY = {
    "patient": ("source", "dataset", "PatientID"),
    "study": ("source", "dataset", "PatientID", "StudyInstanceUID"),
    "series": ("source", "dataset", "PatientID", "StudyInstanceUID", "SeriesInstanceUID"),
}
POOL = range(4)

Names = tuple[Any, ...]


def names_of(cohort: Cohort, level: Any) -> list[Names]:
    """What the rows of a cohort are called, in the order of the snapshot."""
    return list(cohort.frame(level, columns=KEY[level]).itertuples(index=False, name=None))


def found_by(cohort: Cohort, text: str, level: Any) -> list[Names]:
    """The rows that a text stands for, found one by one."""
    taken = names_of(cohort, "series")
    called = {name for name in taken if stands_for(text, name)}
    if level == "series":
        return [name for name in taken if name in called]
    owners = {name[: len(KEY[level])] for name in called}
    if level == "patient":
        owners |= {name for name in names_of(cohort, "patient") if text.lower() in name[2].lower()}
    return [name for name in names_of(cohort, level) if name in owners]


def stands_for(text: str, name: Names) -> bool:
    *_, patient, study, series = name
    return text.lower() in patient.lower() or any(
        text in uid if len(text) >= 8 else text == uid for uid in (study, series)
    )


def check_found(cohort: Cohort, everything: Cohort, text: str, level: Any) -> int:
    """Hold one search against the rows themselves; gives how many it found."""
    expected = found_by(cohort, text, level)
    found = cohort.find(text, level)
    page = cohort.page(level, columns=KEY[level], limit=10_000, found=found)
    assert list(page.rows.itertuples(index=False, name=None)) == expected
    assert (found.total, page.total) == (len(expected), len(expected))
    by_size = cohort.page(level, columns=[*KEY[level], "instances"], sort="instances", limit=10_000, found=found)
    assert sorted(by_size.keys) == list(page.keys)
    members = set(names_of(cohort, "patient"))
    outside = {name[:3] for name in names_of(everything, "series") if stands_for(text, name)} - members
    assert found.elsewhere == len(outside)
    return len(expected)


@pytest.mark.parametrize("level", TABLE_LEVELS)
@pytest.mark.parametrize("rule", RULES)
def test_identifiers_are_found(small: Snapshot, rule: str, level: str) -> None:
    texts = ("p1", "P03", "7.0", "7.0.1", "39.0.0", "1", "nobody", "%", "'; DROP TABLE series --", "ß", "\u202e")
    with closing(Cohort(RULES[rule], small)) as cohort, closing(Cohort(RULES["everything"], small)) as everything:
        found = {text: check_found(cohort, everything, text, level) for text in texts}
    assert found["nobody"] == found["%"] == 0
    assert rule in ("nobody", "texts") or found["p1"] > found["P03"] >= 0


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Catalogue, Snapshot]]:
    folder = tmp_path_factory.mktemp("opened")
    made = []
    for seed in POOL:
        (folder / str(seed)).mkdir()
        made.append((catalogue(seed), build(catalogue(seed), folder / str(seed))))
    return made


@pytest.mark.parametrize("rule", RULES)
def test_random_catalogues(pool: list[tuple[Catalogue, Snapshot]], rule: str) -> None:
    for known, snapshot in pool:
        with closing(Cohort(RULES[rule], snapshot)) as cohort, closing(Cohort(RULES["everything"], snapshot)) as every:
            for k, column in enumerate(("PatientID", "StudyInstanceUID", "SeriesInstanceUID")):
                name = known.series[(7 * k) % len(known.series)][column]
                for level in TABLE_LEVELS:
                    check_found(cohort, every, name, level)
            check_opened(cohort, every)


def check_opened(cohort: Cohort, everything: Cohort) -> None:
    """Hold studies and series of every member against the rows of studies and series."""
    page = cohort.page("patient", columns=KEY["patient"], limit=10_000)
    people = dict(zip(page.keys, page.rows.itertuples(index=False, name=None), strict=True))
    moments, studies = cohort.moments(page.keys), cohort.studies_of(page.keys)
    rows = cohort.frame("study")
    sizes = rows[[*KEY["study"], "series", "instances", "bytes"]]
    taken = {row[:4]: row[4:] for row in sizes.itertuples(index=False, name=None)}
    series = Counter(names_of(cohort, "series"))
    whole = names_of(everything, "study")
    kinds = everything.frame("series", columns=[*KEY["series"], "Modality"]).astype(object)
    kinds = kinds.where(kinds.notna(), None)
    modality = {row[:5]: row[5] for row in kinds.itertuples(index=False, name=None)}
    for key, person in people.items():
        assert len(moments[key]) == sum(name[:3] == person for name in whole)
        assert [moment.number for moment in moments[key]] == list(range(1, len(moments[key]) + 1))
        days = [moment.day for moment in moments[key] if moment.day is not None]
        assert days == sorted(days)
        assert not days or days[0] == 0
        mine = {(*person, study.uid): study for study in studies[key]}
        assert {name for name in taken if name[:3] == person} == set(mine)
        for name, study in mine.items():
            assert study.moment.taken
            assert (study.series, study.instances, study.bytes) == taken[name]
            opened = cohort.series_of(study.moment.study)
            assert opened.taken == study.series
            assert Counter((*name, row.uid) for row in opened.rows) == Counter(
                {each: n for each, n in series.items() if each[:4] == name}
            )
            left = Counter(kind for each, kind in modality.items() if each[:4] == name and each not in series)
            assert dict(opened.left) == left


def test_days_count_from_the_first_study(small: Snapshot) -> None:
    with closing(Cohort(RULES["everything"], small)) as cohort:
        page = cohort.page(columns=["PatientID"], found=cohort.find("p05"))
        (moments,) = cohort.moments(page.keys).values()
        (studies,) = cohort.studies_of(page.keys).values()
    assert [(moment.number, moment.day) for moment in moments] == [(1, 0), (2, 9), (3, 18)]
    assert [str(study.date)[:10] for study in studies] == ["2000-06-01", "2000-06-10", "2000-06-19"]


def test_few_series_are_read_and_all_are_counted(small: Snapshot) -> None:
    with closing(Cohort(RULES["everything"], small)) as cohort:
        page = cohort.page("study", columns=["StudyInstanceUID"], sort="series", descending=True, limit=1)
        opened = cohort.series_of(page.keys[0], 1)
    assert (len(opened.rows), opened.taken, opened.left, opened.linked) == (1, 4, (), False)


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_an_order_at_random_is_that_of_its_seed(small: Snapshot, level: Any) -> None:
    uid = {"patient": None, "study": "StudyInstanceUID", "series": "SeriesInstanceUID"}[level]

    def lot(name: Names) -> str:
        called = name[-1] if uid else " ".join(name)
        return hashlib.md5(f"7 {called}".encode()).hexdigest()

    with closing(Cohort(RULES["units"], small)) as cohort:
        pages = [cohort.page(level, columns=KEY[level], limit=9, offset=9 * k, seed=7) for k in range(20)]
        rows = [name for page in pages for name in page.rows.itertuples(index=False, name=None)]
        assert rows == sorted(names_of(cohort, level), key=lot)
        assert {page.total for page in pages} == {len(rows)}
        assert cohort.page(level, columns=KEY[level], seed=8).keys != cohort.page(level, seed=7).keys


def test_linked_objects_are_offered(pool: list[tuple[Catalogue, Snapshot]]) -> None:
    """Where something derived from a taken image is not taken, the study says so; after taking it, no longer."""
    offered = 0
    for known, snapshot in pool:
        derived = {one for one, _ in known.derivation}
        for how in ("none", "linked"):
            rule = CohortDefinition(derived=how).including(Modality.is_in("CT", "MR", "PT"))  # type: ignore[arg-type]
            with closing(Cohort(rule, snapshot)) as cohort:
                taken = set(cohort.frame("series")["SeriesInstanceUID"])
                missed = {one for one, image in known.derivation if image in taken} - taken
                for study in cohort.page("study", columns=["StudyInstanceUID"], limit=10_000).keys:
                    opened = cohort.series_of(study)
                    offered += opened.linked
                    assert not opened.linked or (missed and derived and how == "none")
    assert offered


def test_what_is_no_page(small: Snapshot) -> None:
    cohort = Cohort(EVERYBODY, small)
    with pytest.raises(UserError, match="random order of seed 7: it is 0 or more, and no column sorts them"):
        cohort.page(seed=7, sort="age")
    with pytest.raises(UserError, match="seed -1"):
        cohort.page(seed=-1)
    with pytest.raises(UnknownNameError, match="no table of level 'image'"):
        cohort.find("x", "image")  # type: ignore[arg-type]


def test_protected_rows_are_not_told(small: Snapshot) -> None:
    cohort = Cohort(EVERYBODY, small, small_counts="10,10")
    for ask in (cohort.page, lambda: cohort.find("p"), lambda: cohort.moments([0]), lambda: cohort.studies_of([0])):
        with pytest.raises(SurroundingsError, match="Small counts are protected"):
            ask()
    with pytest.raises(SurroundingsError, match="Small counts are protected"):
        cohort.series_of(0)


def test_the_patient_of_the_mock(default_snapshot: Snapshot) -> None:
    """ISPY1_1009 as it was counted by other means: four studies, their days, images and megabytes."""
    with closing(Cohort(BREAST, default_snapshot)) as cohort:
        page = cohort.page(columns=["PatientID", "studies", "series", "instances"], found=cohort.find("ispy1_1009"))
        assert page.rows.values.tolist() == [["ISPY1_1009", 4, 32, 1884]]
        studies = cohort.studies_of(page.keys)[page.keys[0]]
        told = [(each.moment.day, each.age, each.series, each.instances, round(each.bytes / 1e6)) for each in studies]
        assert told == [(0, 40, 5, 351, 48), (33, 40, 9, 506, 69), (97, 40, 8, 461, 63), (181, 41, 10, 566, 77)]
        opened = cohort.series_of(studies[1].moment.study, 4)
        assert [(row.number, row.description, row.instances) for row in opened.rows] == [
            ("1", "3P LEFT BREAST SCOUT", 45),
            ("2", "T1-axial-locator", 15),
            ("3", "T2-FSE-Sagittal", 36),
            ("4", "Dynamic-3dfgre", 180),
        ]
        assert (opened.taken, opened.left) == (9, (("SEG", 4), ("SR", 1)))
        for uid in (studies[1].uid, opened.rows[0].uid):
            found = cohort.find(uid)
            assert (found.total, found.studies, found.elsewhere) == (1, (studies[1].moment.study,), 0)
