"""Rows written to a file: all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cohort.files import replacing
from explorer.errors import UnknownNameError

if TYPE_CHECKING:
    from explorer.counts.scratch import Scratch

__all__ = ["FORMATS", "write_rows"]

FORMATS = (".csv", ".parquet")


def write_rows(scratch: Scratch, select: str, path: Path) -> int:
    """Write every row of the SELECT to a ``.csv`` or ``.parquet`` file and return their number.

    The rows stream to a file beside `path`, which then takes its name: a full disk or a kill leaves what was
    there before. CSV is UTF-8 with a header; missing is an empty field, an empty text is ``""``.

    Raises
    ------
    UnknownNameError
        The file's name ends otherwise.
    SurroundingsError
        The file cannot be written.
    """
    from pyarrow import csv, parquet

    if path.suffix.lower() not in FORMATS:
        raise UnknownNameError(f"{path.name}: tables are written as {' or '.join(FORMATS)}; name the file accordingly")
    rows = 0
    with replacing(path) as aside, scratch.batches(select) as batches:
        writer = csv.CSVWriter if path.suffix.lower() == ".csv" else parquet.ParquetWriter
        with writer(aside, batches.schema) as out:
            for batch in batches:
                out.write_batch(batch)
                rows += batch.num_rows
    return rows
