"""What is read from a snapshot's file when it is first asked for, and kept for everybody.

Tables are read as they stand: rows were written in the order of their keys, and DuckDB preserves it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from explorer.counts.engine.types import Numbers
from explorer.snapshot.connect import SnapshotFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Kept", "read_column", "read_columns"]

T = TypeVar("T")


class Kept:
    """Things made from a file, each once, when somebody first asks for it; others wait.

    Parameters
    ----------
    file
        Whoever asks has it open; this alone does not keep it so.
    """

    def __init__(self, file: SnapshotFile) -> None:
        self._file = weakref.ref(file)
        self._lock = threading.RLock()
        self._made: dict[object, Any] = {}

    def put(self, key: object, thing: object) -> None:
        """Keep a thing that is made already."""
        self._made[key] = thing

    def get(self, key: object, make: Callable[..., T], *arguments: Any) -> T:
        """Return what is kept under the key; where nothing is, what `make` returns, which must not be None."""
        found = self._made.get(key)
        if found is None:
            with self._lock:
                found = self._made.get(key)
                if found is None:
                    found = self._made[key] = make(*arguments)
        made: T = found
        return made

    def cursor(self) -> AbstractContextManager[DuckDBPyConnection]:
        """Give a fresh cursor on the file."""
        file = self._file()
        if file is None:
            raise AssertionError("asked for what was not read while nobody has the snapshot open")
        return file.cursor()

    def read(self, select: str, *values: object) -> Numbers:
        """Return the only column of a SELECT, in the order of its rows; missing numbers as NaN."""
        with self.cursor() as cursor:
            return read_column(cursor, select, *values)

    def column(self, select: str) -> Numbers:
        """Return the only column of a SELECT, and keep it."""
        return self.get(select, self.read, select)


def read_columns(cursor: DuckDBPyConnection, select: str, *values: object) -> dict[str, Numbers]:
    """Return the columns of a SELECT; missing numbers as NaN."""
    found = cursor.execute(select, list(values)).fetchnumpy()
    return {
        name: np.ma.filled(column.astype(np.float64), np.nan) if isinstance(column, np.ma.MaskedArray) else column
        for name, column in found.items()
    }


def read_column(cursor: DuckDBPyConnection, select: str, *values: object) -> Numbers:
    """Return the only column of a SELECT; missing numbers as NaN."""
    (column,) = read_columns(cursor, select, *values).values()
    return column
