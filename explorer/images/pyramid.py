"""A volume as an OME-Zarr store that makes its chunks when they are asked for."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numcodecs import Blosc
from numpy.typing import NDArray

from explorer.images.presets import value_range
from explorer.images.volume import Volume, to_lps

__all__ = ["Pyramid", "drawable", "packed"]

_CHUNK_KEY = re.compile(r"scale(\d{1,2})/image/(\d{1,5})/(\d{1,5})/(\d{1,5})")
_BLOSC = Blosc(cname="lz4", clevel=5, shuffle=Blosc.SHUFFLE)
_THREADS = 2
_KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
"""Types of voxels that a browser reads."""


def drawable(volume: Volume) -> Volume:
    """Turned to the patient's axes, as a plain greyscale draws it right, and of a type that browsers read.

    MONOCHROME1 values are mirrored within their range, windows with them. Only then, or for an odd type, are voxels
    copied.
    """
    if volume.is_rgb:
        return to_lps(volume)
    if volume.array.dtype.name not in _KINDS or not volume.array.dtype.isnative:
        volume = replace(volume, array=volume.array.astype(_kind(volume.array.dtype)))
    return to_lps(_mirrored(volume) if volume.inverted else volume)


def packed(block: NDArray[Any]) -> bytes:
    """One Blosc chunk, row by row, little endian."""
    return bytes(_BLOSC.encode(np.ascontiguousarray(block, dtype=block.dtype.newbyteorder("<"))))


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
        turned = to_lps(volume) if labels else drawable(volume)
        array = turned.array
        for axis, size in enumerate(array.shape):
            if size == 1:  # the viewer counts axes by their length, and takes a thin one for none
                array = np.repeat(array, 2, axis=axis)
        self.window = turned.window
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
            z, y, x = (int(factor) for factor in np.prod(self._factors[:number], axis=0))
            array = self._levels[0]
            self._levels[number] = array[::z, ::y, ::x] if self.labels else _mean(array, (z, y, x))
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
        return packed(whole)

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
    """Blockwise mean; the last planes, rows or columns of an odd number are repeated until they fill a block.

    Slab by slab, in threads: the finest level is read once, and no other copy of it is made.
    """
    deep, high, wide = factors
    shape = [-(-n // f) for n, f in zip(array.shape, factors, strict=True)]
    means = np.empty(shape, dtype=array.dtype)
    spare = [(0, n * f - size) for n, f, size in zip(shape, factors, array.shape, strict=True)]

    def slab(place: int) -> None:
        total = array[deep * place : deep * (place + 1)].astype(np.float32)
        if spare[1][1] or spare[2][1]:
            total = np.pad(total, [(0, 0), *spare[1:]], "edge")
        last = deep - len(total)
        total = total.sum(axis=0) + last * total[-1]
        total = sum((total[row::high] for row in range(1, high)), start=total[::high])
        total = sum((total[:, column::wide] for column in range(1, wide)), start=total[:, ::wide])
        total = total / np.float32(deep * high * wide)
        means[place] = np.rint(total) if array.dtype.kind in "iu" else total

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="explorer-levels") as threads:
        list(threads.map(slab, range(shape[0])))
    return means


def _mirrored(volume: Volume) -> Volume:
    low, high = value_range(volume)
    array, total = volume.array, low + high
    if array.dtype.kind in "iu":
        # Whole numbers modulo 2^bits: low + high may not fit into the type, what is left of it does.
        around = array.view(np.dtype(f"u{array.itemsize}"))
        mirrored = np.subtract(around.dtype.type(int(total) % (1 << 8 * array.itemsize)), around).view(array.dtype)
    else:
        mirrored = (total - array).astype(array.dtype)
    line = None if volume.line is None else (total - volume.line[0], volume.line[1])
    window = (total - volume.window[0], volume.window[1])
    return replace(volume, array=mirrored, window=window, line=line, inverted=False)


def _kind(kind: np.dtype[Any]) -> np.dtype[Any]:
    if kind.name in _KINDS:  # of the other byte order
        return kind.newbyteorder("=")
    if kind.kind == "b":
        return np.dtype(np.uint8)
    return np.dtype(np.float32 if kind == np.float16 else np.float64)
