"""The contact sheet in a notebook: what is shown, what is noted, and what is saved of it."""

from __future__ import annotations

import gc
import io
import json
import shutil
import weakref
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer import Cohort, CohortBuilder, CohortDefinition, Snapshot
from explorer.cohort import SampleChoice, SeriesMark, marks_of, sample_of, with_mark
from explorer.counts import Sample
from explorer.errors import ImageError, SurroundingsError, UnknownNameError, UserError
from explorer.facets import Modality
from explorer.images import index_folder
from explorer.images.demo import DemoSource
from explorer.images.fetch import COLUMNS
from explorer.images.thumbnails import drawn_from, thumbnail
from explorer.sources import RowsSource
from explorer.views import contact_sheet as module
from explorer.views.contact_sheet import ContactSheet, contact_sheet
from explorer.views.local import Wish, offer
from explorer.views.sheet_page import SheetPage

CT = CohortDefinition().including(Modality.is_in("CT"))


@pytest.fixture
def cohort(demo_snapshot: Snapshot) -> Cohort:
    return Cohort(CT, demo_snapshot)


@pytest.fixture
def sheet(cohort: Cohort, demo_folder: Path) -> ContactSheet:
    return contact_sheet(cohort, 6, "dataset", 7, images=demo_folder)


def content(sheet: ContactSheet) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sheet.content)
    return found


def sent(sheet: ContactSheet, monkeypatch: pytest.MonkeyPatch, message: Any) -> list[Any]:
    """What the sheet's widget answers to a message from the page."""
    answers: list[Any] = []
    page = SheetPage(sheet)
    monkeypatch.setattr(page, "send", lambda content, buffers=None: answers.append((content, buffers)))
    page._heard(page, message, [])
    page.close()
    return answers


def test_the_sheet_draws_the_sample_that_was_looked_at_in_the_app(cohort: Cohort, demo_folder: Path) -> None:
    whole = index_folder(demo_folder)
    some = replace(whole, series={uid: whole.series[uid] for uid in sorted(whole.series)[::3]})
    choice = SampleChoice(6, "dataset", 7, here=True)
    looked_at = offer(cohort, some, Wish(sample=choice, here=choice.here)).sample
    assert looked_at is not None
    assert 0 < len(looked_at.rows) <= looked_at.among < cohort.totals().series  # type: ignore[operator]
    sheet = contact_sheet(cohort, 6, "dataset", 7, here=True, images=some)
    assert [tile["uid"] for tile in content(sheet)["tiles"]] == uids(looked_at)
    assert uids(looked_at) != uids(cohort.sample(6, "dataset", 7))
    assert sample_of(sheet.definition) == choice
    sheet.pressed = "new::1"
    assert sample_of(sheet.definition) == SampleChoice(6, "dataset", 8, here=True)
    assert {row["SeriesInstanceUID"] for row in sheet.sample.rows} <= set(some.series)
    none = contact_sheet(cohort, 6, "dataset", 7, here=True, images=replace(whole, series={}))
    assert uids(none.sample) == uids(cohort.sample(6, "dataset", 7)), "where none is here, all can be drawn"


def uids(sample: Sample) -> list[str]:
    return [row["SeriesInstanceUID"] for row in sample.rows]


def test_it_shows_the_sample_that_the_cohort_draws(sheet: ContactSheet, cohort: Cohort) -> None:
    sample = cohort.sample(6, "dataset", 7)
    shown = content(sheet)
    assert [tile["uid"] for tile in shown["tiles"]] == [row["SeriesInstanceUID"] for row in sample.rows]
    assert shown["heading"] == f"6 of {cohort.totals().series} series"
    assert "Spread over 2 of 2 dataset values, seed 7" in shown["note"]
    assert (shown["by"], shown["seed"]) == ("dataset", 7)
    assert {"name": "vendor", "title": "Vendor"} in shown["choices"]
    assert "age" not in [choice["name"] for choice in shown["choices"]]
    tile = shown["tiles"][0]
    assert tile["stratum"] == tile["dataset"] == sample.rows[0]["dataset"]
    assert tile["images"] == sample.rows[0]["instances"]
    assert tile["local"] and tile["pictured"]
    assert tile["alt"].startswith("CT")


def test_the_page_gets_pictures_of_the_sample_only(
    sheet: ContactSheet, demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sheet.sample.rows[2]
    uid = row["SeriesInstanceUID"]
    ((answer, buffers),) = sent(sheet, monkeypatch, {"kind": "thumb", "id": 4, "uid": uid})
    assert answer == {"kind": "got", "id": 4}
    assert buffers == [thumbnail(index_folder(demo_folder).files(uid), middle=row["middle_instance"])]
    shown = {tile["uid"] for tile in content(sheet)["tiles"]}
    strange = next(uid for uid in index_folder(demo_folder).series if uid not in shown)
    assert sent(sheet, monkeypatch, {"kind": "thumb", "id": 5, "uid": strange}) == [({"kind": "got", "id": 5}, [])]
    for nonsense in ({"kind": "thumb"}, "thumb", None, ["thumb"], 5):
        assert sent(sheet, monkeypatch, nonsense) == []
    assert sent(sheet, monkeypatch, {"kind": "get", "id": 1}) == [({"kind": "got", "id": 1}, [])]


def test_pressing_flags_excludes_and_clears(sheet: ContactSheet, cohort: Cohort) -> None:
    first, second = (tile["uid"] for tile in content(sheet)["tiles"][:2])
    sheet.pressed = f"flag:{first}:1"
    sheet.pressed = f"exclude:{second}:2"
    assert sheet.marks == (SeriesMark(first, "flag"), SeriesMark(second, "exclude"))
    assert [tile["mark"] for tile in content(sheet)["tiles"][:3]] == ["flag", "exclude", ""]
    assert sheet.definition.id == CT.id
    assert sample_of(sheet.definition) == SampleChoice(6, "dataset", 7)
    assert marks_of(cohort.definition) == (), "the cohort itself is a value"
    sheet.pressed = f"clear:{first}:3"
    sheet.mark(second, "exclude", "motion")
    assert marks_of(sheet.definition) == (SeriesMark(second, "exclude", "motion"),)


def test_the_page_and_the_sheet_are_in_step(sheet: ContactSheet) -> None:
    sheet._repr_mimebundle_()
    page = sheet._page
    assert page is not None
    uid = content(sheet)["tiles"][0]["uid"]
    page.chosen, page.pressed = uid, f"flag:{uid}:1"
    assert sheet.chosen == uid
    assert json.loads(page.content)["tiles"][0]["mark"] == "flag"
    sheet.close()
    sheet.mark(uid, "")
    assert json.loads(page.content)["tiles"][0]["mark"] == "flag", "a closed page hears no more"


def test_nobody_looks_so_there_is_no_widget(sheet: ContactSheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_unattended", lambda: True)
    bundle, _ = sheet._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    assert sheet._page is None


def test_marks_of_the_cohort_are_shown(cohort: Cohort, demo_folder: Path) -> None:
    uid = cohort.sample(6, "dataset", 7).rows[0]["SeriesInstanceUID"]
    marked = Cohort(with_mark(CT, uid, "exclude", "blurred"), cohort.snapshot)
    sheet = contact_sheet(marked, 6, "dataset", images=demo_folder)
    assert content(sheet)["tiles"][0]["mark"] == "exclude"
    assert sheet.marks == (SeriesMark(uid, "exclude", "blurred"),)


def test_another_facet_seed_and_sample(sheet: ContactSheet, cohort: Cohort) -> None:
    sheet.chosen = content(sheet)["tiles"][0]["uid"]
    sheet.pressed = "by:sex:1"
    assert content(sheet)["by"] == "sex"
    assert sheet.chosen == ""
    sheet.pressed = "seed:12:2"
    assert content(sheet)["seed"] == 12
    sheet.pressed = "new::3"
    assert sheet.sample.rows == cohort.sample(6, "sex", 13, columns=list(sheet.sample.rows[0])[:-1]).rows
    assert sample_of(sheet.definition) == SampleChoice(6, "sex", 13)


@pytest.mark.parametrize("pressed", ["by:age:1", "by:nothing:1", "seed:x:1", f"seed:{10**30}:1", f"flag:{'1' * 65}:1"])
def test_what_cannot_be_done_is_said_and_changes_nothing(sheet: ContactSheet, pressed: str) -> None:
    before, tiles = sheet.definition, content(sheet)["tiles"]
    sheet.pressed = pressed
    assert sheet.definition == before
    assert content(sheet)["tiles"] == tiles
    assert "Spread over" not in content(sheet)["note"]
    sheet.pressed = f"flag:{tiles[0]['uid']}:2"
    assert "Spread over" in content(sheet)["note"], "the next press that works takes the words away"


@pytest.mark.parametrize("pressed", ["", ":", "flag", "start-again::1", "rename:x:1"])
def test_nothing_else_can_be_pressed(sheet: ContactSheet, pressed: str) -> None:
    before = sheet.definition
    sheet.pressed = pressed
    assert sheet.definition == before


def test_the_chosen_one_opens_in_the_viewer(sheet: ContactSheet, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(module, "view", lambda files, **options: opened.append((files, options)))
    with pytest.raises(UserError, match="no series is chosen"):
        sheet.view()
    tile = content(sheet)["tiles"][1]
    sheet.chosen = tile["uid"]
    sheet.view(mode="still")
    ((files, options),) = opened
    assert len(files.files) == tile["images"]
    assert options["mode"] == "still"
    with pytest.raises(UserError, match=r"1\.2\.3 is not on this computer; fetch those"):
        sheet.view("1.2.3")


def test_what_is_saved_is_a_picture_with_words(sheet: ContactSheet) -> None:
    bundle, metadata = sheet._repr_mimebundle_()
    said = f"Contact sheet: {sheet.sample.sentence()}"
    assert metadata == {"image/png": {"alt": said}}
    assert bundle["text/plain"] == f"<{said}>"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    picture = Image.open(io.BytesIO(b64decode(bundle["image/png"])))
    assert picture.width > 6 * 128
    # Six pictures: each column of the first row holds black ground and light tissue.
    pixels = np.asarray(picture.convert("L")).astype(int)
    for column in range(6):
        field = pixels[60:160, 8 + column * 136 : 8 + column * 136 + 90]
        assert field.max() - field.min() > 100


def test_without_images_fields_are_grey_and_it_says_how_to_fetch(cohort: Cohort, tmp_path: Path) -> None:
    sheet = contact_sheet(cohort, 6, "dataset", images=tmp_path)
    assert not any(tile["local"] or tile["pictured"] for tile in content(sheet)["tiles"])
    assert "sheet.fetch(limit=5)" in content(sheet)["note"]
    pixels = np.asarray(Image.open(io.BytesIO(sheet.png())).convert("RGB"))
    assert tuple(pixels[-60, 20]) == (0xE2, 0xE5, 0xEA)
    # Nowhere to look at all, as on a machine where nothing was ever fetched.
    assert not any(tile["local"] for tile in content(contact_sheet(cohort, 3))["tiles"])


def test_fetching_brings_the_series_of_the_sheet_only(
    cohort: Cohort, demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    sheet = contact_sheet(cohort, 3, images=tmp_path / "none")
    asked: list[Any] = []

    def fetched(rows: Any, *, to: Any, limit: float) -> Any:
        asked.append((rows, limit))
        for row in rows:
            uid = row["SeriesInstanceUID"]
            for path in index_folder(demo_folder).files(uid):
                (to / uid).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, to / uid)
        return SimpleNamespace(folder=to)

    monkeypatch.setattr(module, "fetch", fetched)
    assert sheet.fetch(to=tmp_path / "here", limit=5).folder == tmp_path / "here"
    ((rows, limit),) = asked
    assert limit == 5
    assert set(COLUMNS) <= set(rows[0])
    assert [row["SeriesInstanceUID"] for row in rows] == [tile["uid"] for tile in content(sheet)["tiles"]]
    assert all(tile["local"] and tile["pictured"] for tile in content(sheet)["tiles"])
    assert "3 on this computer" in content(sheet)["note"]


def test_pictures_of_the_snapshot_come_first(demo_folder: Path, tmp_path: Path) -> None:
    drawn = Snapshot.build(DemoSource(demo_folder), store=tmp_path / "store", draw=drawn_from(demo_folder))
    (tmp_path / "none").mkdir()
    sheet = contact_sheet(Cohort(CT, drawn), 4, images=tmp_path / "none")
    tiles = content(sheet)["tiles"]
    assert [(tile["local"], tile["pictured"]) for tile in tiles] == [(False, True)] * 4
    assert "0 on this computer" in content(sheet)["note"]
    assert sheet._pictures.of(sheet.sample.rows) == {tile["uid"]: drawn.thumbnail(tile["uid"]) for tile in tiles}


def test_a_builder_takes_the_notes(demo_snapshot: Snapshot, demo_folder: Path) -> None:
    builder = CohortBuilder(demo_snapshot, CT, workspace=None)
    sheet = contact_sheet(builder, 4, "dataset", images=demo_folder)
    uid = content(sheet)["tiles"][0]["uid"]
    sheet.pressed = f"flag:{uid}:1"
    assert marks_of(builder.definition) == (SeriesMark(uid, "flag"),)
    builder.undo()
    assert marks_of(builder.definition) == ()
    assert content(sheet)["tiles"][0]["mark"] == ""
    builder.definition = CohortDefinition().including(Modality.is_in("MR"))
    assert {tile["what"].split(" ")[0] for tile in content(sheet)["tiles"]} == {"MR"}, "it shows the cohort as it is"
    builder.close()


def test_a_builder_does_not_keep_its_sheets(demo_snapshot: Snapshot, demo_folder: Path) -> None:
    builder = CohortBuilder(demo_snapshot, CT, workspace=None)
    sheet = contact_sheet(builder, 2, images=demo_folder)
    gone = weakref.ref(sheet)
    sheet._repr_mimebundle_()
    sheet.close()
    del sheet
    gc.collect()
    assert gone() is None
    builder.apply({"kind": "mark", "uid": "1.2", "mark": "flag"})
    builder.close()


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    text = "<img src=x onerror=alert(1)>\u202e\n"
    rows = [{"PatientID": text, "dataset": text, "Modality": "CT", "SeriesDescription": text, "Manufacturer": text}]
    snapshot = Snapshot.build(RowsSource(rows), store=tmp_path / "store")
    sheet = contact_sheet(Cohort(CohortDefinition(), snapshot), 3, "Manufacturer", images=[tmp_path])
    assert content(sheet)["tiles"][0]["what"] == f"CT · {text}"
    assert sheet.png()
    assert "<img" not in repr(sheet)


def test_what_cannot_be_shown(cohort: Cohort, demo_snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="1 to 1,000"):
        contact_sheet(cohort, 0)
    with pytest.raises(UnknownNameError, match="no facet"):
        contact_sheet(cohort, 4, "nothing")
    with pytest.raises(UserError, match="no cohort"):
        contact_sheet(CT)  # type: ignore[arg-type]
    with pytest.raises(ImageError, match="not a folder"):
        contact_sheet(cohort, 4, images=tmp_path / "gone")
    with pytest.raises(SurroundingsError, match="not listed"):
        contact_sheet(Cohort(CT, demo_snapshot, small_counts="10,10"), 4)
    nobody = contact_sheet(Cohort(CohortDefinition().including(Modality.is_in("XX")), demo_snapshot), images=tmp_path)
    assert "nothing to show" in content(nobody)["note"]
    assert nobody.png()
