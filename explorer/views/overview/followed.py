"""How long members were followed: the days between their first and their last study."""

from __future__ import annotations

from explorer.cohort import CohortDefinition
from explorer.counts import Cohort, FollowUp
from explorer.views.component import Request
from explorer.views.overview.bars import Bar, lying
from explorer.views.overview.view import Foot, Row, Scale, Seen, View
from explorer.views.speech import Speech

__all__ = ["Followed"]

_SLOTS = 11


class Followed:
    """A chart of the length of follow-up; a click keeps those who were followed at least so long."""

    scale: Scale = "proportion"

    def title(self, speech: Speech) -> str:
        """Return what the chart is called."""
        return speech.say("Length of follow-up")

    def question(self, cohort: Cohort, group: str | None) -> FollowUp:
        """Return the members by days; of an exclude group, those of the first include group."""
        return cohort.follow_up(group if group and not group.startswith("exclude") else None)

    def view(self, seen: Seen) -> View:
        """Return the chart; without bars before there is an answer."""
        say = seen.speech.say
        now, of_all = seen.answer if seen.answer else (None, None)
        place = _group(now, seen.definition)
        own = _own(seen.definition, place)
        chosen_low = seen.definition.within[own].days[0] if own is not None else None
        everybody = {each.low: each.patients for each in of_all.bins} if of_all else {}
        bars = [
            Bar(
                _label(seen, each.low, each.high),
                each.patients,
                everybody.get(each.low, 0),
                chosen=chosen_low is None or each.low >= chosen_low,
                request=_request(place, own, each.low, chosen_low),
            )
            for each in (now.bins if now else ())
        ]
        wholes = tuple(sum(each.patients or 0 for each in counts.bins) if counts else 0 for counts in (now, of_all))
        picture, marks = lying(bars, (wholes[0], wholes[1]), seen, slots=_SLOTS)
        return View(
            title=self.title(seen.speech),
            note=say("patients, by days between first and last study"),
            picture=picture,
            marks=marks,
            heads=(say("Days"), say("patients now"), say("patients of all")),
            rows=[
                Row((bar.label,), (bar.now, bar.of_all), bar.request, own is not None and bar.chosen) for bar in bars
            ],
            foot=self._foot(seen, now, place),
            scales=True,
        )

    def _foot(self, seen: Seen, now: FollowUp | None, place: int | None) -> list[Foot]:
        say = seen.speech.say
        if now is None:
            return [Foot("")]
        said = []
        if now.missing != 0:
            said.append(Foot(say("%1 patients have no dated study, not drawn.", seen.patients(now.missing))))
        if place is None:
            said.append(Foot(say("Choose a filter first, then a click takes patients followed at least so long.")))
        else:
            said.append(Foot(say("A click takes patients followed at least so long.")))
        return said


def _group(now: FollowUp | None, definition: CohortDefinition) -> int | None:
    """Return the index of the include group whose studies are compared; None where there is no such group."""
    if now is None:
        return None
    index = int(now.group.partition(":")[2] or 0)
    return index if index < len(definition.include) else None


def _own(definition: CohortDefinition, place: int | None) -> int | None:
    """Return the index of the pair in time of the group with itself, if there is one."""
    pairs = (k for k, each in enumerate(definition.within) if each.first == each.then == place)
    return next(pairs, None) if place is not None else None


def _request(place: int | None, own: int | None, low: int, chosen: int | None) -> Request | None:
    if place is None:
        return None
    if own is not None and chosen == low:
        return {"kind": "within-remove", "index": own}
    return {"kind": "within", "index": own, "first": place, "then": place, "days": [low, None]}


def _label(seen: Seen, low: int, high: int | None) -> str:
    say, number = seen.speech.say, seen.speech.number
    if low == 0:
        return say("one day only")
    if high is None:
        return say("%1 days or more", number(low))
    return say("%1–%2 days", number(low), number(high))
