"""A sample is what a plain drawing gives, on any catalogue and any number of threads; and it says how it was drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.cohort import SampleChoice, spread_facets
from explorer.errors import OperatorError, SurroundingsError, UnknownNameError, UserError
from explorer.facets import Modality
from tests.generative.strategies import catalogue
from tests.spec.engines import Product, Reference

SPREADS = [None, "vendor", "Modality", "sex", "dataset", "country", "cancer_type", "tumor_location", "PatientSex"]
DEFINITIONS: list[dict[str, Any]] = [
    {},
    {"select": "all"},
    {"include": [{"same": "study", "where": [{"facet": "Modality", "is_in": ["CT", "MR"]}]}]},
    {"exclude": [{"same": "patient", "where": [{"facet": "sex", "is_in": ["F"]}]}]},
]


def lot(seed: int, uid: str) -> str:
    return hashlib.md5(f"{seed} {uid}".encode()).hexdigest()


def drawn(
    taken: list[dict[str, Any]], n: int, by: str | None, seed: int, among: Collection[str] | None
) -> list[tuple[str, Any]]:
    """Draw slowly: strata in turns, the largest first; in each, patients not shown yet come first, then low lots."""
    strata: dict[Any, list[dict[str, Any]]] = {}
    for row in taken:
        if row["object_kind"] != "image" or (among is not None and row["SeriesInstanceUID"] not in among):
            continue
        value = row.get(by) if by else None
        for each in (set(value) or {None}) if isinstance(value, list) else {value}:
            strata.setdefault(each, []).append(row)
    queues = []
    for value in sorted(strata, key=lambda v: (-len(strata[v]), v is None, (v or "").encode())):
        shown: dict[Any, int] = {}
        waiting = sorted(strata[value], key=lambda row: lot(seed, row["SeriesInstanceUID"]))
        queue = []
        for row in waiting:
            patient = (row["dataset"], row["PatientID"])
            queue.append((shown.get(patient, 0), lot(seed, row["SeriesInstanceUID"]), row["SeriesInstanceUID"]))
            shown[patient] = shown.get(patient, 0) + 1
        queues.append((value, [uid for *_, uid in sorted(queue)]))
    found: dict[str, Any] = {}
    for place in range(max((len(queue) for _, queue in queues), default=0)):
        for value, queue in queues:
            if place < len(queue) and len(found) < n:
                found.setdefault(queue[place], value)
    return list(found.items())


@pytest.mark.parametrize("number", range(8))
def test_drawn_as_a_slow_drawing_does(number: int, tmp_path: Path) -> None:
    (tmp_path / "product").mkdir()
    random, rows = Random(number), catalogue(number)
    reference, product = Reference(rows, tmp_path), Product(rows, tmp_path / "product")
    uids = [row["SeriesInstanceUID"] for row in rows.series]
    for definition in DEFINITIONS:
        full = {"version": 1, **definition}
        taken = reference.catalogue.selected(full)
        cohort = product.cohort(full)
        for by in SPREADS:
            n, seed = random.choice([1, 3, 8, 24, 200]), random.choice([7, 0, -1, 2**40])
            among = random.choice([None, None, random.sample(uids, len(uids) // 2)])
            sample = cohort.sample(n, by, seed, among=among)
            expected = drawn(taken, n, by, seed, among)
            assert [(row["SeriesInstanceUID"], row["stratum"]) for row in sample.rows] == expected, (definition, by)
            assert sample.total == len(taken)
            assert sample.drawn == len({value for _, value in expected})
            assert (sample.by, sample.seed) == (by, seed)


def test_one_picture_of_a_patient_while_others_wait(small: Snapshot) -> None:
    cohort = Cohort(CohortDefinition().including(Modality.is_in("CT", "MR")), small)
    rows = cohort.sample(20, None, columns=["dataset", "PatientID"]).rows
    assert len({(row["dataset"], row["PatientID"]) for row in rows}) == 20
    assert set(rows[0]) == {"dataset", "PatientID", "stratum"}


def test_seeds_differ_and_one_seed_repeats_in_every_thread(small: Snapshot) -> None:
    def uids(seed: int) -> list[str]:
        return [row["SeriesInstanceUID"] for row in Cohort(CohortDefinition(), small).sample(12, "sex", seed).rows]

    with ThreadPoolExecutor(4) as threads:
        first, *others = threads.map(uids, [7] * 8)
    assert all(other == first for other in others)
    assert uids(8) != first


def test_the_sentence_says_how_it_was_drawn(small: Snapshot) -> None:
    cohort = Cohort(CohortDefinition().taking("all"), small)
    sample = cohort.sample(3, "Modality", 7)
    images = sum(1 for _ in cohort.frame("series").query("object_kind == 'image'").itertuples())
    total = cohort.totals().series
    assert sample.sentence() == (
        f"3 of {total} series, drawn from the {images} with images to show, "
        "spread over 3 of 3 modality values, seed 7"
    )  # fmt: skip
    assert Cohort(CohortDefinition(), small).sample(2, None, 9).sentence().endswith(f"2 of {images} series, seed 9")
    none = cohort.sample(3, "sop_class", among=[])
    assert none.rows == ()
    assert none.sentence() == f"0 of {total} series, drawn from the 0 with images to show, seed 7"


def test_every_stratum_is_shown_before_one_is_shown_twice(small: Snapshot) -> None:
    sample = Cohort(CohortDefinition(), small).sample(24, "dataset")
    assert sample.drawn == sample.strata
    first = [row["stratum"] for row in sample.rows[: sample.strata]]
    assert len(set(first)) == sample.strata


@pytest.mark.parametrize("name", ["nothing", "", 5, "SeriesInstanceUID"])
def test_unknown_facets(small: Snapshot, name: Any) -> None:
    with pytest.raises(UnknownNameError, match="spread over one of"):
        Cohort(CohortDefinition(), small).sample(3, name)


def test_what_cannot_be_drawn(small: Snapshot) -> None:
    cohort = Cohort(CohortDefinition(), small)
    with pytest.raises(OperatorError, match="age is a number facet"):
        cohort.sample(3, "age")
    for wrong in (0, -1, 1001, 2.5, True, "24"):
        with pytest.raises(UserError, match="1 to 1,000 series"):
            cohort.sample(wrong)  # type: ignore[arg-type]
    for wrong in (1.5, "7", True, 2**63):
        with pytest.raises(UserError, match="seed"):
            cohort.sample(3, seed=wrong)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="no column"):
        cohort.sample(3, columns=["nothing"])


def test_a_choice_and_a_drawing_refuse_the_same(small: Snapshot) -> None:
    cohort = Cohort(CohortDefinition(), small)
    for wrong in ((0, None, 7), (1001, None, 7), (3, "age", 7), (3, "nothing", 7), (3, None, 2**63), (3, None, True)):
        with pytest.raises(UserError) as drawing:
            cohort.sample(*wrong)
        with pytest.raises(UserError) as choice:
            SampleChoice(*wrong)
        assert (type(choice.value), str(choice.value)) == (type(drawing.value), str(drawing.value))
    for facet in spread_facets():
        assert cohort.sample(1, facet.name).by == SampleChoice(1, facet.name).by == facet.name


def test_no_sample_where_small_counts_are_protected(small: Snapshot) -> None:
    with pytest.raises(SurroundingsError, match="not listed"):
        Cohort(CohortDefinition(), small, small_counts="10,10").sample(3)
