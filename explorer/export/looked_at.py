"""What was looked at: the cells of a sample, and of the series that were marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from explorer.cohort import SampleChoice, SeriesMark, marks_of, sample_of
from explorer.cohort.marks import marks_from
from explorer.export.cells import Cell, code, prose
from explorer.export.table import Table
from explorer.export.text import as_data, as_markdown
from explorer.facets import FACETS

if TYPE_CHECKING:
    from explorer.counts import Cohort
    from explorer.export.report import Report

__all__ = ["looked_at", "marks_table"]

_DRAWN = ("nbval-ignore-output",)
"""Which pictures there are differs between machines."""
_HERE = "drawn among the series of the cohort whose images are on the computer where this runs"
_WORDS = {"flag": "flagged", "exclude": "excluded"}
_COLUMNS = ("PatientID", "dataset", "Modality", "SeriesDescription", "SeriesInstanceUID")


def looked_at(cohort: Cohort, report: Report, numbered: Iterator[int]) -> Iterator[Cell]:
    """Yield the cells of the sample and the marks that a cohort carries; none where it carries none.

    Parameters
    ----------
    cohort
        With its annotations; not one whose small counts are protected.
    report
        Of the same cohort.
    numbered
        Numbers of the code cells.
    """
    choice, marks = sample_of(cohort.definition), marks_of(cohort.definition)
    sample = cohort.sample(choice.n, choice.by, choice.seed, columns=["SeriesInstanceUID"]) if choice else None
    if choice and sample and sample.rows:
        anywhere = f"{sample.sentence()}. The same seed draws the same series anywhere"
        how = as_markdown(_drawn_here(choice) if choice.here else anywhere)
        yield prose(
            f"## A sample to look at\n\n{how}. Pictures come from the snapshot where it carries them, else from images "
            "on this computer; a series without one is a grey field."
        )
        by = f'"{choice.by}"' if choice.by else None
        call = f"n={choice.n}, by={by}, seed={choice.seed}{', here=True' if choice.here else ''}"
        plain = f"<Contact sheet: {_HERE if choice.here else sample.sentence()}>"
        yield code(f"explorer.contact_sheet(cohort, {call})", next(numbered), plain=plain, tags=_DRAWN)
    if marks:
        yield prose(
            f"## Marked series\n\n{_counted(marks)}. Marks are notes on single series, made while looking. They "
            "change no count: the cohort takes marked series like all others, and whoever wants to leave some out does "
            "so with this list."
        )
        said = {mark.uid: {"mark": mark.mark, **({"note": mark.note} if mark.note else {})} for mark in marks}
        yield code(f"marked = {as_data(said)}\nreport.marks(marked)", next(numbered), report.marks(said))


def _drawn_here(choice: SampleChoice) -> str:
    """Return how a sample is drawn that differs between computers, without any number of this one."""
    spread = f", spread over the values of {FACETS[choice.by].title}" if choice.by else ""
    return (
        f"Up to {choice.n:,} series{spread}, seed {choice.seed}, {_HERE}; where none are, from "
        "the whole cohort. Another computer with other images shows another sample"
    )


def marks_table(cohort: Cohort, marked: Mapping[str, Any]) -> Table:
    """Return the marked series with what the snapshot says of them; see `explorer.Report.marks`."""
    marks = marks_from(marked)
    rows = {row["SeriesInstanceUID"]: row for row in cohort.series([mark.uid for mark in marks], columns=_COLUMNS)}
    cells = []
    for mark in marks:
        row = rows.get(mark.uid, {"SeriesInstanceUID": mark.uid})
        cells.append((_WORDS[mark.mark], mark.note, *(row.get(name) for name in _COLUMNS)))
    notes = ["No count changes by marks."]
    if others := len(marks) - len(rows):
        notes.append(f"{others:,} of the {len(marks):,} series {'is' if others == 1 else 'are'} not in this cohort.")
    return Table(("mark", "note", *_COLUMNS), tuple(cells), f"{_counted(marks)}.", tuple(notes), strong="mark")


def _counted(marks: tuple[SeriesMark, ...]) -> str:
    """Return how many series have which mark: ``"3 series flagged, 1 excluded"``."""
    numbers = {mark: sum(each.mark == mark for each in marks) for mark in _WORDS}
    first, *others = [f"{number:,} series {_WORDS[mark]}" for mark, number in numbers.items() if number] or [
        "No series"
    ]
    return ", ".join([first, *(text.replace(" series", "") for text in others)])
