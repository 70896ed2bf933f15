"""One definition computed on one snapshot: its steps as temporary tables, private to one cursor."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from explorer.counts.program import Program
from explorer.counts.sql import Sql

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from explorer.cohort import CohortDefinition
    from explorer.snapshot import Snapshot

__all__ = ["Workspace"]


class Workspace:
    """The steps of a `Program` as temporary tables, and questions to them.

    Temporary tables live and die with their cursor, and a cursor takes one query at a time: a lock sees to
    that. So one workspace may be asked from several threads; several workspaces run side by side.
    """

    def __init__(self, definition: CohortDefinition, snapshot: Snapshot) -> None:
        self.program = Program(definition)
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._cursor = self._stack.enter_context(snapshot.cursor())
        self._made: set[str] = set()
        try:
            for name, select in self.program.steps():
                self.table(name, select)
        except BaseException:
            self.close()
            raise

    def table(self, name: str, select: Sql) -> str:
        """Make a temporary table of the SELECT, unless it stands already, and return its name."""
        with self._lock:
            if name not in self._made:
                self._cursor.execute(f"CREATE TEMP TABLE {name} AS {select.text}", list(select.values))
                self._made.add(name)
        return name

    def rows(self, select: Sql | str) -> list[tuple[Any, ...]]:
        """Return all rows of the SELECT."""
        with self._run(select) as cursor:
            return cursor.fetchall()

    def frame(self, select: Sql | str) -> pd.DataFrame:
        """Return all rows of the SELECT as a DataFrame."""
        with self._run(select) as cursor:
            return cursor.df()

    @contextmanager
    def batches(self, select: Sql | str) -> Iterator[pa.RecordBatchReader]:
        """Give all rows of the SELECT as a stream of record batches."""
        question = Sql(select) if isinstance(select, str) else select
        with self._lock:
            # Of a relation, not of the cursor: DuckDB 2.0 deprecates that.
            yield self._cursor.sql(question.text, params=list(question.values)).to_arrow_reader()

    @contextmanager
    def _run(self, select: Sql | str) -> Iterator[duckdb.DuckDBPyConnection]:
        question = Sql(select) if isinstance(select, str) else select
        with self._lock:
            self._cursor.execute(question.text, list(question.values))
            yield self._cursor

    def interrupt(self) -> None:
        """Stop the query that is running, if any; its caller gets duckdb's InterruptException."""
        self._cursor.interrupt()

    def close(self) -> None:
        """Drop the temporary tables and give the cursor back."""
        with self._lock:
            self._stack.close()
