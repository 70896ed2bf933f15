"""Runs every case of the specification on every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from explorer.errors import DefinitionError
from tests.spec.case import Case, cases
from tests.spec.engines import ENGINES, Engine, Product
from tests.spec.print import PRINTED, printed

ANSWERED = [case for case in cases() if "refused" not in case.answer]
REFUSED = [case for case in cases() if "refused" in case.answer]


EngineOf = Callable[[str, Case], Engine]


@pytest.fixture(scope="module")
def engine_of(tmp_path_factory: pytest.TempPathFactory) -> EngineOf:
    """Gives an engine that holds a case's catalogue; cases with one table share it."""
    made: dict[tuple[str, str], Engine] = {}

    def get(name: str, case: Case) -> Engine:
        key = name, repr(case.catalogue)
        if key not in made:
            made[key] = ENGINES[name](case.catalogue, tmp_path_factory.mktemp(name))
        return made[key]

    return get


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
def test_answer(name: str, case: Case, engine_of: EngineOf) -> None:
    engine, expected = engine_of(name, case), case.answer
    members = engine.members(case.definition)
    found: dict[str, Any] = {
        "members": sorted(f"{dataset}/{patient}" if case.names_datasets else patient for dataset, patient in members),
        "series": engine.series(case.definition),
        "totals": engine.totals(case.definition),
        "levels": engine.levels(case.definition),
        "attrition": engine.attrition(case.definition),
    }
    assert found["totals"]["patients"] == len(members)
    assert found["totals"]["series"] == len(found["series"])
    assert len(found["attrition"]) == 2 + sum(
        len(case.definition.get(kind, ())) for kind in ("include", "within", "exclude")
    )
    for key, answer in expected.items():
        if key == "facets":
            for name_and_group, counts in answer.items():
                facet, _, group = name_and_group.partition(" in ")
                want = {value: (patients, series) for value, patients, series in counts}
                assert engine.facet(case.definition, facet, group or None) == want, name_and_group
        elif key == "totals":
            assert {name: found["totals"][name] for name in answer} == answer
        elif key in ("members", "series"):
            assert sorted(found[key]) == sorted(answer), key
        else:
            assert found[key] == answer, key


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(case: Case, engine_of: EngineOf) -> None:
    engine = engine_of("duckdb", case)
    assert isinstance(engine, Product)
    with pytest.raises(DefinitionError) as error:
        engine.cohort(case.definition)
    assert str(error.value)


def test_printed_form() -> None:
    assert PRINTED.read_text(encoding="utf-8") == printed(), "run `python -m tests.spec.print`"
