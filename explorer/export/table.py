"""A small table that reads the same in a notebook, on a terminal and in a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.cohort.texts import one_line
from explorer.export.text import as_html

__all__ = ["Cell", "Table", "Written", "aligned"]

Cell = str | int | float | None
"""A cell: None is missing; whole numbers get thousands commas."""


class Written(str):
    """A number as it is to be read: ``"≈ 120"``, ``"under 10"``."""


_DOI = re.compile(r"10\.[0-9]{4,9}/[-._;()/:A-Za-z0-9]+")
# Inline, since JupyterLab drops style sheets of notebooks that it does not trust; grey by opacity, for both themes.
_LINE = "border-bottom: 1px solid #9aa5b366"
_CELL = f"padding: 4px 16px 4px 0; vertical-align: top; {_LINE}"
_CAPTION = "margin: 4px 0; font-size: 12px; opacity: 0.75"
_WARNING = "margin: 4px 0; font-size: 13px"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns, with a sentence above and notes below.

    Attributes
    ----------
    columns
        Their headings.
    rows
        Cells, as many in a row as there are columns.
    title
        A sentence above the table.
    notes, warnings
        Sentences below it.
    strong
        Heading of the column that is read first.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    strong: str = ""

    def __repr__(self) -> str:
        said = [self.title] if self.title else []
        body = aligned([self.columns, *self._texts()], self._numeric()) if self.rows else []
        below = [*(f"Warning: {text}" for text in self.warnings), *self.notes]
        return "\n".join(one_line(line) for line in [*said, *body, *below])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": repr(self)}

    def to_html(self) -> str:
        """Return the table as HTML without a style sheet or a script; whatever the cells hold is text."""
        above = f'<p style="margin: 4px 0"><strong>{as_html(self.title)}</strong></p>' if self.title else ""
        warnings = "".join(f'<p style="{_WARNING}">⚠ {as_html(text)}</p>' for text in self.warnings)
        notes = "".join(f'<p style="{_CAPTION}">{as_html(text)}</p>' for text in self.notes)
        return f"<div>{above}{self._table() if self.rows else ''}{warnings}{notes}</div>"

    def _table(self) -> str:
        sides = ["right" if number else "left" for number in self._numeric()]
        head = "".join(
            f'<th style="text-align: {side}; font-weight: 400; {_CELL}">{as_html(name)}</th>'
            for side, name in zip(sides, self.columns, strict=True)
        )
        lines = []
        for row, texts in zip(self.rows, self._texts(), strict=True):
            cells = zip(self.columns, sides, row, texts, strict=True)
            lines.append("".join(self._cell(name, side, cell, text) for name, side, cell, text in cells))
        body = "".join(f"<tr>{line}</tr>\n" for line in lines)
        return (
            '<table style="margin: 0; border-collapse: collapse; font-size: 13px">\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"
        )

    def _cell(self, name: str, side: str, cell: Cell, text: str) -> str:
        shown = f'<a href="https://doi.org/{text}">{text}</a>' if _DOI.fullmatch(text) else as_html(text)
        shown = (
            f"<em>{shown}</em>"
            if cell is None
            else f"<strong>{shown}</strong>"
            if name and name == self.strong
            else shown
        )
        return f'<td style="text-align: {side}; {_CELL}">{shown}</td>'

    def _texts(self) -> list[list[str]]:
        return [[_text(cell) for cell in row] for row in self.rows]

    def _numeric(self) -> list[bool]:
        """For each column, whether it holds numbers (or nothing)."""
        return [
            any(isinstance(row[i], int | float | Written) for row in self.rows)
            and all(isinstance(row[i], int | float | Written | None) or not row[i] for row in self.rows)
            for i in range(len(self.columns))
        ]


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Return the rows as lines with aligned columns, two spaces apart; `right` says which columns hold numbers."""
    shown = [[one_line(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in shown
    ]


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return "missing"
        case str():
            return cell
        case int():
            return f"{cell:,}".replace("-", "−")
        case _:
            return f"{cell:,.2f}".replace("-", "−")
