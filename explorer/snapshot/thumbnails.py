"""Small pictures of series that stand beside a snapshot, in a file of their own.

Who builds from images may store one picture of each series, so that whoever has the snapshot sees them without the
images. The file is ``<id>.thumbnails.sqlite`` beside ``<id>.duckdb``: the snapshot's id does not cover it, since
encoders differ between machines, and a published snapshot is never written again.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from explorer.sources.source import Progress

__all__ = ["MODALITIES", "Draw", "Thumbnails", "refuse_hidden", "thumbnail_file", "write_thumbnails"]

Draw = Callable[[Sequence[tuple[str, str | None]]], Iterator[tuple[str, bytes | None]]]
"""Takes SeriesInstanceUID and middle SOPInstanceUID of series, and gives each UID with a WebP, or None for none."""

MODALITIES = ("CT", "MR", "PT", "NM", "CR", "DX", "MG", "XA", "RF")
"""Whose pictures are stored; of other kinds (ultrasound, captures, photographs) pixels often show a name or a face."""

_BATCH = 200
_TABLES = """
CREATE TABLE about (snapshot TEXT NOT NULL);
CREATE TABLE thumbnail (SeriesInstanceUID TEXT PRIMARY KEY, webp BLOB NOT NULL, crc32 INTEGER NOT NULL);
"""
_log = logging.getLogger(__name__)


class Thumbnails:
    """The pictures beside one snapshot; absent or damaged ones are none.

    The file is opened for each question, so pictures that are stored later are found, and nothing is held.

    Parameters
    ----------
    snapshot
        File of the snapshot.
    id_
        Its id; pictures of another snapshot are none.
    """

    def __init__(self, snapshot: Path, id_: str) -> None:
        self.path = thumbnail_file(snapshot)
        self._id = id_
        self._told = False

    def __len__(self) -> int:
        """How many there are."""
        rows = self._ask("SELECT count(*) FROM thumbnail")
        return int(rows[0][0]) if rows else 0

    def of(self, uid: str) -> bytes | None:
        """Return the WebP of a series; None where there is none."""
        rows = self._ask("SELECT webp, crc32 FROM thumbnail WHERE SeriesInstanceUID = ?", uid)
        if not rows:
            return None
        webp, crc32 = rows[0]
        if isinstance(webp, bytes) and zlib.crc32(webp) == crc32:
            return webp
        self._tell("a picture is damaged")
        return None

    def check(self) -> bool:
        """Whether all can be read; true where there are none. What is wrong is logged."""
        if not self.path.exists():
            return True
        rows = self._ask("SELECT webp, crc32 FROM thumbnail")
        sound = all(isinstance(webp, bytes) and zlib.crc32(webp) == crc32 for webp, crc32 in rows or ())
        if not sound:
            self._tell("a picture is damaged")
        return rows is not None and sound

    def _ask(self, query: str, *values: str) -> list[Any] | None:
        """Return the rows; None where there is no file, or none that can be used."""
        if not self.path.exists():
            return None
        try:
            # A published file does not change, so a folder that is only read needs no lock in it.
            address = f"{self.path.as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                if connection.execute("SELECT snapshot FROM about").fetchall() == [(self._id,)]:
                    return connection.execute(query, values).fetchall()
            self._tell("they belong to another snapshot")
        except sqlite3.Error as error:
            self._tell(str(error))
        return None

    def _tell(self, what: str) -> None:
        """Log once why pictures are not shown."""
        if not self._told:
            self._told = True
            _log.warning(
                "The small pictures in %s cannot be used: %s. The snapshot itself is not affected. Remove that file, "
                "or build the snapshot again with --thumbnails.",
                self.path,
                what,
            )


def thumbnail_file(snapshot: Path) -> Path:
    """Return where the pictures of a snapshot stand: beside its file, under the same name."""
    return snapshot.with_name(f"{snapshot.name.removesuffix('.duckdb')}.thumbnails.sqlite")


def refuse_hidden(options: Mapping[str, object]) -> None:
    """Raise where pictures would show what a de-identification hides.

    Parameters
    ----------
    options
        As `explorer.sources.deidentify.DeIdentification.options` gives them.

    Raises
    ------
    UserError
        UIDs are hashed, so that nobody finds the images, or sex and age are left out, which pictures tell.
    """
    if options.get("uids") == "hash":
        raise UserError("thumbnails show images that hashed UIDs hide; leave out --thumbnails, or --restricted")
    if options.get("characteristics") is False:
        raise UserError("thumbnails can show sex and age; leave out --thumbnails, or --drop-characteristics")


def write_thumbnails(connection: DuckDBPyConnection, draw: Draw, path: Path, id_: str, progress: Progress) -> None:
    """Write the pictures of a snapshot's series into a new file.

    Parameters
    ----------
    connection
        With the snapshot attached as ``snapshot``.
    draw
        Draws them.
    path
        The file, which is not there yet.
    id_
        Id of the snapshot.
    progress
        Called with the share done, 0 to 1, and what is being done.
    """
    series: list[tuple[str, str | None]] = connection.execute(
        "SELECT SeriesInstanceUID, middle_instance FROM snapshot.series "
        "WHERE object_kind = 'image' AND Modality IN (SELECT unnest(?::VARCHAR[])) ORDER BY series_key",
        [list(MODALITIES)],
    ).fetchall()
    with closing(sqlite3.connect(path)) as file:
        # Nobody reads it before it is whole and synced, so it needs no journal.
        file.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
        file.execute("INSERT INTO about VALUES (?)", [id_])
        drawn, done, stored = draw(series), 0, 0
        while batch := list(islice(drawn, _BATCH)):
            rows = [(uid, webp, zlib.crc32(webp)) for uid, webp in batch if webp is not None]
            file.executemany("INSERT INTO thumbnail VALUES (?, ?, ?)", rows)
            done, stored = done + len(batch), stored + len(rows)
            progress(done / len(series), f"{done:,} of {len(series):,} thumbnails, {stored:,} stored")
        file.commit()
