"""One definition computed on one snapshot: its steps as temporary tables, private to one cursor."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from explorer.counts.program import Program
from explorer.counts.sql import Sql
from explorer.errors import SnapshotError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from explorer.cohort import CohortDefinition
    from explorer.snapshot import Snapshot

__all__ = ["Scratch"]


class Scratch:
    """The steps of a `Program` as temporary tables, and questions to them.

    Temporary tables live and die with their cursor, and a cursor takes one query at a time: a lock sees to
    that. So one scratch may be asked from several threads; several scratches run side by side. The steps run
    with the first question.
    """

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot) -> None:
        self.program = Program(definition)
        self._snapshot = snapshot
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._cursor = self._stack.enter_context(snapshot.cursor())
        self._made: set[str] = set()
        self._ready = False
        self._stopped = False

    def table(self, name: str, select: Sql) -> str:
        """Make a temporary table of the SELECT, unless it stands already, and return its name."""
        with self._lock:
            self._prepare()
            self._make(name, select)
        return name

    def drop(self, prefix: str) -> None:
        """Drop the temporary tables whose names begin so; asked for again, they are made again."""
        with self._lock:
            for name in [name for name in self._made if name.startswith(prefix)]:
                self._cursor.execute(f"DROP TABLE {name}")
                self._made.remove(name)

    def rows(self, select: Sql | str) -> list[tuple[Any, ...]]:
        """Return all rows of the SELECT."""
        with self._asking(select) as question:
            return self._run(question.text, question).fetchall()

    def frame(self, select: Sql | str) -> pd.DataFrame:
        """Return all rows of the SELECT as a DataFrame."""
        with self._asking(select) as question:
            return self._run(question.text, question).df()

    @contextmanager
    def batches(self, select: Sql | str) -> Iterator[pa.RecordBatchReader]:
        """Give all rows of the SELECT as a stream of record batches."""
        with self._asking(select) as question, self._snapshot.plainly():
            # Of a relation, not of the cursor: DuckDB 2.0 deprecates that.
            yield self._cursor.sql(question.text, params=list(question.values)).to_arrow_reader()

    @contextmanager
    def _asking(self, select: Sql | str) -> Iterator[Sql]:
        """Hold the cursor, with the program's steps in place, for one question."""
        with self._lock:
            self._prepare()
            yield Sql(select) if isinstance(select, str) else select

    def _prepare(self) -> None:
        if not self._ready:
            for name, step in self.program.steps():
                self._make(name, step)
            self._ready = True

    def _make(self, name: str, select: Sql) -> None:
        if name not in self._made:
            self._run(f"CREATE TEMP TABLE {name} AS {select.text}", select)
            self._made.add(name)

    def _run(self, text: str, select: Sql) -> duckdb.DuckDBPyConnection:
        with self._snapshot.plainly():
            if self._stopped:
                raise SnapshotError("The question was stopped; another one has taken its place.")
            return self._cursor.execute(text, list(select.values))

    def interrupt(self) -> None:
        """Stop the query that is running, and every later one; whoever asked gets a SnapshotError."""
        self._stopped = True
        self._cursor.interrupt()

    def close(self) -> None:
        """Drop the temporary tables and give the cursor back."""
        with self._lock:
            self._stack.close()
