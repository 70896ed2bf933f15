"""What an exported notebook shows of a cohort, one method for each cell."""

from __future__ import annotations

import re
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from explorer.counts import Cohort, Count, count_in_words, loss, size_in_words
from explorer.counts.engine.evaluation import Evaluation
from explorer.counts.scratch import Scratch
from explorer.errors import DifferenceError, SnapshotError
from explorer.export.chart import Chart
from explorer.export.charts import chart
from explorer.export.checks import checked
from explorer.export.looked_at import marks_table
from explorer.export.numbers import Numbers, numbers
from explorer.export.table import Cell, Table, Written
from explorer.export.versions import versions

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Report"]

_NON_COMMERCIAL = re.compile(r"\bNC\b|non-?commercial", re.IGNORECASE)


class Report:
    """A cohort as tables and charts that a notebook shows, and the check of its numbers.

    Parameters
    ----------
    cohort
        The cohort.

    Examples
    --------
    >>> import explorer
    >>> cohort = explorer.Cohort(explorer.CohortDefinition(), explorer.Snapshot.open())  # doctest: +SKIP
    >>> explorer.Report(cohort).attrition()  # doctest: +SKIP
    """

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort

    @cached_property
    def _scratch(self) -> Scratch:
        scratch = Scratch(Evaluation(self.cohort.definition, self.cohort.snapshot))
        weakref.finalize(self, scratch.close)
        return scratch

    @cached_property
    def _numbers(self) -> Numbers:
        return numbers(self.cohort, self._scratch)

    def promise(self) -> dict[str, Any]:
        """Return every number of the cohort as JSON, with the versions that counted them; `check` takes it."""
        return {**self._numbers, "versions": versions()}

    def check(self, expected: Mapping[str, Any]) -> Table:
        """Return the checks, all passed: the snapshot's content is read again, and every number computed again.

        Parameters
        ----------
        expected
            What `promise` gave when the notebook was exported.

        Raises
        ------
        DifferenceError
            The snapshot is damaged, or some number is another one; the message is a table of the differences.
        SurroundingsError
            Small counts are protected in another way here than in the export.
        """
        try:
            self.cohort.snapshot.verify()
        except SnapshotError as error:
            raise DifferenceError(str(error)) from error
        return checked(expected, self._numbers)

    def attrition(self) -> Table:
        """Return what each rule cost: what remains after it, and the patients lost at it, alone, and without it."""
        rows: list[tuple[Cell, ...]] = []
        before: Count = None
        for step in self.cohort.attrition():
            costs: tuple[Cell, ...] = ("", "", "")
            if step.path not in ("", "/select"):
                lost = loss(before, step.patients, step.protected)
                costs = self._lost(lost, rounded=True), self._lost(step.alone), self._patients(step.without)
            sizes = map(self._size, (step.studies, step.series, step.instances))
            rows.append((step.rule, self._patients(step.patients), *sizes, *costs))
            before = step.patients
        columns = (
            "step",
            "patients",
            "studies",
            "series",
            "images",
            "lost here",
            "lost by it alone",
            "gained without it",
        )
        notes = (
            "Up to the last step, studies, series and images are all those of the remaining patients; the last step "
            "counts those that the cohort takes. The columns on the right are patients.",
        )
        return Table(columns, tuple(rows), notes=(*notes, *self._protection()), strong="patients")

    def chart(self, name: str) -> Chart:
        """Return the members drawn by ``age``, ``Modality``, ``dataset`` or ``study_date``."""
        return chart(self._scratch, name, self.cohort.protected)

    def rows(
        self,
        level: Literal["patient", "study", "series"] = "patient",
        *,
        columns: Sequence[str] | None = None,
        limit: int = 10,
    ) -> Table:
        """Return the first rows of the cohort at a level; `Cohort.frame` gives all of them as a DataFrame.

        Raises
        ------
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        frame = self.cohort.frame(level, columns=columns, limit=limit)
        totals = self.cohort.totals()
        whole = {"patient": totals.patients, "study": totals.studies, "series": totals.series}[level]
        nouns = {"patient": "patients", "study": "studies", "series": "series"}[level]
        notes = (f"{len(frame):,} of {whole:,} {nouns}, in the order of the snapshot.",)
        return Table(tuple(map(str, frame.columns)), tuple(_cells(frame)), notes=notes)

    def marks(self, marked: Mapping[str, Any]) -> Table:
        """Return the series that were flagged or excluded, with their notes; no count changes by them.

        Parameters
        ----------
        marked
            By SeriesInstanceUID ``{"mark": "flag", "note": "…"}``, as the annotations of a cohort have it.

        Raises
        ------
        SurroundingsError
            Small counts are protected; then there are no rows.
        """
        return marks_table(self.cohort, marked)

    def licences(self) -> Table:
        """Return the licences of the series that the cohort takes, and a warning where some forbid commercial use."""
        found = self.cohort.licences()
        scale, unit = _scale(max((each.bytes or 0 for each in found), default=0))
        rows = tuple(
            (each.license, self._patients(each.patients), self._size(each.series), self._size(each.bytes, scale))
            for each in found
        )
        limited = [each for each in found if each.license and _NON_COMMERCIAL.search(each.license)]
        warnings = tuple(
            f"{_said(self._size(each.series))} series of {_said(self._patients(each.patients))} patients are for "
            f"non-commercial use only ({each.license})."
            for each in limited
        )
        if any(each.license is None for each in found):
            warnings += ("Where the licence is missing, ask the data holder before any use.",)
        notes = ("Licences belong to series; a patient can count under several.", *self._protection())
        return Table(("licence", "patients", "series", f"size in {unit}"), rows, "", notes, warnings, "patients")

    def citations(self) -> Table:
        """Return how to cite everything that the cohort takes, most patients first."""
        rows = tuple(
            (
                k,
                each.citation or each.title,
                each.source_doi,
                self._patients(each.patients),
                self._size(each.series),
            )
            for k, each in enumerate(self.cohort.citations(), start=1)
        )
        notes = ("Cite all of them. A patient can count under several.",) if rows else ("Nothing is taken.",)
        return Table(("", "reference", "DOI", "patients", "series"), rows, notes=(*notes, *self._protection()))

    def bibtex(self) -> str:
        """Return the citations as BibTeX entries."""
        return "\n".join(
            f"@misc{{{_key(each.source_doi, k)},\n"
            f"  title = {{{_tex(each.title or each.source_doi or 'untitled')}}},\n"
            + (f"  doi = {{{_tex(each.source_doi)}}},\n" if each.source_doi else "")
            + f"  note = {{{_tex(each.citation or '')}}}\n}}"
            for k, each in enumerate(self.cohort.citations(), start=1)
        )

    def _patients(self, number: Count) -> Cell:
        """Return a number of patients as a cell."""
        policy = self.cohort.protected
        return Written(count_in_words(number, policy)) if policy else number

    def _lost(self, number: Count, *, rounded: bool = False) -> Cell:
        """Return patients lost as a cell; `rounded` where they are the difference of two numbers that are told."""
        policy = self.cohort.protected
        if policy is None:
            return -(number or 0)
        said = count_in_words(number, policy, lost=rounded)
        return Written(said.replace("≈ ", "≈ −"))

    def _size(self, number: Count, scale: float | None = None) -> Cell:
        """Return a number of studies, series or images, or of bytes by their scale, as a cell."""
        policy = self.cohort.protected
        if policy is None:
            return number if scale is None else (number or 0) / scale
        return Written(size_in_words(number, policy, lambda n: f"{n:,}" if scale is None else f"{n / scale:,.2f}"))

    def _protection(self) -> tuple[str, ...]:
        policy = self.cohort.protected
        return (policy.sentence(),) if policy else ()


def _said(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _cells(frame: pd.DataFrame) -> list[tuple[Cell, ...]]:
    """Return the rows as cells; what pandas calls missing is None, dates are ISO text."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [tuple(_cell(value) for value in row) for row in plain.itertuples(index=False, name=None)]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, int) or float(value).is_integer():
        return int(value)
    return float(value)


def _scale(most: int) -> tuple[float, str]:
    for power, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if most >= power:
            return power, unit
    return 1e6, "MB"


def _key(doi: str | None, k: int) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", doi).strip("-") if doi else f"reference-{k}"


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "/").replace("\n", " "))
