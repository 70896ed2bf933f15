"""Tables of two facets and lengths of follow-up, in the slowest and most obvious way, each with its sentence of the
specification."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.reference.clauses import (
    Criterion,
    Definition,
    Group,
    Patient,
    Row,
    Value,
    day,
    holds,
    meets,
    studies,
    study_meets,
    values,
)
from tests.reference.evaluator import Catalogue, parsed, with_group

FOLLOW_UP = [(0, 0), (1, 30), (31, 90), (91, 180), (181, 365), (366, 730), (731, 1825), (1826, 10**9)]


def bin_of(facet: str, value: Any, years: int) -> Any:
    """Ages fall in bins of so many years, mostly five, dates in calendar years, all other numbers in bins that begin at
    0, 1, 2, 5, 10, 20, 50 …; a bin is called by its low end."""
    if value is None or facet not in ("age", "study_date", "instances", "size_mb"):
        return value
    if facet == "age":
        return value // years * years
    if facet == "study_date":
        return f"{date.fromisoformat(value).year}-01-01"
    return max(edge for edge in (0, *(step * 10**power for power in range(8) for step in (1, 2, 5))) if edge <= value)


def binned(catalogue: Catalogue, *facets: str, years: int = 5) -> Catalogue:
    """The catalogue with the bin of each of these facets beside it."""
    rows = [
        {**row, **{f"{facet}, binned": bin_of(facet, row.get(facet), years) for facet in facets}}
        for row in catalogue.series
    ]
    return Catalogue(rows, catalogue.derivation)


def pairs(
    catalogue: Catalogue, first: str, second: str, definition: Definition, active: str | None = None, years: int = 5
) -> dict[tuple[Value, Value], tuple[int, int]]:
    """For values v of facet `first` and w of `second`: the patients who are members of the definition in which group
    g's criteria on both are replaced by exactly {v} and {w}. Series: of these members that have both, and at level
    series meet g's other criteria."""
    catalogue = binned(catalogue, first, second, years=years)
    kind, place = group_of_pairs(first, second, definition) if active is None else parsed(active)
    groups: list[Group] = definition.get(kind, [])
    group: Group = groups[place] if place < len(groups) else {"same": "series", "where": []}
    others = [criterion for criterion in group["where"] if criterion["facet"] not in (first, second)]
    counts: dict[tuple[Value, Value], tuple[int, int]] = {}
    for v in {value for row in catalogue.series for value in values(row, f"{first}, binned")}:
        for w in {value for row in catalogue.series for value in values(row, f"{second}, binned")}:
            exactly: list[Criterion] = [
                {"facet": f"{first}, binned", "is_in": [v]},
                {"facet": f"{second}, binned", "is_in": [w]},
            ]
            replaced = {**group, "where": [*others, *exactly]}
            members = with_replaced(catalogue, definition, kind, place, replaced)
            series = [row for rows in members.values() for row in rows if all(meets(row, each) for each in exactly)]
            if group["same"] == "series":
                series = [row for row in series if all(meets(row, criterion) for criterion in others)]
            if members:
                counts[v, w] = len(members), len(series)
    return counts


def group_of_pairs(first: str, second: str, definition: Definition) -> tuple[str, int]:
    """The first include group that names either, else the first include group, else a new one at level series."""
    for place, group in enumerate(definition.get("include", [])):
        if any(criterion["facet"] in (first, second) for criterion in group["where"]):
            return "include", place
    return "include", 0


def with_replaced(
    catalogue: Catalogue, definition: Definition, kind: str, place: int, group: Group
) -> dict[Patient, list[Row]]:
    """The members with another group in the place of an include group; for an exclude group, the members of the
    definition without it who meet the other group."""
    if kind == "include":
        return catalogue.members(with_group(definition, kind, place, group))
    without = catalogue.members(with_group(definition, kind, place, None))
    return {key: rows for key, rows in without.items() if holds(rows, group)}


def follow_up(catalogue: Catalogue, definition: Definition, active: str | None = None) -> tuple[list[int], int]:
    """Members by days between the first and the last dated study that meets group g (no include group: any study); g's
    own within pair (g, g) left out. Missing: members with no dated study that meets g."""
    place = 0 if active is None else parsed(active)[1]
    include: list[Group] = definition.get("include", [])
    within = [each for each in definition.get("within", []) if (each["first"], each["then"]) != (place, place)]
    counts, missing = [0] * len(FOLLOW_UP), 0
    for rows in catalogue.members({**definition, "within": within}).values():
        meeting = [study for study in studies(rows) if not include or study_meets(study, include[place])]
        days = [when for when in map(day, meeting) if when is not None]
        if not days:
            missing += 1
            continue
        span = max(days) - min(days)
        counts[next(k for k, (low, high) in enumerate(FOLLOW_UP) if low <= span <= high)] += 1
    return counts, missing
