"""What a reader of a chart could get wrong, with the snapshot's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.facets import Facet
from explorer.views.overview.view import Seen

__all__ = ["caution_of"]


def caution_of(seen: Seen, facet: Facet) -> str:
    """Return one warning about a date; empty for others, whose warnings stand in the left column."""
    if facet.kind != "date":
        return ""
    say = seen.speech.say
    # Of several of a kind the largest stands first.
    found = {each["kind"]: each for each in reversed(seen.everything[facet.name].get("cautions", ()))}
    said = [_said(seen, found[kind]) for kind in ("early", "few-days", "one-day") if kind in found]
    if not said:
        return say(facet.column.caution) if facet.column.caution else ""
    return " ".join([say("Shifted dates."), said[0], say("Use days between studies, not years.")])


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
