"""The right of the Image tab: one series at a time, read beside the page's thread, and freed when another is shown."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from explorer import Snapshot
from explorer.cohort import SeriesMark
from explorer.images import ImageFolder, index_folder, overlay_png, read_series
from explorer.views import image_reading, image_stage
from explorer.views.image_reading import Opened, open_series
from explorer.views.image_stage import ImageStage
from explorer.views.picture import Picture
from explorer.views.segments import colour_tables
from explorer.views.viewer_app import ImageView
from explorer.views.visits import companions, drawn_on, visits
from tests.loops import in_a_loop


@pytest.fixture(scope="module")
def folder(demo_folder: Path) -> ImageFolder:
    return index_folder(demo_folder)


def rows_of(snapshot: Snapshot, where: str) -> list[dict[str, Any]]:
    """Image series as the tab has them, in the order of the snapshot."""
    query = (
        "SELECT SeriesInstanceUID, PatientID AS patient_id, dataset, Modality, SeriesDescription, instances "
        "FROM series JOIN patient USING (patient_key) JOIN dataset ON dataset.dataset_key = series.dataset_key "
        f"JOIN study USING (study_key) WHERE object_kind = 'image' AND {where} ORDER BY study_day, series_key"
    )
    with snapshot.cursor() as cursor:
        cursor.execute(query)
        names = [name for name, *_ in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    when = visits(snapshot, [row["SeriesInstanceUID"] for row in rows])
    return [row | {"visit": when[row["SeriesInstanceUID"]]} for row in rows]


async def nothing_arrives(_folders: Sequence[Path]) -> ImageFolder:
    raise AssertionError


def stage_on(snapshot: Snapshot, asked: list[dict[str, Any]] | None = None) -> ImageStage:
    return ImageStage(snapshot, None if asked is None else asked.append, nothing_arrives)


def shown_in(stage: ImageStage) -> ImageView | None:
    return next((pane for pane in stage._place if isinstance(pane, ImageView)), None)


def test_ten_opened_in_a_row_leave_one_in_memory(
    demo_snapshot: Snapshot, folder: ImageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    volumes: list[weakref.ref[Any]] = []

    def opened(*arguments: Any) -> Opened:
        found = open_series(*arguments)
        volumes.extend(weakref.ref(each.volume) for each in found.shown)
        return found

    monkeypatch.setattr(image_stage, "open_series", opened)
    stage = stage_on(demo_snapshot)
    rows = rows_of(demo_snapshot, "Modality IN ('CT', 'MR')")[:10]

    async def ten() -> None:
        for row in rows:
            await stage.show(row, folder)

    in_a_loop(ten())
    gc.collect()
    assert len(volumes) == 10
    assert [each() is not None for each in volumes] == [False] * 9 + [True]
    stage.close()
    assert shown_in(stage) is None
    gc.collect()
    assert volumes[-1]() is None


def test_a_newer_choice_stops_an_older_one(
    demo_snapshot: Snapshot, folder: ImageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    go_on = threading.Event()

    def opened(row: Any, *arguments: Any) -> Opened:
        read.append(row["SeriesInstanceUID"])
        assert go_on.wait(30)
        return open_series(row, *arguments)

    monkeypatch.setattr(image_stage, "open_series", opened)
    stage = stage_on(demo_snapshot)
    first, second, third = rows_of(demo_snapshot, "Modality = 'CT'")[:3]

    async def three() -> None:
        asked = []
        for row in (first, second, third):
            asked.append(asyncio.create_task(stage.show(row, folder)))
            await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(*asked)

    in_a_loop(three())
    # The second was never read: by the time that it was its turn, nobody wanted it any more.
    assert read == [first["SeriesInstanceUID"], third["SeriesInstanceUID"]]
    view = shown_in(stage)
    assert view is not None
    assert third["patient_id"] in view.picture


def test_what_cannot_be_read_is_said(
    demo_snapshot: Snapshot, folder: ImageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError("s3cret")

    monkeypatch.setattr(image_reading, "read_local", broken)
    stage = stage_on(demo_snapshot)
    in_a_loop(stage.show(rows_of(demo_snapshot, "Modality = 'CT'")[0], folder))
    (said,) = stage._place
    content = json.loads(said.content)
    assert content["heading"] == "This series could not be shown."
    assert "s3cret" not in content["text"]


def test_masks_and_measurements_come_with_the_images(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    row = rows_of(demo_snapshot, "Modality = 'PT'")[0]
    found = open_series(row, folder, demo_snapshot)
    (shown,) = found.shown
    assert (shown.title, shown.about) == ("PT · SYNTHETIC FDG PET", "Study 1 of 2, day 0, series 2")
    assert [(overlay.name, overlay.kind) for overlay in shown.overlays] == [("SYNTHETIC lesions on FDG PET", "SEG")]
    assert shown.overlays[0].made_by
    ((report, measured),) = found.measured
    assert report.title == "SYNTHETIC measurements on FDG PET"
    assert [each.what.meaning for each in measured] == ["Volume", "SUVbw"]
    assert not found.problems


def test_one_compares_with_the_same_kind_in_the_next_study(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    rows = rows_of(demo_snapshot, "PatientID = 'SYN-B-01'")
    pet = next(row for row in rows if row["Modality"] == "PT")
    others = companions(demo_snapshot, pet["SeriesInstanceUID"], folder.series)
    assert [(row["Modality"], row["visit"].study) for row in others] == [
        ("PT", "Study 2 of 2, day 94"),
        ("CT", "Study 1 of 2, day 0"),
        ("CT", "Study 2 of 2, day 94"),
    ]
    found = open_series(pet, folder, demo_snapshot, others[1]["SeriesInstanceUID"])
    assert [each.volume.modality for each in found.shown] == ["PT", "CT"]
    assert [each.title.rpartition(" · ")[2] for each in found.shown] == ["Study 1 of 2, day 0"] * 2
    assert {overlay.kind for overlay in found.shown[1].overlays} == {"SEG", "RTSTRUCT"}


def test_a_report_belongs_to_the_images_below_its_segmentation(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    with demo_snapshot.cursor() as cursor:
        found = cursor.execute("SELECT SeriesInstanceUID FROM series WHERE Modality = 'SR' ORDER BY 1").fetchall()
    for (uid,) in found:
        images = drawn_on(demo_snapshot, uid, folder)
        assert images is not None
        assert [row["Modality"] for row in images] == ["PT"]
        assert images[0]["visit"].study.startswith("Study ")


def test_nothing_of_another_patient_is_put_beside(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    mine, *_, other = rows_of(demo_snapshot, "Modality = 'CT'")
    assert mine["patient_id"] != other["patient_id"]
    assert len(open_series(mine, folder, demo_snapshot, other["SeriesInstanceUID"]).shown) == 1


def test_advice_for_notebooks_is_left_out(
    demo_snapshot: Snapshot, folder: ImageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = rows_of(demo_snapshot, "SeriesDescription LIKE '%DWI%' OR SeriesDescription LIKE '%diffusion%'")[0]
    volume = read_series(folder.files(row["SeriesInstanceUID"]))
    assert any("acquisition=2" in each.text for each in volume.warnings)
    (shown,) = open_series(row, folder, demo_snapshot).shown
    assert [each.name for each in shown.volume.warnings] == [each.name for each in volume.warnings]
    assert not any("acquisition=" in each.text or ".." in each.text for each in shown.volume.warnings)


def test_two_that_are_compared_say_which_one_is_noted(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    stage = stage_on(demo_snapshot, [])
    row = rows_of(demo_snapshot, "PatientID = 'SYN-B-01' AND Modality = 'PT'")[0]
    in_a_loop(stage.show(row, folder))
    alone = json.loads(stage._actions.content)
    in_a_loop(stage.show(row, folder, alone["companions"][0]["uid"]))
    assert (alone["about"], json.loads(stage._actions.content)["about"]) == ("", "Study 1 of 2, day 0")


def test_the_slice_that_is_looked_at_is_saved(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    stage = stage_on(demo_snapshot)
    in_a_loop(stage.show(rows_of(demo_snapshot, "Modality = 'PT'")[0], folder))
    view = shown_in(stage)
    assert view is not None
    (series,) = Picture(stage._opened.shown).series if stage._opened else ()
    masks = [overlay.mask for overlay in series.shown.overlays]
    tables = colour_tables(series.shown.overlays)

    def saved(**look: object) -> bytes | None:
        view.state = {"looks": [look]}
        return stage._answer({"kind": "still"})

    window = (3.0, 2.5)
    drawn = overlay_png(series.volume, masks, "coronal", 5, window, tables)
    assert saved(plane="coronal", index=5, window=[*window]) == drawn
    first = series.still()
    assert first not in (None, drawn)
    for plane, index, said in (("oblique", 5, window), ("axial", 10**6, window), ("axial", -1, window)):
        assert saved(plane=plane, index=index, window=[*said]) == first
    for hostile in ([1.0, 0.0], [float("nan"), 1.0], ["1", 2], None):
        assert saved(plane="axial", index=5, window=hostile) == first
    view.state = {"looks": 3}
    assert stage._answer({"kind": "still"}) == first
    assert stage._answer({"kind": "thumb"}) is None


def test_marks_are_asked_for_with_their_words(demo_snapshot: Snapshot, folder: ImageFolder) -> None:
    asked: list[dict[str, Any]] = []
    stage = stage_on(demo_snapshot, asked)
    row = rows_of(demo_snapshot, "Modality = 'DX'")[0]
    in_a_loop(stage.show(row, folder))
    uid = row["SeriesInstanceUID"]
    stage._actions.pressed = f"exclude:{uid}:a: b:1"
    stage._actions.pressed = f"clear:{uid}:2"
    assert asked == [
        {"kind": "mark", "uid": uid, "mark": "exclude", "note": "a: b"},
        {"kind": "mark", "uid": uid, "mark": "", "note": ""},
    ]
    stage.noted(SeriesMark(uid, "flag", "look again"), is_in=False)
    content = json.loads(stage._actions.content)
    assert (content["mark"], content["note"], content["outside"]) == ("flag", "look again", True)
