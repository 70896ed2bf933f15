"""What a reader of a chart could get wrong, with the snapshot's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.counts.cautions import FIRST_YEAR
from explorer.facets import Facet
from explorer.views.overview.view import Seen

__all__ = ["caution_of"]

_FIRST_SCANNERS = min(FIRST_YEAR.values())


def caution_of(seen: Seen, facet: Facet) -> str:
    """Return one warning about a date; empty for others, whose warnings stand in the left column."""
    if facet.kind != "date":
        return ""
    say = seen.speech.say
    early = _early(seen, facet)
    if early:
        return " ".join([say("Shifted dates."), early, say("Use days between studies, not years.")])
    # Of several of a kind the largest stands first.
    found = {each["kind"]: each for each in reversed(seen.everything[facet.name].get("cautions", ()))}
    said = [_said(seen, found[kind]) for kind in ("early", "few-days", "one-day") if kind in found]
    if not said:
        return say(facet.column.caution) if facet.column.caution else ""
    return " ".join([say("Shifted dates."), said[0], say("Use days between studies, not years.")])


def _early(seen: Seen, facet: Facet) -> str:
    """Return which year before all scanners most patients of the cohort have a study in; empty where none has."""
    bins = [each for each in seen.by[facet.name]["bins"] if each[2] and int(str(each[0])[:4]) < _FIRST_SCANNERS]
    if not bins:
        return ""
    low, _, patients, _ = max(bins, key=lambda each: each[2])
    year = str(low)[:4]
    if patients == 1:
        return seen.speech.say("1 patient has a study in %1, before CT and MR existed.", year)
    return seen.speech.say("%1 patients have a study in %2, before CT and MR existed.", seen.patients(patients), year)


def _said(seen: Seen, caution: Mapping[str, Any]) -> str:
    say, number = seen.speech.say, seen.patients(caution["patients"])
    match caution["kind"]:
        case "early":
            year = str(caution["year"])
            return say(
                "In the whole snapshot, %1 patients have %2 dated before %3, when there was none.",
                number,
                caution["modality"],
                year,
            )
        case "few-days":
            return say(
                "In the whole snapshot, %1 patients have a study on one of %2 days.", number, len(caution["days"])
            )
        case _:
            return say("All %1 patients of %2 have the same day, %3.", number, caution["dataset"], caution["day"])
