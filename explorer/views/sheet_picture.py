"""A contact sheet as one PNG, for those who have only the notebook's file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw

from explorer.export.lettering import drawable, font, shortened
from explorer.views.sheet_content import Tile

__all__ = ["draw_sheet"]

COLUMNS = 6
_SIDE = 128
_GAP = 8
_FOOT = 36  # two lines of words under each picture
_LINE = 18
_MARGIN = 8
_TEXT = 12
_INK, _SOFT, _QUIET, _WARN = "#181b20", "#5d6673", "#e2e5ea", "#855000"
_MARKS = {"flag": "Flagged", "exclude": "Excluded"}


def draw_sheet(heading: str, note: str, tiles: Sequence[Tile], pictures: Mapping[str, bytes]) -> bytes:
    """PNG of a sheet on white: six pictures in a row, and under each its dataset and its stratum.

    Parameters
    ----------
    heading, note
        Written above.
    tiles
        The series, in order.
    pictures
        WebP by SeriesInstanceUID; a series without one is a grey field that says so.
    """
    rows = -(-len(tiles) // COLUMNS)
    room = COLUMNS * _SIDE + (COLUMNS - 1) * _GAP
    said = _lines(note, room)
    head = _MARGIN + _LINE * (1 + len(said)) + _GAP
    sheet = Image.new("RGB", (room + 2 * _MARGIN, head + rows * (_SIDE + _FOOT + _GAP) + _MARGIN), "white")
    draw = ImageDraw.Draw(sheet)
    _write(draw, _MARGIN, _MARGIN, heading, _INK, room)
    for k, line in enumerate(said, 1):
        _write(draw, _MARGIN, _MARGIN + _LINE * k, line, _SOFT, room)
    for place, tile in enumerate(tiles):
        down, right = divmod(place, COLUMNS)
        left, top = _MARGIN + right * (_SIDE + _GAP), head + down * (_SIDE + _FOOT + _GAP)
        _draw_picture(sheet, (left, top), pictures.get(tile["uid"]), local=tile["local"])
        _draw_words(draw, left, top, tile)
    file = io.BytesIO()
    sheet.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _draw_picture(sheet: Image.Image, corner: tuple[int, int], picture: bytes | None, *, local: bool) -> None:
    left, top = corner
    if picture is None:
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((left, top, left + _SIDE - 1, top + _SIDE - 1), fill=_QUIET)
        for k, word in enumerate(("no", "picture") if local else ("not on", "this computer")):
            at = left + (_SIDE - font(_TEXT).getlength(word)) / 2
            draw.text((at, top + _SIDE / 2 - 16 + 16 * k), word, fill=_SOFT, font=font(_TEXT))
        return
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.thumbnail((_SIDE, _SIDE))
    sheet.paste("black", (left, top, left + _SIDE, top + _SIDE))
    sheet.paste(image, (left + (_SIDE - image.width) // 2, top + (_SIDE - image.height) // 2))


def _draw_words(draw: ImageDraw.ImageDraw, left: int, top: int, tile: Tile) -> None:
    """Write the number of images and the mark on the picture, and dataset and stratum below."""
    _write_boxed(draw, left + _SIDE, top, f"{tile['images']:,}", _INK, at_right=True)
    if mark := _MARKS.get(tile["mark"]):
        _write_boxed(draw, left, top, mark, _WARN)
    _write(draw, left, top + _SIDE + 2, tile["dataset"], _INK, _SIDE)
    _write(draw, left, top + _SIDE + 18, tile["stratum"], _SOFT, _SIDE)


def _lines(text: str, limit: float) -> list[str]:
    """Return the text in lines that fit."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if font(_TEXT).getlength(drawable(longer)) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _write_boxed(
    draw: ImageDraw.ImageDraw, x: float, y: float, text: str, colour: str, *, at_right: bool = False
) -> None:
    width = font(_TEXT).getlength(text) + 6
    left = x - width if at_right else x
    draw.rectangle((left, y, left + width - 1, y + 16), fill="white")
    draw.text((left + 3, y + 1), text, fill=colour, font=font(_TEXT))


def _write(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, colour: str, limit: float) -> None:
    draw.text((x, y), shortened(text, limit, _TEXT), fill=colour, font=font(_TEXT))
