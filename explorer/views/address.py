"""What the address of a page says beside its workspace: the tab, and the cohort that a link brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.cohort import CohortDefinition
from explorer.session import Kept, unpacked

__all__ = ["Address"]


@dataclass(frozen=True, slots=True)
class Address:
    """What an address asks for; anybody may have written it.

    Attributes
    ----------
    tab
        The open tab; empty for the first.
    cohort
        Id of a definition that this server keeps for links.
    packed
        The definition itself, as `explorer.session.packed` writes it.
    snapshot
        First digits of the id of the snapshot that the link was made on.
    """

    tab: str = ""
    cohort: str = ""
    packed: str = ""
    snapshot: str = ""

    @staticmethod
    def read(argument: Callable[[str], str]) -> Address:
        """Return what the arguments of an address say."""
        return Address(argument("tab"), argument("cohort"), argument("definition"), argument("snapshot"))

    def definition(self) -> CohortDefinition | None:
        """Return the cohort that the link brings; None where it brings none.

        Raises
        ------
        UserError
            It names or holds none that can be read.
        """
        if self.packed:
            return unpacked(self.packed)
        return Kept().find(self.cohort) if self.cohort else None
