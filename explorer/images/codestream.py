"""What a compressed frame says about its own size, read before a decoder believes it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from explorer.errors import ImageError

__all__ = ["check_codestream"]

_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_FRAME_HEADERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}


def check_codestream(coded: bytes, shape: Sequence[int], rle: int = 0) -> None:
    """Compare the size in a JPEG, JPEG-LS or JPEG 2000 header, or of RLE segments, with what the file declares.

    Parameters
    ----------
    coded
        One frame.
    shape
        Frames, rows, columns (and more) that the DICOM header declares.
    rle
        Bytes of the decoded frame where it is run-length encoded, else 0. Runs grow 64-fold at the most, so a code
        not much longer than the pixels is harmless.

    Raises
    ------
    ImageError
        The two disagree: decoders reserve memory for what the codestream says.
    """
    if rle:
        if len(coded) > 2 * rle + 4096:
            raise ImageError("its run-length code is longer than the pixels")
        return
    found = _jpeg_2000(coded) if b"\xff\x4f\xff\x51" in coded[:4096] else _jpeg(coded)
    if found is None:
        raise ImageError("its compressed pixels have no header")
    rows, columns, components = found
    if components not in (1, 3, 4):
        raise ImageError(f"its compressed pixels have {components} components")
    if (rows, columns) != (shape[1], shape[2]):
        raise ImageError(f"it declares {shape[1]} x {shape[2]} pixels, and its compressed pixels {rows} x {columns}")


def _jpeg(coded: bytes) -> tuple[int, int, int] | None:
    """Rows, columns, components from the frame header of JPEG or JPEG-LS (ISO 10918-1 B.2.2, ISO 14495-1 C.2.2)."""
    at = 2
    while at + 10 <= len(coded):
        if coded[at] != 0xFF:
            at += 1
            continue
        marker = coded[at + 1]
        if marker in _FRAME_HEADERS:
            rows, columns = coded[at + 5 : at + 7], coded[at + 7 : at + 9]
            return int.from_bytes(rows, "big"), int.from_bytes(columns, "big"), coded[at + 9]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + max(2, int.from_bytes(coded[at + 2 : at + 4], "big"))
    return None


def _jpeg_2000(coded: bytes) -> tuple[int, int, int] | None:
    """Rows, columns, components from the SIZ marker (ISO 15444-1 A.5.1)."""
    at = coded.find(b"\xff\x4f\xff\x51")
    sizes = [int.from_bytes(coded[at + place : at + place + 4], "big") for place in range(8, 40, 4)]
    wide, high, left, top, tile_wide, tile_high, *_ = sizes
    if not tile_wide or not tile_high or math.ceil(wide / tile_wide) * math.ceil(high / tile_high) > 65_535:
        return None
    return high - top, wide - left, int.from_bytes(coded[at + 40 : at + 42], "big")
