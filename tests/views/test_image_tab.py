"""The Images tab without a browser: what a choice opens, and what it asks the session for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer import CohortDefinition, Snapshot
from explorer.cohort import SampleChoice, sample_of
from explorer.images import ImageFolder, index_folder
from explorer.images.fetch import COLUMNS
from explorer.session import Session
from explorer.sources import RowsSource
from explorer.views.fetching import Fetching
from explorer.views.image_tab import ImageTab
from explorer.views.image_words import row_text
from explorer.views.viewer_app import ImageView
from tests.loops import in_a_loop

LAST_SEED = 2**63 - 1


@pytest.fixture(scope="module")
def folder(demo_folder: Path) -> ImageFolder:
    return index_folder(demo_folder)


@pytest.fixture(scope="module")
def rows(demo_snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """The series of a patient with PET, a segmentation and a report of it, by modality; the first of each."""
    query = (
        "SELECT PatientID, SeriesInstanceUID, Modality, SeriesDescription FROM series JOIN patient USING (patient_key) "
        "WHERE PatientID = 'SYN-B-01' AND Modality IN ('PT', 'SEG', 'SR') ORDER BY series_key DESC"
    )
    with demo_snapshot.cursor() as cursor:
        found = cursor.execute(query).fetchall()
    named = ("PatientID", "SeriesInstanceUID", "Modality", "SeriesDescription")
    return {row[2]: dict(zip(named, row, strict=True)) for row in found}


def opened(snapshot: Snapshot, folder: ImageFolder, uid: str, kind: str) -> tuple[str, str]:
    """Choose a series; gives the series that is shown, and what is said where none is.

    What can be noted is about the series that was chosen.
    """
    tab = ImageTab([{"SeriesInstanceUID": uid, "object_kind": kind}], folder, snapshot=snapshot)

    async def choose() -> Any:
        (nothing,) = tab._stage._place
        tab.chosen = uid
        async with asyncio.timeout(60):
            while (pane := tab._stage._place[0]) is nothing or "Reading" in getattr(pane, "content", ""):
                await asyncio.sleep(0.02)
        return pane

    pane = in_a_loop(choose())
    said = "" if isinstance(pane, ImageView) else json.loads(pane.content)["text"]
    noted = json.loads(tab._stage._actions.content)
    assert said or (noted["uid"], bool(noted["about"])) == (uid, kind in ("segmentation", "report"))
    shown = row_text(tab._stage._row, "SeriesInstanceUID")
    tab.close()
    return shown, said


@pytest.mark.parametrize(("modality", "kind"), [("SEG", "segmentation"), ("SR", "report")])
def test_what_only_headers_tell_opens_over_its_images(
    rows: dict[str, dict[str, Any]], folder: ImageFolder, tmp_path: Path, modality: str, kind: str
) -> None:
    """The public catalogue does not say which images a segmentation or a report belongs to."""
    snapshot = Snapshot.build(RowsSource(list(rows.values())), store=tmp_path)
    shown, said = opened(snapshot, folder, rows[modality]["SeriesInstanceUID"], kind)
    assert (shown, said) == (rows["PT"]["SeriesInstanceUID"], "")


def test_images_that_are_elsewhere_are_told_from_images_that_nothing_names(
    rows: dict[str, dict[str, Any]], folder: ImageFolder, tmp_path: Path
) -> None:
    uid = rows["SEG"]["SeriesInstanceUID"]
    own = Snapshot.build(RowsSource(list(rows.values())), store=tmp_path / "own")
    alone = ImageFolder(folder.root, {uid: folder.series[uid]})
    assert opened(own, alone, uid, "segmentation")[1].startswith("It belongs to images that are not on this computer")
    other = [{**row, "PatientID": name} for name, row in rows.items()]
    mixed = Snapshot.build(RowsSource(other), store=tmp_path / "mixed")
    assert opened(mixed, folder, uid, "segmentation")[1].startswith("Neither the snapshot nor its own files tell")
    silent = ImageFolder(folder.root, {uid: replace(folder.series[uid], modality="", refers_to=())})
    assert opened(own, silent, uid, "segmentation")[1].startswith("Neither the snapshot nor its own files tell")


def test_other_objects_with_pixels_open_as_images(
    rows: dict[str, dict[str, Any]], folder: ImageFolder, tmp_path: Path
) -> None:
    dose = rows["PT"] | {"Modality": "RTDOSE"}
    snapshot = Snapshot.build(RowsSource([dose]), store=tmp_path)
    assert opened(snapshot, folder, dose["SeriesInstanceUID"], "radiotherapy") == (dose["SeriesInstanceUID"], "")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "This series is 200 MB, and the cache has room for 100 MB. Larger series are fetched in a terminal"),
        (3, "These 3 series are 600 MB, and the cache has room for 100 MB. Choose one series to fetch it."),
    ],
)
def test_what_is_too_large_is_no_failure(monkeypatch: pytest.MonkeyPatch, count: int, said: str) -> None:
    monkeypatch.setenv("COHORT_EXPLORER_CACHE_GB", "0.1")
    row = dict.fromkeys(COLUMNS) | {"source": "idc", "instances": 100, "size_mb": 200.0, "bytes": 200_000_000}
    rows = [
        row | {"SeriesInstanceUID": f"1.2.{number}", "location": f"s3://idc-open-data/{number:04}/"}
        for number in range(1, count + 1)
    ]
    fetching = Fetching(rows, "three", nothing_comes)
    in_a_loop(fetching.offer())
    content = json.loads(fetching.pane.content)
    assert content["text"].startswith(said)
    assert (content["actions"], content["warning"]) == ([], False)


async def nothing_comes(_folders: object) -> None:
    raise AssertionError


def tab_on(session: Session) -> tuple[ImageTab, Callable[[str], None]]:
    """A tab that writes into a session, and a way to press a button of its sheet."""
    tab = ImageTab(request=session.apply, snapshot=session.snapshot)
    session.watch(lambda: tab.noted(session.definition))
    count = iter(range(99))
    return tab, lambda said: tab._left.param.update(pressed=f"{said}:{next(count)}")


def session_on(rows: dict[str, dict[str, Any]], store: Path, **sample: object) -> Session:
    snapshot = Snapshot.build(RowsSource(list(rows.values())), store=store)
    return Session(snapshot, CohortDefinition(annotations={"sample": sample} if sample else {}))


def test_after_the_last_seed_comes_the_first(rows: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    session = session_on(rows, tmp_path, n=24, by="vendor", seed=LAST_SEED)
    tab, press = tab_on(session)
    tab.noted(session.definition)
    press("new:")
    assert session.definition.annotations["sample"]["seed"] == 0
    press("new:")
    assert session.definition.annotations["sample"]["seed"] == 1


def test_the_notes_say_whether_only_local_series_were_drawn(rows: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    session = session_on(rows, tmp_path)
    tab, press = tab_on(session)
    assert tab.wish.here
    press("here:0")
    assert (sample_of(session.definition), tab.wish.here) == (SampleChoice(here=False), False)
    press("here:1")
    assert (sample_of(session.definition), tab.wish.here) == (SampleChoice(here=True), True)
    press("new:")
    assert (sample_of(session.definition), tab.wish.here) == (SampleChoice(seed=8, here=True), True)
    session.undo()
    session.undo()
    assert not tab.wish.here
