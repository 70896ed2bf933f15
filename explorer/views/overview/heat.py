"""Two categories crossed: a table whose cells are darker the more patients they have."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from explorer.codes import object_kind
from explorer.cohort.texts import sayable
from explorer.counts import Cohort, Count, PairCounts, few_or_more
from explorer.facets import Criterion, Facet, Scalar
from explorer.views.component import Request
from explorer.views.overview.bars import hits
from explorer.views.overview.palette import CLEAR, STEPS, palette
from explorer.views.overview.pictures import Axis, Box, Picture, Word, boxes, short, words
from explorer.views.overview.view import HEIGHT, Foot, Mark, Row, Scale, Seen, View, criterion_of
from explorer.views.speech import Speech

__all__ = ["Heat"]

_LABELS = 112
"""Pixels for the names of the rows."""

_COLUMN, _ALONE = 42.0, 780.0
"""Pixels of a column on a small screen, and of all of them where the chart has all the room."""

_SAME = {
    "series": sayable("patients with both in the same series"),
    "study": sayable("patients with both in the same study"),
    "patient": sayable("patients with both"),
}


@dataclass(frozen=True, slots=True)
class _Room:
    """How many rows and columns are drawn."""

    rows: int
    columns: int


_LARGE = _Room(40, 24)


class Heat:
    """A chart of two categories.

    Parameters
    ----------
    across, down
        The facets of the columns and of the rows.
    """

    scale: Scale = "numbers"

    def __init__(self, across: Facet, down: Facet) -> None:
        self.across, self.down = across, down

    def title(self, speech: Speech) -> str:
        """Return what the chart is called."""
        if (self.across.name, self.down.name) == ("Modality", "BodyPartExamined"):
            return speech.say("Modality and body part")
        return speech.say("%1 and %2", speech.title(self.across), speech.title(self.down))

    def question(self, cohort: Cohort, group: str | None) -> PairCounts:
        """Return the patients by both."""
        return cohort.pairs(self.across.name, self.down.name, group)

    def view(self, seen: Seen) -> View:
        """Return the chart; without cells before there is an answer."""
        say, speech = seen.speech.say, seen.speech
        counts, of_all = seen.answer if seen.answer else (None, None)
        now, everybody = _by(counts), _by(of_all)
        label = counts.group if counts else None
        columns_wanted = criterion_of(seen, self.across.name, label)
        rows_wanted = criterion_of(seen, self.down.name, label)
        room = _LARGE if seen.large else _Room(9, 7 if seen.protected else 8)
        # Where nobody is left, everybody says which rows and columns there are.
        ranks = now or everybody
        across = _order(ranks, 0, columns_wanted, leave_out=_derived if self.across.name == "Modality" else _nothing)
        down = _order(ranks, 1, rows_wanted, within=set(across[: room.columns]))

        def both(column: Scalar, row: Scalar) -> Request:
            return {
                "kind": "both",
                "group": label,
                "first": {"facet": self.across.name, "value": column},
                "second": {"facet": self.down.name, "value": row},
            }

        def chosen(column: Scalar, row: Scalar) -> bool:
            return _takes(columns_wanted, column) and _takes(rows_wanted, row)

        picture, marks = _drawn(seen, across[: room.columns], down[: room.rows], now, everybody, chosen, both, room)
        titles = (speech.title(self.across), speech.title(self.down))
        ranked = sorted(now, key=lambda pair: -few_or_more(now[pair]))
        framed = columns_wanted is not None and rows_wanted is not None
        return View(
            title=self.title(speech),
            note=say(_SAME[_level(seen, label)]),
            picture=picture,
            marks=marks,
            heads=(*titles, say("patients now"), say("patients of all")),
            rows=[
                Row(
                    (speech.value(column), speech.value(row)),
                    (now[column, row], everybody.get((column, row), 0)),
                    both(column, row),
                    framed and chosen(column, row),
                )
                for column, row in ranked
            ],
            foot=self._foot(seen, len(across), len(down), room, now, framed),
        )

    def _foot(
        self, seen: Seen, across: int, down: int, room: _Room, now: Mapping[tuple[Scalar, Scalar], Count], framed: bool
    ) -> list[Foot]:
        say, speech = seen.speech.say, seen.speech
        there_across, there_down = len({column for column, _ in now}), len({row for _, row in now})
        if not now:
            return []
        shown_across, shown_down = min(across, room.columns), min(down, room.rows)
        said = say(
            "%1: %2 of %3. %4: %5 of %6.",
            speech.title(self.down),
            shown_down,
            there_down,
            speech.title(self.across),
            shown_across,
            there_across,
        )
        if framed:
            said = " ".join([said, say("The framed cell is your rule.")])
        cut = not seen.large and (shown_across < min(across, _LARGE.columns) or shown_down < min(down, _LARGE.rows))
        return [Foot(said, say("Show more"), {"kind": "chart-large"}) if cut else Foot(said)]


def _by(counts: PairCounts | None) -> dict[tuple[Scalar, Scalar], Count]:
    return {(cell.first, cell.second): cell.patients for cell in counts.cells} if counts else {}


def _takes(criterion: Criterion | None, value: Scalar) -> bool:
    return criterion is not None and criterion.is_in is not None and value in criterion.is_in


def _level(seen: Seen, label: str | None) -> str:
    kind, _, index = (label or "include:0").partition(":")
    groups = seen.definition.exclude if kind == "exclude" else seen.definition.include
    return groups[int(index)].same if index.isdigit() and int(index) < len(groups) else "series"


def _derived(value: Scalar) -> bool:
    """Whether a modality is no image: its cells are rarely what somebody looks for here."""
    return value is not None and object_kind(str(value), None) != "image"


def _nothing(_value: Scalar) -> bool:
    return False


def _order(
    now: Mapping[tuple[Scalar, Scalar], Count],
    side: int,
    wanted: Criterion | None,
    *,
    leave_out: Callable[[Scalar], bool] = _nothing,
    within: Collection[Scalar] | None = None,
) -> list[Scalar]:
    """Return the values of one side: those that the rule takes, then those with most patients."""
    weights: dict[Scalar, float] = defaultdict(float)
    for pair, patients in now.items():
        if within is None or pair[1 - side] in within:
            weights[pair[side]] += few_or_more(patients)
    chosen = set(wanted.is_in or ()) if wanted else set()
    kept = [value for value in weights if value in chosen or not leave_out(value)]
    return sorted(kept, key=lambda value: (value not in chosen, -weights[value], value is None, str(value)))


def _drawn(
    seen: Seen,
    across: list[Scalar],
    down: list[Scalar],
    now: Mapping[tuple[Scalar, Scalar], Count],
    everybody: Mapping[tuple[Scalar, Scalar], Count],
    chosen: Callable[[Scalar, Scalar], bool],
    both: Callable[[Scalar, Scalar], Request],
    room: _Room,
) -> tuple[Picture, list[Mark]]:
    colours, speech = palette(seen.theme), seen.speech
    marks: list[Mark] = []
    cells: list[Box] = []
    frames: list[Box] = []
    numbers: list[Word] = []
    for y, row in enumerate(down):
        for x, column in enumerate(across):
            patients = now.get((column, row), 0)
            step = bisect_right(STEPS, few_or_more(patients)) if patients else 0
            corners = (x - 0.48, y - 0.46, x + 0.48, y + 0.46)
            told = (seen.patients(patients), seen.patients(everybody.get((column, row), 0)))
            label = f"{speech.value(column)}, {speech.value(row)}"
            marks.append(Mark(x - 0.5, y - 0.5, x + 0.5, y + 0.5, label, *told, both(column, row)))
            cells.append(Box(*corners, colours.heat[step], CLEAR, colours.all if patients is None else ""))
            mine = chosen(column, row)
            if mine:
                frames.append(Box(*corners, CLEAR, colours.ink))
            ink = colours.ink_2 if patients is None else colours.heat_ink[step]
            numbers.append(Word(x, y, told[0] if patients != 0 else "·", ink, "bold" if mine else "normal"))
    width = min(room.columns, len(across)) if seen.large else room.columns
    slots = len(down) if seen.large else room.rows
    pixels = _COLUMN if not seen.large else _ALONE / max(width, 1)
    heads = [Word(x, -1, short(speech.value(column), pixels), colours.ink_2) for x, column in enumerate(across)]
    unseen, told_of = hits(marks)
    hit = boxes(unseen)
    hit.columns.update(told_of)
    labels = {float(y): short(speech.value(row), _LABELS - 8) for y, row in enumerate(down)}
    picture = Picture(
        (hit, boxes(cells, 0), boxes(frames, 2), words(numbers, "center"), words(heads, "center")),
        Axis(-0.5, max(width, 1) - 0.5),
        Axis(max(slots, 1) - 0.5, -1.5, labels),
        room=_LABELS,
        height=max(HEIGHT, 24 * (slots + 1)) if seen.large else HEIGHT,
    )
    return picture, marks
