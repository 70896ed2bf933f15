"""Thumbnails in a snapshot: beside its content, only where asked for, and none of what is hidden."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from explorer import Snapshot
from explorer.errors import UserError
from explorer.images.thumbnails import drawn_from
from explorer.snapshot import Store
from explorer.snapshot.thumbnails import thumbnail_file
from explorer.sources.deidentify import DeIdentification
from explorer.sources.dicom.source import DicomSource
from tests.images.phantoms import phantom, write_stack

KEY = b"sixteen bytes or more"
SERIES = {"1.2.3.1": {"Modality": "CT"}, "1.2.3.2": {"Modality": "US"}, "1.2.3.3": {"BurnedInAnnotation": "YES"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A CT, an ultrasound series, and one whose header says that text is burned in."""
    for uid, said in SERIES.items():
        write_stack(tmp_path / "images" / uid, phantom(), SeriesInstanceUID=uid, **said)
    return tmp_path / "images"


def source(folder: Path, hidden: DeIdentification | None = None) -> DicomSource:
    return DicomSource(folder, hidden or DeIdentification(KEY))


def test_only_pictures_that_show_no_name_are_stored(folder: Path, tmp_path: Path) -> None:
    snapshot = Snapshot.build(source(folder), store=tmp_path / "store", draw=drawn_from(folder))
    picture = snapshot.thumbnail("1.2.3.1")
    assert picture is not None
    assert max(Image.open(io.BytesIO(picture)).size) == 128
    assert [snapshot.thumbnail(uid) for uid in ("1.2.3.2", "1.2.3.3", "1.2.3.4")] == [None] * 3
    assert snapshot.thumbnails == 1
    assert "small pictures of series are stored" in str(snapshot.card()["deidentification"])
    snapshot.verify()


def test_the_id_is_that_of_the_content(folder: Path, tmp_path: Path) -> None:
    plain = Snapshot.build(source(folder), store=tmp_path / "plain")
    drawn = Snapshot.build(source(folder), store=tmp_path / "drawn", draw=drawn_from(folder))
    assert plain.id == drawn.id
    assert plain.thumbnail("1.2.3.1") is None
    assert plain.recipe == drawn.recipe
    assert (plain.thumbnails, drawn.thumbnails) == (0, 1)
    assert "pictures" not in str(plain.card()["deidentification"])
    plain.verify()


def test_a_snapshot_gets_thumbnails_later_and_is_not_written_again(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = Snapshot.build(source(folder), store=store)
    before, content = first.path.stat(), first.path.read_bytes()
    with first.cursor() as cursor:  # a process that still reads it
        drawn = Snapshot.build(source(folder), store=store, draw=drawn_from(folder))
        assert cursor.execute("SELECT count(*) FROM series").fetchall() == [(3,)]
    after = first.path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert first.path.read_bytes() == content
    assert drawn.path == first.path
    assert drawn.thumbnail("1.2.3.1")
    assert first.thumbnail("1.2.3.1") == drawn.thumbnail("1.2.3.1"), "the one that was open has them too"
    assert first.recipe == drawn.recipe == Snapshot(first.path).recipe
    again = Snapshot.build(source(folder), store=store)
    assert again.thumbnail("1.2.3.1") == drawn.thumbnail("1.2.3.1")
    pictures = thumbnail_file(first.path).stat()
    Snapshot.build(source(folder), store=store, draw=drawn_from(folder))
    assert thumbnail_file(first.path).stat().st_ino == pictures.st_ino, "pictures that can be read stay"
    assert sorted(path.suffix for path in store.glob(f"{first.id}*")) == [".duckdb", ".sqlite"]
    assert [entry.about.id for entry in Store(store, ()).entries()] == [first.id]


def test_they_go_with_their_snapshot(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store", ())
    snapshot = Snapshot.build(source(folder), store=store, draw=drawn_from(folder))
    assert thumbnail_file(snapshot.path).exists()
    assert thumbnail_file(snapshot.path).stat().st_mode & 0o077 == 0
    store.remove(snapshot.id)
    assert not list(store.folder.glob(f"{snapshot.id}*"))


def test_a_folder_that_is_only_read_serves_them(folder: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    built = Snapshot.build(source(folder), store=shared, draw=drawn_from(folder))
    (shared / "index.json").unlink()
    for path in (*shared.iterdir(), shared):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(shared.iterdir())
    try:
        found = Snapshot.open(built.id, store=Store(tmp_path / "own", (shared,)))
        assert found.thumbnail("1.2.3.1")
        assert sorted(shared.iterdir()) == before
    finally:
        shared.chmod(0o755)


def test_a_build_that_ends_while_drawing_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    def draw(series: Sequence[tuple[str, str | None]]) -> Iterator[tuple[str, bytes | None]]:
        yield series[0][0], b"RIFF"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Snapshot.build(source(folder), store=tmp_path / "store", draw=draw)
    assert {path.name for path in (tmp_path / "store").iterdir()} <= {"build.lock"}


@pytest.mark.parametrize("damage", ["no database", "cut off", "one picture", "empty", "another snapshot"])
def test_damaged_ones_are_ignored_and_said(
    folder: Path, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    built = Snapshot.build(source(folder), store=tmp_path / "store", draw=drawn_from(folder))
    sound = built.thumbnail("1.2.3.1")
    assert sound
    pictures = thumbnail_file(built.path)
    content = pictures.read_bytes()
    at = content.index(sound[:40])
    pictures.unlink()
    pictures.write_bytes({
        "no database": b"x" * 5000,
        "cut off": content[:4096],
        "one picture": content[: at + 30] + bytes(5) + content[at + 35 :],
        "empty": b"",
        "another snapshot": content.replace(built.id.encode(), b"0" * 64),
    }[damage])  # fmt: skip
    snapshot = Snapshot(built.path)
    assert snapshot.thumbnail("1.2.3.1") is None
    snapshot.verify()
    assert "cannot be used" in caplog.text
    assert str(pictures) in caplog.text
    assert "not affected" in caplog.text
    again = Snapshot.build(source(folder), store=tmp_path / "store", draw=drawn_from(folder))
    assert again.thumbnail("1.2.3.1") == sound, "built again, they are sound"


@pytest.mark.parametrize(
    ("hidden", "says"), [({"uids": "hash"}, "hashed UIDs"), ({"characteristics": False}, "sex and age")]
)
def test_no_picture_shows_what_is_hidden(folder: Path, tmp_path: Path, hidden: dict[str, object], says: str) -> None:
    kept = replace(DeIdentification(KEY), **hidden)  # type: ignore[arg-type]
    with pytest.raises(UserError, match=says):
        Snapshot.build(source(folder, kept), store=tmp_path / "store", draw=drawn_from(folder))
    assert not [path for path in (tmp_path / "store").iterdir() if path.name != "build.lock"]
