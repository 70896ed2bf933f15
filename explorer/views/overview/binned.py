"""A number or a date as standing bars, which can be brushed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from explorer.cohort.texts import sayable
from explorer.counts import Count
from explorer.facets import Facet, Scalar
from explorer.facets.bins import EDGES
from explorer.views.component import Request
from explorer.views.overview.bars import Bar, standing
from explorer.views.overview.cautions import caution_of
from explorer.views.overview.view import Foot, Row, Scale, Seen, View, criterion_of
from explorer.views.speech import Speech

__all__ = ["Bin", "Binned", "all_bins", "inside", "range_of", "span"]

_YEARS = 130
"""Years that the chart of years shows; what lies before is said in words."""

_NOTES = {
    ("patients", "numbers"): sayable("patients now; grey: everybody"),
    ("patients", "proportion"): sayable("patients now; grey: everybody, in proportion"),
    ("series", "numbers"): sayable("series now; grey: all series"),
    ("series", "proportion"): sayable("series now; grey: all series, in proportion"),
}

_HEADS = {
    "patients": (sayable("patients now"), sayable("patients of all")),
    "series": (sayable("series now"), sayable("series of all")),
}

_TITLES = {
    "study_date": sayable("Year of study"),
    "instances": sayable("Series size, images"),
    "size_mb": sayable("Series size, MB"),
}


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin with its numbers in the whole snapshot; the last one may be open."""

    low: Scalar
    high: Scalar
    of_all: Count


class Binned:
    """A chart of the bins of a number or a date.

    Parameters
    ----------
    measure
        What is counted: of a series' size, series.
    """

    question = None
    scale: Scale = "proportion"

    def __init__(self, facet: Facet, measure: Literal["patients", "series"] = "patients") -> None:
        self.facet, self.measure = facet, measure

    def title(self, speech: Speech) -> str:
        """Return what the chart is called."""
        name = self.facet.name
        return speech.say(_TITLES[name]) if name in _TITLES else speech.title(self.facet)

    def view(self, seen: Seen) -> View:
        """Return the chart."""
        name, speech = self.facet.name, seen.speech
        counts, whole, unit = seen.by[name], seen.everything[name], 0 if self.measure == "patients" else 1
        found = {row[0]: row[2 + unit] for row in counts["bins"]}
        every = all_bins(self.facet, whole, unit)
        bins = every[-_YEARS:] if self.facet.kind == "date" else every
        criterion = criterion_of(seen, name)
        between = criterion.between if criterion else None

        def request(each: Bin) -> Request:
            if between == (each.low, each.high):
                return {"kind": "clear", "facet": name}
            return range_of(name, each.low, each.high)

        bars = [
            Bar(
                self._label(seen, each),
                found.get(each.low, 0),
                each.of_all,
                chosen=between is None or inside(each.low, each.high, between),
                request=request(each),
            )
            for each in bins
        ]
        picture, marks = standing(
            bars, (counts["whole"][unit], whole["whole"][unit]), seen, self._ticks(bins, seen), self.measure
        )

        def brush(start: float, end: float) -> Request | None:
            covered = [k for k in range(len(bins)) if k + 0.5 > start and k - 0.5 < end]
            if not covered:
                return None
            first, last = bins[covered[0]], bins[covered[-1]]
            # An end at the border stays open, as in the filter's own brush.
            low = None if first.low == every[0].low else first.low
            high = None if last is every[-1] else last.high
            if low is None and high is None:
                return {"kind": "clear", "facet": name}
            return range_of(name, low, high)

        rows = [
            Row((self._label(seen, each),), (found.get(each.low, 0), each.of_all), request(each), _is(each, between))
            for each in every
            if found.get(each.low, 0) != 0 or each.of_all != 0
        ]
        return View(
            title=self.title(speech),
            note=speech.say(_NOTES[self.measure, seen.scale]),
            picture=picture,
            marks=marks,
            heads=(self._head(speech), *(speech.say(each) for each in _HEADS[self.measure])),
            rows=rows,
            foot=self._foot(seen, counts, every[: len(every) - len(bins)], found),
            warning=caution_of(seen, self.facet),
            brush=brush,
            scales=True,
            unit=self.measure,
        )

    def _head(self, speech: Speech) -> str:
        """Return what the bins are called; of a date they are years."""
        return self.title(speech) if self.facet.kind == "date" else speech.title(self.facet)

    def _label(self, seen: Seen, each: Bin) -> str:
        if isinstance(each.low, str):
            return each.low[:4]
        unit = seen.speech.unit(self.facet)
        said = span(seen, each.low, each.high, self.facet.column.type == "integer")
        return f"{said} {unit}" if unit else said

    def _ticks(self, bins: Sequence[Bin], seen: Seen) -> Mapping[float, str]:
        if self.facet.kind == "date":
            step = 20 if len(bins) > 70 else 10
            years = [int(str(each.low)[:4]) for each in bins]
            return {float(k): str(year) for k, year in enumerate(years) if year % step == 0}
        step = 4 if self.facet.column.unit == "years" else max(1, -(-len(bins) // 10))
        return {k - 0.5: _short(seen, each.low) for k, each in enumerate(bins) if k % step == 0}

    def _foot(
        self, seen: Seen, counts: Mapping[str, Any], earlier: Sequence[Bin], found: Mapping[Scalar, Count]
    ) -> list[Foot]:
        if self.measure == "series":
            return [Foot(seen.speech.say("%1 series in all.", seen.speech.size(counts["whole"][1], seen.protected)))]
        several = []
        if self.facet.kind == "date":
            several.append(Foot(seen.speech.say("A patient with studies in two years counts in both.")))
        return [*several, *self._before(seen, earlier, found), self._missing(seen, counts)]

    def _missing(self, seen: Seen, counts: Mapping[str, Any]) -> Foot:
        name = self.facet.name
        return missing_of(seen, name, counts["missing"][0], counts["whole"][0], seen.groups.get(name))

    def _before(self, seen: Seen, earlier: Sequence[Bin], found: Mapping[Scalar, Count]) -> list[Foot]:
        """Return what is said of the years for which there is no room."""
        numbers = [found.get(each.low, 0) for each in earlier]
        if not any(number != 0 for number in numbers):
            return []
        first = str(int(str(earlier[-1].low)[:4]) + 1)
        if seen.protected or len(numbers) > 1:
            return [Foot(seen.speech.say("Patients before %1 are not drawn.", first))]
        return [Foot(seen.speech.say("%1 patients before %2 are not drawn.", numbers[0] or 0, first))]


def missing_of(seen: Seen, facet: str, missing: Count, whole: Count, group: str | None) -> Foot:
    """Return what is said of the patients without a value, who were counted in this group."""
    say = seen.speech.say
    if whole == 0:
        return Foot("")
    if missing == 0:
        return Foot(say("Recorded for all %1 patients.", seen.patients(whole)))
    number, of = seen.patients(missing), seen.patients(whole)
    share = "" if missing is None else f" ({seen.speech.percent(missing, whole)})"
    text = say("Missing: %1 of %2 patients%3.", number, of, share)
    criterion = criterion_of(seen, facet, group)
    if criterion is not None and criterion.is_in == (None,):
        return Foot(text)
    return Foot(text, say("Show them"), {"kind": "toggle", "facet": facet, "group": group, "value": None, "on": True})


def all_bins(facet: Facet, whole: Mapping[str, Any], unit: int = 0) -> list[Bin]:
    """Return every bin from the first to the last, empty ones too, so that the axis is true to scale."""
    known = {low: (high, numbers[unit]) for low, high, *numbers in whole["bins"]}
    if not known:
        return []
    lows = list(known)
    if facet.kind == "date":
        years = range(int(str(lows[0])[:4]), int(str(lows[-1])[:4]) + 1)
        return [
            Bin(f"{year:04}-01-01", f"{year:04}-12-31", known.get(f"{year:04}-01-01", ("", 0))[1]) for year in years
        ]
    if facet.column.unit == "years":
        width = int(known[lows[0]][0]) - int(lows[0]) + 1
        ages = range(int(lows[0]), int(lows[-1]) + 1, width)
        return [Bin(low, low + width - 1, known.get(low, (0, 0))[1]) for low in ages]
    whole_numbers = facet.column.type == "integer"
    edges = [edge for edge in EDGES if lows[0] <= edge <= lows[-1]]
    return [Bin(low, *known.get(low, (_next(low, whole_numbers), 0))) for low in edges]


def _next(low: int, whole_numbers: bool) -> Scalar:
    place = EDGES.index(low) + 1
    if place == len(EDGES):
        return None
    return int(EDGES[place]) - 1 if whole_numbers else int(EDGES[place])


def span(seen: Seen, low: Any, high: Any, whole_numbers: bool = True) -> str:
    """Return a bin in words: "60–69", "100 or more"."""
    number = seen.speech.number
    if high is None:
        return seen.speech.say("%1 or more", number(low))
    if low == high and whole_numbers:
        return number(low)
    return f"{number(low)}–{number(high)}"


def range_of(facet: str, low: Scalar, high: Scalar) -> Request:
    """Return the request for a range, without those of whom it is missing."""
    return {"kind": "range", "facet": facet, "low": low, "high": high, "missing": False}


def inside(low: Any, high: Any, between: tuple[Scalar, Scalar]) -> bool:
    """Whether a bin lies in a range, at least in part."""
    first: Any
    last: Any
    first, last = between
    return (first is None or high is None or high >= first) and (last is None or low <= last)


def _is(each: Bin, between: tuple[Scalar, Scalar] | None) -> bool:
    return between is not None and inside(each.low, each.high, between)


def _short(seen: Seen, low: Any) -> str:
    """Return the beginning of a bin as an axis writes it: 20000 is "20 k"."""
    if low >= 1_000_000:
        return f"{low // 1_000_000} M"
    return f"{low // 1000} k" if low >= 10_000 else seen.speech.number(low)
