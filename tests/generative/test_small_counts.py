"""Where small counts are protected, no answer to any definition has one, nor two numbers that give one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Report, Snapshot
from explorer.counts import SmallCounts
from explorer.export.charts import CHARTS
from explorer.views import wire
from explorer.views.attrition import Flow, attrition_data
from explorer.views.parts import head_totals
from explorer.views.speech import Speech
from tests.generative.strategies import FACETS, catalogue, definitions, labels
from tests.reference import Catalogue
from tests.spec.engines import build

POOL = range(6)
POLICIES = [SmallCounts(2, 2), SmallCounts(3, 3), SmallCounts(3, 5), SmallCounts(5, 5), SmallCounts(10, 10)]
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
VARIABLE = "COHORT_EXPLORER_SMALL_COUNTS"

Counted = Iterator[tuple[str, Any, Any]]
"""What was counted, an exact number, and what is told of it."""


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Catalogue, Snapshot]]:
    folder = tmp_path_factory.mktemp("protected")
    made = []
    for seed in POOL:
        (folder / str(seed)).mkdir()
        made.append((catalogue(seed), build(catalogue(seed), folder / str(seed))))
    return made


def same(path: str, exact: Any, told: Any) -> Counted:
    """Every number of two JSON values of one shape, side by side."""
    if isinstance(exact, dict):
        assert list(exact) == list(told), path
        for key, part in exact.items():
            yield from same(f"{path}/{key}", part, told[key])
    elif isinstance(exact, list | tuple):
        assert len(exact) == len(told), path
        for k, (one, other) in enumerate(zip(exact, told, strict=True)):
            yield from same(f"{path}/{k}", one, other)
    elif isinstance(exact, int) and not isinstance(exact, bool):
        yield path, exact, told
    else:
        assert exact == told, path


def by_value(path: str, exact: list[Any], told: list[Any]) -> Counted:
    """The same of lists that begin with a value, whose order may differ."""
    one, other = ({json.dumps(row[0]): list(row[1:]) for row in rows} for rows in (exact, told))
    assert set(one) == set(other), path
    for value, numbers in one.items():
        yield from same(f"{path}/{value}", numbers, other[value])


def counts(cohort: Cohort, questions: list[tuple[str, str | None]]) -> dict[str, Any]:
    """Every answer of a cohort as plain values; those sorted by their counts under the name of their list."""
    facets: dict[str, Any] = {}
    lists: dict[str, Any] = {
        "licences": [(each.license, each.patients, each.series, each.bytes) for each in cohort.licences()],
        "citations": [(each.source_doi, each.patients, each.series) for each in cohort.citations()],
    }
    for facet, group in questions:
        lists[f"{facet} in {group}"] = [(v.value, v.patients, v.series) for v in cohort.facet(facet, group).values]
        facets[f"whole of {facet} in {group}"] = cohort.choosable(facet, group)
        if cohort.snapshot.facets[facet].kind in ("number", "date"):
            histogram = cohort.histogram(facet, group)
            facets[f"bins of {facet} in {group}"] = [each[2:] for each in histogram.bins]
            facets[f"no bin of {facet} in {group}"] = histogram.missing
    (facet, group), (other, _) = questions[:2]
    if not {"text"} & {cohort.snapshot.facets[name].kind for name in (facet, other)}:
        pairs = cohort.pairs(facet, other, group)
        lists[f"{facet} with {other}"] = [(f"{c.first!r} {c.second!r}", c.patients, c.series) for c in pairs.cells]
        facets[f"whole of {facet} with {other}"] = pairs.whole
    follow_up = cohort.follow_up()
    facets["patients by follow-up"] = [*(each.patients for each in follow_up.bins), follow_up.missing]
    facets["costs"] = [{"alone": cost.alone, "without": cost.without} for cost in cohort.costs()]
    by_dataset = cohort.attrition_by("dataset", criteria=True)
    lists["patients by dataset"] = list(zip(by_dataset.values, *zip(*by_dataset.patients, strict=True), strict=True))
    facets["each"] = [step.to_dict() for step in cohort.attrition(criteria=True)]
    if len(facets["each"]) > 2:
        lost = cohort.lost(1, facet, 1000, criteria=True)
        lists["patients lost"] = [(each.value, each.patients) for each in lost.values]
        facets["patients lost in all"] = [lost.patients, lost.counted]
    totals = {name: n for name, n in cohort.totals().to_dict().items() if name not in ("protected", "datasets")}
    levels = cohort.levels()
    return {
        "plain": {"totals": totals, "levels": levels, "steps": [s.to_dict() for s in cohort.attrition()], **facets},
        "lists": lists,
    }


def check(policy: SmallCounts, path: str, exact: int, told: int | None) -> None:
    """A number is told, hidden or rounded as it should be; studies, series and bytes can be hidden or coarser."""
    assert told is None or told == 0 or (told >= policy.threshold and told % policy.rounding == 0), path
    assert exact or told in (0, None), path
    assert not 0 < exact < policy.threshold or told is None, path
    of_patients = any(word in path for word in ("patients", "levels", "alone", "without"))
    if of_patients and exact >= policy.threshold:
        assert told is not None and abs(told - exact) < policy.widest, path
    if of_patients and exact == 0:
        assert told == 0, path


def protected(policy: SmallCounts) -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    patch.setenv(VARIABLE, str(policy))
    return patch


@settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), policy=st.sampled_from(POLICIES), data=st.data())
def test_answers(pool: list[tuple[Catalogue, Snapshot]], seed: int, policy: SmallCounts, data: st.DataObject) -> None:
    known, snapshot = pool[seed]
    drawn = data.draw(definitions(known.series))
    questions = data.draw(
        st.lists(st.tuples(st.sampled_from(FACETS), st.sampled_from(labels(drawn))), min_size=3, max_size=3)
    )
    definition = CohortDefinition.from_dict(drawn)
    with closing(Cohort(definition, snapshot)) as cohort:
        exact = counts(cohort, questions)
    with closing(Cohort(definition, snapshot, small_counts=str(policy))) as cohort:
        told = counts(cohort, questions)
    pairs = list(same("", exact["plain"], told["plain"]))
    for name, rows in exact["lists"].items():
        pairs += [
            (f"{path} patients" if path.endswith("/0") else path, *numbers)
            for path, *numbers in by_value(name, rows, told["lists"][name])
        ]
    for path, *numbers in pairs:
        check(policy, path, *numbers)
    shown = {number for _, _, number in pairs if number is not None}
    assert all(abs(one - other) >= policy.threshold for one, other in combinations(shown, 2))


@settings(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), policy=st.sampled_from(POLICIES), data=st.data())
def test_surfaces(pool: list[tuple[Catalogue, Snapshot]], seed: int, policy: SmallCounts, data: st.DataObject) -> None:
    """What the browser gets, what the head and the attrition draw, and what a notebook holds."""
    known, snapshot = pool[seed]
    definition = CohortDefinition.from_dict(data.draw(definitions(known.series)))
    patch = protected(policy)
    try:
        with closing(Cohort(definition, snapshot)) as cohort:
            report = Report(cohort)
            now, everything = wire.now(cohort, None), wire.everything(snapshot)
            whole = type(cohort.totals()).whole(snapshot)
            head = head_totals(cohort.totals(), whole)
            drawn = attrition_data(Flow.of(cohort, by="dataset"), snapshot, Speech())
            numbers = report.promise()
            bars = [bar for name in CHARTS for bar in report.chart(name).bars]
            texts = [repr(report.attrition()), repr(report.licences()), repr(report.citations())]
            report.check(json.loads(json.dumps(numbers)))
    finally:
        patch.undo()
    assert now["protected"] == drawn["protected"] == numbers["protected"] == policy.to_dict()
    found = list(numbers_of(now["by"])) + list(numbers_of(everything))
    counted = ("patients", "studies", "series", "instances", "bytes", "alone", "without", "lost")
    found += [step[name] for step in drawn["steps"] for name in counted if name in step]
    found += [row["patients"] for step in drawn["steps"] for row in step.get("had", {"rows": []})["rows"]]
    found += [cost[name] for cost in drawn["costs"] for name in ("alone", "without")]
    found += [number for _, *numbers in drawn["by"]["rows"] for number in numbers]
    if drawn["lost"]:
        found += [drawn["lost"]["patients"], drawn["lost"]["counted"]]
        found += [row["patients"] for row in drawn["lost"]["rows"]]
    found += [number for bar in bars for number in (bar.number, bar.whole or 0)]
    promised = ("levels", "attrition", "datasets", "licences", "citations")
    found += [number for part in promised for number in numbers_of(numbers[part])]
    found += [number for name, number in numbers["totals"].items() if name != "datasets"]
    assert all(n is None or n == 0 or (n >= policy.threshold and n % policy.rounding == 0) for n in found)
    assert not {"members", "series"} & set(numbers)
    for total in head:
        number = total["value"].removeprefix("≈ ").replace(",", "")
        assert total["label"] in ("Datasets", "Size") or not number.isdecimal() or int(number) % policy.rounding == 0
    assert all(policy.sentence() in text for text in texts)


def numbers_of(part: Any) -> Iterator[int | None]:
    """The counts in what the browser or a notebook gets: values, ends of bins and names stand before them."""
    if isinstance(part, dict):
        for name, each in part.items():
            if name in ("values", "bins", "rows"):
                first = {"values": 1, "bins": 2}.get(name) or next(
                    (k for k, cell in enumerate(each[0]) if isinstance(cell, int | None)) if each else iter(()), 0
                )
                yield from (number for row in each for number in row[first:] if not isinstance(number, str))
            elif name not in ("distinct", "min", "max", "columns", "cautions"):  # of cautions: tests/counts
                yield from numbers_of(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from numbers_of(each)
    elif isinstance(part, int | None):
        yield part


def test_the_lowest_and_the_highest_value_are_nobodys(pool: list[tuple[Catalogue, Snapshot]]) -> None:
    patch = protected(SmallCounts(10, 10))
    try:
        ages = [wire.everything(snapshot).get("age") for _, snapshot in pool]
    finally:
        patch.undo()
    assert any(ages)
    for each in filter(None, ages):
        assert (each["min"] % 5, each["max"] % 5) == (0, 4)


def test_the_policy_is_of_this_process_only(pool: list[tuple[Catalogue, Snapshot]], tmp_path: Path) -> None:
    _, snapshot = pool[0]
    assert "protected" not in wire.now(Cohort(CohortDefinition(), snapshot), None)
    assert wire.protection() is None
