"""What a scan has read already, so that it can go on after it was killed."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from explorer.errors import BuildError
from explorer.sources.dicom.header import KEYWORDS, Header
from explorer.sources.dicom.walk import Entry

__all__ = ["Journal", "forget"]

_VERSION = "2 " + hashlib.sha256(" ".join(KEYWORDS).encode()).hexdigest()
_ROWS_BETWEEN_COMMITS = 2_000
_SETS_AT_HAND = 20_000
_TABLES = """
CREATE TABLE IF NOT EXISTS made_for (what TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, header TEXT, names INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS names (number INTEGER PRIMARY KEY, path BLOB, size INTEGER, mtime_ns INTEGER);
"""


class Journal:
    """Headers of the files of one folder, by path, size and time of change; readable by their owner only.

    PatientID, dates and descriptions are written as recorded, and a description can hold a name. The attributes that
    hold names are not: of them a header carries words, and each set of words has a number here, and the number one file
    that holds them: from that file they are read again.

    Parameters
    ----------
    place
        The journal's file; made where there is none, set aside as ``NAME.damaged`` where it is damaged.
    root
        The folder; a journal of another one is begun again.
    read
        Gives an entry's header, or None where the file has changed since.

    Raises
    ------
    BuildError
        It cannot be written, or another scan is writing it.
    """

    def __init__(self, place: Path, root: Path, read: Callable[[Entry], Header | None]) -> None:
        self._place = place
        self._read = read
        self._words: dict[int, frozenset[str] | None] = {}
        self._numbers: dict[frozenset[str], int] = {frozenset(): 0}
        self._unsaved = 0
        try:
            try:
                self._connection = _connected(place, root)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                place.replace(place.with_name(place.name + ".damaged"))
                self._connection = _connected(place, root)
            self._last = self._connection.execute("SELECT coalesce(max(number), 0) FROM names").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            raise self._trouble(error) from None

    def find(self, entry: Entry) -> Header | None:
        """Return the header of a file that has not changed since it was read; None where it must be read."""
        row = self._ask("SELECT size, mtime_ns, header, names FROM file WHERE path = ?", os.fsencode(entry.name))
        if row is None or row[:2] != (entry.size, entry.mtime_ns):
            return None
        words = self._words_of(row[3])
        if words is None:
            return None
        try:
            values, refers_to, positions = json.loads(row[2])
            return Header(dict(values), tuple(refers_to), tuple((x, y, z) for x, y, z in positions), words)
        except (TypeError, ValueError):
            return None

    def add(self, entry: Entry, header: Header) -> None:
        """Remember a header; it is safe once some more have been added, or the journal is closed."""
        number = self._numbers.get(header.name_words)
        if number is None:
            self._last = number = self._last + 1
            self._keep(number, header.name_words)
            self._ask("INSERT INTO names VALUES (?, ?, ?, ?)", number, *_row(entry))
        text = json.dumps([header.values, header.refers_to, header.positions], separators=(",", ":"))
        self._ask("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", *_row(entry), text, number)
        self._unsaved += 1
        if self._unsaved >= _ROWS_BETWEEN_COMMITS:
            self.save()

    def save(self) -> None:
        """Make everything safe that was added."""
        try:
            self._connection.commit()
        except sqlite3.Error as error:
            raise self._trouble(error) from None
        self._unsaved = 0

    def close(self) -> None:
        """Save and close."""
        try:
            self.save()
        finally:
            self._connection.close()

    def _words_of(self, number: int) -> frozenset[str] | None:
        if number == 0:
            return frozenset()
        if number not in self._words:
            row = self._ask("SELECT path, size, mtime_ns FROM names WHERE number = ?", number)
            header = None if row is None else self._read(Entry(os.fsdecode(row[0]), row[1], row[2]))
            self._keep(number, None if header is None else header.name_words)
        return self._words[number]

    def _keep(self, number: int, words: frozenset[str] | None) -> None:
        if len(self._words) >= _SETS_AT_HAND:
            self._words.clear()
            self._numbers = {frozenset(): 0}
        self._words[number] = words
        if words:
            self._numbers[words] = number

    def _ask(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        try:
            row: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise self._trouble(error) from None
        return row

    def _trouble(self, error: Exception) -> BuildError:
        if "locked" in str(error):
            return BuildError(f"The journal {self._place} belongs to a scan that is running. Wait until it has ended.")
        return BuildError(f"The journal {self._place} cannot be written: {error}. Make room, or give another place.")


def forget(place: Path) -> None:
    """Remove a journal that no scan is writing, and what was set aside of it.

    Raises
    ------
    BuildError
        It cannot be removed.
    """
    for end in ("", ".damaged", "-journal"):
        try:
            place.with_name(place.name + end).unlink(missing_ok=True)
        except OSError as error:
            raise BuildError(f"The journal {place} cannot be removed: {error.strerror}. Remove it yourself.") from None


def _row(entry: Entry) -> tuple[bytes, int, int]:
    return os.fsencode(entry.name), entry.size, entry.mtime_ns


def _connected(place: Path, root: Path) -> sqlite3.Connection:
    place.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    place.chmod(0o600)
    connection = sqlite3.connect(place, timeout=1, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN EXCLUSIVE")
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        try:
            _begin(connection, {("version", _VERSION), ("root", os.fsencode(os.path.realpath(root)))})
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # a full disk
                raise
            raise sqlite3.DatabaseError("a database of something else") from None
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: sqlite3.Connection, made_for: set[tuple[str, str | bytes]]) -> None:
    """Make the tables, and empty those that were made for another folder or by another version."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    if set(connection.execute("SELECT what, value FROM made_for")) != made_for:
        for table in ("made_for", "file", "names"):
            connection.execute(f"DELETE FROM {table}")
        connection.executemany("INSERT INTO made_for VALUES (?, ?)", made_for)
    connection.execute("SELECT path, size, mtime_ns, header, names FROM file LIMIT 1")
    connection.execute("SELECT number, path, size, mtime_ns FROM names LIMIT 1")
