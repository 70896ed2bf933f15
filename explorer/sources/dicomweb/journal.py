"""What was read from an archive before, so that only what changed is asked for again.

A private file with the headers of series as they came, identifiers among them: as private as the archive itself. Words
of people's names are never written. Each set of words has a number here, and the number up to three series that the
archive gives it for: from one of those it is asked for again.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.cohort.texts import one_line
from explorer.errors import SurroundingsError

__all__ = ["Journal", "ReadSeries", "ReadStudy", "Words"]

Words = frozenset[str]

_VERSION = 2
_TABLES = """
    CREATE TABLE IF NOT EXISTS about (version INTEGER, scope TEXT);
    CREATE TABLE IF NOT EXISTS study (uid TEXT PRIMARY KEY, marker TEXT, read TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS names (number INTEGER, study TEXT, series TEXT);
"""
_HOLDERS = 3
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ReadSeries:
    """What the archive says of a series: values by DICOM keyword, and how many instances it has.

    `names` are the words of people's names that stand beside it.
    """

    uid: str
    instances: int
    values: dict[str, str | int]
    refers_to: tuple[str, ...] = ()
    names: Words = frozenset()


@dataclass(frozen=True, slots=True)
class ReadStudy:
    """The series of a study, and what was noticed while they were read."""

    series: list[ReadSeries]
    notes: Counter[str] = field(default_factory=Counter)


class Journal:
    """Studies by StudyInstanceUID, each with the marker of what the archive said of it when it was read.

    Parameters
    ----------
    path
        The file, made when absent, readable by its owner only; None keeps nothing.
    scope
        What the journal is about, such as an address; a file about something else is begun anew.

    Raises
    ------
    SurroundingsError
        The file cannot be made, or another build is writing it.
    """

    def __init__(self, path: Path | None, scope: str) -> None:
        self._path = path
        self._words: dict[int, Words | None] = {0: frozenset()}
        self._numbers: dict[Words, int] = {frozenset(): 0}
        self._holders: defaultdict[int, set[str]] = defaultdict(set)
        self._waiting = 0
        self._rows: sqlite3.Connection | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self._rows = _opened(path, scope)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged: it only saves time
                path.unlink()
                self._rows = _opened(path, scope)
        except (OSError, sqlite3.Error) as error:
            raise self._trouble(error) from None

    def read_before(
        self, uid: str, markers: Mapping[str, str], again: Callable[[str, str], Words | None]
    ) -> ReadStudy | None:
        """Return what was read of a study when the archive said the same of it as now, else None.

        Parameters
        ----------
        uid
            StudyInstanceUID.
        markers
            The marker of every study as it is now.
        again
            Asks the archive for the words of names beside a series (its study's UID, its own); None where it is gone.
        """
        found = self._ask("SELECT read FROM study WHERE uid = ? AND marker = ?", uid, markers[uid])
        if not found or not markers[uid]:
            return None
        try:
            said = json.loads(found[0][0])
            series = []
            for own, instances, values, refers_to, number in said["series"]:
                words = self._words_of(number, markers, again)
                if words is None:
                    return None
                series.append(ReadSeries(own, instances, values, tuple(refers_to), words))
            return ReadStudy(series, Counter(said["notes"]))
        except (ValueError, TypeError, KeyError):
            return None

    def keep(self, uid: str, marker: str, read: ReadStudy) -> None:
        """Keep what was read of a study; a study without a marker is read anew each time."""
        if self._rows is None or not marker:
            return
        series = [
            [each.uid, each.instances, each.values, each.refers_to, self._number(each.names, uid, each.uid)]
            for each in read.series
        ]
        text = json.dumps({"series": series, "notes": read.notes})
        self._ask("INSERT OR REPLACE INTO study VALUES (?, ?, ?)", uid, marker, text)
        self._waiting += 1
        if self._waiting >= _AT_ONCE:
            self.save()

    def keep_only(self, markers: Mapping[str, str]) -> None:
        """Forget every study that is not there any more, or not as it was."""
        for uid, marker in self._ask("SELECT uid, marker FROM study"):
            if markers.get(uid) != marker:
                self._ask("DELETE FROM study WHERE uid = ?", uid)
        self._ask("DELETE FROM names WHERE study NOT IN (SELECT uid FROM study)")
        self.save()

    def save(self) -> None:
        """Make everything safe that was kept."""
        if self._rows is not None:
            try:
                self._rows.commit()
            except sqlite3.Error as error:
                raise self._trouble(error) from None
        self._waiting = 0

    def close(self) -> None:
        """Save and close."""
        if self._rows is not None:
            try:
                self.save()
            finally:
                self._rows.close()

    def _words_of(
        self, number: int, markers: Mapping[str, str], again: Callable[[str, str], Words | None]
    ) -> Words | None:
        if number not in self._words:
            words: Words | None = None
            for study, series in self._ask(
                "SELECT names.study, series FROM names JOIN study ON uid = names.study WHERE number = ?", number
            ):
                self._holders[number].add(study)
                if words is None and markers.get(study):
                    words = again(study, series)
            if words is not None:
                self._numbers.setdefault(words, number)
            self._words[number] = words
        return self._words[number]

    def _number(self, words: Words, study: str, series: str) -> int:
        number = self._numbers.get(words)
        if number is None:
            # Never one that a study names whose holders are gone.
            number = 1 + secrets.randbits(60)
            self._numbers[words] = number
            self._words[number] = words
        holders = self._holders[number]
        if number and study not in holders and len(holders) < _HOLDERS:
            holders.add(study)
            self._ask("INSERT INTO names VALUES (?, ?, ?)", number, study, series)
        return number

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if self._rows is None:
            return []
        try:
            return self._rows.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._trouble(error) from None

    def _trouble(self, error: Exception) -> SurroundingsError:
        if "locked" in str(error):
            return SurroundingsError(
                "The journal of this archive belongs to a build that is running. Wait for its end."
            )
        why = one_line(getattr(error, "strerror", None) or str(error))
        return SurroundingsError(f"The journal {one_line(str(self._path))} cannot be kept: {why}.")


def _opened(path: Path, scope: str) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    rows = sqlite3.connect(path, timeout=1)
    try:
        rows.execute("PRAGMA locking_mode = EXCLUSIVE")
        rows.execute("PRAGMA secure_delete = ON")
        rows.execute("BEGIN EXCLUSIVE")
        for statement in _TABLES.split(";"):
            rows.execute(statement)
        if rows.execute("SELECT version, scope FROM about").fetchall() != [(_VERSION, scope)]:
            for table in ("about", "study", "names"):
                rows.execute(f"DELETE FROM {table}")
            rows.execute("INSERT INTO about VALUES (?, ?)", (_VERSION, scope))
        rows.commit()
    except BaseException:
        rows.close()
        raise
    return rows
