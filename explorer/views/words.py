"""Numbers and names as the screens write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from explorer.cohort import CohortDefinition, Select, describe_selection
from explorer.counts import Count, Step, count_in_words, few_or_more

__all__ = ["choices_in_words", "file_stem", "percent", "share_of", "takes_in_words", "value_in_words", "why_empty"]


def share_of(part: Count, whole: Count) -> float:
    """Return the share, 0 to 1; 0 of nothing is 0, and so is what is protected."""
    return part / whole if part and whole else 0.0


def percent(part: Count, whole: Count) -> str:
    """Return the share with one decimal: ``"28.6 %"``; ``"< 0.1 %"`` where it is less, and a plain 0 for none."""
    share = 100 * share_of(part, whole)
    return "0" if share <= 0 else "< 0.1 %" if share < 0.1 else f"{share:.1f} %"


def takes_in_words(definition: CohortDefinition) -> str:
    """Return what the cohort takes, as a sentence: "The cohort takes the matching series."."""
    taken = describe_selection(definition)
    return f"The cohort takes {taken[:1].lower()}{taken[1:]}."


def value_in_words(value: object) -> str:
    """Return a facet's value as a label; None is ``missing``."""
    return "missing" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)


def choices_in_words(definition: CohortDefinition) -> list[dict[str, str]]:
    """Return what a cohort can take of its members, each with what choosing it means for this definition."""
    choices = [(select, describe_selection(definition.taking(select))) for select in get_args(Select)]
    return [{"value": select, "title": f"{words[:1].lower()}{words[1:]}"} for select, words in choices]


def why_empty(steps: Sequence[Step]) -> str:
    """Return why nobody is in a cohort, with the one rule whose removal helps most."""
    helpful = max(steps, key=lambda step: few_or_more(step.without))
    if helpful.without == 0:
        return "No patient meets all rules, nor all rules but one. The attrition says what each rule costs."
    number = count_in_words(helpful.without, helpful.protected)
    patients = f"{number} patient" if helpful.without == 1 else f"{number} patients"
    return f"No patient meets all rules. Leave out “{helpful.rule}”: +{patients}."


def file_stem(name: str) -> str:
    """Return a file name, without its ending, for a cohort of this name: ``breast-mr-of-women``."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "cohort"
