"""Where in a JSON text a part stands, so that a broken file can be opened at the right line."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]

__all__ = ["line_and_column", "position_of"]

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[^\s,\]}]+")


def position_of(text: str, pointer: str) -> int | None:
    """Return the index at which the part begins that a JSON pointer names, or the nearest part around it.

    None where the text is not JSON that far.
    """
    wanted = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    try:
        return _find(text, _skip(text, 0), wanted)
    except (IndexError, ValueError, RecursionError):
        return None


def line_and_column(text: str, index: int) -> tuple[int, int]:
    """Return line and column of a place in the text, both counted from 1."""
    before = text[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1


def _find(text: str, at: int, wanted: list[str]) -> int:
    """Return where the wanted part of the value at `at` begins."""
    if not wanted or text[at] not in "{[":
        return at
    name, rest = wanted[0], wanted[1:]
    closing = "}" if text[at] == "{" else "]"
    inside, number = _skip(text, at + 1), 0
    while text[inside] != closing:
        begin, key = inside, str(number)
        if closing == "}":
            key, inside = _string(text, inside)
            inside = _skip(text, inside)
            if text[inside] != ":":
                raise ValueError(text[inside])
            inside = _skip(text, inside + 1)
        if key == name:
            # A key without a deeper part to show is shown itself.
            return _find(text, inside, rest) if rest or closing == "]" else begin
        inside = _skip(text, _end(text, inside))
        if text[inside] == ",":
            inside = _skip(text, inside + 1)
        elif text[inside] != closing:
            raise ValueError(text[inside])
        number += 1
    return at


def _end(text: str, at: int) -> int:
    """Return where the value at `at` ends."""
    if text[at] == '"':
        return _string(text, at)[1]
    if text[at] in "{[":
        return int(json.JSONDecoder().raw_decode(text, at)[1])
    found = _SCALAR.match(text, at)
    if not found:
        raise ValueError(text[at])
    return found.end()


def _string(text: str, at: int) -> tuple[str, int]:
    if text[at] != '"':
        raise ValueError(text[at])
    value, end = scanstring(text, at + 1)
    return str(value), int(end)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
