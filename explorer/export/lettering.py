"""Text in pictures, in the font that this package ships, so that two machines draw the same bytes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

from explorer.cohort.texts import one_line

__all__ = ["drawable", "font", "shortened"]

_FONT = Path(__file__).with_name("DejaVuSans.ttf")


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font, so many pixels high."""
    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str) -> str:
    """Return the text on one line, with what the font does not have written as its code point."""
    line = one_line(text[:200])
    return "".join(mark if _drawn(mark) else f"\\u{ord(mark):04x}" for mark in line)


def shortened(text: str, limit: float, size: int) -> str:
    """Return the text as it is drawn, with an ellipsis where it would be longer than `limit` pixels."""
    line = drawable(text)
    while font(size).getlength(line) > limit and line:
        line = f"{line[:-2].rstrip()}…" if len(line) > 1 else ""
    return line


@cache
def _drawn(character: str) -> bool:
    def picture(text: str) -> bytes:
        return bytes(font(24).getmask(text))

    return character == " " or picture(character) != picture("\uffff")
