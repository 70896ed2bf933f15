"""The product against the slow, obvious evaluator, on random definitions over random catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generative.strategies import FACETS, catalogue, definitions, labels
from tests.reference import Definition
from tests.spec.engines import Product, Reference

POOL = range(12)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
Pair = tuple[Reference, Product]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    """A few random catalogues, each in the evaluator and in a snapshot: building one costs more than asking it."""
    folder = tmp_path_factory.mktemp("pool")
    return [pair(seed, folder / str(seed)) for seed in POOL]


def pair(seed: int, folder: Path) -> Pair:
    """One random catalogue, in both."""
    folder.mkdir()
    rows = catalogue(seed)
    return Reference(rows, folder), Product(rows, folder)


def check(engines: Pair, definition: Definition, questions: list[tuple[str, str | None]]) -> None:
    """Every answer of the product is the evaluator's."""
    answers: dict[str, list[Any]] = {
        "members": [engine.members(definition) for engine in engines],
        "series": [engine.series(definition) for engine in engines],
        "totals": [engine.totals(definition) for engine in engines],
        "levels": [engine.levels(definition) for engine in engines],
        "attrition": [engine.attrition(definition) for engine in engines],
    }
    for facet, group in questions:
        answers[f"{facet} in {group}"] = [engine.facet(definition, facet, group) for engine in engines]
    wrong = {question: answer for question, answer in answers.items() if answer[0] != answer[1]}
    assert not wrong, f"evaluator, product: {wrong}"


def questions(definition: Definition, data: st.DataObject, count: int) -> list[tuple[str, str | None]]:
    """Some facets, each in some group, among them those that the definition names."""
    named = [
        each["facet"]
        for kind in ("include", "exclude")
        for group in definition.get(kind, [])
        for each in group["where"]
    ]
    facets = st.sampled_from([*FACETS, *named])
    return data.draw(st.lists(st.tuples(facets, st.sampled_from(labels(definition))), min_size=count, max_size=count))


@settings(max_examples=300, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_hundreds_of_definitions(pool: list[Pair], seed: int, data: st.DataObject) -> None:
    definition = data.draw(definitions(pool[seed][0].catalogue.series))
    check(pool[seed], definition, questions(definition, data, 3))


@settings(max_examples=15, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_every_facet_in_every_group(pool: list[Pair], seed: int, data: st.DataObject) -> None:
    definition = data.draw(definitions(pool[seed][0].catalogue.series))
    check(pool[seed], definition, [(facet, group) for facet in FACETS for group in labels(definition)])


@pytest.mark.slow
@settings(max_examples=4000, deadline=None, database=None, suppress_health_check=QUIET, print_blob=True)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_thousands_of_definitions(pool: list[Pair], seed: int, data: st.DataObject) -> None:
    definition = data.draw(definitions(pool[seed][0].catalogue.series))
    check(pool[seed], definition, questions(definition, data, 6))


@pytest.mark.slow
@settings(max_examples=100, deadline=None, database=None, suppress_health_check=QUIET, print_blob=True)
@given(seed=st.integers(100, 10_000), data=st.data())
def test_other_catalogues(tmp_path_factory: pytest.TempPathFactory, seed: int, data: st.DataObject) -> None:
    engines = pair(seed, tmp_path_factory.mktemp("catalogue") / "one")
    for _ in range(10):
        definition = data.draw(definitions(engines[0].catalogue.series))
        check(engines, definition, questions(definition, data, 4))
