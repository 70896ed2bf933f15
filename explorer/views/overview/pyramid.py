"""Age by sex: women to the left, men to the right, the old on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.counts import Cohort, Count, PairCounts, few_or_more
from explorer.facets import Facet, Scalar
from explorer.views.component import Request
from explorer.views.overview.bars import Bar, hits, length_of, now_box
from explorer.views.overview.binned import Bin, inside, missing_of, range_of, span
from explorer.views.overview.palette import palette
from explorer.views.overview.pictures import Axis, Box, Picture, Word, boxes, long, words
from explorer.views.overview.view import HEIGHT, Brushed, Foot, Mark, Row, Scale, Seen, View, criterion_of, tried_in
from explorer.views.speech import Speech

__all__ = ["Pyramid"]

_SIDES = (("F", -1), ("M", 1))

_MIDDLE = 0.15
"""Half of the room for the ages between the sides, where the longest bar is 1."""

_HARDLY = 0.01
"""A part of the most frequent age under which the oldest are not drawn."""

_NUMBERS = 0.38
"""Room for the numbers beyond each side."""

_PROTECTED_NUMBERS = 0.46

_GAP = 0.06
"""Between the longest bar and the numbers."""

_NARROW = 400
"""Pixels of the chart on a small screen, where the headings of the numbers need their room too."""


@dataclass(frozen=True, slots=True)
class Aged:
    """Patients by age and sex, and those without an age among those whose age is chosen in the same group."""

    pairs: PairCounts
    missing: Count
    whole: Count


class Pyramid:
    """A chart of age by sex."""

    scale: Scale = "numbers"

    def __init__(self, age: Facet, sex: Facet) -> None:
        self.age, self.sex = age, sex

    def title(self, speech: Speech) -> str:
        """Return what the chart is called."""
        return speech.say("Age and sex")

    def question(self, cohort: Cohort, group: str | None) -> Aged:
        """Return the patients by age and sex."""
        pairs = cohort.pairs(self.age.name, self.sex.name, group, years=10)
        tried = tried_in(cohort.definition, pairs.group)
        missing, _ = cohort.histogram(self.age.name, tried).missing
        whole, _ = cohort.choosable(self.age.name, tried)
        return Aged(pairs, missing, whole)

    def view(self, seen: Seen) -> View:
        """Return the chart; without bars now before there is an answer."""
        speech, say = seen.speech, seen.speech.say
        answer: tuple[Aged, Aged] | None = seen.answer
        now, of_all = (answer[0].pairs, answer[1].pairs) if answer else (None, None)
        found, everybody = _by(now), _by(of_all)
        every = _rows(of_all)
        rows = _drawn_rows(every, everybody)
        label = now.group if now else None
        ages, sexes = criterion_of(seen, self.age.name, label), criterion_of(seen, self.sex.name, label)
        between = ages.between if ages else None
        wanted = sexes.is_in if sexes else None

        def both(sex: str, each: Bin) -> Request:
            return {
                "kind": "both",
                "group": label,
                "first": {"facet": self.sex.name, "value": sex},
                "second": {"facet": self.age.name, "low": each.low, "high": each.high},
            }

        def bar(sex: str, each: Bin) -> Bar:
            within = between is None or inside(each.low, each.high, between)
            return Bar(
                f"{sex}, {span(seen, each.low, each.high)} {speech.unit(self.age)}".strip(),
                found.get((each.low, sex), 0),
                everybody.get((each.low, sex), 0),
                chosen=within and (wanted is None or sex in wanted),
                request=both(sex, each),
            )

        sides = {sex: [bar(sex, each) for each in every] for sex, _ in _SIDES}
        # The oldest are few, and often an age that somebody mistyped.
        above = len(every) - len(rows)
        drawn = {sex: bars[above:] for sex, bars in sides.items()}
        wholes = (now.whole[0], of_all.whole[0]) if now and of_all else (0, 0)
        picture, marks = _drawn(seen, rows, drawn, wholes)
        return View(
            title=self.title(speech),
            note=say("patients, by age at study in years")
            if seen.scale == "numbers"
            else say("patients, by age at study in years; grey in proportion"),
            picture=picture,
            marks=marks,
            heads=(speech.title(self.sex), speech.title(self.age), say("patients now"), say("patients of all")),
            rows=[
                Row(
                    (sex, span(seen, age.low, age.high)),
                    (each.now, each.of_all),
                    each.request,
                    _named(each, ages, sexes),
                )
                for sex, _ in _SIDES
                for age, each in zip(every, sides[sex], strict=True)
            ],
            foot=[*_not_drawn(seen, rows, above), *self._missing(seen, answer)],
            brush=_brush(self.age, label, rows, every),
            brushed="y",
            scales=True,
        )

    def _missing(self, seen: Seen, answer: tuple[Aged, Aged] | None) -> list[Foot]:
        if answer is None:
            return []
        now, _ = answer
        return [missing_of(seen, self.age.name, now.missing, now.whole, now.pairs.group)]


def _named(bar: Bar, *criteria: object) -> bool:
    return bar.chosen and any(criteria)


def _by(counts: PairCounts | None) -> Mapping[tuple[Scalar, Scalar], Count]:
    return {(cell.first, cell.second): cell.patients for cell in counts.cells} if counts else {}


def _rows(of_all: PairCounts | None) -> list[Bin]:
    """Return the ages, the highest first."""
    lows = sorted({int(str(cell.first)) for cell in of_all.cells if cell.first is not None}) if of_all else []
    return [Bin(low, low + 9, 0) for low in range(0, lows[-1] + 1, 10)][::-1] if lows else []


def _drawn_rows(every: list[Bin], everybody: Mapping[tuple[Scalar, Scalar], Count]) -> list[Bin]:
    """Return the ages without the oldest ones that hardly anybody has, the same for every cohort."""
    numbers = [max(few_or_more(everybody.get((each.low, sex), 0)) for sex, _ in _SIDES) for each in every]
    least = max(numbers, default=0) * _HARDLY
    first = next((place for place, number in enumerate(numbers) if number > least), 0)
    return every[first:]


def _not_drawn(seen: Seen, rows: list[Bin], above: int) -> list[Foot]:
    return [Foot(seen.speech.say("Ages over %1: in the table.", int(str(rows[0].high))))] if above else []


def _brush(age: Facet, group: str | None, rows: list[Bin], every: list[Bin]) -> Brushed:
    def brush(start: float, end: float) -> Request | None:
        covered = [each for place, each in enumerate(rows) if place + 0.5 > start and place - 0.5 < end]
        if not covered:
            return None
        low = None if covered[-1] is rows[-1] else covered[-1].low
        high = None if covered[0] is every[0] else covered[0].high
        if low is None and high is None:
            return {"kind": "clear", "facet": age.name, "group": group}
        return {**range_of(age.name, low, high), "group": group}

    return brush


def _room_of(head: str) -> float:
    """Return the room that a heading needs which ends at the left numbers, where the chart is narrow."""
    share = (long(head) + 8) / _NARROW
    return (_GAP + 2 * (_MIDDLE + 1) * share) / (1 - 2 * share)


def _drawn(
    seen: Seen, rows: list[Bin], sides: Mapping[str, list[Bar]], wholes: tuple[Count, Count]
) -> tuple[Picture, list[Mark]]:
    colours, say = palette(seen.theme), seen.speech.say
    now, of_all = wholes
    factor = now / of_all if seen.scale == "proportion" and now and of_all else 1.0
    every = [bar for bars in sides.values() for bar in bars]
    longest = max((max(bar.now or 0, (bar.of_all or 0) * factor) for bar in every), default=0) or 1
    room = _PROTECTED_NUMBERS if seen.protected else _NUMBERS
    heads = {sex: say("%1 now", sex) for sex, _ in _SIDES}
    edge = _MIDDLE + 1 + max(room, *(_room_of(heads[sex]) for sex, side in _SIDES if side < 0))
    marks: list[Mark] = []
    grey: list[Box] = []
    blue: list[Box] = []
    outer: list[Word] = []
    inner: list[Word] = [Word(0, -1, "", colours.ink_3)]
    ends: dict[str, list[Word]] = {"right": [], "left": []}
    for sex, side in _SIDES:
        for place, bar in enumerate(sides[sex]):
            told = (seen.patients(bar.now), seen.patients(bar.of_all))
            low, high = sorted((0.0, side * edge))
            marks.append(Mark(low, place - 0.5, high, place + 0.5, bar.label, *told, bar.request))
            for number, half, boxed in ((bar.of_all, 0.36, grey), (bar.now, 0.18, blue)):
                times = factor if boxed is grey else 1.0
                length = length_of(number, longest) * (times if number is not None else 1.0) / longest
                left, right = sorted((side * _MIDDLE, side * (_MIDDLE + length)))
                corners = (left, place - half, right, place + half)
                if boxed is blue:
                    blue.append(now_box(corners, bar, colours))
                elif number != 0:
                    grey.append(Box(*corners, colours.all, colours.all))
            ink, style = (colours.ink, "bold") if bar.now != 0 else (colours.ink_3, "normal")
            # Both columns of numbers end on the right, so that their digits stand below each other.
            x = -(_MIDDLE + 1 + _GAP) if side < 0 else edge
            outer.append(Word(x, place, told[0], ink, style))  # type: ignore[arg-type]
        outer.append(Word(-(_MIDDLE + 1 + _GAP) if side < 0 else edge, -1, heads[sex], colours.ink_3))
        ends["right" if side < 0 else "left"].append(Word(side * _MIDDLE, -1, say("all %1", sex), colours.ink_3))
    inner += [Word(0, place, span(seen, each.low, each.high), colours.ink_2) for place, each in enumerate(rows)]
    unseen, told_of = hits(marks)
    hit = boxes(unseen)
    hit.columns.update(told_of)
    layers = (
        hit,
        boxes(grey, 0),
        boxes(blue),
        words(outer, "right"),
        words(inner, "center"),
        words(ends["right"], "right"),
        words(ends["left"], "left"),
    )
    height = 420 if seen.large else HEIGHT
    return Picture(layers, Axis(-edge, edge), Axis(max(len(rows), 1) - 0.4, -1.6), room=0, height=height), marks
