"""One text, one number, one date: what is accepted, and in which form it is kept."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from decimal import Decimal
from numbers import Integral, Real

from explorer.cohort.texts import kind_of, shown
from explorer.errors import DefinitionError
from explorer.facets import Scalar

__all__ = ["LONGEST_TEXT", "is_date", "read_number", "read_scalar", "read_text", "read_whole"]

LONGEST_TEXT = 1_000
"""Characters (Unicode code points, after NFC) that one text may have."""

_SAFE = 2**53 - 1
"""The largest whole number up to which every one has its own double, as JSON numbers are read by browsers."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_date(text: object) -> bool:
    """Return whether `text` is a day that exists, written 2024-01-31."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_text(value: object, path: str, what: str) -> str:
    """Return the text in Unicode NFC, or raise."""
    if not isinstance(value, str):
        raise DefinitionError(f"{what} is text, not {kind_of(value)}", path)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise DefinitionError(f"{what} holds half a character (a lone surrogate); write it out whole", path) from None
    if "\0" in value:
        raise DefinitionError(f"{what} holds the character NUL, which no catalogue has", path)
    text = unicodedata.normalize("NFC", str.__str__(value))
    if len(text) > LONGEST_TEXT:
        raise DefinitionError(f"{what} has {len(text):,} characters; at most {LONGEST_TEXT:,} are allowed", path)
    return text


def read_number(value: object, path: str, what: str) -> int | float:
    """Return the number, a whole float as an integer, or raise."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise DefinitionError(f"{what} is a number, not {kind_of(value)}", path)
    if isinstance(value, Integral):
        whole = int(value)
        return whole if abs(whole) <= _SAFE else _as_double(whole, path, what)
    number = float(value)
    if not math.isfinite(number):
        raise DefinitionError(f"{what} is not a finite number; write null for an open end", path)
    return int(number) if number.is_integer() and abs(number) <= _SAFE else number


def _as_double(whole: int, path: str, what: str) -> float:
    """Return a number beyond the safe ones as the double that it is, or raise where a digit would be lost."""
    try:
        double = float(whole)
        if int(double) == whole or Decimal(repr(double)) == whole:
            return double
    except OverflowError:
        pass
    raise DefinitionError(f"{what} has more digits than a JSON number keeps; the limit is {_SAFE:,}", path)


def read_whole(value: object, path: str, what: str) -> int:
    """Return the whole number (2.0 counts as 2), or raise."""
    number = read_number(value, path, what)
    if not isinstance(number, int):
        raise DefinitionError(f"{what} is a whole number, not {shown(value)}", path)
    return number


def read_scalar(value: object, path: str) -> Scalar:
    """Return a value of a facet: text, a number, or None for missing."""
    if value is None:
        return None
    if isinstance(value, str):
        return read_text(value, path, "a value")
    if isinstance(value, bool) or not isinstance(value, Real):
        raise DefinitionError(f"a value is text, a number or null (missing), not {kind_of(value)}", path)
    return read_number(value, path, "a value")
