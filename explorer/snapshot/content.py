"""The hash of a snapshot's content: two people who build from the same release get the same one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.errors import SnapshotError
from explorer.schema import SCHEMA_VERSION, TABLES, Column, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["ColumnHash", "content_id"]

_BATCH = 100_000


class ColumnHash:
    """SHA-256 of one column, the same however the column is cut into chunks.

    Hashed apart: which values are null (one byte a row), the values (fixed width, little-endian; null as 0), for text
    and lists the lengths (4 bytes) and the bytes or elements. So null, empty text and an empty list all differ, and
    no text can pass for two. -0.0 counts as 0.0, and every NaN as one.
    """

    def __init__(self, column: Column) -> None:
        self._type = column.type
        self._valid = hashlib.sha256()
        self._lengths = hashlib.sha256()
        self._values = hashlib.sha256()
        self._elements = (
            ColumnHash(Column(column.name, "text", "Elements of the lists.", "null"))
            if column.type == "texts"
            else None
        )

    def update(self, values: pa.Array) -> None:
        """Take the column's next values."""
        self._valid.update(_bytes(pc.is_valid(values), "u1"))
        if self._elements is not None:
            values = values.cast(pa.large_list(pa.large_string()))
            self._lengths.update(_bytes(pc.fill_null(pc.list_value_length(values), 0), "<i4"))
            self._elements.update(values.flatten())
        elif self._type == "text":
            values = values.cast(pa.large_binary()).fill_null(b"")
            offsets = np.frombuffer(values.buffers()[1], "<i8")[values.offset : values.offset + len(values) + 1]
            self._lengths.update(np.diff(offsets).astype("<i4").data)
            if len(values):
                self._values.update(memoryview(values.buffers()[2] or b"")[int(offsets[0]) : int(offsets[-1])])
        elif self._type == "number":
            numbers = np.array(pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False), "<f8")
            numbers[np.isnan(numbers)] = np.nan
            self._values.update((numbers + 0.0).data)  # -0.0 + 0.0 is 0.0
        else:
            whole = values.cast(pa.int32()) if self._type == "date" else values
            self._values.update(_bytes(pc.fill_null(whole, 0), "<i8"))

    def digest(self) -> bytes:
        """32 bytes."""
        parts = [self._valid.digest(), self._lengths.digest(), self._values.digest()]
        if self._elements is not None:
            parts.append(self._elements.digest())
        return hashlib.sha256(b"".join(parts)).digest()


def content_id(cursor: DuckDBPyConnection, catalog: str | None = None) -> str:
    """Return the SHA-256 of the content as 64 hexadecimal digits.

    It covers the schema version, the declared tables and columns in declared order with their types, and the rows in
    the order of their keys; nothing of who built it, when, or with what.

    Parameters
    ----------
    cursor
        A connection to the snapshot.
    catalog
        Name under which the snapshot is attached; None where it is the connection's own database.

    Raises
    ------
    SnapshotError
        Rows do not stand in the order of their keys, or a key stands twice.
    """
    shape = [[table.name, [[column.name, column.type] for column in table]] for table in TABLES]
    whole = hashlib.sha256(json.dumps({"schema": SCHEMA_VERSION, "tables": shape}, separators=(",", ":")).encode())
    for table in TABLES:
        rows = 0
        hashes = [ColumnHash(column) for column in table]
        for batch in _batches(cursor, table, catalog):
            rows += batch.num_rows
            for hash_, values in zip(hashes, batch.columns, strict=True):
                hash_.update(values)
        whole.update(rows.to_bytes(8, "little"))
        for hash_ in hashes:
            whole.update(hash_.digest())
    return whole.hexdigest()


def _batches(cursor: DuckDBPyConnection, table: Table, catalog: str | None) -> Iterable[pa.RecordBatch]:
    """The table's rows as stored, which is the order of the key; that they are is checked on the way."""
    columns = ", ".join(f'"{name}"' for name in table.names)
    name = f"{catalog}.{table.name}" if catalog else table.name
    last: tuple[object, ...] | None = None
    with cursor.sql(f"SELECT {columns} FROM {name}").to_arrow_reader(_BATCH) as reader:
        for batch in reader:
            if batch.num_rows:
                last = _ascending(batch, table, last)
            yield batch


def _ascending(batch: pa.RecordBatch, table: Table, last: tuple[object, ...] | None) -> tuple[object, ...]:
    keys = [batch.column(table.names.index(name)) for name in table.key]
    if len(keys) == 1 and pa.types.is_integer(keys[0].type):
        numbers = keys[0].to_numpy(zero_copy_only=False)
        rising = bool((np.diff(numbers) > 0).all()) and (last is None or last[0] < numbers[0])
        end: tuple[object, ...] = (numbers[-1],)
    else:
        tuples = list(zip(*(key.to_pylist() for key in keys), strict=True))
        known = tuples if last is None else [last, *tuples]
        rising = all(one < two for one, two in pairwise(known))
        end = tuples[-1]
    if not rising:
        raise SnapshotError(f"The rows of table {table.name} do not stand in the order of {', '.join(table.key)}.")
    return end


def _bytes(values: pa.Array, dtype: str) -> memoryview:
    return np.ascontiguousarray(values.to_numpy(zero_copy_only=False), dtype).data
