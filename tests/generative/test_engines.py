"""numpy, numba and plain SQL count alike: on random definitions and on the examples, at each level."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.cohort import Group, Same
from explorer.counts import explain_sql
from explorer.errors import UserError
from explorer.facets import FACETS, Criterion, Modality
from tests.generative.strategies import catalogue, definitions, labels
from tests.spec.engines import Product

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.cohort.json"))
ENGINES = ("numpy", "numba")
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
POOL = range(8)


@contextmanager
def counting_with(engine: str) -> Iterator[None]:
    """Have cohorts counted by this engine."""
    before = os.environ.get("COHORT_EXPLORER_ENGINE")
    os.environ["COHORT_EXPLORER_ENGINE"] = engine
    try:
        yield
    finally:
        if before is None:
            del os.environ["COHORT_EXPLORER_ENGINE"]
        else:
            os.environ["COHORT_EXPLORER_ENGINE"] = before


def by_sql(definition: CohortDefinition, snapshot: Snapshot) -> tuple[int, ...]:
    """Patients, datasets, studies, series, instances and bytes as the plain SQL counts them."""
    with snapshot.cursor() as cursor:
        (row,) = cursor.execute(explain_sql(definition)).fetchall()
    return tuple(row)


def everything(
    definition: CohortDefinition, snapshot: Snapshot, groups: list[str | None], *, listed: bool = True
) -> dict[str, Any]:
    """All counts of a definition that the engines share out between them; each text and number too where `listed`."""
    cohort = Cohort(definition, snapshot)
    try:
        found: dict[str, Any] = {"totals": cohort.totals(), "levels": cohort.levels(), "attrition": cohort.attrition()}
        for group in groups:
            for name, facet in FACETS.items():
                if listed or facet.kind in ("category", "many-valued"):
                    found[f"{name} in {group}"] = cohort.facet(name, group), cohort.choosable(name, group)
                if facet.kind in ("number", "date"):
                    found[f"bins of {name} in {group}"] = cohort.histogram(name, group)
                found[f"no {name} in {group}"] = cohort.missing(name, group)
        return found
    finally:
        cohort.close()


def check(
    definition: CohortDefinition, snapshot: Snapshot, groups: list[str | None], *, listed: bool = True
) -> dict[str, Any]:
    """Both engines count the same, and the plain SQL agrees on the totals; return the counts."""
    found = {}
    for engine in ENGINES:
        with counting_with(engine):
            found[engine] = everything(definition, snapshot, groups, listed=listed)
    assert found["numpy"] == found["numba"]
    totals = found["numpy"]["totals"]
    expected = by_sql(definition, snapshot)
    assert (
        totals.patients,
        totals.datasets,
        totals.studies,
        totals.series,
        totals.instances,
        totals.bytes,
    ) == expected
    return found["numpy"]


def chosen(definition: CohortDefinition, label: str, facet: str, value: Any) -> CohortDefinition:
    """The definition whose members choosing only this value would give."""
    kind, place = label.split(":")[0], int(label.split(":")[1])
    groups = list(definition.include if kind == "include" else definition.exclude)
    group = groups[place] if place < len(groups) else None
    others = [each for each in group.where if each.facet != facet] if group else []
    tried = Group(group.same if group else "series", (*others, Criterion(facet, is_in=(value,))))
    if kind == "include":
        groups[place : place + 1] = [tried]
        return replace(definition, include=tuple(groups))
    del groups[place]
    return replace(definition, exclude=tuple(groups), include=(*definition.include, tried))


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, Snapshot]]:
    """A few random catalogues, each with its snapshot."""
    folder = tmp_path_factory.mktemp("engines")
    made = []
    for seed in POOL:
        (folder / str(seed)).mkdir()
        rows = catalogue(seed)
        made.append((rows, Product(rows, folder / str(seed)).snapshot))
    return made


def on_random(pool: list[tuple[Any, Snapshot]], seed: int, data: st.DataObject) -> None:
    """Check a random definition, and with plain SQL what choosing some values would give."""
    rows, snapshot = pool[seed]
    raw = data.draw(definitions(rows.series))
    definition = CohortDefinition.from_dict(raw)
    group = data.draw(st.sampled_from(labels(raw)))
    counts = check(definition, snapshot, [group])
    asked = data.draw(st.lists(st.sampled_from([*FACETS]), min_size=3, max_size=3, unique=True))
    for name in asked:
        facet_counts = counts[f"{name} in {group}"][0]
        for each in facet_counts.values[:3]:
            expected = by_sql(chosen(definition, facet_counts.group, name, each.value), snapshot)[0]
            assert each.patients == expected, (name, each)


@settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_hundreds_of_definitions(pool: list[tuple[Any, Snapshot]], seed: int, data: st.DataObject) -> None:
    on_random(pool, seed, data)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, database=None, suppress_health_check=QUIET, print_blob=True)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_thousands_of_definitions(pool: list[tuple[Any, Snapshot]], seed: int, data: st.DataObject) -> None:
    on_random(pool, seed, data)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.removesuffix(".cohort.json"))
def test_every_example_at_each_level(path: Path, default_snapshot: Snapshot) -> None:
    example = CohortDefinition.from_dict(json.loads(path.read_text(encoding="utf-8")))
    for level in get_args(Same):
        moved = [replace(group, same=level) for group in example.include]
        # The default snapshot has 687,173 sizes, 99,920 descriptions.
        check(replace(example, include=tuple(moved)), default_snapshot, [None], listed=False)


def test_an_engine_that_is_not_there_is_refused(default_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_ENGINE", "abacus")
    with pytest.raises(UserError, match="auto, numpy, numba"):
        Cohort(CohortDefinition().including(Modality.is_in("CT")), default_snapshot).facet("Modality")


@pytest.mark.parametrize("seed", POOL)
def test_what_the_file_holds_ready_is_what_the_engine_counts(pool: list[tuple[Any, Snapshot]], seed: int) -> None:
    _, snapshot = pool[seed]
    ready = everything(CohortDefinition(), snapshot, [None])
    # A rule that everybody meets is counted by the engine.
    everybody = CohortDefinition().including(FACETS["study_date"].between(None, None, missing=True))
    with counting_with("numpy"):
        counted = everything(everybody, snapshot, ["new"])
    for name, facet in FACETS.items():
        one, other = ready[f"{name} in None"], counted[f"{name} in new"]
        assert (one[0].values, one[1]) == (other[0].values, other[1]), name
        if facet.kind in ("number", "date"):
            bins, counted_bins = ready[f"bins of {name} in None"], counted[f"bins of {name} in new"]
            assert (bins.bins, bins.missing) == (counted_bins.bins, counted_bins.missing), name
        assert ready[f"no {name} in None"].values == counted[f"no {name} in new"].values, name
