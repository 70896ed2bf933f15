"""Foreign text in our own sentences: one line, nothing invisible, never longer than a line."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence

__all__ = ["filled", "kind_of", "one_line", "sayable", "shown", "spreadsheet_text"]

_LONGEST = 60

_ESCAPED_CATEGORIES = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


def one_line(text: str) -> str:
    r"""Return `text` with line breaks and invisible or direction-changing characters written as ``\\u…``.

    Examples
    --------
    >>> print(one_line("two\nlines"))
    two\nlines
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _ESCAPED_CATEGORIES:
        return character
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def sayable(text: str) -> str:
    """Return an English text; the check of the translations (``widgets/scripts/strings.mjs``) looks for such calls."""
    return text


def filled(text: str, args: Sequence[str]) -> str:
    """Return a text with the arguments in place of ``%1``, ``%2`` and so on."""
    return re.sub(r"%(\d)", lambda place: args[int(place[1]) - 1], text)


def spreadsheet_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def shown(value: object) -> str:
    """Return a value as JSON writes it, on one line and shortened, for use in an error message."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=lambda _: "…")
    except (TypeError, ValueError, RecursionError):
        return kind_of(value)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return one_line(text)


def kind_of(value: object) -> str:
    """Return what a value is, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return "something that JSON does not have"
