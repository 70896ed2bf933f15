"""SQL text with its bound values, and the one way to write those values out as literals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

__all__ = ["EMPTY", "TRUE", "Sql", "Value", "join"]

Value = str | int | float | date | list["Value"] | None
_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL: text with ``?`` for each of `values`, in order.

    The text comes from this package and from `explorer.schema` only; whatever a person or a catalogue
    wrote is among the values.
    """

    text: str
    values: tuple[Value, ...] = ()

    def __add__(self, other: Sql | str) -> Sql:
        if isinstance(other, str):
            return Sql(self.text + other, self.values)
        return Sql(self.text + other.text, self.values + other.values)

    def __radd__(self, other: str) -> Sql:
        return Sql(other + self.text, self.values)

    def literal(self) -> str:
        """Return the text with every value written out, to be read and run by people."""
        pieces = self.text.split("?")
        if len(pieces) != len(self.values) + 1:
            raise AssertionError(f"{len(pieces) - 1} places for {len(self.values)} values: {self.text}")
        written = [piece for pair in zip(pieces, map(_literal, self.values), strict=False) for piece in pair]
        return "".join([*written, pieces[-1]])


EMPTY = Sql("")
TRUE = Sql("TRUE")


def join(separator: str, parts: Iterable[Sql | str]) -> Sql:
    """Return `parts` with `separator` between them."""
    result: Sql | None = None
    for part in parts:
        piece = Sql(part) if isinstance(part, str) else part
        result = piece if result is None else result + separator + piece
    return result or EMPTY


def _literal(value: Value) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            raise TypeError("booleans are no values")
        case int():
            return str(value) if value in _INT64 else f"{float(value)!r}::DOUBLE"
        case float():
            return f"{value!r}::DOUBLE"
        case date():
            return f"DATE '{value.isoformat()}'"
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case str():
            return "'" + value.replace("'", "''") + "'"
