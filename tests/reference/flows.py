"""What each rule costs, in the slowest and most obvious way, each with its sentence of the specification."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.reference.clauses import (
    Definition,
    Group,
    Patient,
    Row,
    Rule,
    Value,
    each_criterion_in_some_series,
    holds,
    meets,
    on_image_facets,
    rules,
    studies,
    values,
)
from tests.reference.evaluator import Catalogue, amounts
from tests.reference.tables import binned

WIDER = {"series": "study", "study": "patient"}
Costs = dict[str, tuple[int | None, int]]


def costs(catalogue: Catalogue, definition: Definition) -> Costs:
    """For each criterion of an include group, each pair in time, each exclude group, and the level of each include
    group with two criteria or more on series and studies: the patients that it keeps alone, and the members gained when
    only this is removed, or the level is one wider. A group without criteria goes, with its pairs in time."""
    members = len(catalogue.members(definition))
    found: Costs = {}

    def cost(path: str, alone: list[Rule] | None, without: Definition) -> None:
        keeps = None if alone is None else len(catalogue.kept(alone))
        found[path] = keeps, len(catalogue.members(without)) - members

    include: list[Group] = definition.get("include", [])
    for g, group in enumerate(include):
        for c, criterion in enumerate(group["where"]):
            only: Group = {"same": "series", "where": [criterion]}
            others = [each for k, each in enumerate(group["where"]) if k != c]
            path = f"/include/{g}/where/{c}"
            cost(path, [partial(holds, group=only)], changed(definition, g, {**group, "where": others}))
        if group["same"] in WIDER and len(on_image_facets(group)) > 1:
            wider = {**group, "same": WIDER[group["same"]]}
            cost(f"/include/{g}/same", None, changed(definition, g, wider))
    every, within = rules(definition), definition.get("within", [])
    for k in range(len(within)):
        cost(f"/within/{k}", [every[len(include) + k]], {**definition, "within": within[:k] + within[k + 1 :]})
    exclude: list[Group] = definition.get("exclude", [])
    for k in range(len(exclude)):
        rule = every[len(include) + len(within) + k]
        cost(f"/exclude/{k}", [rule], {**definition, "exclude": exclude[:k] + exclude[k + 1 :]})
    return found


def changed(definition: Definition, place: int, group: Group) -> Definition:
    """The definition with another include group in this place; one without criteria goes, and its pairs with it."""
    include, within = list(definition["include"]), definition.get("within", [])
    if group["where"]:
        include[place] = group
        return {**definition, "include": include}
    del include[place]
    kept = [
        {**pair, **{end: pair[end] - (pair[end] > place) for end in ("first", "then")}}
        for pair in within
        if place not in (pair["first"], pair["then"])
    ]
    return {**definition, "include": include, "within": kept}


def steps(definition: Definition, criteria: bool) -> list[tuple[Rule, Group | None]]:
    """The rules in the order of attrition, each with its group, if it is one; with `criteria`, each criterion of an
    include group is a rule of its own: the group with the criteria up to it."""
    include, exclude = definition.get("include", []), definition.get("exclude", [])
    groups: list[Any] = [*include, *(None for _ in definition.get("within", [])), *exclude]
    every: list[tuple[Rule, Group | None]] = list(zip(rules(definition), groups, strict=True))
    if not criteria:
        return every
    firsts: list[Group] = [
        {**group, "where": group["where"][: count + 1]} for group in include for count in range(len(group["where"]))
    ]
    return [*((partial(holds, group=first), first) for first in firsts), *every[len(include) :]]


def attrition(catalogue: Catalogue, definition: Definition) -> list[dict[str, int]]:
    """The flow with each criterion of an include group as a step: what remains. "Alone": patients lost if only this
    were the rule; "without": members gained without it."""
    every = [rule for rule, _ in steps(definition, True)]
    found = [
        {**len_and_amounts(catalogue.kept(every[:count])), "alone": 0, "without": 0} for count in range(len(every) + 1)
    ]
    paid = {path: each for path, each in costs(catalogue, definition).items() if not path.endswith("/same")}
    for step, (alone, without) in zip(found[1:], paid.values(), strict=True):
        step |= {"alone": len(catalogue.patients()) - (alone or 0), "without": without}
    chosen = amounts(catalogue.selected(definition))
    return [*found, {"patients": len(catalogue.members(definition)), **chosen, "alone": 0, "without": 0}]


def len_and_amounts(left: dict[Patient, list[Row]]) -> dict[str, int]:
    """How many patients, and how much of them."""
    return {"patients": len(left), **amounts([row for rows in left.values() for row in rows])}


def attrition_by(catalogue: Catalogue, definition: Definition, facet: str, criteria: bool) -> dict[Value, list[int]]:
    """Patients of each step of the attrition by value of a facet; the selection loses nobody."""
    every = [rule for rule, _ in steps(definition, criteria)]
    left = [catalogue.kept(every[:count]) for count in range(len(every) + 1)]
    known = {value for row in catalogue.series for value in values(row, facet)}
    return {
        value: [sum(value in values(rows[0], facet) for rows in remaining.values()) for remaining in (*left, left[-1])]
        for value in known
    }


def lost(
    catalogue: Catalogue, definition: Definition, step: int, facet: str, criteria: bool
) -> tuple[int, dict[Value, int]]:
    """The patients lost at a step, and the values of a facet among them: of series that meet the other criteria of the
    step's group where that names the facet (on the level of studies, of studies that meet them; of patients, of
    patients), else of all their series."""
    catalogue = binned(catalogue, facet)
    every = steps(definition, criteria)
    before = catalogue.kept([rule for rule, _ in every[: step - 1]])
    after = catalogue.kept([rule for rule, _ in every[:step]])
    gone = {key: rows for key, rows in before.items() if key not in after}
    group = every[step - 1][1]
    named = group is not None and any(criterion["facet"] == facet for criterion in group["where"])
    counts: dict[Value, int] = {}
    for rows in gone.values():
        looked_at = qualifying(rows, group, facet) if named and group else rows
        for value in {value for row in looked_at for value in values(row, f"{facet}, binned")}:
            counts[value] = counts.get(value, 0) + 1
    return len(gone), counts


def qualifying(rows: list[Row], group: Group, facet: str) -> list[Row]:
    """The series that meet the group's criteria on other facets, as its level wants it."""
    others: Group = {**group, "where": [each for each in group["where"] if each["facet"] != facet]}
    if group["same"] == "series":
        return [row for row in rows if all(meets(row, criterion) for criterion in others["where"])]
    if group["same"] == "study":
        return [row for study in studies(rows) if each_criterion_in_some_series(study, others) for row in study]
    return rows if each_criterion_in_some_series(rows, others) else []
