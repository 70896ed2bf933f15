"""The engine where it meets its surroundings: many rules, forks, interrupts, memory, files of before, no numba."""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.cohort import Group, Within
from explorer.counts.engine.arrays import Arrays
from explorer.counts.engine.evaluation import Evaluation
from explorer.errors import SnapshotError, UserError
from explorer.facets import Modality, SeriesDescription, age, size_mb
from tests.snapshot.test_prepare import OLD, changed

CT = CohortDefinition().including(Modality.is_in("CT"))


def counts(cohort: Cohort) -> str:
    """A few answers that every engine gives."""
    return str(
        [cohort.totals(), cohort.facet("Modality"), cohort.facet("sex"), cohort.histogram("age"), cohort.levels()]
    )


@pytest.mark.parametrize("level", ["series", "study"])
def test_more_needs_than_bits(level: Any, small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    within = tuple(Within(0, 1, (0, days)) for days in range(64))
    groups = (Group(level, (Modality.is_in("CT"), age.between(0, 90))), Group("series", (Modality.is_in("CT"),)))
    rule = CohortDefinition(include=groups, within=within)
    found = set()
    for engine in ("numpy", "numba"):
        monkeypatch.setenv("COHORT_EXPLORER_ENGINE", engine)
        found.add(counts(Cohort(rule, small)))
    assert len(found) == 1


def _count_in_child(snapshot: Snapshot, answers: Any) -> None:
    answers.put(counts(Cohort(CT, snapshot)))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_counts(small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_ENGINE", "numba")
    expected = counts(Cohort(CT, small))
    forking = multiprocessing.get_context("fork")
    answers = forking.SimpleQueue()
    child = forking.Process(target=_count_in_child, args=[small, answers])
    child.start()
    child.join(60)
    assert child.exitcode == 0, "the child hangs"
    assert answers.get() == expected


def test_closing_gives_back_what_was_computed(small: Snapshot) -> None:
    cohort = Cohort(CT, small)
    kept: list[weakref.ref[Evaluation]] = []
    for _ in range(3):
        cohort.frame("patient")
        kept.append(weakref.ref(cohort._evaluated()))
        cohort.close()
    gc.collect()
    assert [each() for each in kept] == [None] * 3


def test_forgetting_choices_frees_what_single_criteria_left(small: Snapshot) -> None:
    rule = CohortDefinition().including(SeriesDescription.contains("t2"), size_mb.between(0.3, 7.7), same="study")
    cohort = Cohort(rule, small)
    before = counts(cohort), cohort.attrition()
    evaluation = cohort._evaluated()
    cohort.forget_choices()
    assert not evaluation.rules._wheres
    assert not evaluation.rules._met
    assert (counts(cohort), cohort.attrition()) == before


def test_stopped_before_anything_is_computed(small: Snapshot) -> None:
    evaluation = Evaluation(CT, small)
    evaluation.stop()
    with pytest.raises(SnapshotError, match="stopped"):
        _ = evaluation.members


def test_a_search_of_texts_is_stopped(small: Snapshot) -> None:
    rule = CohortDefinition().including(SeriesDescription.contains(*(f"text {n}" for n in range(2000))))
    evaluation = Evaluation(rule, small)
    asked: list[bool] = []
    asking = evaluation.rules.asking

    def watched(cursor: Any) -> Any:
        asked.append(True)
        threading.Thread(target=evaluation.stop).start()
        return asking(cursor)

    evaluation.rules.asking = watched  # type: ignore[method-assign]
    with pytest.raises(SnapshotError, match="stopped"):
        _ = evaluation.taken.size
    assert asked


def test_arrays_are_shared_and_go_with_the_last_snapshot(tmp_path: Path, small: Snapshot) -> None:
    copy = tmp_path / small.path.name
    copy.write_bytes(small.path.read_bytes())
    one, other = Snapshot(copy), Snapshot(copy)
    arrays = Arrays.of(one)
    assert Arrays.of(other) is arrays
    last = weakref.ref(arrays)
    del one, arrays
    gc.collect()
    assert last() is not None
    assert Arrays.of(other) is last()
    del other
    gc.collect()
    assert last() is None


def test_a_file_of_before_counts_alike(tmp_path: Path, small: Snapshot) -> None:
    snapshot = Snapshot(changed(small, tmp_path, *OLD))
    assert not snapshot.prepared
    text = CohortDefinition().including(SeriesDescription.contains("t2"), size_mb.between(0.3, 7.7))
    for rule in (CohortDefinition(), CT, text):
        assert counts(Cohort(rule, snapshot)) == counts(Cohort(rule, small))


def test_prepared_tables_that_do_not_fit_are_damage(tmp_path: Path, small: Snapshot) -> None:
    damaged = changed(small, tmp_path, "UPDATE unit SET series = series + 1")
    with pytest.raises(SnapshotError, match="damaged"):
        Cohort(CT, Snapshot(damaged)).totals()


_NOWHERE_TO_KEEP = """
import numba.core.caching as caching
caching.CacheImpl._locator_classes = []
import sys
from pathlib import Path
from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), Snapshot(Path(sys.argv[1])))
print(cohort.facet("Modality"))
"""

_NO_NUMBA = """
import sys
sys.modules["numba"] = None
from pathlib import Path
from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
cohort = Cohort(CohortDefinition().including(Modality.is_in("CT")), Snapshot(Path(sys.argv[1])))
print(cohort.facet("Modality"))
"""


@pytest.mark.parametrize(("script", "engine"), [(_NOWHERE_TO_KEEP, "numba"), (_NO_NUMBA, "auto")])
def test_other_surroundings(script: str, engine: str, small: Snapshot) -> None:
    surroundings = {**os.environ, "COHORT_EXPLORER_ENGINE": engine}
    command = [sys.executable, "-c", script, str(small.path)]
    ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=180, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, str(Cohort(CT, small).facet("Modality"))), ran.stderr


def test_a_wrong_engine_is_said_at_once(small: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_ENGINE", "abacus")
    with pytest.raises(UserError, match="auto, numpy, numba"):
        Cohort(CT, small).facet("sex")
