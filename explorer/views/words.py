"""Numbers and names as the screens write them."""

from __future__ import annotations

import re

from explorer.cohort import CohortDefinition, describe_selection

__all__ = ["file_stem", "percent", "share_of", "takes_in_words", "value_in_words"]


def share_of(part: int, whole: int) -> float:
    """Return the share, 0 to 1; 0 of nothing is 0."""
    return part / whole if whole else 0.0


def percent(part: int, whole: int) -> str:
    """Return the share with one decimal: ``"28.6 %"``; ``"< 0.1 %"`` where that would read 0.0."""
    share = 100 * share_of(part, whole)
    return "< 0.1 %" if 0 < share < 0.05 else f"{share:.1f} %"


def takes_in_words(definition: CohortDefinition) -> str:
    """Return what the cohort takes, as a sentence: "The cohort takes the matching series."."""
    taken = describe_selection(definition)
    return f"The cohort takes {taken[:1].lower()}{taken[1:]}."


def value_in_words(value: object) -> str:
    """Return a facet's value as a label; None is ``missing``."""
    return "missing" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)


def file_stem(name: str) -> str:
    """Return a file name, without its ending, for a cohort of this name: ``breast-mr-of-women``."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "cohort"
