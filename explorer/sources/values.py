"""Python values made into typed columns, checked against the schema."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from explorer.errors import BuildError
from explorer.schema import Column, ColumnType

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_table", "checked"]

_WANTED: Mapping[ColumnType, str] = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number",
    "date": "a date, or ISO 8601 text such as '2020-03-31'",
    "texts": "a list of text",
}


def checked(column: Column, value: object, where: str) -> object:
    """Return `value` as the column's type, or None.

    Text and lists of text stay, whole floats become integers where integers are declared, ISO 8601 text becomes a
    date, NaN and an empty list become None.

    Parameters
    ----------
    column
        The column that the value is for.
    value
        Any Python value; booleans are no numbers.
    where
        Names the value's row in a message.

    Raises
    ------
    BuildError
        The value does not fit the column.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    match column.type:
        case "text":
            fits = _is_text(value)
        case "texts":
            if isinstance(value, list | tuple | set | frozenset) and all(map(_is_text, value)):
                return sorted(set(value)) or None
            fits = False
        case "date":
            if isinstance(value, str):
                try:
                    return dt.date.fromisoformat(value)
                except ValueError:
                    fits = False
            else:
                fits = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        case "integer":
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            fits = isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
        case "number":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            if fits and isinstance(value, int):
                value = float(value)
    if not fits:
        raise BuildError(f"{where}: {column.name} must be {_WANTED[column.type]}, not {value!r:.200}.")
    return value


def arrow_table(columns: Sequence[Column], rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Return the rows as an Arrow table with exactly these columns; a column that a row lacks is null."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "texts": pa.list_(pa.string()),
    }
    return pa.table(
        {column.name: pa.array([row.get(column.name) for row in rows], types[column.type]) for column in columns}
    )


def _is_text(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair is no Unicode text
        return False
    return True
