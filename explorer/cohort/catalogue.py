"""What a definition asks of a snapshot, so that this stage needs no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from explorer.facets import Facet, Scalar

__all__ = ["Catalogue"]


class Catalogue(Protocol):
    """What a definition is checked against: the facets and values of one snapshot."""

    @property
    def id(self) -> str:
        """SHA-256 of the content."""

    @property
    def title(self) -> str:
        """Name for people, for example ``Imaging Data Commons 25.0.5``."""

    @property
    def facets(self) -> Mapping[str, Facet]:
        """Every facet that the snapshot has, by name."""

    @property
    def has_links(self) -> bool:
        """Whether it says of any derived series which image it was drawn on."""

    def values(self, facet: str) -> Sequence[Scalar]:
        """Return the distinct recorded values of a facet, without missing; dates as ISO text."""

    def holds(self, facet: str, value: Scalar) -> bool:
        """Return whether the value occurs; for None, whether the facet is missing anywhere."""

    def holds_text(self, facet: str, text: str) -> bool:
        """Return whether a value contains the text, after NFC and case-folding."""
