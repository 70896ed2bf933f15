"""A definition in a text, or what is wrong with it and where."""

from __future__ import annotations

import json
from typing import TypedDict

from explorer.cohort import CohortDefinition
from explorer.errors import DefinitionError
from explorer.server.fitting import fitting
from explorer.server.positions import line_and_column, position_of

__all__ = ["Problem", "problem_of", "read_text"]


class Problem(TypedDict):
    """What is wrong, for a person; the part as a JSON pointer; where it stands, counted from 1, where that is known."""

    message: str
    path: str
    line: int | None
    column: int | None


class BrokenText(DefinitionError):
    """A text that holds no definition."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem["message"], problem["path"])
        self.problem = problem


def read_text(text: str | bytes) -> CohortDefinition:
    """Return the definition that the text of a ``*.cohort.json`` file holds.

    Raises
    ------
    BrokenText
        There is none; `problem_of` says where.
    """
    try:
        return fitting(CohortDefinition.from_json(text))
    except DefinitionError as error:
        raise BrokenText(_located(error, text)) from None


def problem_of(error: DefinitionError) -> Problem:
    """Return what an error says, for JSON."""
    if isinstance(error, BrokenText):
        return error.problem
    return Problem(message=_message(error), path=error.path, line=None, column=None)


def _message(error: DefinitionError) -> str:
    return str(error).removeprefix(f"{error.path}: ") if error.path else str(error)


def _located(error: DefinitionError, text: str | bytes) -> Problem:
    problem = Problem(message=_message(error), path=error.path, line=None, column=None)
    try:
        plain = text.decode() if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        return problem
    plain = plain.removeprefix("\ufeff")
    try:
        json.loads(plain)
    except json.JSONDecodeError as wrong:
        problem["line"], problem["column"] = wrong.lineno, wrong.colno
        return problem
    except (ValueError, RecursionError):
        return problem
    index = position_of(plain, error.path)
    if index is not None:
        problem["line"], problem["column"] = line_and_column(plain, index)
    return problem
