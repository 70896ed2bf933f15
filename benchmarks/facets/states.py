"""The states in which an interaction is asked for: what kinds of definition, and which values a round puts into them.

The values are drawn from those that the snapshot holds, by a seed and the round, so that no round asks what another
one asked, and every snapshot has states of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from explorer.cohort import CohortDefinition
from explorer.facets import FACETS, Criterion, Scalar

if TYPE_CHECKING:
    from explorer import Snapshot

__all__ = ["FURTHER", "OTHER_SEED", "PLAIN", "Values", "definitions_of"]

_EVERY = CohortDefinition()
_LISTED = ("category", "many-valued")
_PERCENTILES = [percent / 100 for percent in range(101)]
_WORD = re.compile(r"[a-z0-9]{2,}")


class Values:
    """What a snapshot holds of each facet, the most frequent first, and draws of it.

    Attributes
    ----------
    frequent
        Values of categories and lists by series, None being missing, which often is the most frequent one.
    spread
        The percentiles of numbers and dates over all series, 0 to 100.
    words
        Words of the most frequent series descriptions.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.frequent: dict[str, list[Scalar]] = {}
        self.spread: dict[str, list[Any]] = {}
        with snapshot.cursor() as cursor:
            for name in sorted(snapshot.recorded_facets):
                facet = FACETS[name]
                value = (
                    f"unnest(CASE WHEN len({name}) > 0 THEN {name} ELSE [NULL] END)"
                    if facet.kind == "many-valued"
                    else name
                )
                source = (
                    f"(SELECT {value} AS value FROM series JOIN study USING (study_key) JOIN patient ON "
                    "patient.patient_key = series.patient_key JOIN dataset ON dataset.dataset_key = series.dataset_key)"
                )
                if facet.kind in _LISTED:
                    grouped = f"SELECT value FROM {source} GROUP BY value ORDER BY count(*) DESC, value NULLS LAST"
                    self.frequent[name] = [value for (value,) in cursor.execute(grouped).fetchall()]
                elif facet.kind != "text":
                    select = f"SELECT quantile_disc(value, {_PERCENTILES}) FROM {source} WHERE value IS NOT NULL"
                    ((self.spread[name],),) = cursor.execute(select).fetchall()
            described = cursor.execute(
                "SELECT lower(SeriesDescription), count(*) FROM series WHERE SeriesDescription IS NOT NULL "
                "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 2000"
            ).fetchall()
        words: Counter[str] = Counter()
        for text, series in described:
            words.update(dict.fromkeys(_WORD.findall(text), series))
        self.words = [word for word, _ in words.most_common(30)]


class Draw:
    """Criteria with values drawn for one state of one round."""

    def __init__(self, values: Values, random: Random) -> None:
        self._values, self._random = values, random

    def some(self, facet: str, count: int, among: int = 3) -> Criterion:
        """Return the criterion that a facet has one of so many of its most frequent values, the first if several."""
        held = self._values.frequent[facet][:among]
        kept = held[:1] if count > 1 else []
        others = held[len(kept) :]
        return FACETS[facet].is_in(*kept, *self._random.sample(others, min(count - len(kept), len(others))))

    def half(self, facet: str) -> Criterion:
        """Return the criterion that a facet has one of about half of its values, the most frequent one included."""
        first, *others = self._values.frequent[facet]
        return FACETS[facet].is_in(first, *self._random.sample(others, len(others) // 2))

    def range(self, facet: str, low: int, high: int, *, missing: bool = False) -> Criterion:
        """Return the criterion that a number or date lies between two percentiles, each moved by a few."""
        ends = [self._values.spread[facet][end + self._random.randint(-5, 5)] for end in (low, high)]
        written = [end if isinstance(end, int | float) else end.isoformat() for end in ends]
        return FACETS[facet].between(*written, missing=missing)

    def text(self, facet: str, count: int = 1) -> Criterion:
        """Return the criterion that a description contains one of so many frequent words."""
        return FACETS[facet].contains(*self._random.sample(self._values.words, min(count, len(self._values.words))))


State = Callable[[Draw], CohortDefinition]


def _series(*criteria: Criterion) -> CohortDefinition:
    return _EVERY.including(*criteria)


def _halves(d: Draw) -> CohortDefinition:
    names = ("Modality", "BodyPartExamined", "vendor", "license", "dataset", "source_doi", "sex", "object_kind")
    return _series(*map(d.half, names), d.range("study_date", 15, 95, missing=True))


def _narrowing(d: Draw, criteria: int) -> CohortDefinition:
    """Return a definition as it is narrowed down, criterion by criterion."""
    where = [d.some("Modality", 2), d.some("sex", 1, 2), d.range("age", 30, 70, missing=True), d.some("vendor", 2)]
    return _series(*where[:criteria])


PLAIN: dict[str, State] = {
    "everybody": lambda _: _EVERY,
    "a modality": lambda d: _series(d.some("Modality", 1, 6)),
    "two modalities, a sex": lambda d: _narrowing(d, 2),
    "the same, ages": lambda d: _narrowing(d, 3),
    "the same, ages, two vendors": lambda d: _narrowing(d, 4),
    "modalities, body parts, sexes, vendors": lambda d: _series(
        d.some("Modality", 2), d.some("BodyPartExamined", 3, 5), d.some("sex", 2), d.some("vendor", 2)
    ),
    "modalities, body parts, sizes": lambda d: _series(
        d.some("Modality", 2), d.some("BodyPartExamined", 3, 5), d.range("size_mb", 25, 75)
    ),
    "modalities, a licence, images": lambda d: _series(
        d.some("Modality", 3, 5), d.some("license", 1, 2), d.range("instances", 10, 90)
    ),
    "a dataset": lambda d: _series(d.some("dataset", 1, 20)),
    "a cancer type, images only": lambda d: _series(d.some("cancer_type", 1, 8), FACETS["object_kind"].is_in("image")),
    "cancer types, modalities, dates, sizes": lambda d: _series(
        d.some("cancer_type", 2, 8), d.some("Modality", 2), d.range("study_date", 10, 90), d.range("size_mb", 10, 90)
    ),
    "half of the values of eight facets": _halves,
    "two sexes, dates": lambda d: _series(d.some("sex", 2, 5), d.range("study_date", 5, 95, missing=True)),
    "sizes": lambda d: _series(d.range("size_mb", 40, 95)),
    "a text, a modality": lambda d: _series(d.text("SeriesDescription"), d.some("Modality", 1)),
    "no age, modalities": lambda d: _series(FACETS["age"].is_in(None), d.some("Modality", 2, 5)),
}
"""One include group on the level of series, or none: what every method can be asked."""

FURTHER: dict[str, State] = {
    "same study": lambda d: _EVERY.including(d.some("Modality", 1), d.some("BodyPartExamined", 1), same="study"),
    "same patient": lambda d: _EVERY.including(
        d.some("Modality", 1), d.some("BodyPartExamined", 2), d.some("vendor", 2), same="patient"
    ),
    "a text in the same study": lambda d: _EVERY.including(
        d.text("SeriesDescription", 2), d.some("Modality", 1), d.range("age", 20, 80), same="study"
    ),
    "two groups": lambda d: _EVERY.including(d.some("Modality", 1)).including(d.some("Modality", 1), d.half("vendor")),
    "three groups on three levels": lambda d: (
        _EVERY.including(d.some("Modality", 2))
        .including(d.some("BodyPartExamined", 2), d.some("Modality", 1), same="study")
        .including(d.some("sex", 1, 2), d.some("cancer_type", 3, 8), same="patient")
    ),
    "a group, one excluded": lambda d: _EVERY.including(d.some("Modality", 1)).excluding(d.some("Modality", 1, 6)),
    "only excluded": lambda d: _EVERY.excluding(d.some("Modality", 1), d.some("BodyPartExamined", 2), same="study"),
    "two groups within days": lambda d: (
        _EVERY.including(d.some("Modality", 1)).including(d.some("Modality", 1)).following(0, 1, (0, 90))
    ),
    "within days, one excluded": lambda d: (
        _EVERY.including(d.some("Modality", 1), d.some("vendor", 3, 4), same="study")
        .including(d.some("Modality", 2), same="patient")
        .excluding(d.some("license", 1), d.some("sex", 1), same="patient")
        .following(0, 1, (-30, 400))
    ),
}
"""Levels, several groups, exclude, within: what only ours and SQL are asked."""


SEED, OTHER_SEED = 6, 7
"""Of what is timed, and of what is asked before."""


def definitions_of(state: str, values: Values, rounds: int, seed: int = SEED) -> list[CohortDefinition]:
    """Return the definition that a state is in each round, no two the same where the snapshot has enough values."""
    found: dict[str, CohortDefinition] = {}
    drawn: list[CohortDefinition] = []
    for number in range(20 * rounds):
        drawn.append((PLAIN | FURTHER)[state](Draw(values, Random(f"{seed} {number} {state}"))))
        found.setdefault(drawn[-1].id, drawn[-1])
        if len(found) == rounds:
            break
    return [*found.values(), *drawn][:rounds]
