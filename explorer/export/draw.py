"""Bar charts as PNG, drawn with the font that this package ships, so that two machines draw the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

from explorer.export.lettering import drawable, font, shortened

__all__ = ["MARGIN", "WIDTH", "Bar", "Words", "draw_bars", "draw_columns"]

WIDTH = 720
"""Width of what is drawn, in CSS pixels."""

MARGIN = 8
"""White around it, for dark screens, in CSS pixels."""

_SCALE = 2  # pixels for one CSS pixel, for sharp text
_SIZE = 12 * _SCALE
_INK, _SOFT, _LINE, _NOW, _ALL, _WARN = "#181b20", "#5d6673", "#e2e5ea", "#0b5fb0", "#cbd1da", "#855000"
_ROW, _LABEL, _NUMBERS, _HEAD = 20, 230, 150, 22
_COLUMNS, _LEFT, _FOOT = 160, 56, 24
_HATCHED = 12
_HATCHED_HIGH = 6


class Bar(NamedTuple):
    """One bar: what it stands for, how many, and of how many (None: no whole is drawn).

    Where numbers are protected, `said` and `said_whole` are how they are written, and a hidden number is 0 and said.
    """

    label: str
    number: int
    whole: int | None = None
    said: str = ""
    said_whole: str = ""

    @property
    def written(self) -> str:
        """How many, as it is written."""
        return self.said or f"{self.number:,}"

    @property
    def hidden(self) -> bool:
        """Whether there are some, but not how many."""
        return not self.number and self.said not in ("", "0")


class Words(NamedTuple):
    """What is written around the bars: above, the title and warnings; below, the notes."""

    title: str
    unit: str
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()


def draw_bars(bars: Sequence[Bar], words: Words) -> bytes:
    """Return horizontal bars with their numbers; the whole is grey, behind."""
    sheet = _Sheet(_HEAD + _ROW * len(bars), words)
    most = max((max(bar.number, bar.whole or 0) for bar in bars), default=0) or 1
    room = WIDTH - _LABEL - _NUMBERS - 12
    with_whole = any(bar.whole is not None for bar in bars)
    sheet.text(WIDTH - (72 if with_whole else 0), 4, words.unit, _SOFT, "right")
    if with_whole:
        sheet.text(WIDTH, 4, "of all", _SOFT, "right")
    for k, bar in enumerate(bars):
        top = _HEAD + _ROW * k
        sheet.text(0, top + 3, bar.label, _INK, limit=_LABEL - 8)
        if bar.whole is not None:
            sheet.box(_LABEL, top + 4, room * bar.whole / most, _ROW - 8, _ALL)
            sheet.text(WIDTH, top + 3, bar.said_whole or f"{bar.whole:,}", _SOFT, "right")
        sheet.box(_LABEL, top + 6, room * bar.number / most, _ROW - 12, _NOW)
        if bar.hidden:
            sheet.hatch(_LABEL, top + 6, _HATCHED, _ROW - 12)
        sheet.text(WIDTH - (72 if with_whole else 0), top + 3, bar.written, _INK, "right")
    return sheet.png()


def draw_columns(bars: Sequence[Bar], words: Words) -> bytes:
    """Return upright bars over an axis; where labels would touch, every second, fifth, tenth … stays."""
    sheet = _Sheet(_HEAD + _COLUMNS + _FOOT, words)
    most = _round_up(max((bar.number for bar in bars), default=0))
    ground = _HEAD + _COLUMNS
    for quarter in range(5):
        y = ground - _COLUMNS * quarter / 4
        sheet.box(_LEFT, y, WIDTH - _LEFT, 1, _LINE)
        if most * quarter % 4 == 0:
            sheet.text(_LEFT - 8, y - 7, f"{most * quarter // 4:,}", _SOFT, "right")
    step = (WIDTH - _LEFT) / max(len(bars), 1)
    labelled = _labelled(bars, step)
    for k, bar in enumerate(bars):
        left = _LEFT + step * k
        gap = 1 if step > 3 else 0
        sheet.box(left + gap, ground - _COLUMNS * bar.number / most, step - 2 * gap, _COLUMNS * bar.number / most, _NOW)
        if bar.hidden:
            sheet.hatch(left + gap, ground - _HATCHED_HIGH, step - 2 * gap, _HATCHED_HIGH)
        if k in labelled:
            sheet.text(left + step / 2, ground + 6, bar.label, _SOFT, "middle")
    return sheet.png()


def _labelled(bars: Sequence[Bar], step: float) -> list[int]:
    """Return which bars have room for their label; years at round numbers."""
    longest = max((_width(bar.label) for bar in bars), default=0)
    years = [int(bar.label) if bar.label.isdecimal() else k for k, bar in enumerate(bars)]
    stride = next(every for every in (1, 2, 5, 10, 20, 50, 100, 1000, 10_000) if every * step > longest + 10)
    inside = (longest - step) / 2
    return [k for k, year in enumerate(years) if year % stride == 0 and min(k, len(bars) - 1 - k) * step >= inside]


class _Sheet:
    """A white sheet measured in CSS pixels: words above, room for bars (0 is its top), words below."""

    def __init__(self, height: int, words: Words) -> None:
        above = [line for text in words.warnings for line in _lines(f"⚠ {text}")]
        below = [line for text in words.notes for line in _lines(text)]
        self._top = MARGIN + 24 + 18 * len(above)
        whole = self._top + height + 6 + 18 * len(below) + MARGIN
        self._image = Image.new("RGB", ((WIDTH + 2 * MARGIN) * _SCALE, whole * _SCALE), "white")
        self._draw = ImageDraw.Draw(self._image)
        self.text(0, MARGIN + 2 - self._top, words.title, _INK)
        self.text(_width(words.title) + 12, MARGIN + 2 - self._top, words.unit, _SOFT)
        for k, line in enumerate(above):
            self.text(0, MARGIN + 22 + 18 * k - self._top, line, _WARN)
        for k, line in enumerate(below):
            self.text(0, height + 4 + 18 * k, line, _SOFT)

    def box(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """Fill a box; where there is anything to show, at least one pixel of it."""
        if width <= 0 or height <= 0:
            return
        x, y, right, bottom = (round(_SCALE * end) for end in _corners(left + MARGIN, top + self._top, width, height))
        self._draw.rectangle((x, y, max(right - 1, x), max(bottom - 1, y)), fill=colour)

    def hatch(self, left: float, top: float, width: float, height: float) -> None:
        """Draw slanted lines in place of a box whose size is not told."""
        x, y, right, bottom = (round(_SCALE * end) for end in _corners(left + MARGIN, top + self._top, width, height))
        for start in range(x - (bottom - y), right, 4 * _SCALE):
            low, high = max(start, x), min(start + bottom - y, right)
            self._draw.line((low, bottom - (low - start), high, bottom - (high - start)), fill=_NOW, width=_SCALE)

    def text(self, x: float, y: float, text: str, colour: str, side: str = "left", limit: float | None = None) -> None:
        """Write one line, shortened to `limit`; `side` says which end of it `x` is."""
        line = drawable(text) if limit is None else shortened(text, limit * _SCALE, _SIZE)
        width = _width(line)
        start = {"left": x, "middle": x - width / 2, "right": x - width}[side]
        self._draw.text(
            (round((start + MARGIN) * _SCALE), round((y + self._top) * _SCALE)), line, fill=colour, font=font(_SIZE)
        )

    def png(self) -> bytes:
        """Return the sheet as PNG, with nothing in it but the picture."""
        file = io.BytesIO()
        self._image.quantize(32, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            file, "PNG", optimize=True
        )
        return file.getvalue()


def _corners(left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    return left, top, left + width, top + height


def _lines(text: str) -> list[str]:
    """Return the text in lines that fit the sheet."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if _width(longer) <= WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(text: str) -> float:
    """Return how long the text is, in CSS pixels."""
    return font(_SIZE).getlength(drawable(text)) / _SCALE


def _round_up(number: int) -> int:
    """Return the next number that divides well into four."""
    power = 1
    while True:
        for step in (4, 6, 8, 10, 12, 16, 20, 24, 28, 32, 36):
            if number <= step * power:
                return step * power
        power *= 10
