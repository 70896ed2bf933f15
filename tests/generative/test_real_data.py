"""The product on the default catalogue, against plain SQL and against answers known from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

import explorer
from tests.generative.plain_sql import MANY, NUMBERS, TEXT, PlainSql
from tests.reference import Definition

EXAMPLES = Path(__file__).parents[1] / "examples"
ANSWERS = json.loads((EXAMPLES / "answers.json").read_text(encoding="utf-8"))
CATEGORIES = ["Modality", "BodyPartExamined", "body_part", "vendor", "license", "object_kind", "sex", "dataset"]
USED = [
    *CATEGORIES,
    *CATEGORIES,
    "age",
    "age",
    "study_date",
    "instances",
    "SeriesDescription",
    "cancer_type",
    "analysis_result",
]
WORDS = ["t2", "AXIAL", "chest", "Lung", "seg", "_", "%", "w/o", "é"]
AMOUNTS = ("patients", "datasets", "studies", "series", "instances", "bytes")


@pytest.mark.parametrize("name", ANSWERS)
def test_example(name: str, default_snapshot: explorer.Snapshot) -> None:
    definition = explorer.CohortDefinition.from_dict(example(name))
    totals = explorer.Cohort(definition, default_snapshot).totals()
    assert {key: getattr(totals, key) for key in ANSWERS[name]} == ANSWERS[name]


@pytest.mark.parametrize("name", ANSWERS)
def test_example_in_plain_sql(name: str, default_snapshot: explorer.Snapshot) -> None:
    """The plain SQL deserves trust: it knows these answers too."""
    with default_snapshot.cursor() as cursor:
        totals = dict(zip(AMOUNTS, PlainSql(cursor, example(name)).totals(), strict=True))
    assert {key: totals[key] for key in ANSWERS[name]} == ANSWERS[name]


@pytest.mark.parametrize("seed", range(25))
def test_random_definition(seed: int, default_snapshot: explorer.Snapshot, values: dict[str, list[Any]]) -> None:
    check(seed, default_snapshot, values)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_many_random_definitions(seed: int, default_snapshot: explorer.Snapshot, values: dict[str, list[Any]]) -> None:
    check(seed, default_snapshot, values)


def check(seed: int, snapshot: explorer.Snapshot, values: dict[str, list[Any]]) -> None:
    """Totals, and the counts of a few values of one facet in one group."""
    random = Random(seed)
    definition = random_definition(random, values)
    cohort = explorer.Cohort(explorer.CohortDefinition.from_dict(definition), snapshot)
    totals = cohort.totals()
    with snapshot.cursor() as cursor:
        expected = PlainSql(cursor, definition).totals()
        assert tuple(getattr(totals, name) for name in AMOUNTS) == expected, definition
        facet = random.choice([*CATEGORIES, "cancer_type", "age"])
        places = [f"{kind}:{n}" for kind in ("include", "exclude") for n in range(len(definition[kind]))]
        group = random.choice([None, *places])
        counts = cohort.facet(facet, group)
        found = {value.value: (value.patients, value.series) for value in counts.values}
        some = {
            None,
            *random.sample(values[facet], min(2, len(values[facet]))),
            *random.sample(list(found), min(2, len(found))),
        }
        for value in some:
            expected = count(cursor, definition, facet, value, group)
            assert found.get(value, (0, 0)) == expected, (definition, facet, group, value)
    cohort.close()


def count(cursor: Any, definition: Definition, facet: str, value: Any, label: str | None) -> tuple[int, int]:
    """The patients and series of a value: the definition is written anew with only that value, and asked."""
    if label is None:
        naming = [
            n for n, group in enumerate(definition["include"]) if any(c["facet"] == facet for c in group["where"])
        ]
        label = f"include:{naming[0] if naming else 0}"
    kind, place = label.split(":")[0], int(label.split(":")[1])
    groups = list(definition[kind]) or [{"same": "series", "where": []}]
    others = [criterion for criterion in groups[place]["where"] if criterion["facet"] != facet]
    chosen = {"facet": facet, "is_in": [value]}
    replaced = {"same": groups[place]["same"], "where": [*others, chosen]}
    if kind == "include":
        asked = {**definition, "include": [*groups[:place], replaced, *groups[place + 1 :]]}
    else:  # members without the group that meet it: as one more include group
        rest = groups[:place] + groups[place + 1 :]
        asked = {**definition, "exclude": rest, "include": [*definition["include"], replaced]}
    return PlainSql(cursor, asked).members_and_series(replaced["where"] if replaced["same"] == "series" else [chosen])


def example(name: str) -> Definition:
    """An example's definition."""
    definition: Definition = json.loads((EXAMPLES / f"{name}.cohort.json").read_text(encoding="utf-8"))
    return definition


@pytest.fixture(scope="module")
def values(default_snapshot: explorer.Snapshot) -> dict[str, list[Any]]:
    """The recorded values of each facet, most series first, at most a hundred."""
    found: dict[str, list[Any]] = {}
    with default_snapshot.cursor() as cursor:
        for facet in USED:
            value = f"unnest({facet})" if facet in MANY else f"{facet}::VARCHAR" if facet == "study_date" else facet
            sql = f"""SELECT value FROM (SELECT {value} AS value FROM series JOIN study USING (study_key)
                JOIN patient ON patient.patient_key = series.patient_key
                JOIN dataset ON dataset.dataset_key = series.dataset_key)
                WHERE value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, value LIMIT 100"""
            found[facet] = [value for (value,) in cursor.execute(sql).fetchall()]
    return found


def random_definition(random: Random, values: dict[str, list[Any]]) -> Definition:
    """A definition in real values; frequent ones are likelier, so that something is left."""

    def criterion() -> dict[str, Any]:
        facet = random.choice(USED)
        known = values[facet]
        if facet in TEXT and random.random() < 0.7:
            return {"facet": facet, "contains": random.sample(WORDS, random.randint(1, 2))}
        if (facet in NUMBERS or facet == "study_date") and random.random() < 0.7:
            low, high = sorted(random.sample(known, 2))
            ends = [None if random.random() < 0.3 else low, None if random.random() < 0.3 else high]
            return {"facet": facet, "between": ends, "missing": random.random() < 0.3}
        wanted = {known[min(int(random.expovariate(0.3)), len(known) - 1)] for _ in range(random.randint(1, 4))}
        return {"facet": facet, "is_in": [*sorted(wanted), *([None] if random.random() < 0.3 else [])]}

    def group() -> dict[str, Any]:
        where = [criterion() for _ in range(random.choice([1, 1, 2, 2, 3]))]
        return {"same": random.choice(["series", "study", "patient"]), "where": where}

    include = [group() for _ in range(random.choice([0, 1, 1, 2, 2, 3]))]
    within = []
    if include and random.random() < 0.4:
        days = random.choice([[0, 90], [-90, 90], [1, None], [None, -1], [None, None], [0, 0]])
        first, then = random.randrange(len(include)), random.randrange(len(include))
        within = [{"first": first, "then": then, "days": days}]
    return {
        "version": 1,
        "include": include,
        "exclude": [group() for _ in range(random.choice([0, 0, 1, 1, 2]))],
        "within": within,
        "select": random.choice(["matching", "matching", "images", "all"]),
    }
