"""The word that stands in every picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CAPTION", "letters", "write_on"]

CAPTION = "SYNTHETIC"

# Five columns, seven rows; a row is one hexadecimal pair.
_FONT = {
    "C": "0e11101010110e", "E": "1f10101e10101f", "F": "1f10101e101010", "H": "1111111f111111",
    "I": "0e04040404040e", "L": "1010101010101f", "M": "111b1515111111", "N": "11191513111111",
    "O": "0e11111111110e", "R": "1e11111e141211", "S": "0f10100e01011e", "T": "1f040404040404",
    "Y": "11110a04040404", " ": "00000000000000",
}  # fmt: skip


def letters(text: str) -> NDArray[np.bool_]:
    """Return the text as pixels, 7 rows, 6 columns a letter."""
    rows = np.zeros((7, 6 * len(text)), np.bool_)
    for place, letter in enumerate(text):
        for row, bits in enumerate(bytes.fromhex(_FONT[letter])):
            for column in range(5):
                rows[row, 6 * place + column] = bool(bits >> (4 - column) & 1)
    return rows


def write_on(plane: NDArray[Any], value: int, text: str = CAPTION, corner: tuple[int, int] = (-9, 2)) -> None:
    """Write the text into the picture, its upper left pixel at `corner`, on a ground of the lowest value.

    It begins at the lower left, where viewers write nothing; a negative row counts from the foot.
    """
    drawn = letters(text)
    row, column = corner[0] % len(plane), corner[1]
    plane[row - 1 : row + drawn.shape[0] + 1, column - 1 : column + drawn.shape[1]] = plane.min()
    plane[row : row + drawn.shape[0], column : column + drawn.shape[1]][drawn] = value
