"""A name for a cohort that nobody has named."""

from __future__ import annotations

from explorer.cohort import CohortDefinition
from explorer.facets import Criterion
from explorer.views.speech import Speech

__all__ = ["automatic_name"]

_LONGEST = 60


def automatic_name(definition: CohortDefinition, speech: Speech) -> str:
    """Return what the cohort's filters say, in short: "MR, BREAST, F"; "All patients" where it has none."""
    words = [_short(criterion, speech) for group in definition.include for criterion in group.where]
    name = ", ".join(words) or speech.sentence(definition).rstrip(".")
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip(' ,')}…"


def _short(criterion: Criterion, speech: Speech) -> str:
    """Return the values alone where they speak for themselves."""
    values = criterion.is_in or ()
    if values and len(values) <= 3 and all(isinstance(value, str) for value in values):
        return speech.joined([str(value) for value in values])
    return speech.criterion(criterion)
