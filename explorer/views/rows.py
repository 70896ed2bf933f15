"""The table of patients, studies or series: one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from explorer.counts import TABLE_LEVELS, Cohort, Totals
from explorer.views.parts import Part

__all__ = ["Page", "Rows"]

_STYLE = Path(__file__).with_name("table.css").read_text(encoding="utf-8")

PAGE = 50
"""Rows of a page."""

_COLUMNS = {
    "patient": ("PatientID", "dataset", "sex", "age", "studies", "series", "instances", "bytes"),
    "study": ("PatientID", "dataset", "StudyInstanceUID", "study_date", "age", "series", "instances", "bytes"),
    "series": (
        "PatientID",
        "dataset",
        "Modality",
        "BodyPartExamined",
        "SeriesDescription",
        "Manufacturer",
        "study_date",
        "license",
        "instances",
        "bytes",
        "SeriesInstanceUID",
    ),
}
_TITLES = {
    "PatientID": "Patient",
    "dataset": "Dataset",
    "sex": "Sex",
    "age": "Age, years",
    "studies": "Studies",
    "series": "Series",
    "instances": "Images",
    "bytes": "MB",
    "StudyInstanceUID": "Study",
    "study_date": "Date, as recorded",
    "Modality": "Modality",
    "BodyPartExamined": "Body part",
    "SeriesDescription": "Description",
    "Manufacturer": "Manufacturer",
    "license": "Licence",
    "SeriesInstanceUID": "Series UID",
}
_WIDTHS = {
    "sex": 90,
    "age": 96,
    "studies": 84,
    "series": 84,
    "instances": 92,
    "bytes": 92,
    "study_date": 132,
    "Modality": 90,
    "BodyPartExamined": 120,
    "license": 110,
}
_WIDE = {
    "PatientID": 200,
    "dataset": 180,
    "SeriesDescription": 220,
    "Manufacturer": 170,
    "StudyInstanceUID": 240,
    "SeriesInstanceUID": 280,
}
"""Widths of columns that take what room there is, where the table is wider than the page."""

_NUMBERS = ("age", "studies", "series", "instances", "bytes")


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted: the level, the order, and how many rows to skip."""

    level: str = "patient"
    sort: str | None = None
    descending: bool = False
    offset: int = 0


class Rows:
    """The table tab.

    Parameters
    ----------
    changed
        Called when another page, order or level is wanted.
    download
        Called with the level to write all rows of, and their number.
    """

    def __init__(self, changed: Callable[[], None], download: Callable[[str, int], None]) -> None:
        self.page = Page()
        self._changed, self._download = changed, download
        self._filling = False
        self._total = 0
        self.pager = Part(part="pager", sizing_mode="stretch_width", margin=0)
        self.pager.on_request(self._asked)
        self._table, self._drawn = self._holding(None), ""
        self.pane = pn.Column(self.pager, self._table, sizing_mode="stretch_both", margin=0)

    def opened(self) -> None:
        """Make the table anew with the next answer, since the browser builds its view anew."""
        self._drawn = ""

    def first(self) -> None:
        """Go back to the first page, since the cohort is another."""
        self.page = replace(self.page, offset=0)

    def question(self) -> Callable[[Cohort], tuple[Page, pd.DataFrame, Totals]]:
        """Return what to ask of a cohort for the page that is wanted."""
        page = self.page

        def ask(cohort: Cohort) -> tuple[Page, pd.DataFrame, Totals]:
            rows = cohort.frame(
                page.level,  # type: ignore[arg-type]
                columns=_COLUMNS[page.level],
                sort=page.sort,
                descending=page.descending,
                limit=PAGE,
                offset=page.offset,
            )
            return page, rows, cohort.totals()

        return ask

    def show(self, answer: tuple[Page, pd.DataFrame, Totals]) -> None:
        """Draw a page, unless another is wanted by now."""
        page, rows, totals = answer
        if page != self.page:
            return
        self._total = {"patient": totals.patients, "study": totals.studies, "series": totals.series}[page.level] or 0
        if page.level == self._drawn:
            self._fill(_written(rows))
        else:
            # Made with its rows: a table that is filled before the browser has drawn it stays empty there.
            self._table, self._drawn = self._holding(_written(rows)), page.level
            self.pane[1] = self._table
        self.pager.draw(
            {
                "level": page.level,
                "levels": list(TABLE_LEVELS),
                "first": page.offset + 1 if self._total else 0,
                "last": page.offset + len(rows),
                "total": self._total,
                "page": page.offset // PAGE + 1,
                "pages": max(1, -(-self._total // PAGE)),
            }
        )

    def _fill(self, rows: pd.DataFrame) -> None:
        self._filling = True
        try:
            self._table.value = rows
        finally:
            self._filling = False

    def _holding(self, rows: pd.DataFrame | None) -> pn.widgets.Tabulator:
        columns = _COLUMNS[self.page.level]
        wide = self.page.level == "series"
        widths = _WIDTHS | _WIDE if wide else _WIDTHS
        table = pn.widgets.Tabulator(  # type: ignore[no-untyped-call]
            pd.DataFrame({name: pd.Series(dtype="object") for name in columns}) if rows is None else rows,
            titles={name: _TITLES[name] for name in columns},
            widths={name: width for name, width in widths.items() if name in columns},
            text_align=dict.fromkeys(_NUMBERS, "right"),
            header_align=dict.fromkeys(_NUMBERS, "right"),
            show_index=False,
            disabled=True,
            selectable=False,
            layout="fit_data" if wide else "fit_columns",
            sizing_mode="stretch_both",
            min_height=320,
            margin=0,
            stylesheets=[_STYLE],
        )
        table.param.watch(self._sorted, "sorters")
        return table

    def _sorted(self, event: Any) -> None:
        if self._filling:
            return
        sorter = event.new[-1] if event.new else None
        field = sorter["field"] if sorter else None
        descending = bool(sorter and sorter["dir"] == "desc")
        self.page = replace(self.page, sort=field, descending=descending, offset=0)
        self._changed()

    def _asked(self, request: dict[str, Any]) -> None:
        if request["kind"] == "download-rows":
            self._download(self.page.level, self._total)
            return
        if request["kind"] == "rows-level" and request["level"] in _COLUMNS:
            self.page = Page(request["level"])
        elif request["kind"] == "rows-page":
            last = max(0, (self._total - 1) // PAGE)
            self.page = replace(self.page, offset=PAGE * max(0, min(last, int(request["page"]) - 1)))
        self._changed()


def _written(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as text, as people read them: missing in words, thousands with commas, megabytes."""
    written = rows.astype("object").where(rows.notna(), None)
    for name in rows.columns:
        write = _megabytes if name == "bytes" else _count if name in _NUMBERS else _text
        written[name] = [write(value) for value in written[name]]
    return written


def _text(value: Any) -> str:
    if value is None:
        return "missing"
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


def _count(value: Any) -> str:
    return "missing" if value is None else f"{int(value):,}"


def _megabytes(value: Any) -> str:
    return "missing" if value is None else f"{value / 1e6:,.1f}"
