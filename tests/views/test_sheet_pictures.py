"""Where the pictures of a contact sheet come from, and what is looked through for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer import Cohort, CohortDefinition, Snapshot
from explorer.facets import Modality
from explorer.images import index_folder
from explorer.images.demo import DemoSource
from explorer.images.thumbnails import drawn_from
from explorer.views import known_images
from explorer.views.contact_sheet import contact_sheet

CT = CohortDefinition().including(Modality.is_in("CT"))


@pytest.fixture
def indexed(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders that were looked through; images are in one."""
    found: list[Path] = []
    monkeypatch.setattr(known_images, "index_folder", lambda folder: found.append(folder) or index_folder(folder))
    monkeypatch.setenv("COHORT_EXPLORER_IMAGES", str(demo_folder))
    known_images._indexed.cache_clear()
    return found


def test_with_every_picture_in_the_snapshot_no_folder_is_looked_through(
    demo_folder: Path, tmp_path: Path, indexed: list[Path]
) -> None:
    drawn = Snapshot.build(DemoSource(demo_folder), store=tmp_path / "store", draw=drawn_from(demo_folder))
    sheet = contact_sheet(Cohort(CT, drawn), 4)
    shown = json.loads(sheet.content)
    assert all(tile["pictured"] for tile in shown["tiles"])
    assert "on this computer" not in shown["note"], "nobody knows"
    assert sheet.png()
    assert indexed == []
    sheet.view(shown["tiles"][0]["uid"], mode="still").close()
    assert indexed == [demo_folder]


def test_without_pictures_in_the_snapshot_the_folders_are(demo_snapshot: Snapshot, indexed: list[Path]) -> None:
    shown = json.loads(contact_sheet(Cohort(CT, demo_snapshot), 4).content)
    assert len(indexed) == 1
    assert "4 on this computer" in shown["note"]
    assert all(tile["local"] for tile in shown["tiles"])
