"""Build a snapshot: aside, hashed, synced, then renamed to the name that its content gives it."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from explorer.errors import BuildError, SnapshotError
from explorer.snapshot.about import read_about, read_prepared, write_about
from explorer.snapshot.connect import open_file, open_for_building
from explorer.snapshot.content import content_id
from explorer.snapshot.lock import locked
from explorer.snapshot.prepare import ATTACHED, PREPARED, write_prepared
from explorer.snapshot.tables import write_tables
from explorer.snapshot.thumbnails import Draw, Thumbnails, refuse_hidden, thumbnail_file, write_thumbnails
from explorer.sources import Progress, Source, quiet

__all__ = ["build_file", "sweep"]

_BUILDING = ".building"


def build_file(
    source: Source,
    folder: Path,
    progress: Progress = quiet,
    existing: Callable[[], Path | None] = lambda: None,
    draw: Draw | None = None,
) -> Path:
    """Build a snapshot from the source and return the published file, ``<id>.duckdb`` in the folder.

    One build at a time works in a folder; others wait. Where the same content stands there already, that file stays
    unless its prepared tables are of an older version, and so do thumbnails beside it that can be read.

    Parameters
    ----------
    source
        Where the metadata comes from.
    folder
        Where snapshots live; made when absent, private to the user.
    progress
        Called with the share done, 0 to 1, and what is being done.
    existing
        Asked once it is this build's turn; a path means that somebody else has built it meanwhile.
    draw
        Draws the thumbnails to be stored in a file beside it; None stores none.

    Raises
    ------
    BuildError
        The source cannot be read, the disk is full, or memory does not suffice. Nothing is left behind.
    """
    with _said_plainly(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / "build.lock", lambda: progress(0.0, "waiting for another build to finish")):
            sweep(folder)
            found = existing()
            if found is not None:
                return found
            room = Path(tempfile.mkdtemp(suffix=_BUILDING, dir=folder))
            try:
                return _publish(_write(source, room, progress, draw), folder)
            finally:
                shutil.rmtree(room, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what killed builds left in the folder; only whoever holds the build lock may."""
    for leftover in folder.glob(f"*{_BUILDING}"):
        shutil.rmtree(leftover, ignore_errors=True)


def _write(source: Source, room: Path, progress: Progress, draw: Draw | None) -> Path:
    """Write the file into the room and return it under its final name; its thumbnails lie beside it."""
    draft = room / "draft.duckdb"
    with open_for_building(draft, room / "spill") as connection:
        notes = source.load(connection, lambda done, what: progress(0.2 * done, what))
        recipe = source.recipe
        if draw is not None:
            chosen = recipe.options.get("deidentification")
            refuse_hidden(chosen if isinstance(chosen, Mapping) else {})
        write_tables(connection, recipe.source, lambda done, what: progress(0.2 + 0.5 * done, what))
        progress(0.7, "hashing the content")
        # Rows are read as they will be read from the file, not from the memory of this build.
        connection.execute("CHECKPOINT snapshot")
        id_ = content_id(connection, "snapshot")
        progress(0.85, "preparing the counts")
        write_prepared(connection, ATTACHED)
        write_about(connection, id_, recipe, notes)
        if draw is not None and not _has_thumbnails(room.parent / f"{id_}.duckdb", id_):
            pictures = thumbnail_file(room / f"{id_}.duckdb")
            write_thumbnails(connection, draw, pictures, id_, lambda done, what: progress(0.9 + 0.05 * done, what))
        progress(0.95, "writing the file")
    return draft.rename(room / f"{id_}.duckdb")


def _publish(draft: Path, folder: Path) -> Path:
    """Give the draft and its thumbnails their place; the snapshot first, so that thumbnails never stand alone."""
    final = folder / draft.name
    prepared = _prepared(final) if final.exists() else None
    if prepared is None:
        _move(draft, final)
    elif prepared < PREPARED:
        # Who reads the old file goes on doing so. Where the system forbids to replace it meanwhile, it serves as well.
        with suppress(PermissionError):
            _move(draft, final)
    pictures = thumbnail_file(draft)
    if pictures.exists():
        _move(pictures, folder / pictures.name)
    return final


def _move(draft: Path, final: Path) -> None:
    draft.chmod(0o600)
    _sync(draft)
    draft.replace(final)
    if os.name == "posix":
        _sync(final.parent)


def _prepared(path: Path) -> int | None:
    """Return the version of the prepared tables in a file of the same content; None where it does not open."""
    try:
        with open_file(path).cursor() as cursor:
            read_about(cursor, path)
            return read_prepared(cursor)
    except SnapshotError:
        return None


def _has_thumbnails(snapshot: Path, id_: str) -> bool:
    pictures = Thumbnails(snapshot, id_)
    return pictures.path.exists() and pictures.check()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    """Turn what the disk and DuckDB say into one sentence."""
    try:
        yield
    except SnapshotError as error:
        raise BuildError(f"The build went wrong: {error}") from error
    except duckdb.OutOfMemoryException as error:
        raise BuildError(
            "Memory does not suffice to build the snapshot; set COHORT_EXPLORER_MEMORY to more, such as 2GB."
        ) from error
    except duckdb.Error as error:
        text = str(error).strip().splitlines()[0]
        if "No space left" in text or "File too large" in text or "could not write" in text.lower():
            raise BuildError(_full(folder)) from error
        raise BuildError(f"The snapshot could not be built: {text}") from error
    except sqlite3.Error as error:
        if "full" in str(error):
            raise BuildError(_full(folder)) from error
        raise BuildError(f"The thumbnails could not be stored: {error}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise BuildError(_full(folder)) from error
        raise BuildError(f"Nothing can be written to {folder}: {error.strerror}.") from error


def _full(folder: Path) -> str:
    free = "unknown"
    with suppress(OSError):
        free = f"{shutil.disk_usage(folder).free / 1e6:,.0f} MB"
    return (
        f"The disk is full: {folder} has {free} free. The default snapshot needs about 300 MB while it is built; make "
        "room, or set COHORT_EXPLORER_HOME to a folder elsewhere. Nothing was left behind."
    )
