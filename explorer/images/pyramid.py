"""A volume as an OME-Zarr store that makes its chunks when they are asked for."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from numcodecs import Blosc
from numpy.typing import NDArray

from explorer.images.volume import Volume, to_lps

__all__ = ["Pyramid"]

_CHUNK_KEY = re.compile(r"scale(\d{1,2})/image/(\d{1,5})/(\d{1,5})/(\d{1,5})")
_BLOSC = Blosc(cname="lz4", clevel=5, shuffle=Blosc.SHUFFLE)


class Pyramid:
    """OME-Zarr 0.4 (zarr v2, Blosc) of a greyscale volume, coarser level by level.

    Axes run z, y, x nearest to head, back, left, with an identity direction: the viewer must never
    get an oblique one. MONOCHROME1 values are mirrored within their range, so that a plain
    greyscale draws them right; :attr:`window` is mirrored with them. Levels and chunks are made
    on first use. Intensities are averaged from level to level, labels are picked, never mixed.

    Parameters
    ----------
    volume
        A volume that is not RGB.
    chunk
        Longest side of a chunk, voxels.
    smallest
        No level is coarser than this many voxels on its longest side.
    labels
        The voxels are labels, not intensities.
    """

    def __init__(self, volume: Volume, *, chunk: int = 64, smallest: int = 64, labels: bool = False) -> None:
        turned = to_lps(volume)
        centre, width = turned.window
        array = turned.array
        if turned.inverted and not labels:
            low, high = array.min(), array.max()
            turned_over = float(low) + float(high)
            array = (turned_over - array.astype(np.float64)).astype(array.dtype)
            centre = turned_over - centre
        for axis, size in enumerate(array.shape):
            if size == 1:  # the viewer counts axes by their length, and takes a thin one for none
                array = np.repeat(array, 2, axis=axis)
        self.window = (centre, width)
        self.labels = labels
        self._chunk = chunk
        self._factors = _factors(array.shape, smallest)
        self._levels: dict[int, NDArray[Any]] = {0: array}
        self._spacing = np.array(turned.spacing_mm)
        self._origin = np.array(turned.origin_mm[::-1])

    @property
    def levels(self) -> int:
        """Number of levels; level 0 is the full resolution."""
        return len(self._factors) + 1

    def level(self, number: int) -> NDArray[Any]:
        """Voxels of one level, ``(z, y, x)``."""
        if number not in self._levels:
            finer, factors = self.level(number - 1), self._factors[number - 1]
            self._levels[number] = _pick(finer, factors) if self.labels else _mean(finer, factors)
        return self._levels[number]

    def shape(self, number: int) -> tuple[int, int, int]:
        """Shape of one level, without making it."""
        z, y, x = self._levels[0].shape
        for fz, fy, fx in self._factors[:number]:
            z, y, x = -(-z // fz), -(-y // fy), -(-x // fx)
        return z, y, x

    def __getitem__(self, key: str) -> bytes:
        """Bytes of one key of the store.

        Raises
        ------
        KeyError
            The store has no such key.
        """
        if key == ".zgroup":
            return b'{"zarr_format":2}'
        if key == ".zattrs":
            return json.dumps({"multiscales": [self._multiscales()]}).encode()
        for number in range(self.levels):
            if key == f"scale{number}/image/.zarray":
                return json.dumps(self._zarray(number)).encode()
        found = _CHUNK_KEY.fullmatch(key)
        if found is None or int(found[1]) >= self.levels:
            raise KeyError(key)
        return self._encoded(int(found[1]), tuple(int(text) for text in found.groups()[1:]))

    def _encoded(self, number: int, place: tuple[int, ...]) -> bytes:
        shape, sides = self.shape(number), self._sides(number)
        if any(i * side >= n for i, side, n in zip(place, sides, shape, strict=True)):
            raise KeyError(f"scale{number}/image/{'/'.join(map(str, place))}")
        block = self.level(number)[tuple(slice(i * side, (i + 1) * side) for i, side in zip(place, sides, strict=True))]
        whole = np.zeros(sides, dtype=block.dtype)
        whole[tuple(slice(0, n) for n in block.shape)] = block
        return bytes(_BLOSC.encode(whole))

    def _sides(self, number: int) -> tuple[int, ...]:
        return tuple(min(self._chunk, n) for n in self.shape(number))

    def _zarray(self, number: int) -> dict[str, object]:
        return {
            "zarr_format": 2,
            "shape": self.shape(number),
            "chunks": self._sides(number),
            "dtype": self._levels[0].dtype.newbyteorder("<").str,
            "compressor": _BLOSC.get_config(),
            "fill_value": 0,
            "order": "C",
            "filters": None,
            "dimension_separator": "/",
        }

    def _multiscales(self) -> dict[str, object]:
        datasets, spacing, origin = [], self._spacing, self._origin
        for number in range(self.levels):
            if number:
                factors = np.array(self._factors[number - 1])
                origin = origin + (0 if self.labels else 1) * (factors - 1) / 2 * spacing
                spacing = spacing * factors
            datasets.append({
                "path": f"scale{number}/image",
                "coordinateTransformations": [
                    {"type": "scale", "scale": spacing.tolist()},
                    {"type": "translation", "translation": origin.tolist()},
                ],
            })  # fmt: skip
        return {
            "version": "0.4",
            "name": "image",
            "axes": [{"name": name, "type": "space", "unit": "millimeter"} for name in "zyx"],
            "datasets": datasets,
            "direction": np.eye(3).tolist(),
        }


def _factors(shape: tuple[int, ...], smallest: int) -> list[tuple[int, int, int]]:
    """Per level, by how much each axis shrinks: only axes at least half as long as the longest."""
    factors, current = [], shape
    while max(current) > 2 * smallest:
        z, y, x = (2 if 2 * n >= max(current) else 1 for n in current)
        factors.append((z, y, x))
        current = tuple(-(-n // f) for n, f in zip(current, (z, y, x), strict=True))
    return factors


def _mean(array: NDArray[Any], factors: tuple[int, int, int]) -> NDArray[Any]:
    """Blockwise mean; an odd last plane, row or column is averaged with itself."""
    padded = np.pad(array, [(0, -n % f) for n, f in zip(array.shape, factors, strict=True)], "edge")
    total = np.zeros([n // f for n, f in zip(padded.shape, factors, strict=True)], dtype=np.float32)
    for z in range(factors[0]):
        for y in range(factors[1]):
            for x in range(factors[2]):
                total += padded[z :: factors[0], y :: factors[1], x :: factors[2]]
    total /= np.prod(factors)
    return (np.rint(total) if array.dtype.kind in "iu" else total).astype(array.dtype)


def _pick(array: NDArray[Any], factors: tuple[int, int, int]) -> NDArray[Any]:
    return array[:: factors[0], :: factors[1], :: factors[2]]
