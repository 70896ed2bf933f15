"""Random catalogues, small and nasty, and random definitions over them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.reference import Catalogue, Definition, Row, Value

LEVELS = ["series", "study", "patient"]
TEXTS = [
    "T2 axial",
    "t2_AXIAL",
    "100% straße",
    "STRASSE 100",
    "\u00e9tude",
    "E\u0301TUDE",
    "ﬁnal İstanbul",
    "ὈΔΥΣΣΕΎΣ ς",
    "<img src=x onerror=alert(1)>",
    "{{7*7}} %%bash\n'; DROP TABLE series; --",
    "a\\b * ? [c]",
    " ",
]
CATEGORIES: dict[str, list[str]] = {
    "Modality": ["CT", "CT", "MR", "PT", "SEG", "SR", "ct"],
    "BodyPartExamined": ["CHEST", "CHEST", "BREAST", "Chest", "O'Neil\"; --"],
    "Manufacturer": ["SIEMENS", "GE", "NULL", "QIICR"],
    "ManufacturerModelName": ["Aera", "<b>"],
    "PatientSex": ["F", "M", "0000"],
    "license": ["CC BY 4.0", "CC BY 3.0", "\u00c9\ttab"],
    "source_doi": ["10.1/a", "10.1/b"],
}
MANY = ["Lung Cancer", "Breast Cancer", "None", "a|b,c"]
KINDS = {"SEG": "segmentation", "SR": "report"}
SERIES_FACETS = [*CATEGORIES, "object_kind", "analysis_result", "body_part", "vendor"]
OTHER_CATEGORIES = ["sex", "dataset", "country", "tier"]
TEXT_FACETS = ["StudyDescription", "SeriesDescription"]
NUMBER_FACETS = ["age", "instances", "size_mb"]
MANY_VALUED = ["cancer_type", "tumor_location"]
FACETS = [*SERIES_FACETS, *OTHER_CATEGORIES, *TEXT_FACETS, *NUMBER_FACETS, *MANY_VALUED, "study_date"]
DAYS: list[list[int | None]] = [[0, 0], [0, 30], [-30, 30], [-30, -1], [1, None], [None, 0], [None, None], [10, 400]]


def catalogue(seed: int) -> Catalogue:
    """A catalogue of a few patients in a few datasets: identifiers that repeat, holes, conflicts, hostile texts."""
    random = Random(seed)
    holes = random.choice([0.05, 0.3, 0.6])
    offsets = random.random() < 0.25
    rows: list[Row] = []
    derivation: list[tuple[str, str]] = []

    def maybe(values: list[Any]) -> Any:
        return None if random.random() < holes else random.choice(values)

    for dataset in random.sample(["a", "A", "b'; --", "\u00fc"], random.randint(1, 4)):
        of_dataset = {
            "dataset": dataset,
            "cancer_type": random.sample(MANY, random.choice([0, 1, 1, 2])),
            "tumor_location": random.sample(MANY, random.choice([0, 1, 3])),
            "country": maybe(["DE", "ES"]),
            "tier": maybe(["1", "2"]),
        }
        for patient in random.sample(["p1", "p2", "p3", "P1", "<i>p"], random.randint(1, 4)):
            of_patient = {**of_dataset, "PatientID": patient, "sex": maybe(["F", "F", "M", "O", "conflicting"])}
            for study in random.sample(["1.1", "1.2", "1.3", "1.4"], random.randint(1, 3)):
                day = maybe([0, 0, 10, 30, 31, 400])
                when = None if day is None else (date(2019, 12, 15) + timedelta(day)).isoformat()
                of_study = {
                    **of_patient,
                    "StudyInstanceUID": study,
                    "age": maybe([0, 17, 40, 40, 65]),
                    **({"study_day": None if day is None else day - 20} if offsets else {"study_date": when}),
                }
                of_this_patient = [row for row in rows if (row["dataset"], row["PatientID"]) == (dataset, patient)]
                earlier = [row["SeriesInstanceUID"] for row in of_this_patient]
                for _ in range(random.randint(1, 4)):
                    row = {**of_study, "SeriesInstanceUID": f"2.{len(rows)}", **series(random, maybe)}
                    rows.append(row)
                    if row["object_kind"] != "image":  # drawn on images, and some on what was drawn on them
                        linked = random.sample(earlier, random.randint(0, min(2, len(earlier))))
                        derivation += [(row["SeriesInstanceUID"], image) for image in linked]
                    earlier.append(row["SeriesInstanceUID"])
    random.shuffle(rows)
    return Catalogue(rows, derivation)


def series(random: Random, maybe: Any) -> Row:
    """The properties of one series."""
    row = {facet: maybe(values) for facet, values in CATEGORIES.items()}
    return {
        **row,
        "object_kind": KINDS.get(row["Modality"], "image"),
        "analysis_result": random.choice([None, None, None, "Seg-1"]),
        "body_part": row["BodyPartExamined"] and row["BodyPartExamined"].lower(),
        "vendor": row["Manufacturer"] and row["Manufacturer"].title(),
        "StudyDescription": maybe(TEXTS),
        "SeriesDescription": maybe(TEXTS),
        "instances": random.choice([1, 1, 20, 300]),
        "size_mb": maybe([0.25, 0.5, 2.0, 10.0]),
    }


def known(rows: list[Row], facet: str) -> list[Any]:
    """The values of a facet, most common first, without missing."""
    found: list[Value] = []
    for row in rows:
        value = row.get(facet)
        found += value if isinstance(value, list) else [] if value is None else [value]
    return sorted(set(found), key=lambda value: (-found.count(value), str(value)))


@st.composite
def criteria(draw: st.DrawFn, rows: list[Row]) -> dict[str, Any]:
    """A valid criterion, mostly with values that exist."""
    usual = ["Modality", "BodyPartExamined", "sex", "object_kind", "age", "study_date", "SeriesDescription"]
    facet = draw(st.sampled_from([*usual, *FACETS]))
    values = known(rows, facet)
    if facet in TEXT_FACETS and draw(st.booleans()):
        return {"facet": facet, "contains": draw(st.lists(pieces(), min_size=1, max_size=2))}
    if facet in [*NUMBER_FACETS, "study_date"] and draw(st.booleans()):
        ends = st.sampled_from([None, *values, *([18, 30.5] if facet != "study_date" else ["2020-01-01"])])
        low, high = draw(ends), draw(ends)
        if low is not None and high is not None and low > high:
            low, high = high, low
        criterion = {"facet": facet, "between": [low, high]}
        return {**criterion, "missing": draw(st.booleans())} if draw(st.booleans()) else criterion
    unknown: list[Any] = (
        [77] if facet in NUMBER_FACETS else ["1999-01-01"] if facet == "study_date" else ["nobody", "NULL"]
    )
    typed = [value for value in values if not isinstance(value, str) or unicodedata.is_normalized("NFC", value)]
    choice = st.sampled_from([*typed, *typed, None, *unknown])
    return {"facet": facet, "is_in": draw(st.lists(choice, min_size=1, max_size=4))}


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """A piece of one of the texts, typed in another way."""
    text = draw(st.sampled_from(TEXTS))
    start = draw(st.integers(0, len(text) - 1))
    piece = text[start : start + draw(st.integers(1, 6))]
    ways: list[Callable[[str], str]] = [str, str.upper, str.lower, str.swapcase, nfd]
    return draw(st.sampled_from(ways))(piece)


def nfd(text: str) -> str:
    """The text with its accents as characters of their own."""
    return unicodedata.normalize("NFD", text)


@st.composite
def groups(draw: st.DrawFn, rows: list[Row]) -> dict[str, Any]:
    """A group of one to three criteria, on any level; two may be on one facet, or all on the patient."""
    same = draw(st.sampled_from(LEVELS))
    if draw(st.integers(0, 6)) == 0:
        facet = draw(st.sampled_from(["sex", "dataset"]))
        return {"same": same, "where": [{"facet": facet, "is_in": [*known(rows, facet)[:2], None]}]}
    count = draw(st.sampled_from([1, 2, 2, 3]))
    where: list[dict[str, Any]] = draw(st.lists(criteria(rows), min_size=count, max_size=count))
    if draw(st.integers(0, 6)) == 0 and "is_in" in where[0]:
        where.append({"facet": where[0]["facet"], "is_in": [None, *known(rows, where[0]["facet"])[:1]]})
    return {"same": same, "where": where}


@st.composite
def definitions(draw: st.DrawFn, rows: list[Row]) -> Definition:
    """A valid definition: up to three include and two exclude groups, pairs within days, any selection."""
    include: list[dict[str, Any]] = draw(st.lists(groups(rows), max_size=3))
    definition: Definition = {"version": 1, "include": include}
    if draw(st.booleans()):
        definition["exclude"] = draw(st.lists(groups(rows), max_size=2))
    if draw(st.booleans()) and include:
        place = st.integers(0, len(include) - 1)
        pair = st.fixed_dictionaries({"first": place, "then": place, "days": st.sampled_from(DAYS)})
        definition["within"] = draw(st.lists(pair, max_size=2))
    if draw(st.booleans()):
        definition["select"] = draw(st.sampled_from(["matching", "images", "all"]))
    if draw(st.booleans()):
        definition["derived"] = draw(st.sampled_from(["none", "linked"]))
    return definition


def labels(definition: Definition) -> list[str | None]:
    """The groups in which a facet can be counted; None is the default."""
    return [None, *(f"{kind}:{n}" for kind in ("include", "exclude") for n in range(len(definition.get(kind, []))))]
