"""The values of a facet as lying bars, the most frequent on top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.cohort.texts import sayable
from explorer.counts import Count
from explorer.facets import Facet, Scalar
from explorer.views.overview.bars import Bar, lying
from explorer.views.overview.view import Foot, Row, Scale, Seen, View, criterion_of
from explorer.views.speech import Speech

__all__ = ["Ranked"]

_SLOTS = 11
_LARGE = 60

_TITLES = {"dataset": sayable("Datasets"), "data_holder": sayable("Data holders"), "country": sayable("Countries")}
"""What the chart is called where it is not called as its facet is."""

_FEET = {
    "dataset": (
        sayable("%1 of %2 datasets now, of %3 in the snapshot."),
        sayable("None of the %1 datasets now."),
    ),
    "data_holder": (
        sayable("%1 of %2 data holders now, of %3 in the snapshot."),
        sayable("None of the %1 data holders now."),
    ),
    "country": (
        sayable("%1 of %2 countries now, of %3 in the snapshot."),
        sayable("None of the %1 countries now."),
    ),
}
"""How the values are counted in words where they have a name of their own."""

_VALUES = (sayable("%1 of %2 values now, of %3 in the snapshot."), sayable("None of the %1 values now."))

_NOTES = {
    "numbers": sayable("patients now; grey: all of them"),
    "proportion": sayable("patients now; grey: everybody, in proportion"),
}


class Ranked:
    """A chart of the values of a category."""

    question = None

    def __init__(self, facet: Facet) -> None:
        self.facet = facet
        self.scale: Scale = "numbers" if facet.level == "dataset" else "proportion"

    def title(self, speech: Speech) -> str:
        """Return what the chart is called."""
        name = self.facet.name
        return speech.say(_TITLES[name]) if name in _TITLES else speech.title(self.facet)

    def view(self, seen: Seen) -> View:
        """Return the chart."""
        name, speech = self.facet.name, seen.speech
        counts, whole = seen.by[name], seen.everything[name]
        of_all: Mapping[Scalar, Count] = {value: patients for value, patients, _ in whole["values"]}
        criterion = criterion_of(seen, name)
        wanted = criterion.is_in if criterion else None
        room = _LARGE if seen.large else _SLOTS
        ranked = [(value, patients) for value, patients, _ in counts["values"]]
        # Where nobody is left, everybody stays as the reference.
        drawn = _with_chosen(ranked or [(value, 0) for value in of_all], wanted or (), room)

        def request(value: Scalar) -> dict[str, Any]:
            return {"kind": "toggle", "facet": name, "value": value, "on": value not in (wanted or ())}

        bars = [
            Bar(
                speech.value(value),
                patients,
                of_all.get(value, 0),
                chosen=wanted is None or value in wanted,
                missing=value is None,
                request=request(value),
            )
            for value, patients in drawn
        ]
        slots = max(len(bars), _SLOTS) if seen.large else _SLOTS
        picture, marks = lying(bars, (counts["whole"][0], whole["whole"][0]), seen, slots=slots)
        now = dict(ranked)
        listed = [*ranked, *((value, 0) for value in of_all if value not in now)]
        return View(
            title=self.title(speech),
            note=speech.say(_NOTES[seen.scale]),
            picture=picture,
            marks=marks,
            heads=(speech.title(self.facet), speech.say("patients now"), speech.say("patients of all")),
            rows=[
                Row((speech.value(value),), (n, of_all.get(value, 0)), request(value), value in (wanted or ()))
                for value, n in listed
            ],
            foot=[self._foot(seen, len(bars) if ranked else 0, len(ranked), len(of_all))],
            scales=True,
        )

    def _foot(self, seen: Seen, drawn: int, there: int, listed: int) -> Foot:
        say = seen.speech.say
        some, none = _FEET.get(self.facet.name, _VALUES)
        if not there:
            return Foot(say(none, listed))
        said = say(some, drawn, there, listed)
        if self.facet.of_image:
            said = " ".join([said, say("A patient can count under several.")])
        cut = drawn < there and not seen.large
        return Foot(said, say("Show more"), {"kind": "chart-large"}) if cut else Foot(said)


def _with_chosen(
    ranked: list[tuple[Scalar, Count]], wanted: tuple[Scalar, ...], room: int
) -> list[tuple[Scalar, Count]]:
    """Return the first values for which there is room, and what is chosen in any case."""
    shown, late = ranked[:room], [each for each in ranked[room:] if each[0] in wanted][:room]
    return [*(shown[: room - len(late)] if late else shown), *late]
