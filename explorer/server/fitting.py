"""Whether a definition speaks of facets that exist: what can be told without a snapshot, and so without the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.cohort import CohortDefinition
from explorer.facets import FACETS, Facet, Scalar

__all__ = ["fitting"]


class _AnySnapshot:
    """A catalogue with every facet, which holds every value."""

    id = ""
    title = "any snapshot"
    has_links = True

    @property
    def facets(self) -> Mapping[str, Facet]:
        return FACETS

    def values(self, facet: str) -> Sequence[Scalar]:
        return ()

    def holds(self, facet: str, value: Scalar) -> bool:
        return True

    def holds_text(self, facet: str, text: str) -> bool:
        return True


_ANY = _AnySnapshot()


def fitting(definition: CohortDefinition) -> CohortDefinition:
    """Return the definition.

    Raises
    ------
    DefinitionError
        It names a facet that there is not, or asks of one what its kind does not have; its `path` points there.
    """
    definition.check(_ANY)
    return definition
