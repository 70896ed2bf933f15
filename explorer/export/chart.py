"""A chart that holds its numbers: a picture for the reader, the same numbers as text for the machine."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Literal

from explorer.cohort.texts import one_line
from explorer.export.draw import MARGIN, WIDTH, Bar, Words, draw_bars, draw_columns
from explorer.export.table import Cell, Table, Written

__all__ = ["Chart"]

_DRAWN = 25


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts, drawn as bars.

    Attributes
    ----------
    title
        What is counted.
    unit
        What a count counts: ``patients``.
    bars
        In the order of drawing.
    shape
        ``bars`` lie and have names; ``columns`` stand on an axis.
    notes, warnings
        Sentences below it.
    """

    title: str
    unit: str
    bars: tuple[Bar, ...]
    shape: Literal["bars", "columns"]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def alt(self) -> str:
        """The picture in one sentence, for those who do not see it."""
        most = sorted(self.bars, key=lambda bar: -bar.number)[:3]
        told = ", ".join(f"{bar.label} {bar.written}" for bar in most)
        return one_line(f"{self.title}: {len(self.bars)} bars; most {self.unit}: {told}")

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        picture = b64encode(self.png()).decode()
        return {"image/png": picture, "text/plain": repr(self)}, {
            "image/png": {"alt": self.alt, "width": WIDTH + 2 * MARGIN}
        }

    def png(self) -> bytes:
        """Return the picture, twice as fine as it is shown; of many bars the first 25."""
        words = Words(self.title, self.unit, (*self.notes, *self._cut()), self.warnings)
        if self.shape == "columns":
            return draw_columns(self.bars, words)
        return draw_bars(self.bars[:_DRAWN], words)

    def table(self) -> Table:
        """Return the numbers of all bars."""
        whole = any(bar.whole is not None for bar in self.bars)
        columns = ("", self.unit, "of all") if whole else ("", self.unit)
        rows = tuple(_row(bar)[: len(columns)] for bar in self.bars)
        return Table(columns, rows, self.title, self.notes, self.warnings)

    def _cut(self) -> tuple[str, ...]:
        if self.shape == "columns" or len(self.bars) <= _DRAWN:
            return ()
        return (f"The first {_DRAWN} of {len(self.bars)}; print the chart for all of them.",)


def _row(bar: Bar) -> tuple[Cell, ...]:
    number, whole = (Written(said) if said else None for said in (bar.said, bar.said_whole))
    return bar.label, bar.number if number is None else number, bar.whole if whole is None else whole
