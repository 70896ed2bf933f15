"""The clauses of the cohort definition, version 1, in the slowest and most obvious way: who is a member, what is taken.

One function for each clause, with the clause as its docstring. Rows are plain dictionaries, one per series, with
the values of the study, the patient and the dataset repeated in each.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

Value = str | int | float | None
Row = dict[str, Any]
Criterion = dict[str, Any]
Group = dict[str, Any]
Definition = dict[str, Any]
Patient = tuple[str, str]
Rule = Callable[[list[Row]], bool]

LEVELS = ("series", "study", "patient")
OF_PATIENT = {"sex"}
OF_DATASET = {
    "dataset",
    "cancer_type",
    "tumor_location",
    "species",
    "data_holder",
    "country",
    "tier",
    "access_condition",
}


def values(row: Row, facet: str) -> list[Value]:
    """A many-valued facet has any number of values; missing = no value. Any other has one, or is missing. One text has
    one form, NFC, whichever way the catalogue wrote it."""
    value = row.get(facet)
    many = list(value) or [None] if isinstance(value, list | tuple) else [value]
    return [unicodedata.normalize("NFC", value) if isinstance(value, str) else value for value in many]


def meets(row: Row, criterion: Criterion) -> bool:
    """Logic is two-valued: an unknown value meets no criterion but `null` / `"missing": true`."""
    test = is_in if "is_in" in criterion else between if "between" in criterion else contains
    return any(test(value, criterion) for value in values(row, criterion["facet"]))


def is_in(value: Value, criterion: Criterion) -> bool:
    """OR inside; `null` stands for missing; for a many-valued facet any of its values."""
    return value in criterion["is_in"]


def between(value: Value, criterion: Criterion) -> bool:
    """Both ends included; a null end is open, two null ends mean "recorded"."""
    if value is None:
        return bool(criterion.get("missing", False))
    low, high = criterion["between"]
    return (low is None or low <= value) and (high is None or value <= high)


def contains(value: Value, criterion: Criterion) -> bool:
    """Every entry is a literal substring, spaces allowed, after NFC and case-folding."""
    return isinstance(value, str) and any(folded(text) in folded(value) for text in criterion["contains"])


def folded(text: str) -> str:
    """NFC and case-folding."""
    return unicodedata.normalize("NFC", text).casefold()


def every_criterion_in_one_series(rows: list[Row], group: Group) -> bool:
    """Some series meets every criterion."""
    return any(all(meets(row, criterion) for criterion in group["where"]) for row in rows)


def each_criterion_in_some_series(rows: list[Row], group: Group) -> bool:
    """For each criterion, some series meets it."""
    return all(any(meets(row, criterion) for row in rows) for criterion in group["where"])


def holds(rows: list[Row], group: Group) -> bool:
    """`series`: some series of the patient meets every criterion. `study`: some study of the patient in which,
    for each criterion, some series meets it. `patient`: for each criterion, some series of the patient meets it."""
    if group["same"] == "study":
        return any(each_criterion_in_some_series(study, group) for study in studies(rows))
    if group["same"] == "patient":
        return each_criterion_in_some_series(rows, group)
    return every_criterion_in_one_series(rows, group)


def does_not_hold(rows: list[Row], group: Group) -> bool:
    """No exclude group does."""
    return not holds(rows, group)


def studies(rows: list[Row]) -> list[list[Row]]:
    """The studies of one patient, each as its series."""
    uids = sorted({row["StudyInstanceUID"] for row in rows})
    return [[row for row in rows if row["StudyInstanceUID"] == uid] for uid in uids]


def study_meets(study: list[Row], group: Group) -> bool:
    """A study meets a group of level `study` or `patient` when each criterion is met by some series of that study.
    (Level `series`: one series of that study meets every criterion.)"""
    if group["same"] == "series":
        return every_criterion_in_one_series(study, group)
    return each_criterion_in_some_series(study, group)


def day(study: list[Row]) -> int | None:
    """On dates, or on offsets from diagnosis (`study_day`)."""
    if study[0].get("study_day") is not None:
        return int(study[0]["study_day"])
    return None if study[0].get("study_date") is None else date.fromisoformat(study[0]["study_date"]).toordinal()


def pair_holds(rows: list[Row], first: Group, then: Group, days: list[int | None]) -> bool:
    """A study meeting include group i and one meeting group j, the second low…high days after the first (negative:
    before; both ends included, either may be null). Both may be the same study. An unknown date pairs with nothing."""
    low, high = days
    for one in studies(rows):
        for other in studies(rows):
            start, end = day(one), day(other)
            if start is None or end is None or not study_meets(one, first) or not study_meets(other, then):
                continue
            if (low is None or low <= end - start) and (high is None or end - start <= high):
                return True
    return False


def rules(definition: Definition) -> list[Rule]:
    """Each include group in order; each `within`; each exclude group."""
    include: list[Group] = definition.get("include", [])
    every: list[Rule] = [partial(holds, group=group) for group in include]
    for entry in definition.get("within", []):
        first, then = include[entry["first"]], include[entry["then"]]
        every.append(partial(pair_holds, first=first, then=then, days=entry["days"]))
    return every + [partial(does_not_hold, group=group) for group in definition.get("exclude", [])]


def is_original_image(row: Row) -> bool:
    """Original image: `object_kind` image and no analysis result."""
    return row["object_kind"] == "image" and row.get("analysis_result") is None


def on_image_facets(group: Group) -> list[Criterion]:
    """An image facet is one whose level is series or study; the others belong to patients and datasets."""
    return [criterion for criterion in group["where"] if criterion["facet"] not in OF_PATIENT | OF_DATASET]


def matches(row: Row, study: list[Row], group: Group) -> bool:
    """The series that meet an include group that names an image facet (level `series`: all its criteria; `study`,
    `patient`: at least one of its criteria on image facets, inside a qualifying study, or anywhere in the patient)."""
    if not on_image_facets(group):
        return False
    if group["same"] == "series":
        return all(meets(row, criterion) for criterion in group["where"])
    qualifies = group["same"] == "patient" or each_criterion_in_some_series(study, group)
    return qualifies and any(meets(row, criterion) for criterion in on_image_facets(group))


def taken(rows: list[Row], definition: Definition) -> list[Row]:
    """`matching` (when no group names an image facet, all original images); `images`: all original images;
    `all`: everything."""
    include: list[Group] = definition.get("include", [])
    select = definition.get("select", "matching")
    if select == "all":
        return rows
    if select == "images" or not any(on_image_facets(group) for group in include):
        return [row for row in rows if is_original_image(row)]
    return [row for study in studies(rows) for row in study if any(matches(row, study, group) for group in include)]
