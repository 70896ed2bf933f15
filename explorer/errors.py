"""Every error that this package raises on purpose.

::

    ExplorerError
    ├── UserError                what was asked is wrong; asking differently helps (exit 2)
    │   ├── DefinitionError      a cohort definition that is not valid
    │   │   ├── UnknownFacetError
    │   │   └── OperatorError    an operator or value that the facet's kind does not have
    │   └── UnknownNameError     any other name that does not exist
    ├── DifferenceError          numbers that are not those that a notebook promised
    └── SurroundingsError        disk, port, file, snapshot: the question was fine (exit 1)
        ├── SnapshotError        a snapshot that is missing, damaged or foreign
        ├── BuildError           a source that cannot be read, or a build that did not finish
        └── ImageError           image files that are missing or unreadable

A message says what was asked, what exists, and what to do next.
"""

from __future__ import annotations

__all__ = [
    "BuildError",
    "DefinitionError",
    "DifferenceError",
    "ExplorerError",
    "ImageError",
    "OperatorError",
    "SnapshotError",
    "SurroundingsError",
    "UnknownFacetError",
    "UnknownNameError",
    "UserError",
]


class ExplorerError(Exception):
    """The base of every error that this package raises on purpose."""

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """Lines that a notebook shows in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class UserError(ExplorerError):
    """What was asked is wrong; asking differently helps."""

    exit_code = 2


class DefinitionError(UserError):
    """A cohort definition that is not valid.

    Parameters
    ----------
    message
        What was asked, what exists, what to do.
    path
        JSON pointer to the offending part, ``"/include/0/where/1/is_in"``; empty for the whole.
    """

    def __init__(self, message: str, path: str = "") -> None:
        self.path = path
        super().__init__(f"{path}: {message}" if path else message)


class UnknownFacetError(DefinitionError):
    """A facet that the snapshot does not have."""


class OperatorError(DefinitionError):
    """An operator, or a value, that does not fit the facet's kind."""


class UnknownNameError(UserError):
    """A name that does not exist: a snapshot, a source, a column, a group."""


class DifferenceError(ExplorerError):
    """Numbers that are not those that a notebook promised; the message is a table of what differs."""


class SurroundingsError(ExplorerError):
    """The question was fine; the disk, a port or a file was not."""


class SnapshotError(SurroundingsError):
    """A snapshot that is missing, damaged or foreign."""


class BuildError(SurroundingsError):
    """A source that cannot be read, or a build that did not finish."""


class ImageError(SurroundingsError):
    """Image files that are missing or unreadable."""
