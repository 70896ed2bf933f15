"""What a source of metadata is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Progress", "Recipe", "Source", "quiet"]

Progress = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and what is being done."""


def quiet(done: float, what: str) -> None:
    """Take progress and show nothing."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a snapshot is made from; enough to make it again.

    Attributes
    ----------
    source
        Name of the source, ``"idc"``.
    release
        Release of the catalogue, ``"25.0.5"``.
    title
        What people call it.
    date
        Day of the release, ISO 8601; None where the catalogue does not say.
    options
        Whatever else decides the content; JSON values.
    """

    source: str
    release: str
    title: str
    date: str | None = None
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def alias(self) -> str:
        """Name of the snapshot for people, ``"idc-25.0.5"``."""
        return f"{self.source}-{self.release}"


class Source(Protocol):
    """One origin of metadata, with its oddities absorbed.

    `load` puts relations (tables, views, registered Arrow tables) into the connection, by natural key:

    - ``source_series``: ``dataset``, ``PatientID``, ``StudyInstanceUID``, ``SeriesInstanceUID`` and any declared
      column of the series table that is no key;
    - ``source_patient``: ``dataset``, ``PatientID`` and patient columns, one row per patient;
    - ``source_study``: ``dataset``, ``PatientID``, ``StudyInstanceUID`` and study columns, one row per study;
    - ``source_dataset``: ``dataset`` and dataset columns, one row per dataset;
    - ``source_derivation``: ``derived``, ``image``, the SeriesInstanceUID of both;
    - ``source_clinical``: ``dataset``, ``PatientID`` and clinical columns, one row per observation;
    - ``source_citation``: the declared columns.

    Only the first is required. A column that is left out is missing everywhere, except that the builder fills
    ``vendor``, ``body_part``, ``object_kind``, ``bytes`` and ``study_day`` wherever they are missing.
    """

    @property
    def recipe(self) -> Recipe:
        """What the snapshot will be made from.

        Raises
        ------
        BuildError
            The source is not there.
        """

    def load(self, connection: DuckDBPyConnection, progress: Progress) -> Mapping[str, object]:
        """Put the relations into the connection and return notes for the recipe, such as counts of withheld values.

        Raises
        ------
        BuildError
            The source cannot be read, or lacks what a snapshot needs.
        """
