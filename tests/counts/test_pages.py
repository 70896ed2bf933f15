"""Pages of rows out of the engine's arrays, against the same rows out of SQL on the scratch tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.counts import TABLE_LEVELS, columns_of
from explorer.counts.engine.amounts import MISSING
from explorer.counts.engine.arrays import Arrays
from explorer.counts.engine.nesting import Nesting
from explorer.counts.engine.orders import Orders
from explorer.counts.engine.turning import in_blocks, lowest, walked
from explorer.counts.scratch import Scratch
from explorer.counts.tables import select_rows
from explorer.errors import SnapshotError, UnknownNameError, UserError
from explorer.facets import Modality, PatientSex, SeriesDescription, age, body_part, instances, sex
from tests.generative.strategies import catalogue, definitions
from tests.reference import Catalogue
from tests.spec.engines import build

EVERYBODY = CohortDefinition()
RULES = {
    "everybody": EVERYBODY,
    "everything": CohortDefinition(select="all"),
    "units": EVERYBODY.including(Modality.is_in("CT", "MR")),
    "texts": EVERYBODY.including(SeriesDescription.contains("x")),
    "numbers": EVERYBODY.including(instances.between(2, 200)).excluding(sex.is_in("F")),
    "patients": EVERYBODY.including(sex.is_in("F", None), Modality.is_in("SEG"), same="patient"),
    "images of some": CohortDefinition(select="images").including(Modality.is_in("SEG")),
    "nobody": EVERYBODY.including(Modality.is_in("CT")).excluding(Modality.is_in("CT")),
}
ASKED = [(0, 7), (3, 0), (5, 11), (35, 1000), (10**6, 5)]
POOL = range(6)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


class Judged:
    """A cohort whose pages are held against SQL."""

    def __init__(self, rule: CohortDefinition, snapshot: Snapshot) -> None:
        self.cohort = Cohort(rule, snapshot)
        self.scratch = Scratch(self.cohort._evaluated())

    def check(
        self, level: Any, sort: str | None, descending: bool, asked: tuple[int, int], columns: Sequence[str] | None
    ) -> None:
        offset, limit = asked
        page = self.cohort.frame(level, columns=columns, sort=sort, descending=descending, limit=limit, offset=offset)
        select = select_rows(level, columns=columns, sort=sort, descending=descending)
        expected = self.scratch.frame(f"{select} LIMIT {limit} OFFSET {offset}")
        pd.testing.assert_frame_equal(page, expected, obj=f"{level} by {sort}, descending {descending}, {asked}")

    def close(self) -> None:
        self.scratch.close()
        self.cohort.close()


def sorts(level: str) -> Iterator[tuple[str | None, bool]]:
    """Every order that rows of the level can be in."""
    yield None, False
    for column in columns_of(level):
        yield column, False
        yield column, True


@pytest.mark.parametrize("level", TABLE_LEVELS)
@pytest.mark.parametrize("rule", RULES)
def test_every_order_of_every_level(small: Snapshot, rule: str, level: str) -> None:
    with closing(Judged(RULES[rule], small)) as judged:
        for k, (sort, descending) in enumerate(sorts(level)):
            judged.check(level, sort, descending, ASKED[k % len(ASKED)], None)
            judged.check(level, sort, descending, ASKED[(k + 2) % len(ASKED)], columns_of(level)[2:5])


@pytest.mark.parametrize("level", TABLE_LEVELS)
def test_nobody_has_rows(small: Snapshot, level: Any) -> None:
    frame = Cohort(RULES["nobody"], small).frame(level, limit=5)
    assert (len(frame), list(frame.columns)) == (0, list(columns_of(level)))


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Catalogue, Snapshot]]:
    """A few random catalogues."""
    folder = tmp_path_factory.mktemp("pages")
    made = []
    for seed in POOL:
        (folder / str(seed)).mkdir()
        made.append((catalogue(seed), build(catalogue(seed), folder / str(seed))))
    return made


def test_members_of_whom_nothing_is_taken_have_rows(pool: list[tuple[Catalogue, Snapshot]]) -> None:
    nothing = 0
    for _, snapshot in pool:
        with closing(Judged(CohortDefinition(select="images"), snapshot)) as judged:
            nothing += list(judged.cohort.frame("patient", limit=1000)["series"]).count(0)
            for sort, descending in sorts("patient"):
                judged.check("patient", sort, descending, (0, 1000), None)
    assert nothing


@settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_random_definitions(pool: list[tuple[Catalogue, Snapshot]], seed: int, data: st.DataObject) -> None:
    check_random(pool[seed], data)


@pytest.mark.slow
@settings(max_examples=800, deadline=None, database=None, suppress_health_check=QUIET, print_blob=True)
@given(seed=st.sampled_from(POOL), data=st.data())
def test_many_random_definitions(pool: list[tuple[Catalogue, Snapshot]], seed: int, data: st.DataObject) -> None:
    check_random(pool[seed], data)


def check_random(known: tuple[Catalogue, Snapshot], data: st.DataObject) -> None:
    """A few pages of a random cohort."""
    rule = CohortDefinition.from_dict(data.draw(definitions(known[0].series)))
    with closing(Judged(rule, known[1])) as judged:
        for level in TABLE_LEVELS:
            names = st.sampled_from(columns_of(level))
            amounts = st.sampled_from(["age", "instances", "bytes"])
            sort = data.draw(st.one_of(st.none(), names, amounts))
            asked = data.draw(st.tuples(st.sampled_from([0, 0, 1, 5, 50]), st.sampled_from([1, 3, 50])))
            columns = data.draw(st.one_of(st.none(), st.lists(names, min_size=1, max_size=3, unique=True)))
            judged.check(level, sort, data.draw(st.booleans()), asked, columns)


@pytest.mark.parametrize("level", TABLE_LEVELS)
@pytest.mark.parametrize(
    "rule",
    [
        EVERYBODY,
        EVERYBODY.including(Modality.is_in("PT"), PatientSex.is_in("F")),
        EVERYBODY.including(SeriesDescription.contains("t2")).including(age.between(40, 60), same="study"),
        CohortDefinition(select="images").including(body_part.is_in("CHEST"), same="patient"),
    ],
)
def test_real_rows(default_snapshot: Snapshot, rule: CohortDefinition, level: str) -> None:
    with closing(Judged(rule, default_snapshot)) as judged:
        for k, (sort, descending) in enumerate(sorts(level)):
            if k % 3 == 0 or sort in (None, "age", "bytes"):
                judged.check(level, sort, descending, [(0, 50), (1950, 50), (200_000, 20)][k % 3], None)


def test_names_and_numbers_that_are_none(small: Snapshot) -> None:
    cohort = Cohort(EVERYBODY, small)
    with pytest.raises(UnknownNameError, match="no table of level 'image'; the levels are patient, study, series"):
        cohort.frame("image", limit=1)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match=r"no column 'x\" FROM series --' .* its columns: source"):
        cohort.frame("patient", sort='x" FROM series --', limit=1)
    with pytest.raises(UnknownNameError, match="no column 'Modality'"):
        cohort.frame("patient", columns=["Modality"], limit=1)
    for limit, offset in [(-1, 0), (1, -1)]:
        with pytest.raises(UserError, match="neither can be negative"):
            cohort.frame("patient", limit=limit, offset=offset)


def test_a_stopped_cohort_gives_no_page(small: Snapshot) -> None:
    cohort = Cohort(EVERYBODY, small)
    cohort.interrupt()
    with pytest.raises(SnapshotError, match="stopped"):
        cohort.frame("series", sort="SeriesInstanceUID", limit=1)
    cohort.close()
    assert len(cohort.frame("series", sort="SeriesInstanceUID", limit=1)) == 1


def test_a_cold_order_is_stopped(default_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """While DuckDB sorts a million names, which takes it a tenth of a second or more."""
    monkeypatch.setattr(Arrays, "orders", Orders())
    cohort = Cohort(EVERYBODY, default_snapshot)
    cohort.totals()
    failed: list[Exception] = []

    def ask() -> None:
        try:
            cohort.frame("series", sort="location", limit=1)
        except SnapshotError as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive() and not cohort._evaluated().rules._asked:
        time.sleep(0.001)
    while asking.is_alive():
        time.sleep(0.01)
        cohort.interrupt()
    asking.join()
    assert len(failed) == 1


def test_orders_asked_for_last_are_kept() -> None:
    read: list[str] = []

    def keys(select: str) -> Any:
        read.append(select)
        return np.zeros(10, np.int32)

    orders = Orders(most=100)
    for select in ["a", "b", "a", "c", "a", "b"]:
        assert len(orders.get(select, keys)) == 10
    assert read == ["a", "b", "c", "b"]
    tight = Orders(most=1)
    for select in ["a", "a", "b", "a"]:
        tight.get(select, keys)
    assert read[4:] == ["a", "b", "a"]


def test_pages_of_one_snapshot_share_an_order(small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = Orders()
    monkeypatch.setattr(Arrays, "orders", orders)
    for rule in ("everybody", "units", "texts"):
        for level in TABLE_LEVELS:
            Cohort(RULES[rule], small).frame(level, sort="PatientID", limit=3)
    assert len(orders._kept) == 1


def test_where_kin_stand() -> None:
    """Datasets a, without patients, b, c, without, d; patients 0 and 1 of b, 2 of d; studies 0, 1 | 2 | 3."""
    nesting = Nesting(np.array([1, 1, 3]), np.array([1, 2, 3]), np.array([0, 2, 3, 4]), np.array([2, 3, 1, 1]))
    assert nesting.sizes == {"patient": 3, "study": 4, "unit": 5, "series": 7}

    def within(*asked: Any) -> list[list[int]]:
        return [places.tolist() for places in nesting.within(*asked)]

    assert within("patient", "dataset", np.array([3, 0, 2, 1])) == [[2, 0, 1], [0, 0, 0, 2]]
    assert within("series", "dataset", np.array([0, 1])) == [[0, 1, 2, 3, 4, 5], [-1, 5]]
    assert within("series", "patient", np.array([2, 0])) == [[6, 0, 1, 2, 3, 4], [0, 5]]
    assert within("unit", "study", np.array([1])) == [[1, 2], [1]]
    assert within("study", "patient", np.zeros(0, np.int64)) == [[], []]
    assert nesting.last("unit", "patient").tolist() == [2, 3, 4]
    assert nesting.last("series", "study").tolist() == [1, 4, 5, 6]


@pytest.mark.parametrize("descending", [False, True])
def test_the_lowest_numbers(descending: bool) -> None:
    numbers = np.random.default_rng(3).choice([0, 0, 1, 1, 2, 5, 9, MISSING], 200)
    recorded = sorted((number for number in numbers if number != MISSING), reverse=descending)
    for offset in range(0, 210, 7):
        for limit in (0, 1, 40, 500):
            places = lowest(numbers, descending, offset, limit)
            whole = [*recorded, *[MISSING] * (200 - len(recorded))]
            assert numbers[places].tolist() == whole[offset : offset + limit]
            assert all(a < b for a, b in pairwise(places) if numbers[a] == numbers[b])


def test_walking_takes_what_is_held() -> None:
    order = np.array([4, 2, 0, 1, 3, 5])
    asked: list[int] = []

    def odd(keys: Any) -> Any:
        asked.extend(keys)
        return keys % 2 == 1

    assert walked(in_blocks(order, 2), odd, 1, 1).tolist() == [3]
    assert asked == order.tolist()
    asked.clear()
    assert walked(in_blocks(range(100), 4), odd, 0, 3).tolist() == [1, 3, 5]
    assert asked == list(range(12))
    assert walked(in_blocks(order, 2), odd, 3, 5).tolist() == []
