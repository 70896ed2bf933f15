"""Tables of two facets, follow-up and costs on the default catalogue, against plain SQL."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import explorer
from explorer.facets import FACETS
from tests.generative.plain_sql import FLAT, PlainSql
from tests.generative.test_real_data import CATEGORIES, random_definition, values
from tests.reference import Definition
from tests.reference.flows import changed

__all__ = ["values"]

ENDS = ((0, 0), (1, 30), (31, 90), (91, 180), (181, 365), (366, 730), (731, 1825), (1826, None))
IMAGES = [name for name in CATEGORIES if FACETS[name].of_image]


def asked(definition: Definition, label: str, where: list[dict[str, Any]]) -> tuple[Definition, str]:
    """The definition with one group's criteria on the facets of `where` replaced by these, and the group's level."""
    kind, place = label.split(":")[0], int(label.split(":")[1])
    groups = list(definition[kind]) or [{"same": "series", "where": []}]
    facets = {criterion["facet"] for criterion in where}
    others = [criterion for criterion in groups[place]["where"] if criterion["facet"] not in facets]
    replaced = {"same": groups[place]["same"], "where": [*others, *where]}
    if kind == "include":
        return {**definition, "include": [*groups[:place], replaced, *groups[place + 1 :]]}, replaced["same"]
    rest = groups[:place] + groups[place + 1 :]
    return {**definition, "exclude": rest, "include": [*definition["include"], replaced]}, replaced["same"]


@pytest.mark.parametrize("seed", range(4))
def test_pairs(seed: int, default_snapshot: explorer.Snapshot, values: dict[str, list[Any]]) -> None:
    random = Random(seed)
    definition = random_definition(random, values)
    first, second = random.choice(IMAGES), random.choice([*CATEGORIES, "cancer_type", "age"])
    labels = [f"{kind}:{n}" for kind in ("include", "exclude") for n in range(len(definition[kind]))]
    cohort = explorer.Cohort(explorer.CohortDefinition.from_dict(definition), default_snapshot)
    found = cohort.pairs(first, second, random.choice([None, *labels]))
    cells = {(cell.first, cell.second): (cell.patients, cell.series) for cell in found.cells}
    tried = random.sample(sorted(cells, key=str), min(2, len(cells)))
    tried.append((random.choice(values[first]), None))
    with default_snapshot.cursor() as cursor:
        for v, w in tried:
            where = [{"facet": first, "is_in": [v]}]
            if second == "age" and w is not None:
                where.append({"facet": second, "between": [w, w + 4]})
            elif second != first:
                where.append({"facet": second, "is_in": [w]})
            elif v != w:
                continue
            rule, same = asked(definition, found.group, where)
            group = rule["include"][-1] if found.group.startswith("exclude") else rule["include"][int(found.group[-1])]
            expected = PlainSql(cursor, rule).members_and_series(group["where"] if same == "series" else where)
            assert cells.get((v, w), (0, 0)) == expected, (definition, found.group, first, v, second, w)
    cohort.close()


@pytest.mark.parametrize("seed", range(3))
def test_follow_up(seed: int, default_snapshot: explorer.Snapshot, values: dict[str, list[Any]]) -> None:
    definition = {**random_definition(Random(seed), values), "within": []}
    found = explorer.Cohort(explorer.CohortDefinition.from_dict(definition), default_snapshot).follow_up()
    with default_snapshot.cursor() as cursor:
        plain = PlainSql(cursor, definition)
        meeting = plain.studies(plain.include[0]) if plain.include else "SELECT study_key FROM study"
        sql = f"""{plain.sql}, span AS (
            SELECT member.patient_key, max(study_day) - min(study_day) AS days FROM member LEFT JOIN study
            ON study.patient_key = member.patient_key AND study.study_key IN ({meeting}) GROUP BY member.patient_key)
            SELECT days, count(*) FROM span GROUP BY days"""
        spans = dict(cursor.execute(sql, plain.bound).fetchall())
    assert found.missing == spans.pop(None, 0)
    assert [each.patients for each in found.bins] == [
        sum(count for days, count in spans.items() if low <= days and (high is None or days <= high))
        for low, high in ENDS
    ]


@pytest.mark.parametrize("seed", range(2))
def test_costs(seed: int, default_snapshot: explorer.Snapshot, values: dict[str, list[Any]]) -> None:
    definition = random_definition(Random(seed + 10), values)
    cohort = explorer.Cohort(explorer.CohortDefinition.from_dict(definition), default_snapshot)
    members = cohort.totals().patients or 0
    with default_snapshot.cursor() as cursor:
        for cost in cohort.costs():
            _, kind, index, *inside = cost.path.split("/")
            if kind != "include" or inside == ["same"]:
                continue
            group = definition["include"][int(index)]
            criterion = group["where"][int(inside[1])]
            others = [each for place, each in enumerate(group["where"]) if place != int(inside[1])]
            rule = changed(definition, int(index), {**group, "where": others})
            assert members + (cost.without or 0) == PlainSql(cursor, rule).totals()[0], (definition, cost)
            alone = {"include": [{"same": "series", "where": [criterion]}]}
            assert cost.alone == PlainSql(cursor, alone).totals()[0], (definition, cost)
    cohort.close()


def test_every_series_is_in_one_cell_of_two_categories(default_snapshot: explorer.Snapshot) -> None:
    found = explorer.Cohort(explorer.CohortDefinition(), default_snapshot).pairs("Modality", "BodyPartExamined")
    sql = f"""SELECT Modality, BodyPartExamined, count(DISTINCT patient_key), count(*) FROM ({FLAT})
        GROUP BY Modality, BodyPartExamined"""
    with default_snapshot.cursor() as cursor:
        expected = {tuple(row) for row in cursor.execute(sql).fetchall()}
    assert {(cell.first, cell.second, cell.patients, cell.series) for cell in found.cells} == expected
