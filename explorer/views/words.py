"""Numbers and names as the screens write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.cohort import CohortDefinition
from explorer.counts import Count, Step, few_or_more
from explorer.views.speech import Speech

__all__ = ["file_stem", "share_of", "why_empty"]


def share_of(part: Count, whole: Count) -> float:
    """Return the share, 0 to 1; 0 of nothing is 0, and so is what is protected."""
    return part / whole if part and whole else 0.0


def why_empty(steps: Sequence[Step], definition: CohortDefinition, speech: Speech) -> str:
    """Return why nobody is in a cohort, with the one rule whose removal helps most."""
    say = speech.say
    helpful = max(steps, key=lambda step: few_or_more(step.without))
    if helpful.without == 0:
        return say("No patient meets all rules, nor all rules but one. The attrition says what each rule costs.")
    rule = speech.rule(definition, helpful.path)
    if helpful.without == 1:
        return say("No patient meets all rules. Leave out “%1”: +1 patient.", rule)
    patients = speech.patients(helpful.without, helpful.protected)
    return say("No patient meets all rules. Leave out “%1”: +%2 patients.", rule, patients)


def file_stem(name: str) -> str:
    """Return a file name, without its ending, for a cohort of this name: ``breast-mr-of-women``."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "cohort"
