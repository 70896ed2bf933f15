"""The default snapshot: facts that must not change without anybody noticing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from explorer.snapshot import Snapshot, Store
from explorer.sources import IdcSource


def rows_of(snapshot: Snapshot, query: str) -> list[tuple[Any, ...]]:
    with snapshot.cursor() as cursor:
        return cursor.execute(query).fetchall()


def test_totals(default_snapshot: Snapshot) -> None:
    assert default_snapshot.alias == "idc-25.0.5"
    assert default_snapshot.date == "2026-09-26"
    assert default_snapshot.totals == {
        "datasets": 179,
        "patients": 86_451,
        "studies": 168_508,
        "series": 1_044_191,
        "instances": 58_784_975,
        "bytes": 99_944_891_647_274,
    }


def test_sexes(default_snapshot: Snapshot) -> None:
    assert dict(rows_of(default_snapshot, "SELECT sex, count(*) FROM patient GROUP BY 1")) == {
        "F": 24_789,
        "M": 14_253,
        "O": 1_090,
        "conflicting": 452,
        None: 45_867,
    }


def test_kinds_of_objects(default_snapshot: Snapshot) -> None:
    kinds = dict(rows_of(default_snapshot, "SELECT object_kind, count(*) FROM series GROUP BY 1"))
    assert kinds["image"] == 546_620
    assert kinds["segmentation"] == 193_295
    assert sum(kinds.values()) == 1_044_191


def test_oddities_of_the_catalogue(default_snapshot: Snapshot) -> None:
    assert rows_of(default_snapshot, "SELECT min(age), max(age), count(age) FROM study") == [(0, 110, 42_360)]
    assert rows_of(default_snapshot, "SELECT count(*) FROM series WHERE contains(SeriesDescription, chr(0))") == [
        (240,)
    ]
    twice = "SELECT 1 FROM study GROUP BY StudyInstanceUID HAVING count(DISTINCT patient_key) > 1"
    assert len(rows_of(default_snapshot, twice)) == 1
    assert default_snapshot.recipe["notes"]["withheld"] == 7
    assert rows_of(default_snapshot, "SELECT count(StudyDescription) FROM series") == [(1_012_196,)]
    for recorded in ("SIEMENS", "GE MEDICAL SYSTEMS / MIMvista", "PHILIPS"):
        assert default_snapshot.holds("vendor", recorded) is False
    query = "SELECT count(DISTINCT Manufacturer) FROM series WHERE vendor IN ('Siemens', 'GE', 'Philips')"
    assert rows_of(default_snapshot, query) == [(32,)]


def test_every_series_can_be_cited_and_found(default_snapshot: Snapshot) -> None:
    uncited = "SELECT count(*) FROM series WHERE source_doi NOT IN (SELECT source_doi FROM citation)"
    assert rows_of(default_snapshot, uncited) == [(0,)]
    texts = (
        "SELECT citation FROM citation UNION ALL SELECT citation FROM dataset UNION ALL SELECT description FROM dataset"
    )
    cited = [text for (text,) in rows_of(default_snapshot, texts)]
    assert all(cited) and not [text for text in cited if "<i>" in text or "&amp;" in text or "\n" in text]
    lost = "SELECT count(*) FROM series WHERE NOT regexp_matches(location, '^s3://[a-z0-9-]+/[0-9a-f-]{36}/$')"
    assert rows_of(default_snapshot, lost) == [(0,)]


def test_it_is_what_it_says(default_snapshot: Snapshot) -> None:
    default_snapshot.verify()


@pytest.mark.slow
def test_another_build_has_the_same_id(default_snapshot: Snapshot, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_THREADS", "1")
    assert Snapshot.build(IdcSource(), store=tmp_path) == default_snapshot


PEAK = """
import resource, sys
from pathlib import Path
from explorer.snapshot import Snapshot
from explorer.sources import IdcSource

Snapshot.build(IdcSource(), store=Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.slow
def test_a_build_does_with_little_memory(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 1.2e9


@pytest.mark.slow
def test_it_is_built_once_when_it_is_wanted_and_absent(default_snapshot: Snapshot, tmp_path: Path) -> None:
    store = Store(tmp_path, shared=[])
    opened: list[Snapshot] = []
    said: list[str] = []

    def open_it() -> None:
        opened.append(Snapshot.open(store=store, progress=lambda done, what: said.append(what)))

    threads = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [default_snapshot] * 2
    assert said.count("hashing the content") == 1
