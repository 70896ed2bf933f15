"""A warning about a definition that is valid, but may not say what was meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self, TypedDict

from explorer.cohort.texts import filled

__all__ = ["Advice", "AdviceJson"]


class AdviceJson(TypedDict):
    """An advice as JSON carries it."""

    code: str
    path: str
    message: str
    suggestions: list[str]


@dataclass(frozen=True, slots=True)
class Advice:
    """A warning about a definition that is valid, but may not say what was meant.

    Attributes
    ----------
    code
        What kind of warning it is; stable, for programs: ``unknown-value``, ``unknown-text``,
        ``shifted-dates``, ``no-links``.
    path
        JSON pointer into the definition, ``"/include/0/where/1/is_in/0"``; empty for the whole.
    message
        What is so, and what follows from it.
    suggestions
        Values to use instead, the nearest first.
    text, args
        The message before its parts were filled in, so that it can be said in another language; empty where it was
        not made of parts.
    """

    code: str
    path: str
    message: str
    suggestions: tuple[str, ...] = ()
    text: str = field(default="", repr=False, compare=False)
    args: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def saying(cls, code: str, path: str, text: str, *args: str, suggestions: tuple[str, ...] = ()) -> Self:
        """Return the advice whose message is `text` with `args` in place of ``%1``, ``%2`` and so on."""
        return cls(code, path, filled(text, args), suggestions, text, args)

    def to_dict(self) -> AdviceJson:
        """Return the advice as JSON carries it."""
        return {
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "suggestions": list(self.suggestions),
        }
