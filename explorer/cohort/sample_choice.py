"""How a sample of series is drawn: what it can be spread over, and how large it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.cohort.texts import shown
from explorer.errors import OperatorError, UnknownNameError, UserError
from explorer.facets import FACETS, Facet

__all__ = ["LARGEST_SAMPLE", "SampleChoice", "spread_facets"]

LARGEST_SAMPLE = 1000
"""Series that a sample may have; who wants more wants the table."""

_SEEDS = range(-(2**63) + 1, 2**63)


@dataclass(frozen=True, slots=True)
class SampleChoice:
    """How a sample is drawn; see `explorer.Cohort.sample`.

    Attributes
    ----------
    n, by, seed
        How many series, the facet over whose values they are spread (None: over nothing), and what the drawing
        begins with.
    here
        Whether only series are drawn whose images are on the computer where it is drawn, where there are any.

    Raises
    ------
    UnknownNameError
        There is no such facet.
    OperatorError
        The facet has no values to choose from, such as a number or a text.
    UserError
        No sample can be drawn so.
    """

    n: int = 24
    by: str | None = "vendor"
    seed: int = 7
    here: bool = False

    def __post_init__(self) -> None:
        if type(self.n) is not int or not 1 <= self.n <= LARGEST_SAMPLE:
            raise UserError(f"a sample has 1 to {LARGEST_SAMPLE:,} series, not {shown(self.n)}")
        if type(self.seed) is not int or self.seed not in _SEEDS:
            raise UserError(f"a seed is a whole number of at most 18 digits, not {shown(self.seed)}")
        if type(self.here) is not bool:
            raise UserError(f"only series on this computer: true or false, not {shown(self.here)}")
        if self.by is not None:
            _check_spread(self.by)

    @property
    def as_json(self) -> dict[str, Any]:
        """As it stands in annotations and requests; `here` only where it is true."""
        return {"n": self.n, "by": self.by, "seed": self.seed, **({"here": True} if self.here else {})}


def spread_facets() -> tuple[Facet, ...]:
    """Return the facets over whose values a sample can be spread, in the order of the columns."""
    return tuple(facet for facet in FACETS.values() if facet.kind in ("category", "many-valued"))


def _check_spread(by: object) -> None:
    usable = [facet.name for facet in spread_facets()]
    if by in usable:
        return
    facet = FACETS.get(by) if isinstance(by, str) else None
    what = f"there is no facet {shown(by)}" if facet is None else f"{facet.name} is a {facet.kind} facet"
    error = UnknownNameError if facet is None else OperatorError
    raise error(f"{what}; a sample is spread over one of {', '.join(usable)}")
