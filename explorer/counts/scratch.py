"""One cohort as tables of a cursor: who its members are and what it takes, for questions that SQL answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from explorer.counts.sql import Sql

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

    from explorer.counts.engine.evaluation import Evaluation

__all__ = ["Scratch"]

_TAKEN = (
    "SELECT series.series_key, series.study_key, series.patient_key, series.instances, series.bytes "
    "FROM series WHERE series_key IN (SELECT series_key FROM keys)"
)


class Scratch:
    """The temporary tables ``member`` (patient_key) and ``taken`` (keys, instances, bytes), and questions to them.

    Temporary tables live and die with their cursor, and a cursor takes one query at a time: a lock sees to
    that. So one scratch may be asked from several threads; several scratches run side by side. The tables are
    made with the first question.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._cursor = self._stack.enter_context(evaluation.snapshot.cursor())
        self._ready = False

    def rows(self, select: Sql | str) -> list[tuple[Any, ...]]:
        """Return all rows of the SELECT."""
        with self._asking(select) as question, self._evaluation.snapshot.plainly():
            return self._run(question).fetchall()

    def frame(self, select: Sql | str) -> pd.DataFrame:
        """Return all rows of the SELECT as a DataFrame."""
        with self._asking(select) as question, self._evaluation.snapshot.plainly():
            return self._run(question).df()

    @contextmanager
    def batches(self, select: Sql | str) -> Iterator[pa.RecordBatchReader]:
        """Give all rows of the SELECT as a stream of record batches."""
        with self._asking(select) as question, self._evaluation.snapshot.plainly():
            # Of a relation, not of the cursor: DuckDB 2.0 deprecates that.
            yield self._cursor.sql(question.text, params=list(question.values)).to_arrow_reader()

    def stop(self) -> None:
        """Stop the query that is running; its evaluation, stopped before, refuses every later one."""
        self._cursor.interrupt()

    def close(self) -> None:
        """Drop the tables and give the cursor back."""
        with self._lock:
            self._stack.close()

    @contextmanager
    def _asking(self, select: Sql | str) -> Iterator[Sql]:
        """Hold the cursor, with the tables in place, for one question."""
        with self._lock:
            if not self._ready:
                self._make("member", "SELECT patient_key FROM keys", patient_key=self._evaluation.members)
                self._make("taken", _TAKEN, series_key=self._evaluation.taken.series)
                self._ready = True
            yield Sql(select) if isinstance(select, str) else select

    def _make(self, name: str, select: str, **keys: Any) -> None:
        with self._evaluation.snapshot.plainly():
            self._cursor.register("keys", keys)
            try:
                self._run(Sql(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}"))
            finally:
                self._cursor.unregister("keys")

    def _run(self, question: Sql) -> duckdb.DuckDBPyConnection:
        with self._evaluation.snapshot.plainly():
            self._evaluation.rules.go_on()
            return self._cursor.execute(question.text, list(question.values))
